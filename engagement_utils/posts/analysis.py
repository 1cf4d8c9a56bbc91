"""All that a sample of posts says, tests adjusted together: what findings, claims and actions stand on."""

import math
from dataclasses import dataclass, replace

import pandas as pd

from engagement_utils.inference.power import detectable_difference, sample_size
from engagement_utils.posts import families
from engagement_utils.posts.content import Groups, Length, adjusted, groups, length, with_adjusted
from engagement_utils.posts.design import Design, design
from engagement_utils.posts.resonance import Resonance, resonance
from engagement_utils.posts.settings import Settings
from engagement_utils.posts.timing import Timing, timing

SLOTS = 12  # windows of two hours in a day: what the power calculation is about
THIRD = 1 / 3  # of the standard deviation: what is worth a decision, where nothing else is said


@dataclass(frozen=True)
class Plan:
    """What the posts at hand can and cannot show of a two-hour window against the rest of the day.

    Attributes:
        worthwhile: difference looked for, in the score's unit; sd: of scores around the model.
        detectable: difference that these posts would show with a chance of 80 %.
        needed: posts that would show `worthwhile` with that chance; `more` than there are, at least 0.
    """

    worthwhile: float
    sd: float
    detectable: float
    needed: int
    more: int


@dataclass(frozen=True)
class Analysis:
    """The answers, each None where the data do not hold what it needs; p-values are adjusted."""

    settings: Settings
    design: Design
    format: Groups | None
    domain: Groups | None
    length: Length | None
    time: Timing | None
    resonance: Resonance
    plan: Plan


def analyse(posts: pd.DataFrame, settings: Settings) -> Analysis:
    """Analyse a sample of posts, as `metrics.sample` gives it; p-values are adjusted over all tests."""
    s, d = settings, design(posts)
    c = s.claimed
    by_format = groups(d, "format", c.formats, (), s) if "format" in d.factors else None
    by_domain = groups(d, "domain", c.domains, c.weaker_domains, s) if "domain" in d.factors else None
    by_length = length(d, s) if "post_length" in d.factors else None
    by_time = timing(d, s)
    asked = {"format": by_format, "domain": by_domain, "length": by_length, "time": by_time}
    p = families.adjust({k: v.family for k, v in asked.items() if v is not None})
    model = resonance(d, level=s.level, seed=s.seed)
    return Analysis(
        s,
        d,
        _groups(by_format, p.get("format")),
        _groups(by_domain, p.get("domain")),
        _length(by_length, p.get("length")),
        _time(by_time, p.get("time")),
        model,
        plan(d.n, float(model.excess.std(ddof=1)), s.worthwhile),
    )


def plan(n: int, sd: float, worthwhile: float | None) -> Plan:
    """The power calculation: one two-hour window against the rest, alpha shared by the day's twelve."""
    looked_for = worthwhile or float(f"{sd * THIRD:.2g}")
    alpha, ratio = 0.05 / SLOTS, SLOTS - 1.0
    exact = SLOTS * sample_size(looked_for, sd, alpha=alpha, ratio=ratio)
    step = 10 ** max(0, len(str(exact)) - 2)
    needed = math.ceil(exact / step) * step  # two digits are all that such a plan bears
    inside = max(2, n // SLOTS)
    return Plan(
        looked_for,
        sd,
        detectable_difference(inside, sd, alpha=alpha, ratio=ratio),
        needed,
        max(0, needed - n),
    )


def _groups(g: Groups | None, p: families.Family | None) -> Groups | None:
    if g is None or p is None:
        return None
    return replace(
        g,
        p_value=p.p_value,
        pairs=with_adjusted(g.pairs, p),
        claim=adjusted(g.claim, p.tests["claim"]),
        leaders=replace(g.leaders, estimate=g.leaders.estimate.with_p_value(p.p_value)),
    )


def _length(x: Length | None, p: families.Family | None) -> Length | None:
    if x is None or p is None:
        return None
    return replace(
        x,
        p_value=p.p_value,
        slope=x.slope.with_p_value(p.tests["slope"]),
        shorter=adjusted(x.shorter, p.tests["shorter"]),
        longer=adjusted(x.longer, p.tests["longer"]),
    )


def _time(t: Timing | None, p: families.Family | None) -> Timing | None:
    if t is None or p is None:
        return None
    return replace(
        t,
        p_value=p.p_value,
        tests={k: p.tests[k] for k in t.tests},
        windows=tuple((w, e.with_p_value(p.tests[f"window {i + 1}"])) for i, (w, e) in enumerate(t.windows)),
        claim=adjusted(t.claim, p.tests["claim"]),
        events=adjusted(t.events, p.tests["events"]),
    )
