import numpy as np
import pytest

from engagement_utils.posts.sample import SAMPLES
from engagement_utils.posts.sample.generate import PLANTED, Truth, generate


def test_samples_are_the_published_generator() -> None:
    frame = generate(Truth(posts=20_000, seed=5))
    assert frame["timestamp"].between("2025-06-01", "2025-08-02 12:00").all()
    effect = np.clip((frame["post_length"] - 300) / 100, -5, 10)
    effect += 10 * frame["format"].isin(["Dashboard", "Walkthrough"])
    effect += 8 * frame["domain"].isin(["NLP", "Influencer Analytics"])
    left = frame["engagement_score"] - effect
    assert left.mean() == pytest.approx(50, abs=0.4)
    assert left.std() == pytest.approx(15, abs=0.3)
    assert left.groupby(frame["timestamp"].dt.hour).mean().std() < 1
    assert generate(Truth()).equals(generate(Truth()))


def test_samples_are_made_by_their_names() -> None:
    assert set(SAMPLES) == {"posts_150.csv", "posts_5000.csv"}
    assert SAMPLES["posts_5000.csv"]().equals(generate(PLANTED))
