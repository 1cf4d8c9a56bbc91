"""Figure and table of stays in lifecycle stages."""

from engagement_utils.contacts.answers_timing import source_times
from engagement_utils.contacts.timing import Timing
from engagement_utils.contacts.views import steps
from engagement_utils.report import style
from engagement_utils.report.answer import Answer
from engagement_utils.report.figure import figure
from engagement_utils.report.outputs import Figure, TableView
from engagement_utils.report.table import Col, table


def curves(t: Timing, found: Answer) -> Figure | None:
    """Share of stays that have ended by day, a curve a stage."""
    if not t.curves:
        return None
    fig, ax = style.canvas(height=3.0)
    data = steps(ax, t.curves)
    ax.set(xlabel="days since the stage began", ylabel="share that left it")
    return figure(
        fig,
        name="stage_times",
        title="Share of stays in a lifecycle stage that have ended",
        caption="Kaplan-Meier curves with pointwise 95% bands; stays that go on count as long as they were "
        "followed. n counts stays with a known start.",
        alt=found.finding.text,
        data=data.rename(columns={"name": "stage", "share": "share_left"}),
    )


def stages(t: Timing) -> TableView:
    """How long contacts stay in each stage."""
    cols: dict[str, Col | str] = {
        "stage": "Stage",
        "stays": Col("Stays", digits=0),
        "left": Col("Ended", digits=0),
        "within_30": Col("Ended within 30 days", percent=True, digits=1),
        "within_90": Col("Ended within 90 days", percent=True, digits=1, interval_with=("low", "high")),
        "median": Col("Half ended by (days)", digits=0),
    }
    return table(
        t.table,
        name="stage_stays",
        title="How long contacts stay in a lifecycle stage",
        columns=cols,
        folded=False,
        caption=f"Shares are Kaplan-Meier estimates, with 95% intervals. {source_times(t)}",
    )
