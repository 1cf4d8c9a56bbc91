"""`Table`: the parameter type of every tabular input, as the YAML states it."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class TableSpec(BaseModel):
    """Where a table is and how it is written.

    In a notebook and in YAML a table is a string (the path alone) or a mapping of these fields; both stay
    plain values there, so that a parameter prints and hashes the same everywhere. `TableSpec.of` reads them.

    Attributes:
        path: a file, a glob, `sample:<domain>/<file>`, or a SQL URL (`postgresql://host/db`). A relative
            path is relative to the YAML file, in an interactive notebook to the working directory.
        columns: `{ours: theirs}`, for exports whose headers differ.
        table: table name, for SQL URLs; `query` is the alternative.
        date_format: strptime format of every date and timestamp column, such as `%d/%m/%Y %H:%M`;
            without one only ISO 8601 is accepted, nothing is guessed. Where dates are written as numbers:
            `epoch_s`, `epoch_ms` (since 1970, UTC) or `excel` (a spreadsheet's days).
        timezone: of time stamps without an offset, such as `America/Mexico_City`.
        decimal: the decimal mark of numbers written as text.
        sheet: of an Excel workbook: its name, or its position from 1.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str = Field(min_length=1)
    columns: dict[str, str] = {}
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    encoding: str = "utf-8"
    date_format: str | None = None
    timezone: str | None = None
    decimal: str = Field(default=".", pattern=r"^[.,]$")
    sheet: str | int | None = None
    table: str | None = None
    query: str | None = None

    @classmethod
    def of(cls, value: "Table") -> "TableSpec":
        """The spec of a table parameter's value."""
        return (
            value
            if isinstance(value, TableSpec)
            else cls(**({"path": value} if isinstance(value, str) else value))
        )


# what a notebook's `parameters` cell annotates an input with
Table = str | Mapping[str, Any] | TableSpec
