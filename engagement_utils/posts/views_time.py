"""Figures of time: the week's map, hours and day parts, windows, weekdays, weeks."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from engagement_utils.posts.answers_time import better_windows
from engagement_utils.posts.page import Answer, Note
from engagement_utils.posts.results import MONTHS, Results, cell_table, week_label
from engagement_utils.posts.views_groups import group_means, level, said
from engagement_utils.posts.windows import DAYS
from engagement_utils.report import plots, style
from engagement_utils.report.figure import figure
from engagement_utils.report.outputs import Figure
from engagement_utils.report.wording import count, number

HOURS = [f"{h:02d}" for h in range(24)]


def _week_map(
    r: Results, column: str, limits: tuple[float, float], minimum: int
) -> tuple[object, pd.DataFrame]:
    frame = r.measures["cells"]
    values: NDArray[np.float64] = np.full((24, 7), np.nan)
    n = np.zeros((24, 7), dtype="int64")
    at = (frame["hour"].to_numpy(dtype="int64"), frame["weekday"].to_numpy(dtype="int64"))
    values[at], n[at] = frame[column], frame["n"]
    fig, ax = style.canvas(height=7.6)
    plots.annotated_heatmap(
        ax,
        values,
        n,
        rows=HOURS,
        columns=DAYS,
        label="mean score",
        unit=r.settings.unit,
        minimum_n=minimum,
        show_n=True,
        limits=limits,
    )
    ax.set_ylabel("hour of the day")
    return fig, cell_table(r)


def _limits(r: Results) -> tuple[float, float]:
    """Colours of both maps: the range of the raw means that enough posts stand behind, else of all."""
    frame = r.measures["cells"]
    firm = frame[frame["n"] >= r.settings.cell_minimum]
    means = (firm if len(firm) > 1 else frame)["mean"]
    return float(means.min()), float(means.max())


def hour_day(r: Results, found: Answer) -> Figure | Note:
    """Raw means by hour and weekday."""
    if not r.posts.has("hour", "weekday"):
        return _without(r, "The map of hours and days", "hour", "weekday")
    fig, frame = _week_map(r, "mean", _limits(r), r.settings.cell_minimum)
    enough = int(frame["enough"].sum())
    return figure(
        fig,  # type: ignore[arg-type]
        name="hour_by_day",
        title="Mean score by hour and day",
        caption=f"Raw means and number of posts; cells with fewer than {r.settings.cell_minimum} posts are "
        f"hatched, cells without posts are blank. {enough} of 168 cells hold enough posts; {r.posts.zone}.",
        alt=f"Map of 24 hours by 7 days; {enough} of 168 cells are coloured, the others rest on too few "
        "posts. "
        f"{said(found)}",
        data=frame,
    )


def hour_day_pooled(r: Results, found: Answer) -> Figure | Note:
    """Partially pooled means by hour and weekday, in the same colours."""
    frame = r.measures["cells"]
    if not r.posts.has("hour", "weekday"):
        return _without(r, "The pooled map of hours and days", "hour", "weekday")
    if frame["shrunken"].isna().any():
        return Note("The pooled map is left out: no hour of a day holds posts with different scores.")
    fig, _ = _week_map(r, "shrunken", _limits(r), 1)
    spread = float(frame["shrunken"].max() - frame["shrunken"].min())
    raw = float(frame["mean"].max() - frame["mean"].min())
    return figure(
        fig,  # type: ignore[arg-type]
        name="hour_by_day_pooled",
        title="The same, each cell pulled towards the mean of all by what chance explains",
        caption="Empirical Bayes means and number of posts, colours as above. Raw cells span "
        f"{number(raw, 0)} "
        f"{r.settings.unit}, pooled ones {number(spread, 1)}: the rest is what few posts a cell do by "
        "chance.",
        alt=f"The same map after partial pooling: cells lie within {number(spread, 1)} {r.settings.unit} "
        "of each "
        f"other instead of {number(raw, 0)}.",
        data=frame[["weekday", "hour", "n", "mean", "shrunken", "pooled_low", "pooled_high", "weight"]],
    )


def hours(r: Results, found: Answer) -> Figure | Note:
    """Means by hour with intervals, partially pooled ones beside them, and the day's parts."""
    if not r.posts.has("hour"):
        return _without(r, "The profile of the day", "hour")
    frame = r.measures["hour"]
    fig, ax = style.canvas(height=3.4)
    x = frame["hour"].to_numpy(dtype=float)
    t = r.analysis.time
    starts = t.parts.starts if t is not None and t.parts is not None and len(t.parts.starts) > 1 else ()
    for start in starts:
        ax.axvline(start - 0.5, color=style.MUTED, lw=1, ls=(0, (4, 3)))
    ax.axhline(float(r.total["mean"]), color=style.GRID, lw=1.2)
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
    ax.set_xticks(range(24), HOURS)
    ax.set(xlabel="hour of the day", ylabel=f"score ({r.settings.unit})", xlim=(-0.7, 23.7))
    fig.legend(loc="outside upper left", ncols=2, handlelength=1)
    cuts = "; dashed lines part the day where scores change" if starts else ""
    return figure(
        fig,
        name="hours",
        title="Mean score by hour of the day",
        caption=f"Raw and partially pooled means with {level(r)} intervals, number of posts on top{cuts}. "
        "Intervals hold one hour at a time: of 24, one or two miss by chance.",
        alt=f"24 hourly means around {number(float(r.total['mean']), 0)} {r.settings.unit}. {said(found)}",
        data=frame,
    )


def windows(r: Results, found: Answer) -> Figure | Note:
    """The best time windows against all other times."""
    t = r.analysis.time
    if t is None or not t.windows:
        return Note("Time windows are left out: no window has enough posts inside and outside.")
    labels = [w.words for w, _ in t.windows]
    estimates = [e for _, e in t.windows]
    fig, ax = style.canvas(height=plots.height_for(len(labels)) + 0.3)
    plots.interval_bars(
        ax,
        labels,
        estimates,
        xlabel="score above all other times",
        unit=r.settings.unit,
        order="given",
        reference=(0.0, "no better"),
        noun="posts",
    )
    best = len(better_windows(t))
    frame = pd.DataFrame(
        {
            "window": labels,
            "difference": [e.value for e in estimates],
            "low": [e.low for e in estimates],
            "high": [e.high for e in estimates],
            "posts": [e.n for e in estimates],
            "p_adjusted": [e.p_value for e in estimates],
        }
    )
    return figure(
        fig,
        name="windows",
        title="The time windows that stand out most",
        caption=f"Dots are differences to all other times, lines {level(r)} intervals that hold for the "
        "best of all "
        "windows at once: an interval that reaches 0 is no better time.",
        alt=f"{count(len(labels), 'window')}; {number(best)} clear of 0. {said(found)}",
        data=frame,
    )


def weekdays(r: Results, found: Answer) -> Figure | Note:
    """Means by weekday, in calendar order."""
    if not r.posts.has("weekday"):
        return _without(r, "The view by weekday", "weekday")
    frame = r.measures["weekday"]
    fig = group_means(r, frame, [DAYS[int(d)] for d in frame["weekday"]])
    return figure(
        fig,
        name="weekdays",
        title="Mean score by day of the week",
        caption=f"Dots are raw means with {level(r)} intervals, diamonds are partially pooled means.",
        alt=f"Seven weekdays in calendar order. {said(found)}",
        data=frame,
    )


def trend(r: Results, found: Answer) -> Figure | Note:
    """Weekly means with intervals; means by month of the year where the data have no year."""
    if r.posts.has("week"):
        return _weeks(r, found)
    if not r.posts.has("month"):
        return _without(r, "The weekly trend", "week")
    frame = r.measures["month"]
    fig = group_means(r, frame, [MONTHS[int(m) - 1] for m in frame["month"]])
    return figure(
        fig,
        name="months",
        title="Mean score by month of the year",
        caption=f"The weekly trend is left out: {r.posts.missing['week']}. Dots are raw means with "
        f"{level(r)} "
        "intervals, diamonds are partially pooled means; the same month of several years is one.",
        alt=f"{count(len(frame), 'month')} of the year in calendar order. {said(found)}",
        data=frame,
    )


def _weeks(r: Results, found: Answer) -> Figure:
    frame = r.measures["week"]
    monday = pd.to_datetime(frame["week"])
    whole = frame.set_index(monday).reindex(pd.date_range(monday.min(), monday.max(), freq="7D"))
    whole.loc[whole["n"] < r.settings.cell_minimum, ["low", "high"]] = np.nan
    fig, ax = style.canvas(height=3.2)
    plots.trend(
        ax,
        whole.index,
        whole["mean"],
        low=whole["low"],
        high=whole["high"],
        ylabel="mean score",
        unit=r.settings.unit,
        color=style.QUIET,
    )
    if frame["shrunken"].notna().all():
        plots.trend(ax, whole.index, whole["shrunken"], color=style.HIGHLIGHT)
    low, high = _robust(frame, r)
    ax.set_ylim(low, high)
    few = int((frame["n"] < r.settings.cell_minimum).sum())
    first, last = week_label(monday.min()), week_label(monday.max())
    return figure(
        fig,
        name="weeks",
        title=f"Mean score by ISO week, {first} to {last}",
        caption=f"Grey: raw weekly means with {level(r)} band; coloured: partially pooled means. Weeks are "
        "keyed "
        "by their Monday, so equal week numbers of two years are apart."
        + (
            f" {count(few, 'week')} with fewer than {r.settings.cell_minimum} posts without band."
            if few
            else ""
        ),
        alt=f"Line over {count(len(frame), 'week')}. {said(found)}",
        data=frame.assign(iso_week=[week_label(m) for m in monday]),
    )


def _robust(frame: pd.DataFrame, r: Results) -> tuple[float, float]:
    """Limits that hold every mean, and the intervals of weeks with enough posts."""
    firm = frame[frame["n"] >= r.settings.cell_minimum]
    ends = pd.concat([frame["mean"], firm["low"], firm["high"]]).dropna()
    margin = 0.05 * float(ends.max() - ends.min()) or 1.0
    return float(ends.min()) - margin, float(ends.max()) + margin


def _without(r: Results, what: str, *parts: str) -> Note:
    why = next(r.posts.missing[p] for p in parts if p in r.posts.missing)
    return Note(f"{what} is left out: {why}.")
