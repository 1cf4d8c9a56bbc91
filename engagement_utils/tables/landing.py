"""An input on a connection, as it came: what every reader hands to the checks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engagement_utils.errors import TableError
from engagement_utils.tables.names import listed, nearest
from engagement_utils.tables.schema import Schema
from engagement_utils.tables.spec import TableSpec

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends import BaseBackend


@dataclass(frozen=True)
class Rejected:
    """A row that could not be split into cells, as it was written."""

    place: tuple[str, int]
    reason: str
    text: str


@dataclass(frozen=True)
class Landed:
    """An input on a connection.

    Attributes:
        con: the backend that holds it.
        source: its columns as they came, and `__row`, the rows' number from 0 through all files; it may be
            computed again and again.
        headers: header as written -> column of `source`.
        found: our column -> column of `source`.
        place: row -> (file name, number of the row in it); the number is 0 where rows have none (SQL).
        fast: for text: the same rows in the same order without `__row`, which is cheaper to compute; its
            typed values are kept in a table, and `settle` is called with that table.
        settle: gives the rows left out of `source`, which are known once it has been read through.
        written, native_dates: see `casting.typed`.
        strict: whether text is refused in a column of numbers or dates (SQL, whose types are declared).
    """

    con: "BaseBackend"
    source: "ir.Table"
    headers: Mapping[str, str]
    found: Mapping[str, str]
    place: Callable[[int], tuple[str, int]]
    fast: "ir.Table | None" = None
    settle: "Callable[[ir.Table], list[Rejected]]" = lambda stored: []
    written: bool = True
    strict: bool = False
    native_dates: bool = False

    def words(self, row: int) -> str:
        """Where a row is: `file interactions.csv, row 17`."""
        file, number = self.place(row)
        return f"file {file}, row {number:,}" if number else f"table {file}"


def match_columns(headers: list[str], schema: Schema, spec: TableSpec, where: str) -> dict[str, int]:
    """Our column -> position of its header.

    A header is taken exactly as it is written, spaces at its ends aside: by the spec's `columns`, else by our
    name, else by one of the column's aliases.

    Args:
        headers: as found.
        schema: what is declared.
        spec: its `columns` say `{ours: theirs}`.
        where: names the file in errors.

    Raises:
        TableError: a column is missing, found twice, or used twice; the text lists the headers.
    """
    names = [c.name for c in schema.columns]
    for ours in spec.columns:
        if ours not in names:
            msg = f"{where}: columns: found {ours!r}, accepted: {listed(names, 40)}{nearest(ours, names)}"
            raise TableError(msg)
    clean = [h.strip(" \t\r\n\u00a0\ufeff") for h in headers]
    found: dict[str, int] = {}
    missing: list[str] = []
    for column in schema.columns:
        theirs = spec.columns.get(column.name)
        wanted = (theirs.strip(),) if theirs is not None else (column.name, *column.aliases)
        at = [i for i, h in enumerate(clean) if h in wanted]
        if len(at) > 1:
            msg = (
                f"{where}: column {column.name!r} is found {len(at)} times, under the headers "
                f"{listed(clean[i] for i in at)}; rename one, or say `columns: {{{column.name}: theirs}}`"
            )
            raise TableError(msg)
        if at:
            found[column.name] = at[0]
        elif column.required or theirs is not None:
            near = nearest(theirs or column.name, clean)
            missing.append(f"{theirs or column.name!r}{f' (for {column.name})' if theirs else ''}{near}")
    if missing:
        msg = (
            f"{where}: missing column{'s' if len(missing) > 1 else ''} {', '.join(missing)}. "
            f"Found headers: {listed(clean, 40)}. Where a header differs, say `columns: {{ours: theirs}}`"
        )
        raise TableError(msg)
    for position in found.values():
        users = [n for n, p in found.items() if p == position]
        if len(users) > 1:
            msg = (
                f"{where}: header {clean[position]!r} is used for {listed(users)}, accepted: one column each"
            )
            raise TableError(msg)
    return found
