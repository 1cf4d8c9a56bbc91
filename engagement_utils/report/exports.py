"""CSV files and the folders that downloads go to; safe to open in a spreadsheet, the same bytes again."""

import csv
import os
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pandas.api import types

from engagement_utils.tables.spreadsheet import escaped

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def downloads_dir() -> Path:
    """Where files for readers are written: ENGAGEMENT_OUTPUT_DIR, else `_output/`; made where missing."""
    return _made("ENGAGEMENT_OUTPUT_DIR", "_output")


def private_dir() -> Path:
    """Where personal data are written, never published: ENGAGEMENT_PRIVATE_DIR, else `_output/private/`."""
    return _made("ENGAGEMENT_PRIVATE_DIR", "_output/private")


def _made(variable: str, default: str) -> Path:
    path = Path(os.environ.get(variable) or default)
    path.mkdir(parents=True, exist_ok=True)
    return path


def file_name(name: str, suffix: str) -> str:
    """`name` with its suffix.

    Raises:
        ValueError: a name with a folder, a space or another character that a link would have to escape.
    """
    if not _NAME.fullmatch(name):
        msg = f"file name {name!r}: letters, digits, '.', '_' and '-' are accepted, first a letter or digit"
        raise ValueError(msg)
    return name if name.endswith(suffix) else name + suffix


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return escaped(value)
    return value.isoformat() if isinstance(value, date) else value


def _written(column: "pd.Series[Any]") -> list[Any]:
    """The cells as they stand in the file, None where missing: ISO 8601 dates (without time where none has
    one), safe text."""
    form: Callable[[Any], Any] = _cell
    if types.is_datetime64_any_dtype(column.dtype):
        known = column.dropna()
        midnight = bool((known == known.dt.normalize()).all()) and column.dt.tz is None
        form = _day if midnight else pd.Timestamp.isoformat
    elif types.is_numeric_dtype(column.dtype):
        form = str
    elif not isinstance(column.dtype, pd.StringDtype | pd.CategoricalDtype):
        return [None if types.is_scalar(v) and pd.isna(v) else _cell(v) for v in column]
    codes, distinct = pd.factorize(column)  # values repeat: each is looked at once
    each = distinct if isinstance(distinct, pd.DatetimeIndex) else np.asarray(distinct)
    forms = np.array([*map(form, each), None], dtype=object)  # missing has the code -1
    return list(forms[codes])


def _day(moment: pd.Timestamp) -> str:
    return moment.isoformat()[:10]


def save_csv(df: pd.DataFrame, name: str, *, private: bool = False) -> str:
    """Write `df` (without its index) to the downloads and return the file's name.

    UTF-8, line feeds, floats with the shortest text that gives the same float again, ISO dates, text that
    cannot become a formula (`tables.spreadsheet.escaped`), also in the header.

    Args:
        private: into the private folder instead, for personal data.

    Raises:
        ValueError: an unusable name.
    """
    target = file_name(name, ".csv")
    folder = private_dir() if private else downloads_dir()
    with (folder / target).open("w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(escaped(str(c)) for c in df.columns)
        lines.writerows(zip(*(_written(df.iloc[:, i]) for i in range(df.shape[1])), strict=True))
    return target
