"""What the questions of each report share: rows prepared once, models fitted, forecasts made."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from engagement_utils.profiles import backtest as testing
from engagement_utils.profiles import models, reasons
from engagement_utils.profiles.backtest import BEST, CUTOFF, LEAKING, WITHOUT, Backtest
from engagement_utils.profiles.baselines import BASELINES
from engagement_utils.profiles.claimed import claimed_weeks, with_claimed
from engagement_utils.profiles.errors import POINT, error_table
from engagement_utils.profiles.exploration import Exploration, explore
from engagement_utils.profiles.features import HORIZONS, KEYS, NAIVE
from engagement_utils.profiles.forecast import FLAGS, chosen, forecast, without_history
from engagement_utils.profiles.intervals import LEVELS, ends
from engagement_utils.profiles.models import MODEL, Fitting, Kind, Model
from engagement_utils.profiles.preparation import current, prepare, sample, sampled_weeks
from engagement_utils.profiles.serving import bundle
from engagement_utils.profiles.serving.card import save_model
from engagement_utils.profiles.weekly import partial_days
from engagement_utils.report.report import Settings
from engagement_utils.tables.reading import Dataset
from engagement_utils.tables.sources import base_dir

KINDS: dict[Kind, str] = {"ours": "gradient boosting", "published": "published regression"}
RIVALS = {LEAKING: "published, with its leak", WITHOUT: "published, without it"}
HISTORY = 26  # weeks shown before a forecast


@dataclass(frozen=True)
class PredictionSettings(Settings):
    """The prediction report's choices; the notebook's parameters of the same names say what they mean."""

    minimum_n: int = 30
    model: Kind = "ours"
    origins: int = 4
    origin_step: int = 6
    split: date = CUTOFF
    iterations: int = 30
    learning_rate: float = 0.2
    max_rows: int = 400_000
    publish_profiles: bool = True

    @property
    def fitting(self) -> Fitting:
        """How models are fitted."""
        return Fitting(
            kind=self.model,
            iterations=self.iterations,
            learning_rate=self.learning_rate,
            max_rows=self.max_rows,
            seed=self.seed,
        )


@dataclass(frozen=True)
class ForecastSettings(Settings):
    """The forecast report's choices; the notebook's parameters of the same names say what they mean."""

    minimum_n: int = 30
    model: Path | None = None
    show: tuple[str, ...] = ()
    plots: int = 6


class PredictionMeasures:
    """What the questions of the prediction report share, each computed when it is first wanted.

    Args:
        data: checked daily rows, `profiles`, and forecasts to compare with, `reference`, where there are any.

    Raises:
        TableError: the data are too short for weeks or origins.
    """

    def __init__(self, data: Dataset, settings: PredictionSettings) -> None:
        self.settings, self.level = settings, settings.level
        self.prepared = prepare(data.connection, data["profiles"])
        self._reference = data.tables.get("reference")
        span = self.prepared.span
        self._origins = testing.origins(
            span.first_week, span.last_week, settings.origins, settings.origin_step
        )

    @cached_property
    def exploration(self) -> Exploration:
        """What the data look like before anything is modelled."""
        p = self.prepared
        return explore(p.days, p.weeks, p.span, partial_days(p.days, p.span), level=self.level)

    @cached_property
    def _sample(self) -> tuple[pd.DataFrame, float]:
        return sample(self.prepared, self.settings.max_rows)

    @property
    def share(self) -> float:
        """Of profiles that are learned from (1: all)."""
        return self._sample[1]

    @cached_property
    def weeks(self) -> pd.DataFrame:
        """The seed's weekly features of these profiles."""
        return sampled_weeks(self.prepared, self.share)

    @cached_property
    def rows(self) -> pd.DataFrame:
        """What is learned from: features, the seed's beside ours."""
        return with_claimed(self._sample[0], self.weeks)

    @cached_property
    def backtest(self) -> Backtest:
        """Forecasts from rolling origins, with a column `best` where there is a reference."""
        s = self.settings
        found = testing.backtest(self.rows, self._origins, s.origin_step, s.fitting)
        return Backtest(found.origins, self._with_reference(found.forecasts))

    def _with_reference(self, forecasts: pd.DataFrame) -> pd.DataFrame:
        return forecasts if self._reference is None else testing.with_reference(forecasts, self._reference)

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

    def best_baseline(self, horizon: int, measure: str, *, naive: bool = False) -> str:
        """The baseline with the smallest error."""
        names = NAIVE if naive else tuple(BASELINES)
        return testing.best_of(self.at(horizon), names, measure, level=self.level)

    @cached_property
    def chosen(self) -> dict[int, str]:
        """What forecasts at each horizon."""
        return testing.choose(self.backtest, level=self.level)

    @cached_property
    def errors(self) -> pd.DataFrame:
        """Of every predictor overall."""
        return testing.errors(self.forecasts, level=self.level)

    @cached_property
    def errors_by_stratum(self) -> pd.DataFrame:
        """Of the model and the baselines."""
        return testing.errors_by_stratum(self.forecasts, level=self.level)

    @cached_property
    def split(self) -> pd.DataFrame | None:
        """Forecasts after the seed's split; None where the data hold too little before or after it."""
        week = testing.cutoff_week(self.settings.split, self.prepared.span)
        if week is None:
            return None
        return self._with_reference(testing.claimed_split(self.rows, week, self.settings.fitting))

    @cached_property
    def split_errors(self) -> pd.DataFrame:
        """After the seed's split, of ours, the seed's with and without the leak, trailing mean, reference."""
        if self.split is None:
            return pd.DataFrame()
        best = (BEST,) if BEST in self.split.columns else ()
        return error_table(self.split, (MODEL, *RIVALS, "trailing", *best), POINT, level=self.level)

    @cached_property
    def model(self) -> Model:
        """Fitted on all that is known."""
        return models.fit(self.rows, self.prepared.span.last_week, self.settings.fitting, self.chosen)

    @cached_property
    def latest(self) -> pd.DataFrame:
        """Every profile's latest row."""
        found = current(self.prepared)
        return with_claimed(found, self.weeks) if self.settings.model == "published" else found

    @property
    def fresh(self) -> pd.DataFrame:
        """The latest rows of profiles recorded in the last week, or not long before."""
        return self.latest[self.latest["behind"] == 0]

    @cached_property
    def importance(self) -> "pd.Series[float]":
        """How much each group of features moves forecasts 7 days ahead."""
        return reasons.importance(self.model, self.fresh, HORIZONS[0])

    @cached_property
    def saved(self) -> float:
        """Saves the model: how far, as z, its forecasts lie from those of the model loaded again, at most."""
        errors = pd.concat([self.errors, self.errors_by_stratum], ignore_index=True)
        return save_model(self.model, errors, self.latest, publish_profiles=self.settings.publish_profiles)

    @property
    def names(self) -> dict[str, str]:
        """What predictors are called, the model first."""
        return {MODEL: KINDS[self.settings.model], **BASELINES, BEST: "best possible", **RIVALS}


class ForecastMeasures:
    """What the questions of the forecast report share: a saved model, and the forecasts of every profile.

    Without a saved model, one is trained on these data, saved and loaded again, so that what forecasts is
    always what a saved model gives.

    Args:
        data: checked daily rows, `profiles`.

    Raises:
        ModelError: the model cannot be used, or does not fit the data.
        TableError: a wanted profile has no row.
    """

    def __init__(self, data: Dataset, settings: ForecastSettings) -> None:
        self.settings, self.level = settings, settings.level
        self.prepared = prepare(data.connection, data["profiles"])
        if settings.model is not None:
            self.bundle = bundle.load(base_dir() / settings.model)
        else:
            with TemporaryDirectory() as place:
                self._train(Path(place))
                self.bundle = bundle.load(Path(place))
        last_week = self.prepared.span.last_week
        latest = current(self.prepared)
        bundle.fits(self.bundle, latest[latest["behind"] == 0], last_week)
        if self.bundle.model.kind == "published":
            weeks = claimed_weeks(self.prepared.days, self.prepared.span).to_pandas()
            latest = with_claimed(latest, weeks)
        self.latest = latest
        ids = self.prepared.days.select("profile_id").distinct().to_pandas()["profile_id"]
        nothing = sorted(set(ids) - set(latest["profile_id"]))
        made = (forecast(self.bundle.model, latest, last_week), without_history(nothing, last_week))
        self.forecasts = pd.concat(made, ignore_index=True)
        self.shown = tuple(chosen(settings.show, pd.Index(ids), latest, settings.plots))

    def _train(self, folder: Path) -> None:
        """Train on the data at hand and save, as `engagement_prediction` does, but without a backtest."""
        fitting = Fitting(seed=self.settings.seed)
        rows, _ = sample(self.prepared, fitting.max_rows)
        model = models.fit(rows, self.prepared.span.last_week, fitting)
        text = "# Engagement forecast: model card\n\nTrained by the forecast report, without a backtest.\n"
        bundle.save(model, {"backtest": []}, text, folder, None)

    @property
    def next_week(self) -> pd.DataFrame:
        """The forecasts at 7 days, a row a profile."""
        return self.forecasts[self.forecasts["horizon_days"] == 7]

    @cached_property
    def first(self) -> pd.DataFrame:
        """Forecasts by the model at 7 days, with each profile's usual level."""
        table = self.next_week[self.next_week[ends(LEVELS[0])[0]].notna()]
        level = pd.Series(np.expm1(self.latest["anchor"]).to_numpy(), index=self.latest["profile_id"])
        return table.assign(level=table["profile_id"].map(level).to_numpy())

    @property
    def flags(self) -> "pd.Series[int]":
        """Profiles by flag."""
        return self.next_week["flag"].value_counts()

    def flagged(self, flag: str) -> int:
        """How many profiles have a flag."""
        return int(self.flags.get(flag, 0))

    def of(self, profile: str) -> pd.DataFrame:
        """The forecasts of one profile."""
        return self.forecasts[self.forecasts["profile_id"] == profile]

    @cached_property
    def reasons(self) -> dict[str, str]:
        """By profile that is shown, why its forecast at 7 days is what it is, or what its flag says."""
        rows = self.latest[self.latest["profile_id"].isin(self.shown)].set_index("profile_id", drop=False)
        first, model = self.next_week.set_index("profile_id"), self.bundle.model
        parts = reasons.parts(model, rows, HORIZONS[0])
        levels = np.expm1(rows["anchor"])
        use = model[HORIZONS[0]].use if model.kind == "ours" else "regression"
        told = {}
        for profile in self.shown:
            flag = str(first.loc[profile, "flag"])
            if flag in ("stale", "no history"):
                told[profile] = f"{flag}: {FLAGS[flag]}."
                continue
            part = parts.T[profile] if not parts.empty else pd.Series(dtype=float)
            told[profile] = reasons.sentence(
                part, float(levels[profile]), float(first["forecast"][profile]), use
            )
        return told

    @cached_property
    def history(self) -> pd.DataFrame:
        """profile_id, week, y of the weeks before, of the profiles that are shown."""
        weeks, since = self.prepared.weeks, self.prepared.span.last_week - HISTORY
        past = weeks.filter(
            weeks.profile_id.isin(list(self.shown)) & (weeks.week > since) & (weeks.posts > 0)
        )
        frame = past.select(*KEYS, y=past.engagement / past.posts).to_pandas()
        return frame.sort_values(list(KEYS), kind="stable", ignore_index=True)
