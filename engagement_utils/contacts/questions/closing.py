"""How fast do the social segments close?"""

from collections.abc import Iterable, Mapping, Sequence
from math import isfinite

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from engagement_utils.contacts.closing import BUCKETS, OPEN, SPEEDS, Curve, difference_at, log_rank
from engagement_utils.contacts.measures import Measures
from engagement_utils.contacts.questions.conversion import counts_table
from engagement_utils.inference.estimate import Estimate
from engagement_utils.report import plots, style
from engagement_utils.report.figure import figure
from engagement_utils.report.labels import number_axis
from engagement_utils.report.outputs import Figure, Output
from engagement_utils.report.question import Answer, Evidence, Question
from engagement_utils.report.wording import number, percent, points, tested

HORIZON = 90  # days by which the segments are compared


class Closing(Question[Measures]):
    """How fast do the social segments close?"""

    topic = "closing"
    unit = "contact"

    def evidence(self) -> Mapping[str, Evidence]:
        """Share closed by 90 days, 1A less the last segment; the log-rank test is over the whole curves."""
        m = self.measures
        first, last = (m.curves.get(n) for n in (m.names[0], m.names[-1]))
        if first is None or last is None:
            nothing = Estimate.unknown(0, self.level, "Kaplan-Meier")
            return {self.topic: Evidence(nothing, 0.0)}
        p = log_rank(m.social["followed"], m.social["closed"], m.social["segment"])
        return {self.topic: Evidence(difference_at(first, last, HORIZON, p), 0.0)}

    def say(self) -> Mapping[str, Answer]:
        """1A against the last segment."""
        j = self.judged()
        e = j.estimate
        if not isfinite(e.value):
            text = "Too few contacts closed on a known day to compare how fast the segments close."
            return {self.topic: Answer("Too few closings to compare how fast segments close", text)}
        curves = list(self.measures.curves.values())
        first, last = curves[0], curves[-1]
        text = (
            f"Within 90 days {percent(first.at(HORIZON)[0], 1)} of 1A have closed and "
            f"{percent(last.at(HORIZON)[0], 1)} of {last.name}, open contacts counted as long as they were "
            f"followed: a difference of {points(e)}{tested(e)} over the whole curves."
        )
        heading = "The segments close equally fast, as far as these data show"
        if j.supported:
            heading = f"1A closes {'sooner' if e.value > 0 else 'later'} than {last.name}"
        return {self.topic: Answer(heading, text)}

    def show(self) -> Iterable[Output]:
        """The curves, and the published buckets and classes."""
        m = self.measures
        days = [*(words for *_, words in BUCKETS), "day unknown", OPEN]
        classes = [*SPEEDS[:3], "day unknown", OPEN]
        return (
            *([self.figure()] if m.curves else []),
            counts_table(m, "bucket", days, "days_to_close", "Days to close by segment", "Days to close"),
            counts_table(m, "speed", classes, "speed_classes", "Speed classes by segment", "Class"),
        )

    def figure(self) -> Figure:
        """Share closed by days since creation, Kaplan-Meier."""
        fig, ax = style.canvas(height=3.0)
        data = steps(ax, list(self.measures.curves.values()))
        for day in (30, 90):
            ax.axvline(day, color=style.MUTED, lw=1, ls=(0, (4, 3)))
        ax.set(xlabel="days since creation", ylabel="share closed")
        return figure(
            fig,
            name="time_to_close",
            title="Share closed by days since creation",
            caption=f"Kaplan-Meier curves with pointwise {percent(self.level)} bands; open contacts count "
            "as long as they were followed. Dashed lines: the published classes, fast under 30 days and "
            "slow above 90.",
            alt=self.finding().text,
            data=data.rename(columns={"name": "segment", "share": "share_closed"}),
        )


def steps(ax: Axes, found: Sequence[Curve]) -> pd.DataFrame:
    """Draw curves with their bands and names; what was drawn: name, day, share, standard_error."""
    rows = []
    limit = max(float(np.quantile(c.days, 0.98)) for c in found)
    ends = np.sort([c.at(limit)[0] for c in found])
    top = max(float(c.high[c.days <= limit].max(initial=0)) for c in found)
    apart = bool((np.diff(ends) > 0.12 * top).all())  # names at the ends would touch
    for c, color in zip(found, style.PALETTE, strict=False):
        inside = c.days <= limit
        # the curve stands still behind its last event, as long as contacts were followed
        days = np.append(c.days[inside], max(c.days[inside][-1:].max(initial=0), min(limit, c.until)))
        share, low, high = (
            np.append(v[inside], v[inside][-1:].max(initial=0)) for v in (c.closed, c.low, c.high)
        )
        ax.step(days, share, where="post", color=color, label=f"{c.name} (n = {number(c.n)})")
        ax.fill_between(days, low, high, step="post", color=color, alpha=0.2, lw=0)
        if apart:
            plots.end_label(ax, days[-1], share[-1], f"{c.name}\nn = {number(c.n)}", color=color)
        grid = np.arange(0, limit + 1, 10)
        rows += [(c.name, int(d), c.at(d)[0], c.at(d)[1]) for d in grid]
    if not apart:
        ax.legend(loc="lower right")
    ax.set_ylim(bottom=0)
    number_axis(ax.xaxis)
    number_axis(ax.yaxis, percent=True)
    return pd.DataFrame(rows, columns=["name", "day", "share", "standard_error"])
