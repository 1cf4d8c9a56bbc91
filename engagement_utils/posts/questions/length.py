"""Do longer posts score higher?"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from math import ceil

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.samples import Floats
from engagement_utils.posts.contrasts import by_groups, by_number, omnibus
from engagement_utils.posts.measures import GRID, length_edges, score_edges, with_intervals
from engagement_utils.posts.questions.base import PostQuestion
from engagement_utils.report import style
from engagement_utils.report.figure import figure
from engagement_utils.report.labels import number_axis, wrapped
from engagement_utils.report.outputs import Action, Figure, Output
from engagement_utils.report.question import Answer, Claim, Evidence
from engagement_utils.report.section import Sentence
from engagement_utils.report.wording import (
    count,
    interval,
    join_words,
    number,
    p_value,
    tested,
    with_interval,
)

WORDS = 100.0  # the slope of the length is given for so many
MOST_MARKS = 1_000  # posts drawn as points; more are drawn as counts
PANELS = 6


class Length(PostQuestion):
    """Do longer posts score higher?"""

    topic = "length"
    name = "Length"

    @property
    def _beside(self) -> tuple[str, ...]:
        return self.measures.design.adjusters(("post_length",))

    @property
    def _words(self) -> Floats:
        """Length of every post; NaN where it has none."""
        return self.measures.design.posts["post_length"].to_numpy(dtype="float64", na_value=np.nan)

    @property
    def ends(self) -> tuple[str, str]:
        """Words of the shortest and of the longest post."""
        return number(float(np.nanmin(self._words)), 0), number(float(np.nanmax(self._words)), 0)

    @cached_property
    def slope(self) -> Estimate:
        """Points for 100 words more, beside the other factors; n is posts of known length."""
        words = self._words
        known = np.isfinite(words)
        filled = np.where(known, words, words[known].mean())
        fit = by_number(self.measures.design, filled / WORDS, self._beside)
        rise = np.array([0.0, 1.0])
        return fit.value(rise, int(known.sum())).with_p_value(fit.p(rise[None, :])[0])

    @cached_property
    def middle(self) -> Mapping[str, Estimate]:
        """Posts of the claimed middle length less shorter and less longer ones, where the data hold both."""
        words, (low, high) = self._words, self.measures.settings.claims.lengths
        bands = np.select([np.isnan(words), words < low, words <= high], [3, 0, 1], 2)
        present, codes = np.unique(bands, return_inverse=True)
        at = {int(band): i for i, band in enumerate(present)}
        fit = by_groups(self.measures.design, codes, present.tolist(), self._beside)
        found = {
            name: fit.compare([at[1]], [at[band]])
            for name, band in (("shorter", 0), ("longer", 2))
            if 1 in at and band in at
        }
        return {name: e for name, e in found.items() if e}

    def missing(self) -> str:
        """Without lengths that differ."""
        return "" if "post_length" in self.measures.design.factors else self.why_missing("post_length")

    def evidence(self) -> Mapping[str, Evidence]:
        """Tested is a relation of any shape (a spline), by permutation; behind it the slope and the claim."""
        behind = {"slope": self.slope, **self.middle}
        e = self.slope.with_p_value(omnibus(self.measures.design, "post_length"))
        tests = {name: Evidence(x, 0.0) for name, x in behind.items()}
        return {self.topic: Evidence(e, 0.0, behind=tests)}

    def say(self) -> Mapping[str, Answer]:
        """The slope, or that length matters along no straight line, or does not."""
        j, any_shape, unit = self.judged("length/slope"), self.judged(), self.score_unit
        e, span = j.estimate, f"between {' and '.join(self.ends)} words"
        posts, rests_on = count(e.n, "post"), "length/slope"
        slope = f"{number(e.value, 1)} {unit}"
        if e.interval:
            slope += f" ({self.interval} {interval(*e.interval, 1)})"
        slope += f" for every 100 words more{tested(e)}"
        if j.supported:
            which = "Longer" if e.value > 0 else "Shorter"
            heading = f"{which} posts score higher, about {number(abs(e.value), 1)} {unit} for 100 words"
            text = f"{which} posts score higher {span}: {slope} ({posts})."
        elif any_shape.supported:
            heading = "Length matters, but along no straight line"
            p = p_value(any_shape.estimate.p_value)
            text = f"Score and length are related {span} ({p}), along no straight line: {slope}."
            rests_on = ""
        elif j.too_little:
            heading = "Too few posts to relate score and length"
            text = f"With {posts} of known length, score and length cannot be related."
        else:
            heading = "Length makes no difference that chance does not explain"
            text = f"Score and length are not reliably related {span}: {slope} ({posts})."
        return {self.topic: Answer(heading, text, f"{unit} for 100 words", rests_on)}

    def action(self) -> Action | None:
        """To write longer, or shorter, posts."""
        j = self.judged("length/slope")
        if not j.supported:
            return None
        e = j.estimate
        words = "more" if e.value > 0 else "fewer"
        gain = f"100 words {words} go with {number(abs(e.value), 1)} {self.score_unit}"
        if e.interval:
            ends = sorted(map(abs, e.interval))
            gain += f" ({interval(ends[0], ends[1], 1)})"
        text = f"Write {words} words, within the {' to '.join(self.ends)} seen here."
        return Action(text, self.topic, f"{gain} more.")

    def claims(self) -> Iterable[Claim]:
        """On medium-length posts."""
        text = (
            "Post length: medium-length posts (300-500 words) strike the best balance between clarity and "
            "audience retention."
        )
        if not self.held or len(self.middle) < 2:
            few = "the data do not hold shorter, medium and longer posts"
            yield Claim(4, text, self.measures.posts.missing.get("post_length", few), 0)
            return
        low, high = self.measures.settings.claims.lengths
        known = {name: self.judged(f"length/{name}").estimate for name in self.middle}
        sides = [f"{name} ones {with_interval(e, self.score_unit)}{tested(e)}" for name, e in known.items()]
        evidence = f"{number(low)} to {number(high)} words against {'; against '.join(sides)}"
        rests_on = {f"length/{name}": e.value > 0 for name, e in known.items()}
        yield Claim(4, text, evidence, min(e.n for e in known.values()), rests_on)

    def show(self) -> Iterable[Output | Sentence]:
        """Score against length by domain."""
        what = "Score against length by domain"
        yield self.left_out(what, "post_length", "domain") or self.by_domain()

    def by_domain(self) -> Figure:
        """A panel a domain: posts (or their counts) and binned means with intervals."""
        m = self.measures
        bins = with_intervals(m.by["length"], self.level)
        domains = sorted(bins.groupby("domain")["n"].sum().nlargest(PANELS).index)
        columns = min(3, len(domains))
        rows = ceil(len(domains) / columns)
        fig, axes = style.canvas(
            rows, columns, height=0.6 + 2.0 * rows, sharex=True, sharey=True, squeeze=False
        )
        for ax, name in zip(axes.ravel(), domains, strict=False):
            self._panel(ax, str(name), bins[bins["domain"] == name])
        for i, ax in enumerate(axes.ravel()):
            ax.set_visible(i < len(domains))
            ax.tick_params(labelbottom=i + columns >= len(domains))
        fig.supxlabel("length (words)", fontsize=style.SIZE)
        fig.supylabel(f"score ({self.score_unit})", fontsize=style.SIZE)
        marks = "Points are posts" if m.n <= MOST_MARKS else "Shading counts posts"
        more = len(m.by["domain"]) - len(domains)
        rest = f"; {count(more, 'smaller domain')} not shown." if more > 0 else "."
        return figure(
            fig,
            name="length_by_domain",
            title="Score against length by domain",
            caption=f"{marks}; dots with lines are means in five bins of the length with "
            f"{self.interval}s{rest}",
            alt=f"One panel each for {join_words([str(d) for d in domains])}. {self.sentence}",
            data=bins,
        )

    def _panel(self, ax: Axes, name: str, bins: pd.DataFrame) -> None:
        m = self.measures
        ax.set_title(f"{wrapped(name, 22)} (n {number(int(bins['n'].sum()), 0)})", fontsize=style.SMALL)
        if m.n <= MOST_MARKS:
            own = m.design.posts
            own = own[(own["domain"] == name) & own["post_length"].notna()]
            ax.plot(own["post_length"], own["score"], "o", ms=3, color=style.QUIET, alpha=0.55, mew=0, ls="")
        else:
            cells = m.by["length_cells"]
            cells = cells[cells["domain"] == name]
            x, y = length_edges(m.total, GRID), score_edges(m.total, GRID)
            n = np.zeros((GRID, GRID))
            n[cells["score_bin"].to_numpy(dtype="int64"), cells["bin"].to_numpy(dtype="int64")] = cells["n"]
            look = {"cmap": style.SEQUENTIAL, "alpha": 0.6, "vmax": n.max() * 1.6, "rasterized": True}
            ax.pcolormesh(x, y, np.ma.masked_where(n == 0, n), **look)
        firm = bins[bins["n"] >= m.settings.cell_minimum]
        ax.vlines(firm["mean_length"], firm["low"], firm["high"], color=style.HIGHLIGHT, lw=1.6)
        ax.plot(firm["mean_length"], firm["mean"], "o-", ms=4, lw=1, color=style.HIGHLIGHT)
        number_axis(ax.xaxis)
        number_axis(ax.yaxis)
