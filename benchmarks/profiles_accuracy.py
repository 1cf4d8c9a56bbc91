"""Errors on the stock data: ours, LightGBM on the same features, two forecasting libraries, the best.

`python -m benchmarks.profiles_accuracy` runs the report's backtest (four origins, six weeks each).
LightGBM learns the same target from the same rows and features, with our settings and with its own.
statsforecast and statsmodels fit weekly series of log(1 + engagement per post) as known at an origin, of 250
profiles each, and are compared on the forecasts of the origins' own weeks. statsforecast takes no gaps:
weeks without posts repeat the last value. To reach: 70 % of the way from the best naive baseline to the best
possible in mean absolute error, coverage within 2 points overall and 5 in strata of 200 rows, and errors
within 1 % of or under LightGBM's and the libraries'.
"""

import argparse
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import lightgbm
import numpy as np
import pandas as pd
from statsforecast import StatsForecast
from statsforecast.models import AutoETS, AutoTheta, SimpleExponentialSmoothingOptimized
from statsmodels.tsa.statespace.structural import UnobservedComponents

from benchmarks import page
from benchmarks.goals import Goal, record
from engagement_utils.profiles import backtest, models, preparation, schema
from engagement_utils.profiles.backtest import BEST
from engagement_utils.profiles.baselines import BASELINES
from engagement_utils.profiles.errors import COVERAGE, error, way
from engagement_utils.profiles.features import HORIZONS, NAIVE
from engagement_utils.profiles.models import MODEL
from engagement_utils.tables.reading import read_tables

WAY, OVERALL, WITHIN, ENOUGH, NEAR = 0.7, 0.02, 0.05, 200, 1.01  # to reach
STEP, ORIGINS = 6, 4
LEVEL = 0.95  # of the intervals
GBM = {
    "LightGBM, our settings": {
        "n_estimators": 30,
        "learning_rate": 0.2,
        "num_leaves": 15,
        "min_child_samples": 100,
        "reg_lambda": 10.0,
    },
    "LightGBM, 60 smaller steps": {
        "n_estimators": 60,
        "learning_rate": 0.1,
        "num_leaves": 15,
        "min_child_samples": 100,
        "reg_lambda": 10.0,
    },
    "LightGBM, its defaults": {},
}
SERIES = 250  # profiles at an origin whose series the libraries fit, evenly over the sorted ids
MINIMUM = 12  # values that a series needs; below, the libraries' models repeat the last value
Rows = pd.DataFrame


def prepared_rows(folder: Path) -> tuple[preparation.Prepared, Rows, object]:
    """The stock data as the report prepares them."""
    dataset = read_tables(
        {"profiles": "sample:profiles/profiles.parquet", "reference": "sample:profiles/best.parquet"},
        {"profiles": schema.PROFILES, "reference": schema.REFERENCE},
        aside=folder,
    )
    prepared = preparation.prepare(dataset.connection, dataset["profiles"])
    return prepared, preparation.sample(prepared, 10**9)[0], dataset["reference"]


def gbm(rows: Rows, origins: tuple[int, ...], settings: dict[str, float]) -> "pd.Series[float]":
    """LightGBM's forecasts of the backtest's rows, by profile, week and horizon."""
    found = []
    for origin in origins:
        asked = rows[(rows["week"] >= origin) & (rows["week"] < origin + STEP)]
        for h in HORIZONS:
            fitting, _ = models.split(rows, h, origin)
            target = fitting[f"target_{h}"].to_numpy() - fitting["anchor"].to_numpy()
            regressor = lightgbm.LGBMRegressor(**settings, random_state=0, n_jobs=1, verbose=-1)
            regressor.fit(models.matrix(fitting), target)
            test = asked[asked[f"target_{h}"].notna()]
            z = np.clip(test["anchor"] + regressor.predict(models.matrix(test)), 0, None)
            keys = test[["profile_id", "week"]].assign(horizon=h, forecast=np.expm1(z))
            found.append(keys)
    return pd.concat(found).set_index(["profile_id", "week", "horizon"])["forecast"]


def series_of(
    prepared: preparation.Prepared, origin: int, ids: "pd.Series[str]"
) -> dict[str, "pd.Series[float]"]:
    """Weekly log(1 + engagement per post) up to `origin`, from a profile's first value; NaN without posts."""
    weeks = prepared.weeks
    past = weeks.filter((weeks.week <= origin) & (weeks.posts > 0) & weeks.profile_id.isin(ids.tolist()))
    frame = past.select("profile_id", "week", y=past.engagement / past.posts).to_pandas()
    frame["z"] = np.log1p(frame["y"])
    return {
        str(profile): part.set_index("week")["z"].reindex(range(part["week"].min(), origin + 1))
        for profile, part in frame.groupby("profile_id", sort=True)
    }


def by_statsforecast(series: dict[str, "pd.Series[float]"]) -> Rows:
    """profile_id, horizon and a column a model, as z."""
    long = {p: s.ffill() for p, s in series.items() if s.notna().sum() >= MINIMUM}
    table = pd.concat(
        [pd.DataFrame({"unique_id": p, "ds": range(s.size), "y": s.to_numpy()}) for p, s in long.items()]
    )
    chosen = {
        "statsforecast AutoETS": AutoETS(season_length=1, alias="statsforecast AutoETS"),
        "statsforecast AutoTheta": AutoTheta(season_length=1, alias="statsforecast AutoTheta"),
        "statsforecast SES": SimpleExponentialSmoothingOptimized(alias="statsforecast SES"),
    }
    fitted = StatsForecast(models=list(chosen.values()), freq=1, n_jobs=1).forecast(df=table, h=4)
    fitted = fitted.reset_index(drop="unique_id" in fitted.columns)
    fitted["horizon"] = fitted.groupby("unique_id").cumcount() + 1
    return fitted.rename(columns={"unique_id": "profile_id"})[["profile_id", "horizon", *chosen]]


def by_statsmodels(series: dict[str, "pd.Series[float]"]) -> Rows:
    """profile_id, horizon, and statsmodels' local level (gaps are missing to it), as z."""
    found = []
    for profile, s in series.items():
        if s.notna().sum() < MINIMUM:
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fitted = UnobservedComponents(s.to_numpy(), "local level").fit(disp=0, maxiter=50)
        for h, z in zip(HORIZONS, fitted.forecast(4), strict=True):
            found.append((profile, h, float(z)))
    return pd.DataFrame(found, columns=["profile_id", "horizon", "statsmodels local level"])


LIBRARIES: tuple[Callable[[dict[str, "pd.Series[float]"]], Rows], ...] = (by_statsforecast, by_statsmodels)


def at_origins(prepared: preparation.Prepared, forecasts: Rows, origins: tuple[int, ...]) -> Rows:
    """The forecasts of the origins' own weeks with the libraries' beside them."""
    parts = []
    for origin in origins:
        part = forecasts[forecasts["week"] == origin]
        ids = np.sort(part["profile_id"].unique())
        drawn = ids[np.linspace(0, len(ids) - 1, min(SERIES, len(ids))).astype(int)]
        part = part[part["profile_id"].isin(drawn)]
        series = series_of(prepared, origin, part["profile_id"].drop_duplicates())
        for library in LIBRARIES:
            part = part.merge(library(series), on=["profile_id", "horizon"], how="left")
        parts.append(part)
    table = pd.concat(parts, ignore_index=True)
    names = [c for c in table.columns if c.startswith("stats")]
    # where a series is too short for them, the library's forecast is the last week
    table[names] = np.expm1(table[names].clip(lower=0)).fillna(
        pd.DataFrame(dict.fromkeys(names, table["last"]))
    )
    return table


def measured(table: Rows, names: list[str], measure: str) -> Rows:
    """One row a predictor, a column a horizon."""
    found = {
        name: [error(table[table["horizon"] == h], name, measure, level=LEVEL).value for h in HORIZONS]
        for name in names
    }
    return pd.DataFrame(found, index=list(HORIZONS)).T


def shown(mae: Rows, mase: Rows, names: dict[str, str]) -> str:
    """MAE and MASE side by side."""
    days = [str(7 * h) for h in HORIZONS]
    head = ["forecast", *(f"MAE {d}" for d in days), *(f"MASE {d}" for d in days)]
    rows = [
        [names.get(n, n), *(f"{v:,.0f}" for v in mae.loc[n]), *(f"{v:.3f}" for v in mase.loc[n])]
        for n in mae.index
    ]
    return page.table(head, rows)


def calibration(forecasts: Rows) -> tuple[float, float, str]:
    """The largest distance of coverage overall and in strata, and where the latter is."""
    tested = backtest.errors_by_stratum(forecasts, level=LEVEL)
    tested = tested[tested["measure"].str.startswith("coverage_") & (tested["rows"] >= ENOUGH)]
    distance = (tested["value"] - tested["measure"].str[-2:].astype(int) / 100).abs()
    worst = tested.loc[distance.idxmax()]
    overall = max(
        abs(error(forecasts[forecasts["horizon"] == h], MODEL, measure, level=LEVEL).value - share)
        for h in HORIZONS
        for measure, share in COVERAGE.items()
    )
    where = f"{worst['group']}, {7 * worst['horizon']} days, {worst['measure'][-2:]} %"
    return overall, float(distance.max()), where


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.parse_args(arguments)
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as aside:
        prepared, rows, reference = prepared_rows(Path(aside))
    span = prepared.span
    origins = backtest.origins(span.first_week, span.last_week, ORIGINS, STEP)
    tested = backtest.backtest(rows, origins, STEP, models.Fitting())
    print(f"backtest after {time.perf_counter() - started:.0f} s", flush=True)
    forecasts = backtest.with_reference(tested.forecasts, reference)  # type: ignore[arg-type]
    forecasts["profile_id"] = forecasts["profile_id"].astype(str)
    keys = pd.MultiIndex.from_frame(forecasts[["profile_id", "week", "horizon"]])
    for name, settings in GBM.items():
        forecasts[name] = gbm(rows, origins, settings).reindex(keys).to_numpy()
    tested = replace(tested, forecasts=forecasts)
    names = {MODEL: "**ours**", **BASELINES, BEST: "best possible"}
    everyone = [MODEL, *GBM, *BASELINES, BEST]
    mae, mase = (measured(forecasts, everyone, m) for m in ("MAE", "MASE"))
    ways = []
    for h in HORIZONS:
        part = forecasts[forecasts["horizon"] == h]
        ways.append(way(part, MODEL, backtest.best_of(part, NAIVE, "MAE", level=LEVEL), BEST, level=LEVEL))
    print(f"LightGBM after {time.perf_counter() - started:.0f} s", flush=True)
    late = at_origins(prepared, forecasts, origins)
    libraries = [c for c in late.columns if c.startswith("stats")]
    mae_late, mase_late = (measured(late, [*everyone, *libraries], m) for m in ("MAE", "MASE"))
    gbm_ratio = max((m.loc[MODEL] / m.loc[list(GBM)].min()).max() for m in (mae, mase))
    library_ratio = max((m.loc[MODEL] / m.loc[libraries].min()).max() for m in (mae_late, mase_late))
    overall, within, where = calibration(forecasts)
    least = min(e.value for e in ways)
    per_h = ", ".join(f"{e.value:.0%} ({e.low:.0%} to {e.high:.0%})" for e in ways)
    text = "\n".join(
        [
            f"{len(forecasts):,} forecasts of {forecasts['profile_id'].nunique():,} profiles from 24 weeks "
            "after four origins, days ahead in the columns:",
            "",
            shown(mae, mase, names),
            "",
            f"- Of the way from the best naive baseline to the best possible in MAE: {per_h} at 7, 14, 21, "
            f"28 days (95 % intervals over profiles); to reach {WAY:.0%}.",
            f"- Coverage is off by at most {overall * 100:.1f} points overall (to reach {OVERALL * 100:g}), "
            f"{within * 100:.1f} in strata of {ENOUGH} rows or more ({where}; to reach {WITHIN * 100:g}).",
            f"- Ours over the best LightGBM, the largest of all horizons and both errors: {gbm_ratio:.4f} "
            f"(to reach {NEAR}).",
            "",
            f"{len(late):,} forecasts of the origins' own weeks, of {SERIES} profiles an origin, with the "
            "libraries' models beside them:",
            "",
            shown(mae_late, mase_late, names),
            "",
            f"- Ours over the best library model, the largest: {library_ratio:.4f} (to reach {NEAR}).",
        ]
    )
    print(text)
    page.write("profiles", "accuracy", text)
    return record(
        "profiles_accuracy",
        [
            Goal("least of the way to the best forecast, any horizon", least, WAY, least=True),
            Goal("coverage off overall, points", 100 * overall, 100 * OVERALL),
            Goal(f"coverage off in a stratum of {ENOUGH} rows or more, points", 100 * within, 100 * WITHIN),
            Goal("error, times the best LightGBM", gbm_ratio, NEAR, digits=4),
            Goal("error, times the best library model", library_ratio, NEAR, digits=4),
        ],
    )


if __name__ == "__main__":
    sys.exit(main())
