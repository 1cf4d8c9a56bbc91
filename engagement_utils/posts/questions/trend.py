"""Do scores rise and fall from week to week, or where the data have no dates by the month?"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from engagement_utils.posts.measures import Measures
from engagement_utils.posts.questions.base import TimeFactor
from engagement_utils.report import plots, style
from engagement_utils.report.figure import figure
from engagement_utils.report.outputs import Figure, Output
from engagement_utils.report.question import Claim
from engagement_utils.report.section import Sentence
from engagement_utils.report.wording import count, number, p_value, percent, tested, with_interval

if TYPE_CHECKING:
    from engagement_utils.report.report import Report

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Trend(TimeFactor):
    """Do scores rise and fall from week to week?"""

    topic = "week"
    name = "Week"
    main = True

    def __init__(self, report: "Report[Measures]") -> None:
        super().__init__(report)
        if self._monthly:
            self.topic, self.name = "month", "Month"  # type: ignore[misc]

    @property
    def _monthly(self) -> bool:
        posts = self.measures.posts
        return posts.has("month") and not posts.has("week")

    def heading(self, differ: bool) -> str:
        """Whether weekly means rise and fall."""
        if self._monthly:
            return super().heading(differ)
        return "Weekly means rise and fall" + ("" if differ else " no more than chance moves them")

    def extremes(self) -> str:
        """ "; highest in 2025-W27 (63), lowest in ..." for weeks."""
        frame = self.measures.by["week"]
        if self._monthly or frame["shrunken"].isna().any():
            return ""
        order = frame.sort_values("shrunken", kind="stable")
        low, top = order.iloc[0], order.iloc[-1]
        return (
            f"; highest in {week_label(top['week'])} ({number(top['mean'], 1)}), "
            f"lowest in {week_label(low['week'])} ({number(low['mean'], 1)})"
        )

    def claims(self) -> Iterable[Claim]:
        """On spikes at announcements and deadlines."""
        text = (
            "Weekly trend: engagement spikes align with milestone announcements, challenge deadlines and "
            "recap posts."
        )
        t, weeks = self.measures.timing, len(self.measures.by["week"])
        if "week" not in t.tests:
            why = self.measures.posts.missing.get("week", "too few weeks to compare")
            yield Claim(5, text, why, 0)
            return
        week = self.judged("time/week")
        if week.too_little:
            yield Claim(5, text, f"{count(week.estimate.n, 'post')} are too few to compare weeks", weeks)
            return
        moved = "differ" if week.supported else "do not differ by more than chance explains"
        evidence = f"weeks {moved} ({p_value(week.estimate.p_value)})"
        if t.events is not None:
            e = self.judged("time/events").estimate
            said = f"{with_interval(e, self.score_unit)}{tested(e)}"
            evidence += f"; weeks with an event against the others: {said}"
            yield Claim(5, text, evidence, e.n, {"time/events": e.value > 0})
        elif week.supported:
            yield Claim(
                5, text, f"{evidence}, but the data hold no dates of announcements or deadlines", weeks
            )
        else:
            evidence += ", so there is no spike to align"
            yield Claim(5, text, evidence, weeks, {"time/week": True})

    def show(self) -> Iterable[Output | Sentence]:
        """Means by week, or by month of the year where the data have no year."""
        if self._monthly:
            yield self.months()
        else:
            yield self.left_out("The weekly trend", "week") or self.weeks()

    def months(self) -> Figure:
        """Means by month of the year."""
        frame = self.measures.by["month"]
        why = self.measures.posts.missing["week"]
        return self.means_figure(
            frame,
            [MONTHS[int(m) - 1] for m in frame["month"]],
            name="months",
            title="Mean score by month of the year",
            caption=f"The weekly trend is left out: {why}. {{}}; the same month of several years is one.",
            alt=f"{count(len(frame), 'month')} of the year in calendar order",
        )

    def weeks(self) -> Figure:
        """Weekly means with intervals."""
        frame, minimum = self.measures.by["week"], self.measures.settings.cell_minimum
        monday = pd.to_datetime(frame["week"])
        whole = frame.set_index(monday).reindex(pd.date_range(monday.min(), monday.max(), freq="7D"))
        whole.loc[whole["n"] < minimum, ["low", "high"]] = np.nan
        fig, ax = style.canvas(height=3.2)
        plots.trend(
            ax,
            whole.index,
            whole["mean"],
            low=whole["low"],
            high=whole["high"],
            ylabel="mean score",
            unit=self.score_unit,
            color=style.QUIET,
        )
        if frame["shrunken"].notna().all():
            plots.trend(ax, whole.index, whole["shrunken"], color=style.HIGHLIGHT)
        # every mean, and the intervals of weeks with enough posts
        ends = whole[["mean", "low", "high"]].to_numpy(dtype="float64")
        bottom, top = float(np.nanmin(ends)), float(np.nanmax(ends))
        margin = 0.05 * (top - bottom) or 1.0
        ax.set_ylim(bottom - margin, top + margin)
        few = int((frame["n"] < minimum).sum())
        thin = f" {count(few, 'week')} with fewer than {minimum} posts without band." if few else ""
        first, last = week_label(monday.min()), week_label(monday.max())
        return figure(
            fig,
            name="weeks",
            title=f"Mean score by ISO week, {first} to {last}",
            caption=f"Grey: raw weekly means with {percent(self.level)} band; coloured: partially pooled "
            f"means. Weeks are keyed by their Monday, so equal week numbers of two years are apart.{thin}",
            alt=f"Line over {count(len(frame), 'week')}. {self.sentence}",
            data=frame.assign(iso_week=[week_label(m) for m in monday]),
        )


def week_label(monday: pd.Timestamp) -> str:
    """ISO year and week, such as "2025-W23"."""
    year, week, _ = pd.Timestamp(monday).isocalendar()
    return f"{year}-W{week:02d}"
