"""All that the forecast report measures: load a model, check that it fits the data, forecast, give
reasons.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis.backends import BaseBackend

from engagement_utils.profiles import bundle, models, reasons
from engagement_utils.profiles.bundle import Bundle
from engagement_utils.profiles.collect import Prepared, current, prepare, sample
from engagement_utils.profiles.features import HORIZONS, KEYS
from engagement_utils.profiles.forecast import FLAGS, chosen, forecast, without_history
from engagement_utils.profiles.published import published_weeks, with_published

HISTORY = 26  # weeks shown before a forecast
MOST = 100  # profiles that may be asked for


@dataclass(frozen=True)
class Settings:
    """The report's choices; the notebook's parameters of the same names say what they mean."""

    show: tuple[str, ...] = ()
    plots: int = 6
    level: float = 0.95
    minimum_n: int = 30
    seed: int = 0


@dataclass(frozen=True)
class Outlook:
    """What the forecast report shows and its findings state.

    Attributes:
        trained: whether the model was trained here, as none was given.
        latest: every profile's latest row; forecasts: four rows a profile, those without history included.
        shown: ids of the profiles that are drawn; reasons: a sentence for each of them, at 7 days.
        history: profile_id, week, y of the weeks before, of the shown profiles.
    """

    settings: Settings
    prepared: Prepared = field(repr=False)
    bundle: Bundle = field(repr=False)
    trained: bool
    latest: pd.DataFrame
    forecasts: pd.DataFrame
    shown: tuple[str, ...]
    reasons: dict[str, str]
    history: pd.DataFrame

    @property
    def flags(self) -> "pd.Series[int]":
        """Profiles by flag."""
        first = self.forecasts[self.forecasts["horizon_days"] == 7]
        return first["flag"].value_counts()

    def of(self, profile: str) -> pd.DataFrame:
        """The forecasts of one profile."""
        return self.forecasts[self.forecasts["profile_id"] == profile]


def train_here(prepared: Prepared, folder: Path, settings: models.Settings) -> None:
    """Train on the data at hand and save, as `engagement_prediction` does, but without a backtest."""
    rows, _ = sample(prepared, settings.max_rows)
    model = models.fit(rows, prepared.span.last_week, settings)
    text = "# Engagement forecast: model card\n\nTrained by the forecast report, without a backtest.\n"
    bundle.save(model, {"backtest": []}, text, folder, None)


def look_ahead(connection: BaseBackend, days: ir.Table, folder: Path | None, settings: Settings) -> Outlook:
    """Forecast every profile.

    Args:
        days: checked daily rows; folder: of a saved model; without one, a model is trained on these data,
            saved and loaded again, so that what forecasts is always what a saved model gives.

    Raises:
        ModelError: the model cannot be used, or does not fit the data.
        TableError: a wanted profile has no row.
    """
    prepared = prepare(connection, days)
    if folder is not None:
        found = bundle.load(folder)
    else:
        with TemporaryDirectory() as place:
            train_here(prepared, Path(place), models.Settings(seed=settings.seed))
            found = bundle.load(Path(place))
    last_week = prepared.span.last_week
    latest = current(prepared)
    fresh = latest[latest["behind"] == 0]
    bundle.fits(found, fresh, last_week)
    if found.model.kind == "published":
        weeks = published_weeks(days, prepared.span).to_pandas()
        latest = with_published(latest, weeks)
    table = forecast(found.model, latest, last_week)
    ids = days.select("profile_id").distinct().to_pandas()["profile_id"]
    nothing = sorted(set(ids) - set(latest["profile_id"]))
    table = pd.concat([table, without_history(nothing, last_week)], ignore_index=True)
    shown = tuple(chosen(settings.show, pd.Index(ids), latest, settings.plots))
    return Outlook(
        settings,
        prepared,
        found,
        folder is None,
        latest,
        table,
        shown,
        sentences(found, latest, table, shown),
        _history(prepared, shown),
    )


def sentences(
    found: Bundle, latest: pd.DataFrame, table: pd.DataFrame, shown: Sequence[str]
) -> dict[str, str]:
    """Why each forecast is what it is, at 7 days; what the flag says where nothing was forecast by the
    model.
    """
    rows = latest[latest["profile_id"].isin(shown)].set_index("profile_id", drop=False)
    first = table[table["horizon_days"] == 7].set_index("profile_id")
    parts = reasons.parts(found.model, rows, HORIZONS[0])
    levels = np.expm1(rows["anchor"])
    told = {}
    for profile in shown:
        flag = str(first.loc[profile, "flag"])
        if flag in ("stale", "no history"):
            told[profile] = f"{flag}: {FLAGS[flag]}."
            continue
        level = float(levels[profile])
        part = parts.T[profile] if not parts.empty else pd.Series(dtype=float)
        use = found.model[HORIZONS[0]].use if found.model.kind == "ours" else "regression"
        told[profile] = reasons.sentence(part, level, float(first["forecast"][profile]), use)
    return told


def _history(prepared: Prepared, shown: Sequence[str]) -> pd.DataFrame:
    weeks = prepared.weeks
    past = weeks.filter(
        weeks.profile_id.isin(list(shown))
        & (weeks.week > prepared.span.last_week - HISTORY)
        & (weeks.posts > 0)
    )
    frame = past.select(*KEYS, y=past.engagement / past.posts).to_pandas()
    return frame.sort_values(list(KEYS), kind="stable", ignore_index=True)


def facts(found: Bundle) -> dict[str, Any]:
    """What the report says of its model."""
    about = found.facts
    return {
        "learned from": f"{about['window']['first_day']} to {about['window']['last_day']}",
        "profiles": about["profiles"],
        "weeks of profiles": about["rows"],
        "versions": ", ".join(f"{k} {v}" for k, v in sorted(about["versions"].items())),
        "SHA-256": about["sha256"],
    }
