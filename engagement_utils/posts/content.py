"""What a post is: do formats, domains and lengths differ, which ones, and by how much."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from engagement_utils.inference.estimate import Estimate
from engagement_utils.posts.contrasts import Fit, Leaders, by_groups, by_number, leaders, pairs
from engagement_utils.posts.design import Design
from engagement_utils.posts.families import Family
from engagement_utils.posts.permuting import PartialF, p_values, permuted, residuals, with_intercept
from engagement_utils.posts.settings import Settings

WORDS = 100.0  # the slope of the length is given for so many


@dataclass(frozen=True)
class Groups:
    """The comparison of formats, or of domains.

    Attributes:
        factor: its name; beside: factors that the model holds constant.
        means: adjusted mean of each group, in the order of the fit's groups.
        pairs: see `contrasts.pairs`; p is not yet adjusted.
        leaders: the groups that stand above the others.
        p_value: of "no group differs", by permutation.
        claim: the claimed groups less the others, with its p-value; None where the data do not hold both.
    """

    factor: str
    beside: tuple[str, ...]
    fit: Fit
    means: tuple[Estimate, ...]
    pairs: pd.DataFrame
    leaders: Leaders
    p_value: float | None
    claim: Estimate | None

    @property
    def family(self) -> Family:
        """The question and the tests behind it."""
        tests = {f"{a} - {b}": p for a, b, p in self.pairs[["first", "second", "p"]].itertuples(index=False)}
        return Family(self.p_value, {**tests, "claim": self.claim.p_value if self.claim else None})


@dataclass(frozen=True)
class Length:
    """Length and score.

    Attributes:
        slope: points for 100 words more, with p-value; p_value: of "no relation of any shape" (a spline).
        shorter, longer: posts of the claimed middle length less shorter and less longer ones.
        span: shortest and longest post.
    """

    beside: tuple[str, ...]
    slope: Estimate
    p_value: float | None
    shorter: Estimate | None
    longer: Estimate | None
    span: tuple[float, float]

    @property
    def family(self) -> Family:
        """The question and the tests behind it."""
        more = {"shorter": self.shorter, "longer": self.longer}
        return Family(
            self.p_value,
            {"slope": self.slope.p_value, **{k: e.p_value if e else None for k, e in more.items()}},
        )


def omnibus(design: Design, factor: str, beside: Sequence[str], s: Settings) -> float:
    """p-value of "this factor does nothing", the factors `beside` held constant."""
    reduced = with_intercept(design.columns(*beside))
    statistic = PartialF.of(reduced, design.factors[factor].columns)
    if not statistic.tested.shape[1]:
        return 1.0
    left = residuals(design.ranked, reduced)
    draws = permuted(left, {"f": statistic}, resamples=s.resamples, seed=s.seed)
    return float(p_values(draws["f"]))


def contrast(fit: Fit, first: Sequence[int], second: Sequence[int], s: Settings) -> Estimate | None:
    """Groups `first` less groups `second`, with a p-value; None where either is empty."""
    if not len(first) or not len(second):
        return None
    weights = fit.sets(first, second)
    p = fit.p(weights[None, :], resamples=s.resamples, seed=s.seed)[0]
    return fit.value(weights, fit.smaller(first, second)).with_p_value(p)


def groups(design: Design, factor: str, better: Sequence[str], weaker: Sequence[str], s: Settings) -> Groups:
    """Compare the groups of a factor; `better` and `weaker` (all others where empty) are what is claimed."""
    f = design.factors[factor]
    beside = design.adjusters((factor,))
    fit = by_groups(design, f.codes, f.levels, beside, s.level)
    first = [i for i, g in enumerate(f.levels) if g in better]
    second = [i for i, g in enumerate(f.levels) if (g in weaker if weaker else g not in better)]
    return Groups(
        factor,
        beside,
        fit,
        tuple(fit.value(np.eye(len(f.levels))[i], int(fit.counts[i])) for i in range(len(f.levels))),
        pairs(fit, resamples=s.resamples, seed=s.seed),
        leaders(fit),
        omnibus(design, factor, beside, s),
        contrast(fit, first, second, s),
    )


def length(design: Design, s: Settings) -> Length:
    """Relate score to length."""
    beside = design.adjusters(("post_length",))
    words = design.posts["post_length"].to_numpy(dtype="float64", na_value=np.nan)
    filled = np.where(np.isfinite(words), words, np.nanmean(words))
    fit = by_number(design, filled / WORDS, beside, s.level)
    rise = np.array([0.0, 1.0])
    slope = fit.value(rise, int(np.isfinite(words).sum()))
    p = fit.p(rise[None, :], resamples=s.resamples, seed=s.seed)[0]
    low, high = s.claimed.lengths
    codes = np.where(np.isfinite(words), 0 + (filled >= low) + (filled > high), 3)
    sizes = np.bincount(codes, minlength=4)
    present = [i for i in range(4) if sizes[i]]
    at: Mapping[int, int] = {code: i for i, code in enumerate(present)}
    bands = by_groups(design, np.array([at[c] for c in codes]), present, beside, s.level)
    compared = [
        contrast(bands, [at[1]], [at[other]], s) if 1 in at and other in at else None for other in (0, 2)
    ]
    return Length(
        beside,
        slope.with_p_value(p),
        omnibus(design, "post_length", beside, s),
        compared[0],
        compared[1],
        (float(np.nanmin(words)), float(np.nanmax(words))),
    )


def with_adjusted(pairs: pd.DataFrame, family: Family) -> pd.DataFrame:
    """`pairs` with p_adjusted, from the adjusted family."""
    names = [f"{a} - {b}" for a, b in pairs[["first", "second"]].itertuples(index=False)]
    values = np.array([family.tests[n] for n in names], dtype="float64")
    return pairs.assign(p_adjusted=values)


def adjusted(e: Estimate | None, p_value: float | None) -> Estimate | None:
    """The estimate with an adjusted p-value; None stays None."""
    return None if e is None else replace(e, p_value=p_value)
