"""Tables of errors as figures and as tables with a column a measure."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as MplFigure

from engagement_utils.inference.estimate import Estimate
from engagement_utils.profiles.features import HORIZONS
from engagement_utils.profiles.measures import PredictionMeasures
from engagement_utils.profiles.models import MODEL
from engagement_utils.profiles.weekly import days
from engagement_utils.report import plots, style
from engagement_utils.report.intervals import estimates_frame
from engagement_utils.report.labels import number_axis
from engagement_utils.report.table import Col

COLUMNS = {
    "MAE": Col("MAE", digits=0),
    "RMSE": Col("RMSE", digits=0),
    "R²": Col("R²", digits=2),
    "WAPE": Col("WAPE", digits=1, percent=True),
    "MASE": Col("MASE", digits=3),
}


def estimates(errors: pd.DataFrame, level: float) -> list[Estimate]:
    """An estimate a row of `errors.error_table`."""
    return [
        Estimate(row["value"], row["low"], row["high"], int(row["profiles"]), level)
        for row in errors.to_dict("records")
    ]


def bars(
    ax: Axes,
    labels: Sequence[str],
    found: Sequence[Estimate],
    what: str,
    xlabel: str,
    title: str = "",
    **look: Any,
) -> pd.DataFrame:
    """Estimates over profiles, a row each in the order given, drawn; and the same as a table of `what`."""
    plots.interval_bars(ax, labels, found, xlabel=xlabel, order="given", noun="profiles", **look)
    ax.set_title(title, fontsize=style.SIZE, color=style.INK, pad=14)
    return estimates_frame(labels, found, what)


def share_bars(
    ax: Axes, names: Sequence[str], shares: Sequence[float], texts: Sequence[str], xlabel: str
) -> None:
    """Horizontal bars of shares, the first on top, each with its text."""
    drawn = ax.barh(names, shares, color=style.HIGHLIGHT, height=0.6)
    ax.bar_label(drawn, texts, fontsize=style.SMALL, color=style.INK, padding=3)
    ax.invert_yaxis()
    ax.set_xlabel(xlabel)
    ax.tick_params(axis="y", labelcolor=style.INK)
    number_axis(ax.xaxis, percent=True)
    style.grid(ax, "x")


def two_panels(
    errors: pd.DataFrame, m: PredictionMeasures, measure: str, xlabel: str, height: float
) -> tuple[MplFigure, pd.DataFrame]:
    """Predictors by one measure at 7 and at 28 days, and the same as a table."""
    fig, axes = style.canvas(1, 2, height=height, sharey=True)
    kept = []
    for ax, h in zip(axes, (HORIZONS[0], HORIZONS[-1]), strict=True):
        part = errors[(errors["horizon"] == h) & (errors["measure"] == measure)]
        labels, found = [m.names[p] for p in part["predictor"]], estimates(part, m.level)
        ahead = f"{days(h)} ahead"
        frame = bars(ax, labels, found, "predictor", xlabel, ahead, highlight=[m.names[MODEL]])
        kept.append(frame.assign(days=7 * h))
    return fig, pd.concat(kept, ignore_index=True)


def wide(errors: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Measures as columns, and `days`; rows in the order in which they came."""
    by = list(keys)
    order = errors.drop_duplicates(by)[by]
    values = errors.pivot_table(index=by, columns="measure", values="value", sort=False).reset_index()
    return order.merge(values, on=by, how="left").assign(days=lambda t: 7 * t["horizon"])
