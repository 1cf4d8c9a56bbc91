"""The stock data and their best possible forecasts; and data of any size, as 24 monthly CSV files."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pandas as pd
import pyarrow as pa
from pyarrow import csv

from engagement_utils.profiles.sample.best import best_forecasts, best_table
from engagement_utils.profiles.sample.simulation import (
    ROWS_PER_PROFILE,
    Simulated,
    Truth,
    blocks,
    simulate,
    with_faults,
)
from engagement_utils.profiles.schema import PROFILES

COLUMNS = tuple(column.name for column in PROFILES.columns)
BLOCK = 2000  # profiles in memory at once


def file_name(month: pd.Period) -> str:
    """ "ig_data_01-2023_u.csv"."""
    return f"ig_data_{month.month:02d}-{month.year}_u.csv"


def write_months(folder: Path, rows: int, *, seed: int | None = None) -> int:
    """Write whole profiles until the next one would exceed `rows`; returns how many rows were written."""
    folder.mkdir(parents=True, exist_ok=True)
    # a few more profiles than the mean asks for, as the mean varies
    most = int(rows / ROWS_PER_PROFILE * 1.15) + 50
    truth = Truth(profiles=most) if seed is None else Truth(profiles=most, seed=seed)
    schema = pa.schema(
        [(c, pa.string() if c in ("profile_id", "followers") else pa.int64()) for c in COLUMNS]
    )
    schema = schema.set(0, pa.field("date", pa.date32()))
    months = pd.period_range("2023-01", "2024-12", freq="M")
    options = csv.WriteOptions(quoting_style="none")
    written = 0
    with ExitStack() as stack:
        files = {
            month: stack.enter_context(
                csv.CSVWriter(folder / file_name(month), schema, write_options=options)
            )
            for month in months
        }
        for block in blocks(truth, BLOCK):
            daily = block.daily
            # rows stand profile by profile
            upto = daily.groupby("profile_id", observed=True, sort=False).size().cumsum() + written
            whole = int(upto[upto <= rows].max() - written) if (upto <= rows).any() else 0
            daily = daily.iloc[:whole]
            key = daily["date"].dt.year * 12 + daily["date"].dt.month
            for month in months:
                part = daily[key == month.year * 12 + month.month]
                if len(part):
                    files[month].write_table(_table(part, schema))
            written += whole
            if whole < len(block.daily):
                break
    return written


def _table(part: pd.DataFrame, schema: pa.Schema) -> pa.Table:
    """A month's rows, by day as the published files are, and then by profile."""
    ordered = part.iloc[part["date"].argsort(kind="stable")]
    columns = [
        pa.array(ordered[name].astype("string[pyarrow]") if pa.types.is_string(field.type) else ordered[name])
        for name, field in zip(COLUMNS, schema, strict=True)
    ]
    return pa.table([c.cast(f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)


def _stock() -> Simulated:
    return simulate(Truth())


def _stock_rows() -> pd.DataFrame:
    """The stock data: 2,000 profiles over two years, with some faults."""
    frame = with_faults(_stock().daily, Truth().seed)
    frame["date"] = frame["date"].dt.date
    return frame.astype({"profile_id": "string[pyarrow]"}).sort_values(["date", "profile_id"], kind="stable")


def _stock_best() -> pd.DataFrame:
    """The best possible forecasts of the stock data: profile_id, week, horizon, median (a post)."""
    simulated = _stock()
    return best_table(simulated, best_forecasts(simulated))


SAMPLES: dict[str, Callable[[], pd.DataFrame]] = {
    "profiles.parquet": _stock_rows,
    "best.parquet": _stock_best,
}
