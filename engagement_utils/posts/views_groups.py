"""What the figures of groups share: raw means with intervals, partially pooled means beside them."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.figure import Figure as MplFigure

from engagement_utils.inference.estimate import Estimate
from engagement_utils.posts.page import Answer
from engagement_utils.posts.results import Results
from engagement_utils.report import plots, style
from engagement_utils.report.wording import percent

MOST = 12  # groups a figure names; the download has all


def level(r: Results) -> str:
    """ "95%"."""
    return percent(r.settings.level)


def said(found: Answer) -> str:
    """The finding's sentence, or the note in its place."""
    return found.finding.text if found.finding else found.note


def biggest(frame: pd.DataFrame) -> pd.DataFrame:
    """The groups with the most posts, at most `MOST`, in the order given."""
    if len(frame) <= MOST:
        return frame
    return frame.loc[sorted(frame.nlargest(MOST, "n", keep="first").index)]


def group_means(r: Results, frame: pd.DataFrame, labels: Sequence[str]) -> MplFigure:
    """One row a group, in the order given: raw mean with interval, partially pooled mean as a diamond.

    Raw means of fewer than `cell_minimum` posts are hollow and have no interval.
    """
    firm = (frame["n"] >= r.settings.cell_minimum).to_numpy()
    ends = frame[["low", "high"]].notna().all(axis=1).to_numpy() & firm
    estimates = [
        Estimate(float(m), float(lo) if ok else None, float(hi) if ok else None, int(n))
        for m, lo, hi, n, ok in zip(frame["mean"], frame["low"], frame["high"], frame["n"], ends, strict=True)
    ]
    fig, ax = style.canvas(height=plots.height_for(len(labels)) + 0.35)
    plots.interval_bars(
        ax,
        labels,
        estimates,
        xlabel="mean score",
        unit=r.settings.unit,
        order="given",
        reference=(float(r.total["mean"]), "all posts"),
        noun="posts",
    )
    if frame["shrunken"].notna().all() and len(frame) > 3:
        ax.plot(
            frame["shrunken"], [i + 0.26 for i in range(len(frame))], "D", ms=4, color=style.PALETTE[1], ls=""
        )
    return fig
