"""Do scores differ by the hour of the day, and into which parts does the day fall?"""

from collections.abc import Iterable, Mapping
from functools import cached_property

import pandas as pd

from engagement_utils.posts.questions.base import TimeFactor
from engagement_utils.posts.windows import span
from engagement_utils.report import style
from engagement_utils.report.figure import figure
from engagement_utils.report.outputs import Figure, Output, TableView
from engagement_utils.report.question import Answer, Evidence
from engagement_utils.report.section import Sentence, note
from engagement_utils.report.table import Col, table
from engagement_utils.report.wording import count, number, with_interval

LABELS = [f"{h:02d}" for h in range(24)]


class Hours(TimeFactor):
    """Do scores differ by the hour of the day?"""

    topic = "hour"
    name = "Hour of the day"

    @cached_property
    def parts(self) -> pd.DataFrame:
        """A row a part of the day: part (in words), n, mean, low, high; none without hours."""
        t = self.measures.timing
        rows = [
            (span(start, length) if length < 24 else "all hours", e.n, e.value, e.low, e.high)
            for start, length, e in zip(t.parts.starts, t.parts.lengths, t.part_means, strict=True)
        ]
        return pd.DataFrame(rows, columns=["part", "n", "mean", "low", "high"])

    def evidence(self) -> Mapping[str, Evidence]:
        """The mean of the day's highest part; the cut into parts is no test."""
        means = self.measures.timing.part_means
        return {"day_parts": Evidence(max(means, key=lambda e: e.value), None)} if means else {}

    def say(self) -> Mapping[str, Answer]:
        """Whether hours differ, and the parts of the day."""
        said = dict(super().say())
        if "day_parts" in self.stated:
            said["day_parts"] = self._parts()
        return said

    def _parts(self) -> Answer:
        e, unit, k = self.judged("day_parts").estimate, self.score_unit, len(self.parts)
        bic = self.measures.timing.parts.bic
        if k == 1:
            text = (
                "No cut of the day into parts fits better than one mean for all hours "
                f"({count(self.measures.design.n, 'post')}): the best cut into two has a BIC "
                f"{number(bic[1], 1)} higher."
            )
            return Answer("The day does not fall into parts", text, unit)
        highest = self.parts.sort_values("mean", kind="stable")["part"].iloc[-1]
        text = (
            f"Cut where scores change, the day has {number(k)} parts (BIC {number(-bic[k - 1], 0)} "
            f"below one mean for all); posts from {highest} score {with_interval(e, unit)} "
            f"({count(e.n, 'post')})."
        )
        return Answer(f"The day falls into {number(k)} parts, the highest from {highest}", text, unit)

    def show(self) -> Iterable[Output | Sentence]:
        """The profile of the day, its parts as a finding and as a table."""
        yield self.left_out("The profile of the day", "hour") or self.profile()
        if "day_parts" in self.said:
            yield self.finding("day_parts")
            yield self.parts_table()
        else:
            why = self.measures.posts.missing.get("hour", "no hour has enough posts")
            yield note(f"Day parts are left out: {why}.")

    def profile(self) -> Figure:
        """Means by hour with intervals, partially pooled ones beside them, and the day's parts."""
        frame, starts = self.measures.by["hour"], self.measures.timing.parts.starts
        fig, ax = style.canvas(height=3.4)
        x = frame["hour"].to_numpy(dtype=float)
        for start in starts[1:] and starts:
            ax.axvline(start - 0.5, color=style.MUTED, lw=1, ls=(0, (4, 3)))
        mean = float(self.measures.total["mean"])
        ax.axhline(mean, color=style.GRID, lw=1.2)
        ax.vlines(x - 0.12, frame["low"], frame["high"], color=style.QUIET, lw=1.4)
        ax.plot(x - 0.12, frame["mean"], "o", ms=4, color=style.QUIET, label="raw mean, interval")
        if frame["shrunken"].notna().all():
            ax.vlines(x + 0.16, frame["pooled_low"], frame["pooled_high"], color=style.HIGHLIGHT, lw=1.8)
            ax.plot(x + 0.16, frame["shrunken"], "D", ms=4, color=style.HIGHLIGHT, label="partially pooled")
        bottom, top = ax.get_ylim()
        ax.set_ylim(bottom, top + 0.12 * (top - bottom))
        for hour, n in zip(x, frame["n"], strict=True):
            ax.text(
                hour,
                0.985,
                number(int(n), 0),
                transform=ax.get_xaxis_transform(),
                ha="center",
                va="top",
                fontsize=6.5,
                color=style.MUTED,
            )
        ax.set_xticks(range(24), LABELS)
        ax.set(xlabel="hour of the day", ylabel=f"score ({self.score_unit})", xlim=(-0.7, 23.7))
        fig.legend(loc="outside upper left", ncols=2, handlelength=1)
        cuts = "; dashed lines part the day where scores change" if starts[1:] else ""
        return figure(
            fig,
            name="hours",
            title="Mean score by hour of the day",
            caption=f"Raw and partially pooled means with {self.interval}s, number of posts on top{cuts}. "
            f"Intervals hold one hour at a time: of 24, {number(24 * self.report.alpha, 1)} on average miss "
            "by chance.",
            alt=f"24 hourly means around {number(mean, 0)} {self.score_unit}. {self.sentence}",
            data=frame,
        )

    def parts_table(self) -> TableView:
        """The parts of the day with their means."""
        return table(
            self.parts,
            name="day_parts",
            title="Parts of the day",
            columns={
                "part": "Hours",
                "n": "Posts",
                "mean": Col("Mean", self.score_unit, 1, interval_with=("low", "high")),
            },
            caption="Content held equal; the intervals hold for all windows of the day at once.",
        )
