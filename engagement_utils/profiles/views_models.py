"""Figures of errors, skill, coverage and what moves forecasts."""

import pandas as pd

from engagement_utils.inference.estimate import Estimate
from engagement_utils.profiles.answers_data import ENOUGH, WITHIN, stratum_skills
from engagement_utils.profiles.answers_models import ways
from engagement_utils.profiles.features import HORIZONS
from engagement_utils.profiles.models import MODEL
from engagement_utils.profiles.names import days, predictor_names
from engagement_utils.profiles.results import Results, split_errors
from engagement_utils.profiles.strata import STRATA
from engagement_utils.report import plots, style
from engagement_utils.report.answer import Answer
from engagement_utils.report.figure import figure
from engagement_utils.report.labels import number_axis
from engagement_utils.report.outputs import Figure
from engagement_utils.report.wording import number, percent


def _estimate(row: "pd.Series[float]", level: float) -> Estimate:
    return Estimate(row["value"], row["low"], row["high"], int(row["profiles"]), level)


def _frame(labels: list[str], estimates: list[Estimate], what: str) -> pd.DataFrame:
    rows = [(label, e.value, e.low, e.high, e.n) for label, e in zip(labels, estimates, strict=True)]
    return pd.DataFrame(rows, columns=[what, "value", "low", "high", "n"])


def _two_panels(
    table: pd.DataFrame, r: Results, measure: str, xlabel: str, height: float
) -> tuple[object, pd.DataFrame]:
    """Predictors by one measure at 7 and at 28 days."""
    names = predictor_names(r.settings.model)
    fig, axes = style.canvas(1, 2, height=height, sharey=True)
    kept = []
    for ax, h in zip(axes, (HORIZONS[0], HORIZONS[-1]), strict=True):
        part = table[(table["horizon"] == h) & (table["measure"] == measure)]
        labels = [names[p] for p in part["predictor"]]
        estimates = [_estimate(row, r.settings.level) for _, row in part.iterrows()]
        plots.interval_bars(
            ax, labels, estimates, xlabel=xlabel, order="given", highlight=[names[MODEL]], noun="profiles"
        )
        ax.set_title(f"{days(h)} ahead", fontsize=style.SIZE, color=style.INK, pad=14)
        kept.append(_frame(labels, estimates, "predictor").assign(days=7 * h))
    return fig, pd.concat(kept, ignore_index=True)


def errors(r: Results, found: Answer) -> Figure:
    """Scaled error of the model and the baselines at 7 and 28 days."""
    table = r.errors[r.errors["predictor"].isin([MODEL, *_order(r)])]
    fig, frame = _two_panels(table, r, "MASE", "scaled error (MASE)", plots.height_for(6))
    best = " The best possible forecast is known for generated data." if r.has_best else ""
    return figure(
        fig,  # type: ignore[arg-type]
        name="errors",
        title="Scaled error of the model and the baselines",
        caption=f"Dots are mean absolute scaled errors over {number(len(r.backtest.origins))} origins, bars "
        f"{percent(r.settings.level)} intervals over profiles; 1 is a profile's own mean change from week to "
        f"week, less is better.{best}",
        alt=found.finding.text,
        data=frame,
    )


def _order(r: Results) -> list[str]:
    return [p for p in r.errors["predictor"].unique() if p != MODEL]


def way_to_best(r: Results, found: Answer) -> Figure:
    """By horizon, the share of the way from the best naive baseline to the best possible forecast."""
    estimates = list(ways(r).values())
    labels = [days(h) for h in HORIZONS]
    fig, ax = style.canvas(height=plots.height_for(4))
    plots.interval_bars(
        ax,
        labels,
        estimates,
        xlabel="share of the way, in mean absolute error",
        percent=True,
        order="given",
        reference=(1.0, "best possible"),
        noun="profiles",
    )
    low, high = min(e.low or 0.0 for e in estimates), max(e.high or e.value for e in estimates)
    ax.set_xlim(min(0.0, low), max(1.15, high + 0.1))  # the reference's name keeps clear of the counts' head
    return figure(
        fig,
        name="way_to_best",
        title="From the best naive baseline to the best possible forecast",
        caption="0% is the best naive baseline, 100% the best possible forecast, which is known for "
        "generated "
        f"data; bars are {percent(r.settings.level)} intervals over profiles. A value over 100% is chance.",
        alt=found.finding.text,
        data=_frame(labels, estimates, "horizon"),
    )


def skills_by_stratum(r: Results, found: Answer) -> Figure:
    """How much less the model errs than the best baseline, by stratum, 7 days ahead."""
    fig, axes = style.canvas(1, 2, height=plots.height_for(6))
    kept = []
    for ax, by, title in zip(axes, STRATA, ("by followers", "by recorded days"), strict=True):
        skills = stratum_skills(r, by, 1)
        plots.interval_bars(
            ax,
            list(skills),
            list(skills.values()),
            xlabel="less error than the best baseline",
            percent=True,
            order="given",
            reference=0.0,
            noun="profiles",
        )
        ax.set_title(title, fontsize=style.SIZE, color=style.INK, pad=14)
        kept.append(_frame(list(skills), list(skills.values()), "stratum").assign(by=by))
    return figure(
        fig,
        name="skill_by_stratum",
        title="Gain over the best baseline by stratum, 7 days ahead",
        caption="Dots are how much smaller the mean absolute error is than that of the stratum's best "
        "baseline, "
        f"bars {percent(r.settings.level)} intervals over profiles.",
        alt=found.finding.text,
        data=pd.concat(kept, ignore_index=True),
    )


def coverage(r: Results, found: Answer) -> Figure:
    """Coverage of both intervals by stratum, 7 days ahead."""
    groups = [g for by in STRATA for g in STRATA[by]]
    first = r.strata[(r.strata["horizon"] == 1) & (r.strata["rows"] >= ENOUGH)]
    shown = [g for g in groups if g in set(first["group"])]
    fig, axes = style.canvas(1, 2, height=plots.height_for(max(len(shown), 2)), sharey=True)
    kept = []
    for ax, level in zip(axes, (80, 95), strict=True):
        part = first[first["measure"] == f"coverage_{level}"].set_index("group").reindex(shown)
        estimates = [_estimate(row, r.settings.level) for _, row in part.iterrows()]
        share = level / 100
        ax.axvspan(share - WITHIN, min(1.0, share + WITHIN), color=style.QUIET, alpha=0.15, lw=0)
        plots.interval_bars(
            ax,
            shown,
            estimates,
            xlabel=f"covered by the {level}% interval",
            percent=True,
            order="given",
            reference=share,
            noun="profiles",
        )
        kept.append(_frame(shown, estimates, "stratum").assign(interval=level))
    return figure(
        fig,
        name="coverage",
        title="Coverage of the prediction intervals by stratum, 7 days ahead",
        caption=f"Dots are shares of outcomes within the interval, bars {percent(r.settings.level)} "
        "intervals over "
        f"profiles; the grey band is 5 points about the level. Strata with fewer than {ENOUGH} rows are "
        "left out.",
        alt=found.finding.text,
        data=pd.concat(kept, ignore_index=True),
    )


def published_split(r: Results, found: Answer) -> Figure:
    """Mean absolute errors on the published split."""
    table = split_errors(r)
    fig, frame = _two_panels(table, r, "MAE", "mean absolute error", plots.height_for(5))
    return figure(
        fig,  # type: ignore[arg-type]
        name="published_split",
        title="Errors on the published split",
        caption="Dots are mean absolute errors in engagement per post on the same rows after the "
        "published split, "
        f"bars {percent(r.settings.level)} intervals over profiles. The leak is the mean of the calendar "
        "month, "
        "which holds days after the prediction date.",
        alt=found.finding.text,
        data=frame,
    )


def importance(r: Results, found: Answer) -> Figure:
    """How much each group of features moves forecasts."""
    shares = r.importance
    fig, ax = style.canvas(height=0.8 + 0.3 * len(shares))
    bars = ax.barh(list(shares.index), shares, color=style.HIGHLIGHT, height=0.6)
    ax.bar_label(bars, [percent(s, 1) for s in shares], fontsize=style.SMALL, color=style.INK, padding=3)
    ax.invert_yaxis()
    ax.set_xlabel("mean change of the forecast when the group is set to what is typical")
    ax.margins(x=0.12)
    ax.tick_params(axis="y", labelcolor=style.INK)
    number_axis(ax.xaxis, percent=True)
    style.grid(ax, "x")
    return figure(
        fig,
        name="drivers",
        title="What moves forecasts, 7 days ahead",
        caption="Bars are mean absolute changes over the profiles recorded in the last week. Groups "
        "overlap, so "
        "the parts are reasons and do not add up.",
        alt=found.finding.text,
        data=shares.rename_axis("group").rename("change").reset_index(),
    )
