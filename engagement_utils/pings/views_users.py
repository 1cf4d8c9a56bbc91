"""The figure of new against existing users."""

import numpy as np
from matplotlib.axes import Axes

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.samples import Floats
from engagement_utils.pings.results import Results
from engagement_utils.report import style
from engagement_utils.report.answer import Answer
from engagement_utils.report.figure import figure
from engagement_utils.report.outputs import Figure
from engagement_utils.report.wording import number, percent

PANELS = {
    "avg_watch_time_ratio": "share of offered seconds watched",
    "n_interacted_pings": "pings interacted with",
}
MAX_POINTS = 300  # users drawn as points in a group; above it the points would be a block of ink


def newcomers(r: Results, found: Answer) -> Figure:
    """Every user as a point, the groups' means with intervals, in both published measures."""
    n = r.newcomers
    fig, axes = style.canvas(1, 2, height=2.3, sharey=True)
    groups = {"new": True, "existing": False}
    for ax, (measure, label) in zip(axes, PANELS.items(), strict=True):
        for y, (new, mean) in enumerate(zip(groups.values(), n.means[measure], strict=True)):
            values = n.users.loc[n.users["is_new"] == new, measure].to_numpy(dtype="float64")
            _points(ax, values, y)
            _mean(ax, mean, y)
        ax.set(xlabel=label, ylim=(1.55, -0.55))
        ax.set_xlim(left=0)
        style.grid(ax, "x")
    counts = [e.n for e in n.means["avg_watch_time_ratio"]]
    names = [f"{name}\nn = {number(c)}" for name, c in zip(groups, counts, strict=True)]
    axes[0].set_yticks(range(2), names, color=style.INK)
    return figure(
        fig,
        name="new_vs_existing",
        title="New and existing users",
        caption="Grey points are users"
        + (f" ({MAX_POINTS} drawn a group)" if max(counts) > MAX_POINTS else "")
        + f", dots means with {percent(r.settings.level)} t intervals.",
        alt=found.finding.text,
        data=n.users.drop(columns=["user_id"]).sort_values(["is_new", "signup_date"], kind="stable"),
    )


def _points(ax: Axes, values: Floats, y: int) -> None:
    """Users as quiet points, spread a little so that equal ones show."""
    places = np.linspace(0, values.size - 1, min(values.size, MAX_POINTS)).astype(int)
    shown = np.sort(values)[places]
    spread = 0.16 + 0.2 * ((np.arange(shown.size) * 0.618) % 1)
    ax.plot(shown, y + spread, "o", ms=4, color=style.QUIET, alpha=0.6, mew=0)


def _mean(ax: Axes, mean: Estimate, y: int) -> None:
    if not np.isfinite(mean.value):
        return
    if mean.interval:
        ax.plot(np.clip(mean.interval, 0, None), (y, y), color=style.HIGHLIGHT, lw=2)
    face = style.HIGHLIGHT if mean.interval else style.GROUND
    ax.plot(mean.value, y, "o", ms=7, mfc=face, mec=style.HIGHLIGHT, mew=1.5)
