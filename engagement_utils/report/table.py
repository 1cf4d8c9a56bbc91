"""Tables as they are shown: formatted text in every cell, the full numbers in a download."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import numpy as np
import pandas as pd
from pandas.api import types

from engagement_utils.report.exports import save_csv
from engagement_utils.report.outputs import TableColumn, TableView
from engagement_utils.report.wording import MISSING, day, interval, number

Kind = Literal["auto", "text", "number", "date", "p"]


@dataclass(frozen=True)
class Col:
    """How a column is shown.

    Attributes:
        label: its header; `unit` stands behind it in brackets, not in the cells.
        digits: decimals of every cell; None takes as many as give the column's typical value three
            significant digits, at most three. Whole-number columns have none.
        kind: "auto" looks at the data; "p" prints p-values ("0.03", "< 0.001").
        percent: the data are shares (0 to 1), shown times 100.
        interval_with: names of the columns that hold the bounds, shown in brackets: "12 (10 to 15)".
    """

    label: str
    unit: str = ""
    digits: int | None = 2
    kind: Kind = "auto"
    percent: bool = False
    interval_with: tuple[str, str] | None = None


def _missing(value: Any) -> bool:
    return value is None or (types.is_scalar(value) and bool(pd.isna(value)))


def _kind(column: "pd.Series[Any]", col: Col) -> Kind:
    if col.kind != "auto":
        return col.kind
    if types.is_bool_dtype(column.dtype):
        return "text"
    if types.is_numeric_dtype(column.dtype):
        return "number"
    first = next((v for v in column if not _missing(v)), None)
    return "date" if isinstance(first, date) else "text"


def _digits(column: "pd.Series[Any]", col: Col) -> int:
    if types.is_integer_dtype(column.dtype) and not col.percent:
        return 0
    if col.digits is not None:
        return col.digits
    scale = 100.0 if col.percent else 1.0
    values = np.abs(pd.to_numeric(column, errors="coerce").to_numpy(dtype=float, na_value=np.nan)) * scale
    values = values[np.isfinite(values) & (values > 0)]
    if values.size == 0 or bool(np.all(values == np.round(values))):
        return 0
    return int(np.clip(2 - np.floor(np.log10(np.median(values))), 0, 3))


def _date(value: Any) -> str:
    if isinstance(value, datetime) and (value.hour or value.minute or value.second):
        return f"{day(value)} {value:%H:%M}"
    return day(value)


def _p(value: float) -> str:
    if value < 0.001:
        return "< 0.001"
    return number(value, 3 if value < 0.01 or 0.045 <= value < 0.055 else 2)


def _cells(df: pd.DataFrame, name: str, col: Col) -> list[str]:
    column = df[name]
    kind = _kind(column, col)
    if kind == "text":
        words = {True: "yes", False: "no"}
        return [
            MISSING if _missing(v) else words[bool(v)] if isinstance(v, bool | np.bool_) else str(v)
            for v in column
        ]
    if kind == "date":
        return [MISSING if _missing(v) else _date(v) for v in column]
    if kind == "p":
        return [MISSING if _missing(v) else _p(float(v)) for v in column]
    digits, scale = _digits(column, col), 100.0 if col.percent else 1.0
    cells = [MISSING if _missing(v) else number(float(v) * scale, digits) for v in column]
    if col.interval_with is None:
        return cells
    low, high = (df[bound] for bound in col.interval_with)
    return [
        cell if _missing(a) or _missing(b) else f"{cell} ({interval(a * scale, b * scale, digits)})"
        for cell, a, b in zip(cells, low, high, strict=True)
    ]


def table(
    df: pd.DataFrame,
    *,
    name: str,
    title: str,
    columns: Mapping[str, Col | str],
    caption: str = "",
    folded: bool = True,
    strong: Collection[int] = (),
    max_rows: int | None = None,
    save: bool = True,
    printed: bool = True,
) -> TableView:
    """A table for the page, and all of `df` in full precision as the download `<name>.csv`.

    Args:
        columns: which columns are shown, in this order, and how; a string is a `Col` with that label.
        folded: opens on demand on the page. printed: stands in the PDF.
        strong: numbers of the rows (from 0) to set in bold.
        max_rows: show the first ones only; the caption then says so.
        save: write the download.

    Raises:
        ValueError: no title, no columns, a column that `df` does not have, or a row to set in bold that is
            not shown.
    """
    if not title.strip() or not columns:
        msg = f"table {name!r}: a title and at least one column are expected"
        raise ValueError(msg)
    cols = {key: Col(c) if isinstance(c, str) else c for key, c in columns.items()}
    wanted = [*cols, *(b for c in cols.values() for b in c.interval_with or ())]
    unknown = [c for c in wanted if c not in df.columns]
    if unknown:
        found = ", ".join(map(str, df.columns))
        msg = f"table {name!r}: no column {', '.join(map(repr, unknown))}; found {found}"
        raise ValueError(msg)
    shown = df if max_rows is None else df.head(max_rows)
    if any(not 0 <= i < len(shown) for i in strong):
        msg = f"table {name!r}: bold rows {sorted(strong)}, but {len(shown)} rows are shown"
        raise ValueError(msg)
    if len(shown) < len(df):
        where = "; the download has all." if save else "."
        caption = f"{caption} The first {len(shown)} of {number(len(df))} rows{where}".strip()
    cells = [_cells(shown, key, col) for key, col in cols.items()]
    heads = tuple(
        TableColumn(
            col.label,
            col.unit or ("%" if col.percent else ""),
            "number" if (kind := _kind(df[key], col)) == "p" else kind,  # type: ignore[arg-type]
        )
        for key, col in cols.items()
    )
    return TableView(
        name=name,
        title=title,
        columns=heads,
        rows=tuple(zip(*cells, strict=True)),
        caption=caption,
        data=save_csv(df, name) if save else "",
        folded=folded,
        printed=printed,
        strong=tuple(sorted(strong)),
    )
