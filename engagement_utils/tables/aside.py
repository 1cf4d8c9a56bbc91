"""Rows set aside, kept whole in a CSV that is safe to open in a spreadsheet."""

import csv
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from engagement_utils.tables.backend import batches
from engagement_utils.tables.landing import Landed, Rejected
from engagement_utils.tables.spreadsheet import escaped, escaped_column

if TYPE_CHECKING:
    import ibis.expr.types as ir


def output_dir() -> Path:
    """Where a notebook's downloads go."""
    return Path(os.environ.get("ENGAGEMENT_OUTPUT_DIR") or "_output")


def write_aside(
    path: Path,
    landed: Landed,
    aside: "ir.Table | None",
    rejected: Iterable[Rejected],
    examples: Iterable[int],
) -> dict[int, Mapping[str, str | None]]:
    """Write the rows set aside, or remove the file of an earlier read when there are none.

    Columns: file, row, reasons, then the input's own under their own headers; a row that could not be split
    into cells stands in a last column as it was written.

    Args:
        path: of the CSV.
        landed: the input.
        aside: `__row` and `__reasons` of rows to write.
        rejected: rows that could not be split into cells.
        examples: rows whose values are wanted.

    Returns:
        for each example that is set aside, source column -> the value as it was written.
    """
    rejected = list(rejected)
    if aside is None and not rejected:
        path.unlink(missing_ok=True)
        return {}
    wanted = set(examples)
    values: dict[int, Mapping[str, str | None]] = {}
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    last = ["row as written"] if rejected else []
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            out = csv.writer(file, lineterminator="\n")
            out.writerow(map(escaped, ["file", "row", "reasons", *landed.headers, *last]))
            for batch in _whole(landed, aside):
                rows, reasons = batch["__row"].to_pylist(), batch["__reasons"].to_pylist()
                raw = [batch[c] for c in landed.headers.values()]
                cells = [escaped_column(c).to_pylist() for c in raw]
                for i, row in enumerate(rows):
                    place, number = landed.place(row)
                    reason = reasons[i].removesuffix("; ")
                    out.writerow(
                        [escaped(place), number or "", reason, *(c[i] for c in cells), *("" for _ in last)]
                    )
                    if row in wanted:
                        values[row] = {
                            n: c[i].as_py() for n, c in zip(landed.headers.values(), raw, strict=True)
                        }
            for r in rejected:
                empty = [""] * len(landed.headers)
                out.writerow([escaped(r.place[0]), r.place[1], r.reason, *empty, escaped(r.text)])
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return values


def _whole(landed: Landed, aside: "ir.Table | None") -> "Iterable[pa.RecordBatch]":
    """The rows in order, every cell as text."""
    if aside is None:
        return []
    names = list(landed.headers.values())
    table = landed.source.inner_join(aside, "__row")
    texts = {n: table[n] if table[n].type().is_string() else table[n].cast("string") for n in names}
    return batches(landed.con, table.select("__row", "__reasons", **texts).order_by("__row"))
