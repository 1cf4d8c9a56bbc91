"""Which formats do better, and how far do they overlap?"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from engagement_utils.posts.measures import DENSITY, density, score_edges
from engagement_utils.posts.questions.base import biggest
from engagement_utils.posts.questions.groups import Groups
from engagement_utils.posts.windows import DAYS
from engagement_utils.report import plots, style
from engagement_utils.report.figure import figure
from engagement_utils.report.labels import wrapped
from engagement_utils.report.outputs import Figure, Output
from engagement_utils.report.question import Claim
from engagement_utils.report.section import Sentence, note
from engagement_utils.report.wording import count, number


class Format(Groups):
    """Which formats stand above the others?"""

    topic = "format"
    name = "Format"

    def claimed(self) -> tuple[Sequence[str], Sequence[str]]:
        """The claimed formats against all others."""
        return self.measures.settings.claims.formats, ()

    def claims(self) -> Iterable[Claim]:
        """On visual-first formats."""
        text = (
            "Format performance: visual-first formats (dashboards, annotated walkthroughs) outperform "
            "text-heavy posts in both reach and resonance."
        )
        yield self._claim(2, text, "the other formats", "; of reach the data say nothing")

    def show(self) -> Iterable[Output | Sentence]:
        """Scores by format in three views, and the pairs."""
        yield self.left_out("The box plot by format", "format") or self.box()
        yield self.left_out("The density by format", "format") or self.densities()
        yield self.left_out("The map of formats and days", "format", "weekday") or self.by_day()
        yield self.pairs_table()

    def box(self) -> Figure:
        """Box plot of the score by format, from quantiles of all posts."""
        every = self.measures.by["format"]
        frame = biggest(every).sort_values("p50", ascending=False, kind="stable")
        boxes = [
            {"med": b.p50, "q1": b.p25, "q3": b.p75, "whislo": b.p05, "whishi": b.p95, "mean": b.mean_score}
            for b in frame.rename(columns={"mean": "mean_score"}).itertuples()
        ]
        rows = np.arange(len(frame))
        fig, ax = style.canvas(height=plots.height_for(len(frame)) + 0.06 * len(frame))
        line = {"color": style.HIGHLIGHT, "lw": 1.6}
        ax.bxp(
            boxes,
            positions=rows,
            orientation="horizontal",
            showfliers=False,
            showmeans=True,
            widths=0.5,
            boxprops=line,
            whiskerprops=line,
            capprops=line,
            medianprops={"color": style.PALETTE[1], "lw": 2.4},
            meanprops={"marker": "D", "mfc": style.HIGHLIGHT, "mec": style.HIGHLIGHT, "ms": 4},
        )
        _named_rows(ax, frame, rows)
        ax.set_xlabel(f"score ({self.score_unit})")
        style.grid(ax, "x")
        return figure(
            fig,
            name="format_box",
            title="Scores by format",
            caption="Box: middle half; line: median; diamond: mean; whiskers: 5th to 95th percentile.",
            alt=f"Box plots of {count(len(frame), 'format')}, highest median {frame['format'].iloc[0]}. "
            f"{self.sentence}",
            data=every,
        )

    def densities(self) -> Figure | Sentence:
        """Density of the score by format, one ridge a format."""
        m = self.measures
        frame = biggest(m.by["format"])
        frame = frame[(frame["n"] >= m.settings.cell_minimum) & (frame["sd"] > 0)]
        if frame.empty:
            return note("The density by format is left out: no format has enough posts.")
        frame = frame.sort_values("mean", ascending=False, kind="stable")
        counts = m.by["density"]
        at = score_edges(m.total, DENSITY)
        middle = (at[:-1] + at[1:]) / 2
        rows = np.arange(len(frame))
        curves = []
        for name in frame["format"]:
            own = counts[counts["format"] == name]
            curves.append(density(np.bincount(own["bin"], own["n"], DENSITY).astype("float64"), at))
        peak = max(float(c.max()) for c in curves)
        fig, ax = style.canvas(height=0.9 + 0.5 * len(frame))
        for y, curve in zip(rows, curves, strict=True):
            ridge = y + 0.38 - 1.05 * curve / peak
            ax.fill_between(middle, y + 0.38, ridge, color=style.HIGHLIGHT, alpha=0.35, lw=0)
            ax.plot(middle, ridge, color=style.HIGHLIGHT, lw=1.4)
        ax.plot(frame["mean"], rows + 0.38, "D", ms=4, color=style.PALETTE[1], clip_on=False)
        _named_rows(ax, frame, rows)
        ax.set_xlabel(f"score ({self.score_unit})")
        style.grid(ax, "x")
        return figure(
            fig,
            name="format_density",
            title="Density of scores by format",
            caption="Kernel densities, all of area 1 on one scale; diamonds are means.",
            alt=f"Ridges of {count(len(frame), 'format')} that overlap widely. {self.sentence}",
            data=pd.DataFrame(dict(zip(frame["format"], curves, strict=True))).assign(score=middle),
        )

    def by_day(self) -> Figure:
        """Means by format and weekday."""
        m, minimum = self.measures, self.measures.settings.cell_minimum
        names = [str(f) for f in biggest(m.by["format"])["format"]]
        frame = m.by["format_weekday"]
        drawn = frame[frame["format"].isin(names)]
        fig, ax = style.canvas(height=1.1 + 0.42 * len(names))
        n = self.draw_week(ax, drawn, [names.index(str(f)) for f in drawn["format"]], names)
        thin = number(int(((n > 0) & (n < minimum)).sum()))
        return figure(
            fig,
            name="format_by_day",
            title="Mean score by format and day",
            caption=f"Raw means and number of posts; cells with fewer than {minimum} posts ({thin} here) are "
            "hatched. Partially pooled means are in the download.",
            alt=f"Map of {count(len(names), 'format')} by 7 days, {thin} cells hatched. {self.sentence}",
            data=frame.assign(weekday=[DAYS[int(d)] for d in frame["weekday"]]),
        )


def _named_rows(ax: Axes, frame: pd.DataFrame, rows: NDArray[np.int64]) -> None:
    """Formats at the left, the number of their posts at the right."""
    ax.set_yticks(rows, [wrapped(str(f)) for f in frame["format"]], color=style.INK)
    ax.set_ylim(len(rows) - 0.4, -0.75)
    look: Any = {"transform": ax.get_yaxis_transform(), "va": "center", "fontsize": style.SMALL}
    for y, n in zip(rows, frame["n"], strict=True):
        ax.text(1.02, float(y), number(int(n), 0), color=style.MUTED, **look)
    ax.text(1.02, -0.75, "posts", color=style.MUTED, **look)
