"""Do a few pings hold more of the engagement than chance gives to equally attractive pings?"""

from collections.abc import Iterable, Mapping
from functools import cached_property

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from engagement_utils.inference.concentration import (
    AgainstChance,
    Lorenz,
    against_chance,
    gini,
    lorenz,
    top_share,
)
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.samples import Floats
from engagement_utils.pings.measures import Measures
from engagement_utils.report import plots, style
from engagement_utils.report.figure import figure
from engagement_utils.report.outputs import Action, Figure, Output
from engagement_utils.report.question import Answer, Claim, Evidence, Question
from engagement_utils.report.wording import count, interval, number, percent, tested, with_interval


class Concentration(Question[Measures]):
    """Do a few pings hold most of the engagement?"""

    topic = "concentration"
    unit = "ping"

    @cached_property
    def scores(self) -> Floats:
        """Engagement of every ping, those without events included."""
        return self.measures.totals["engagement_score"].to_numpy(dtype="float64")

    @cached_property
    def _dealt(self) -> Floats:
        """What chance deals out: one user's events at one ping belong together."""
        pairs = self.measures.pairs
        return pairs.loc[pairs["score"] > 0, "score"].to_numpy(dtype="float64")

    @property
    def k(self) -> int:
        """Length of the top."""
        return min(self.measures.settings.top_n, self.scores.size - 1)

    @property
    def half(self) -> int:
        """The fewest pings that hold half of the engagement."""
        ordered = np.sort(self.scores)[::-1]
        return int(np.searchsorted(ordered.cumsum(), ordered.sum() / 2) + 1)

    @cached_property
    def top(self) -> Estimate:
        """Share of the `k` highest pings, interval over pings."""
        return top_share(self.scores, self.k, level=self.level, seed=self.measures.settings.seed)

    @cached_property
    def gini(self) -> Estimate:
        """Gini coefficient, corrected, interval over pings."""
        return gini(self.scores, level=self.level, seed=self.measures.settings.seed)

    @cached_property
    def top_chance(self) -> AgainstChance:
        """The top share beside what equally attractive pings would show."""
        return self._chance(self.k)

    @cached_property
    def gini_chance(self) -> AgainstChance:
        """The Gini coefficient beside what equally attractive pings would show."""
        return self._chance(None)

    def _chance(self, k: int | None) -> AgainstChance:
        seed = self.measures.settings.seed
        return against_chance(self.scores, self._dealt, k=k, level=self.level, seed=seed)

    @cached_property
    def curve(self) -> Lorenz:
        """The Lorenz curve with its band."""
        return lorenz(self.scores, level=self.level, seed=self.measures.settings.seed)

    @cached_property
    def chance_curve(self) -> Floats:
        """The mean curve under equal attractiveness, at the curve's shares of pings."""
        seed = self.measures.settings.seed
        return _chance_curve(self._dealt, self.scores.size, self.curve.population, seed)

    def evidence(self) -> Mapping[str, Evidence]:
        """Top share and Gini coefficient against deals to equally attractive pings, one-sided."""
        top, gini = self.top_chance, self.gini_chance
        return {
            "concentration": Evidence(self.top.with_p_value(top.p_value), top.expected),
            "concentration_gini": Evidence(self.gini.with_p_value(gini.p_value), gini.expected),
        }

    def say(self) -> Mapping[str, Answer]:
        """The top share, and the same question by the Gini coefficient."""
        return {"concentration": self._top(), "concentration_gini": self._gini()}

    def _top(self) -> Answer:
        j, chance = self.judged(), self.top_chance
        e, k, pings = j.estimate, self.k, self.scores.size
        hold = "holds" if k == 1 else "hold"
        top = (
            f"the top {number(k)} of {count(pings, 'ping')} {hold} {with_interval(e, percent=True)} "
            "of engagement"
        )
        null = (
            f"equally attractive pings would give {percent(chance.expected)} "
            f"({interval(chance.low, chance.high, 0, percent=True)})"
        )
        if j.supported:
            return Answer(
                f"Engagement is concentrated: {number(k)} of {number(pings)} pings hold {percent(e.value)}",
                f"Engagement is concentrated beyond chance: {top}, where {null}{tested(e)}.",
            )
        if j.chance:
            return Answer(
                "No long tail: the pings share engagement as evenly as chance would",
                f"There is no long tail beyond chance: {top}, and {null}{tested(e)}.",
            )
        return Answer(
            "Too few pings to judge how engagement concentrates",
            f"{top[0].upper()}{top[1:]}, and {null}: too few pings to judge.",
        )

    def _gini(self) -> Answer:
        j, chance = self.judged("concentration_gini"), self.gini_chance
        half = f"half of the engagement lies on {count(self.half, 'ping')}"
        null = f"{number(chance.expected, 2)} ({interval(chance.low, chance.high, 2)})"
        beyond = "more than" if j.supported else "no more than" if j.chance else "to be read beside"
        return Answer(
            f"Half of the engagement lies on {count(self.half, 'ping')}",
            f"The Gini coefficient is {with_interval(j.estimate)}, {beyond} the {null} of equally attractive "
            f"pings{tested(j.estimate)}; {half} ({percent(self.half / self.scores.size)}).",
        )

    def show(self) -> Iterable[Output]:
        """The Lorenz curve, and the finding on the Gini coefficient."""
        return self.lorenz(), self.finding("concentration_gini")

    def action(self) -> Action:
        """To learn from the pings that hold half."""
        text = f"Learn first from the {count(self.half, 'ping')} that hold half of the engagement."
        return Action(text, self.topic, f"They are {percent(self.half / self.scores.size)} of all pings.")

    def claims(self) -> Iterable[Claim]:
        """On the long tail."""
        return (
            Claim(
                5,
                "A long-tail pattern is present: a few pings accumulate most engagement.",
                f"the top {number(self.k)} of {number(self.scores.size)} pings hold "
                f"{with_interval(self.top, percent=True)}; equally attractive ones would give "
                f"{percent(self.top_chance.expected)}",
                self.scores.size,
                {self.topic: True},
            ),
        )

    def lorenz(self) -> Figure:
        """The Lorenz curve of engagement, and the one of equally attractive pings."""
        fig, (ax, beside) = style.canvas(1, 2, height=3.9, width_ratios=(3, 2))
        plots.lorenz(ax, self.curve, items="pings")
        ax.plot(self.curve.population, self.chance_curve, color=style.PALETTE[1], ls=(0, (2, 2)), lw=1.6)
        rows = {f"top {self.k}": (self.top, self.top_chance), "Gini": (self.gini, self.gini_chance)}
        for y, (observed, chance) in enumerate(rows.values()):
            if observed.interval:
                beside.plot(observed.interval, (y - 0.1, y - 0.1), color=style.HIGHLIGHT, lw=2)
            beside.plot(observed.value, y - 0.1, "o", ms=6, color=style.HIGHLIGHT)
            beside.plot((chance.low, chance.high), (y + 0.1, y + 0.1), color=style.PALETTE[1], lw=2)
            beside.plot(chance.expected, y + 0.1, "D", ms=5, color=style.PALETTE[1])
        across = beside.get_yaxis_transform()
        for at, text, color in (
            (-0.32, "these pings", style.HIGHLIGHT),
            (0.32, "equally attractive", style.PALETTE[1]),
        ):
            beside.text(
                0.98, at, text, transform=across, ha="right", va="center", fontsize=style.SMALL, color=color
            )
        beside.set_yticks(range(len(rows)), rows, color=style.INK)
        beside.set(ylim=(1.6, -0.6), xlabel="share, and Gini coefficient")
        beside.set_xlim(left=0)
        beside.margins(x=0.25)
        beside.xaxis.set_major_locator(MaxNLocator(4))
        style.grid(beside, "x")
        frame = pd.DataFrame(
            {
                "share_of_pings": self.curve.population,
                "share_of_engagement": self.curve.share,
                "low": self.curve.low,
                "high": self.curve.high,
                "equally_attractive": self.chance_curve,
            }
        )
        return figure(
            fig,
            name="concentration",
            title="Share of engagement that the least engaging pings hold",
            caption="Left, the Lorenz curve with its bootstrap band over pings, dotted what equally "
            f"attractive pings show on average. Right, share of the top {self.k} and Gini coefficient with "
            f"{self.interval}s, below them the range under equal attractiveness.",
            alt=self.finding().text,
            data=frame,
        )


def _chance_curve(values: Floats, pings: int, population: Floats, seed: int) -> Floats:
    """Mean Lorenz curve of 200 deals of the pairs to equally attractive pings, at the shares `population`."""
    rng = np.random.default_rng(seed)
    grid = np.linspace(0, 1, pings + 1)
    curves = []
    for _ in range(200 if values.size < 100_000 else 5):
        dealt = np.bincount(rng.integers(0, pings, values.size), weights=values, minlength=pings)
        cumulated = np.concatenate([[0.0], np.cumsum(np.sort(dealt))]) / values.sum()
        curves.append(np.interp(population, grid, cumulated))
    return np.mean(curves, axis=0)
