"""All that the prediction report measures, in one go: prepare, explore, backtest, choose, train."""

from dataclasses import dataclass, field
from datetime import date

import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis.backends import BaseBackend

from engagement_utils.profiles import backtest as rolling
from engagement_utils.profiles import models, reasons
from engagement_utils.profiles.baselines import BASELINES, NAIVE
from engagement_utils.profiles.collect import Prepared, current, prepare, sample, sampled_weeks
from engagement_utils.profiles.errors import error_table
from engagement_utils.profiles.exploration import Exploration, explore
from engagement_utils.profiles.models import MODEL, Kind, Model
from engagement_utils.profiles.published import with_published
from engagement_utils.profiles.split import CUTOFF, RIVALS, cutoff_week, published_split
from engagement_utils.profiles.weekly import partial_days

POINT = ("MAE", "RMSE", "R²", "WAPE", "MASE")
WITH_INTERVALS = ("pinball", "coverage_80", "coverage_95")
BEST = "best"  # the forecasts of the parameter `reference`


@dataclass(frozen=True)
class Settings:
    """The report's choices; the notebook's parameters of the same names say what they mean."""

    model: Kind = "ours"
    origins: int = 4
    origin_step: int = 6
    split: date = CUTOFF
    iterations: int = 30
    learning_rate: float = 0.2
    max_rows: int = 400_000
    minimum_n: int = 30
    level: float = 0.95
    seed: int = 0

    @property
    def fitting(self) -> models.Settings:
        """How models are fitted."""
        return models.Settings(
            kind=self.model,
            iterations=self.iterations,
            learning_rate=self.learning_rate,
            max_rows=self.max_rows,
            seed=self.seed,
        )


@dataclass(frozen=True)
class Results:
    """What the report shows and its findings state.

    Attributes:
        share: of profiles that were learned from (1: all).
        backtest: with a column `best` where there is a reference.
        chosen: what forecasts at each horizon.
        errors: `errors.error_table` of every predictor overall; strata: of the model and the best baseline by
            stratum, with columns by ("followers", "density").
        split: forecasts on the published split, or None; weeks: the published weekly features.
        model: fitted on all; latest: every profile's latest row; importance: by group of features, 7 days.
    """

    settings: Settings
    prepared: Prepared = field(repr=False)
    exploration: Exploration
    share: float
    backtest: rolling.Backtest
    chosen: dict[int, str]
    errors: pd.DataFrame
    strata: pd.DataFrame
    split: pd.DataFrame | None
    weeks: pd.DataFrame
    model: Model
    latest: pd.DataFrame
    importance: "pd.Series[float]"

    @property
    def forecasts(self) -> pd.DataFrame:
        """The backtest's forecasts."""
        return self.backtest.forecasts

    @property
    def has_best(self) -> bool:
        """Whether there is a reference to compare with."""
        return BEST in self.forecasts.columns

    def at(self, horizon: int) -> pd.DataFrame:
        """The backtest's forecasts at one horizon."""
        return self.forecasts[self.forecasts["horizon"] == horizon]

    def best_baseline(self, horizon: int, measure: str = "MAE", *, naive: bool = False) -> str:
        """The baseline with the smallest error."""
        return rolling.best_of(self.at(horizon), NAIVE if naive else tuple(BASELINES), measure)


def measure(
    connection: BaseBackend,
    days: ir.Table,
    settings: Settings,
    reference: ir.Table | None = None,
) -> Results:
    """Measure everything.

    Args:
        days: checked daily rows; reference: forecasts to compare with (`schema.REFERENCE`).

    Raises:
        TableError: the data are too short for weeks, origins or models.
    """
    s = settings
    prepared = prepare(connection, days)
    span = prepared.span
    partial = partial_days(days, span)
    exploration = explore(days, prepared.weeks, span, partial, level=s.level)
    rows, share = sample(prepared, s.max_rows)
    weeks = sampled_weeks(prepared, share)
    rows = with_published(rows, weeks)
    at = rolling.origins(span.first_week, span.last_week, s.origins, s.origin_step)
    tested = rolling.backtest(rows, at, s.origin_step, s.fitting)
    chosen = rolling.choose(tested, level=s.level)
    if reference is not None:
        tested = rolling.Backtest(tested.origins, with_reference(tested.forecasts, reference))
    week = cutoff_week(s.split, span)
    split = published_split(rows, week, s.fitting) if week is not None else None
    if split is not None and reference is not None:
        split = with_reference(split, reference)
    model = models.fit(rows, span.last_week, s.fitting, chosen)
    latest = current(prepared)
    if s.model == "published":
        latest = with_published(latest, weeks)
    fresh = latest[latest["behind"] == 0]
    return Results(
        settings=s,
        prepared=prepared,
        exploration=exploration,
        share=share,
        backtest=tested,
        chosen=chosen,
        errors=errors(tested.forecasts, s.level),
        strata=by_strata(tested.forecasts, s.level),
        split=split,
        weeks=weeks,
        model=model,
        latest=latest,
        importance=reasons.importance(model, fresh, 1),
    )


def with_reference(forecasts: pd.DataFrame, reference: ir.Table) -> pd.DataFrame:
    """Adds the column `best`; NaN where the reference has no forecast."""
    wanted = reference.filter(
        reference.week.between(int(forecasts["week"].min()), int(forecasts["week"].max()))
    )
    table = wanted.to_pandas().rename(columns={"median": BEST})
    return forecasts.merge(table, on=["profile_id", "week", "horizon"], how="left")


def errors(forecasts: pd.DataFrame, level: float) -> pd.DataFrame:
    """Every predictor's errors overall; intervals' measures of the model alone."""
    predictors = (MODEL, *BASELINES, *((BEST,) if BEST in forecasts.columns else ()))
    known = forecasts.dropna(subset=[BEST]) if BEST in forecasts.columns else forecasts
    point = error_table(known, predictors, POINT, level=level)
    return pd.concat([point, error_table(known, (MODEL,), WITH_INTERVALS, level=level)], ignore_index=True)


def by_strata(forecasts: pd.DataFrame, level: float) -> pd.DataFrame:
    """Errors of the model and the baselines by stratum of followers and of recorded days."""
    found = []
    for by in ("followers", "density"):
        column = f"stratum_{by}"
        point = error_table(forecasts, (MODEL, *BASELINES), ("MAE", "WAPE", "MASE"), column, level=level)
        ends = error_table(forecasts, (MODEL,), WITH_INTERVALS, column, level=level)
        found.append(pd.concat([point, ends], ignore_index=True).assign(by=by))
    return pd.concat(found, ignore_index=True)


def split_errors(r: Results) -> pd.DataFrame:
    """Errors on the published split: ours, published with and without the leak, trailing mean, reference."""
    if r.split is None:
        return pd.DataFrame()
    names = (MODEL, *RIVALS, "trailing", *((BEST,) if BEST in r.split.columns else ()))
    return error_table(r.split, names, ("MAE", "RMSE", "R²", "WAPE", "MASE"), level=r.settings.level)


def squared_share(forecasts: pd.DataFrame, top: float) -> float:
    """Share of the model's squared error at 7 days that the `top` share of rows holds."""
    first = forecasts[forecasts["horizon"] == 1]
    squared = np.sort(((first["actual"] - first[MODEL]) ** 2).to_numpy())[::-1]
    return float(squared[: max(1, round(top * squared.size))].sum() / squared.sum())
