"""Generated posts whose truth is known: the published generator, seeded, and what can be planted."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import numpy as np
import pandas as pd

FORMATS = ("Dashboard", "Walkthrough", "Recap", "Teardown", "Thread")
DOMAINS = ("NLP", "Forecasting", "Influencer Analytics", "Retail", "Segmentation")
BETTER_FORMATS = ("Dashboard", "Walkthrough")
BETTER_DOMAINS = ("NLP", "Influencer Analytics")
LENGTHS = (150, 700)  # words, both possible


@dataclass(frozen=True)
class Truth:
    """What is planted; the defaults are the published generator's, which has no effect of time at all.

    Attributes:
        posts: rows.
        start, hours: posts fall on whole hours from `start`, evenly over so many hours, both ends possible.
        base, sd: of the normal score.
        format_effect, domain_effect: points for `BETTER_FORMATS` and `BETTER_DOMAINS`.
        word_effect: points a word above 300, the product held between -5 and 10.
        hour_effect: points in the hours of the day `better_hours`.
        week_sd: of a normal shift that all posts of one ISO week share.
    """

    posts: int = 150
    start: datetime = datetime(2025, 6, 1)
    hours: int = 1500
    base: float = 50.0
    sd: float = 15.0
    format_effect: float = 10.0
    domain_effect: float = 8.0
    word_effect: float = 0.01
    hour_effect: float = 0.0
    better_hours: tuple[int, ...] = (9, 10, 20, 21)
    week_sd: float = 0.0
    seed: int = 0


# two years, so that equal week numbers of different years are seen apart
PLANTED = Truth(posts=5000, start=datetime(2023, 9, 4), hours=17_500, hour_effect=6.0)


def generate(truth: Truth) -> pd.DataFrame:
    """Columns timestamp, format, domain, post_length (words), engagement_score (points, two decimals)."""
    t = truth
    rng = np.random.default_rng(t.seed)
    stamps = pd.Timestamp(t.start) + pd.to_timedelta(rng.integers(0, t.hours + 1, t.posts), unit="h")
    formats = np.array(FORMATS)[rng.integers(0, len(FORMATS), t.posts)]
    domains = np.array(DOMAINS)[rng.integers(0, len(DOMAINS), t.posts)]
    words = rng.integers(LENGTHS[0], LENGTHS[1] + 1, t.posts)
    score = rng.normal(t.base, t.sd, t.posts)
    score += t.format_effect * np.isin(formats, BETTER_FORMATS)
    score += t.domain_effect * np.isin(domains, BETTER_DOMAINS)
    score += np.clip((words - 300) * t.word_effect, -5, 10)
    score += t.hour_effect * np.isin(stamps.hour, t.better_hours)
    if t.week_sd:
        week = ((stamps - stamps.min()).days // 7).to_numpy()
        score += rng.normal(0, t.week_sd, int(week.max(initial=0)) + 1)[week]
    return pd.DataFrame(
        {
            "timestamp": stamps,
            "format": formats,
            "domain": domains,
            "post_length": words,
            "engagement_score": score.round(2),
        }
    )


SAMPLES: dict[str, Callable[[], pd.DataFrame]] = {
    "posts_150.csv": partial(generate, Truth()),
    "posts_5000.csv": partial(generate, PLANTED),
}
