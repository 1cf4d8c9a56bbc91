"""The prediction report's tables."""

from collections.abc import Mapping

import pandas as pd

from engagement_utils.profiles.models import MODEL
from engagement_utils.profiles.names import predictor_names
from engagement_utils.profiles.results import Results, split_errors
from engagement_utils.report.outputs import TableView
from engagement_utils.report.table import Col, table

# feature, or features with one meaning -> what it is; the order is that of the models
MEANINGS: Mapping[str, str] = {
    "lag_0 to lag_4": "engagement per post of the week and of the four before, by calendar week",
    "last": "the last week with posts",
    "trailing": "engagement over posts of the last 28 days",
    "level": "the anchor itself: the weighted mean with a half-life of 8 weeks",
    "trend": "the anchor above the plain mean of all weeks",
    "spread": "standard deviation between weeks, half-life 8 weeks",
    "weight": "how many weeks with posts stand behind the anchor",
    "recency": "weeks since the last week with posts",
    "posts_4": "posts of 4 weeks",
    "shown_0 to shown_3": "impressions over reach of the week and of the three before",
    "followers": "last known followers",
    "rate": "the anchor against followers",
    "season_sin, season_cos": "time of the year",
}
_COLUMNS = {
    "MAE": Col("MAE", digits=0),
    "RMSE": Col("RMSE", digits=0),
    "R²": Col("R²", digits=2),
    "WAPE": Col("WAPE", digits=1, percent=True),
    "MASE": Col("MASE", digits=3),
}


def _wide(errors: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Measures as columns; rows in the order in which they came."""
    order = errors.drop_duplicates(keys)[keys]
    wide = errors.pivot_table(index=keys, columns="measure", values="value", sort=False).reset_index()
    return order.merge(wide, on=keys, how="left")


def errors_table(r: Results) -> TableView:
    """All predictors at all horizons, every published measure and the scale-free ones."""
    point = r.errors[~r.errors["measure"].str.startswith("coverage") & (r.errors["measure"] != "pinball")]
    wide = _wide(point, ["horizon", "predictor"])
    names = predictor_names(r.settings.model)
    wide = wide.assign(days=7 * wide["horizon"], name=wide["predictor"].map(names))
    return table(
        wide[["days", "name", *_COLUMNS]],
        name="errors_by_horizon",
        title="Errors in the rolling-origin backtest",
        columns={"days": Col("Days ahead", kind="number", digits=0), "name": "Forecast", **_COLUMNS},
        caption="MAE and RMSE in engagement per post; WAPE is the sum of errors over the sum of "
        "engagement per "
        "post; MASE is scaled by each profile's mean change from week to week.",
        strong=[i for i, p in enumerate(wide["predictor"]) if p == MODEL],
    )


def strata_table(r: Results) -> TableView:
    """The model by stratum at every horizon, beside the best baseline."""
    others = r.strata[(r.strata["predictor"] != MODEL) & (r.strata["measure"] == "MAE")]
    best = others.groupby(["by", "group", "horizon"], sort=False)["value"].min().rename("baseline")
    mine = _wide(r.strata[r.strata["predictor"] == MODEL], ["by", "group", "horizon", "rows", "profiles"])
    wide = mine.merge(best.reset_index(), on=["by", "group", "horizon"]).assign(
        days=lambda t: 7 * t["horizon"]
    )
    words = {"followers": "followers", "density": "recorded days"}
    wide["by"] = wide["by"].map(words)
    wide = wide.sort_values(["by", "group", "days"], key=_natural, kind="stable", ignore_index=True)
    return table(
        wide.drop(columns="horizon"),
        name="errors_by_stratum",
        title="Errors by stratum",
        columns={
            "by": "Stratum by",
            "group": "Stratum",
            "days": Col("Days ahead", digits=0),
            "rows": "Rows",
            "profiles": "Profiles",
            "MAE": Col("MAE", digits=None),
            "baseline": Col("MAE, best baseline", digits=None),
            "WAPE": Col("WAPE", digits=1, percent=True),
            "MASE": Col("MASE", digits=2),
            "pinball": Col("Pinball", digits=None),
        },
        printed=False,
    )


def _natural(column: "pd.Series[str]") -> "pd.Series[int] | pd.Series[str]":
    """Strata in their own order."""
    from engagement_utils.profiles.strata import STRATA

    if column.name != "group":
        return column
    order = [g for by in ("followers", "density") for g in STRATA[by]]
    return column.map({g: i for i, g in enumerate(order)})


def coverage_table(r: Results) -> TableView:
    """Coverage and pinball loss overall."""
    wide = _wide(
        r.errors[r.errors["measure"].isin(["coverage_80", "coverage_95", "pinball"])], ["horizon", "rows"]
    )
    wide = wide.assign(days=7 * wide["horizon"])
    return table(
        wide.drop(columns="horizon"),
        name="coverage_overall",
        title="Coverage of the intervals, all rows",
        columns={
            "days": Col("Days ahead", digits=0),
            "rows": "Rows",
            "coverage_80": Col("80% interval covers", percent=True, digits=1),
            "coverage_95": Col("95% interval covers", percent=True, digits=1),
            "pinball": Col("Pinball loss", digits=0),
        },
    )


def split_table(r: Results) -> TableView:
    """Errors on the published split."""
    names = predictor_names(r.settings.model)
    wide = _wide(split_errors(r), ["horizon", "predictor", "rows"])
    wide = wide.assign(days=7 * wide["horizon"], name=wide["predictor"].map(names))
    return table(
        wide[["days", "name", "rows", *_COLUMNS]],
        name="errors_published_split",
        title="Errors on the published split",
        columns={"days": Col("Days ahead", digits=0), "name": "Forecast", "rows": "Rows", **_COLUMNS},
        caption="The published figures on their own data, with the leak: MAE 5,123, 5,446, 5,940 and "
        "6,756, R² 0.88, "
        "0.86, 0.86 and 0.84 at 7, 14, 21 and 28 days.",
        strong=[i for i, p in enumerate(wide["predictor"]) if p == MODEL],
    )


def faults_table(frame: pd.DataFrame) -> TableView:
    """The nine faults; `frame` is from `faults.faults`."""
    return table(
        frame,
        name="published_faults",
        title="Nine faults of the published pipeline",
        columns={"number": "No.", "fault": "Fault", "here": "Here", "evidence": "These data"},
        folded=False,
    )


def features_table() -> TableView:
    """What the model takes."""
    frame = pd.DataFrame(MEANINGS.items(), columns=["feature", "meaning"])
    return table(
        frame,
        name="features",
        title="Features, all known at the end of the week of the forecast",
        columns={"feature": "Feature", "meaning": "What it is"},
        caption="Engagement per post y enters as log(1 + y), measured from the anchor.",
        save=False,
    )
