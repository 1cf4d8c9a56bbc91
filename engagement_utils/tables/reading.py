"""`read_tables`: the one door through which data comes in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
from pydantic import ValidationError

from engagement_utils.errors import TableError
from engagement_utils.tables.aside import output_dir, write_aside
from engagement_utils.tables.backend import hand_over, kept, pulled, view
from engagement_utils.tables.casting import check_spec, fits, typed
from engagement_utils.tables.checks import check
from engagement_utils.tables.diagnosis import accepted
from engagement_utils.tables.engines import connect
from engagement_utils.tables.jsonlines import land_json_lines
from engagement_utils.tables.landing import Landed, Rejected
from engagement_utils.tables.names import listed
from engagement_utils.tables.outcome import reasons, refuse_unusable
from engagement_utils.tables.parquet import land_parquet
from engagement_utils.tables.quality import InputQuality
from engagement_utils.tables.schema import Schema
from engagement_utils.tables.secrets import is_url, redact
from engagement_utils.tables.sources import JSON_LINES, PARQUET, WORKBOOK, base_dir, files_of, suffix_of
from engagement_utils.tables.spec import Table, TableSpec
from engagement_utils.tables.sql import land_sql
from engagement_utils.tables.textfile import land_text
from engagement_utils.tables.workbook import land_workbook

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends import BaseBackend

# errors of DuckDB that no input can cause
_OURS = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException, duckdb.InternalException)


@dataclass(frozen=True)
class Dataset(Mapping[str, "ir.Table"]):
    """Checked tables on one engine: `dataset["users"]` is a typed, clean Ibis table."""

    connection: "BaseBackend"
    tables: "Mapping[str, ir.Table]"
    quality: tuple[InputQuality, ...]

    def __getitem__(self, name: str) -> "ir.Table":
        return self.tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.tables)

    def __len__(self) -> int:
        return len(self.tables)


def read_tables(
    tables: Mapping[str, Table],
    schemas: Mapping[str, Schema],
    *,
    engine: str = "duckdb://",
    aside: Path | None = None,
) -> Dataset:
    """Read every table, check it against the schema of its name, set bad rows aside.

    A row is set aside when a value cannot be read, is missing, out of bounds or not accepted, when a
    reference does not resolve (to a row that is itself kept), when a rule says so, or when it repeats the key
    of an earlier row; every occurrence after the first. Values are never changed, but for the spaces around
    them. Rows set aside are kept whole, with file, row and reasons, in `<aside>/<table>_set_aside.csv`.

    A table as a whole is refused where more than half of a column's values cannot be read (the format is
    then not what was declared, and the text says what it looks like), where it has no rows, or where no row
    is left.

    Files are checked in DuckDB and then handed to the engine. A SQL table stays where it is when its URL is
    the engine's, else it is pulled in batches.

    Args:
        tables: name -> what the notebook's parameter says.
        schemas: name -> schema; tables that a schema references must be among `tables`.
        engine: a URL for `engines.connect`.
        aside: folder for rows set aside; by default `set_aside` in the folder for downloads.

    Returns:
        the tables with the columns of their schemas, in that order; other columns of the input are left out.
        Time stamps are in UTC, without zone.

    Raises:
        TableError: a table is unusable; the text names table, file, column and row, what was found and what
            is accepted.
    """
    order = _order(tables, schemas)
    specs = {name: _spec(name, tables[name]) for name in tables}
    reader = _Reader(engine, schemas, specs, aside or output_dir() / "set_aside")
    for name in order:
        try:
            reader.read(name)
        except TableError as error:
            msg = f"{name}: {error}"
            raise TableError(msg) from error
        except _OURS:
            raise
        except duckdb.Error as error:
            # damage that shows only when the rows are read
            msg = f"{name}: {redact(specs[name].path)}: cannot be read: {str(error).splitlines()[0]}"
            raise TableError(msg) from error
    return Dataset(
        reader.engine, {n: reader.tables[n] for n in tables}, tuple(reader.quality[n] for n in tables)
    )


def read_named(
    names: Mapping[str, Any], schemas: Mapping[str, Schema], *, aside: Path | None = None
) -> Dataset:
    """`read_tables` for the tables that a notebook's names hold: `read_named(globals(), schemas)`.

    Each schema's table is the parameter of its name; one that is None is not read. `engine` is a name too.
    """
    tables = {name: names[name] for name in schemas if names[name] is not None}
    return read_tables(tables, schemas, engine=names["engine"], aside=aside)


def _order(tables: Mapping[str, Table], schemas: Mapping[str, Schema]) -> list[str]:
    """Referenced tables first; ValueError where the schemas do not fit together."""
    graph = {}
    for name in tables:
        parents = {c.references[0] for c in schemas[name].columns if c.references}
        if not parents <= set(tables):
            msg = f"table {name!r} references {sorted(parents - set(tables))}, which are not among the tables"
            raise ValueError(msg)
        graph[name] = sorted(parents)
    try:
        return list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        msg = f"the tables reference each other in a circle: {' -> '.join(error.args[1])}"
        raise ValueError(msg) from error


def _spec(name: str, value: Table) -> TableSpec:
    try:
        spec = TableSpec.of(value)
        check_spec(spec)
    except ValidationError as error:
        first = error.errors()[0]
        fields = listed(TableSpec.model_fields, 40)
        msg = f"{name}: {'.'.join(map(str, first['loc']))}: {first['msg']}; accepted are the fields {fields}"
        raise TableError(msg) from error
    except TypeError as error:
        msg = f"{name}: found {value!r}, accepted: a path, or a mapping with `path`"
        raise TableError(msg) from error
    except TableError as error:
        msg = f"{name}: {error}"
        raise TableError(msg) from error
    return spec


class _Reader:
    """The tables read so far, on the engine and where they were checked."""

    def __init__(
        self, engine: str, schemas: Mapping[str, Schema], specs: Mapping[str, TableSpec], aside: Path
    ) -> None:
        self.url, self.schemas, self.specs, self.aside = engine, schemas, specs, aside
        self.engine = connect(engine)
        self.scratch = self.engine if self.engine.name == "duckdb" else connect("duckdb://")
        self.tables: dict[str, ir.Table] = {}
        self.quality: dict[str, InputQuality] = {}
        self._at: dict[tuple[str, str], ir.Table] = {}  # (table, backend) -> clean table

    def read(self, name: str) -> None:
        """Land one table, check it, put its clean rows on the engine."""
        schema, spec = self.schemas[name], self.specs[name]
        landed = self._landed(schema, spec)
        table, rejected = _typed(landed, schema, spec)
        parents = {
            c.references[0]: self._on(landed.con, c.references[0]) for c in schema.columns if c.references
        }
        checked = check(landed.con, table, schema, spec, parents)
        refuse_unusable(landed, checked, rejected, schema, spec)
        path = self.aside / f"{name}_set_aside.csv"
        wanted = [c.first for c in checked.checks if c.action == "set aside"]
        values = write_aside(path, landed, checked.aside, rejected, wanted)
        self.quality[name] = InputQuality(
            name,
            redact(spec.path),
            checked.rows + len(rejected),
            checked.bad + len(rejected),
            reasons(landed, checked, rejected, table, values),
            _shown(path) if checked.bad or rejected else "",
        )
        clean = checked.clean.drop("__row")
        if landed.con.name == "duckdb":
            clean = view(landed.con, landed.con.compile(clean), name)
        elif checked.aside is not None:
            clean = kept(landed.con, clean, name)
        self._at[name, landed.con.name] = clean
        if landed.con is not self.engine:
            clean = hand_over(landed.con, clean, self.engine, name)
            self._at[name, self.engine.name] = clean
        self.tables[name] = clean

    def _landed(self, schema: Schema, spec: TableSpec) -> Landed:
        if is_url(spec.path):
            files_of(spec, base_dir())
            return land_sql(self.engine, self.scratch, schema, spec, self.url)
        files = files_of(spec, base_dir())
        kinds = sorted({_kind(f) for f in files})
        if len(kinds) > 1:
            msg = f"{spec.path!r}: found files of several kinds ({', '.join(kinds)}), accepted: one kind"
            raise TableError(msg)
        land = {"Parquet": land_parquet, "workbook": land_workbook, "JSON lines": land_json_lines}
        return land.get(kinds[0], land_text)(self.scratch, files, schema, spec)

    def _on(self, con: "BaseBackend", name: str) -> "ir.Table":
        """A clean table on the backend that checks another one against it."""
        if (name, con.name) not in self._at:
            parent = pulled(self.engine, self.tables[name], con, name)
            self._at[name, con.name] = parent.drop("__row")
        return self._at[name, con.name]


def _kind(file: Path) -> str:
    kinds = {"Parquet": PARQUET, "workbook": WORKBOOK, "JSON lines": JSON_LINES}
    return next((k for k, suffixes in kinds.items() if suffix_of(file) in suffixes), "text")


def _typed(landed: Landed, schema: Schema, spec: TableSpec) -> "tuple[ir.Table, list[Rejected]]":
    """The input with types; what was text is computed once and kept."""
    con, dtypes = landed.con, landed.source.schema()
    for column in schema.columns:
        dtype = dtypes.get(landed.found.get(column.name, ""))
        text = dtype is not None and dtype.is_string() and not landed.strict
        if dtype is not None and not text and not fits(column.kind, dtype, spec):
            msg = f"column {column.name}: found the type {dtype}, accepted: {accepted(column, spec)}"
            raise TableError(msg + ("; cast it in `query`" if landed.strict else ""))
    if not landed.written:
        return typed(landed.source, schema, landed.found, spec), []
    try:
        table = typed(
            landed.source if landed.fast is None else landed.fast,
            schema,
            landed.found,
            spec,
            written=True,
            native_dates=landed.native_dates,
            stage=lambda step: view(con, con.compile(step), schema.name),
        )
        stored = kept(con, table, schema.name)
    except duckdb.Error as error:
        known = {
            "state machine": "a carriage return that ends no line, outside quotes; use one kind of line end",
            "format specifier": f"date_format: found {spec.date_format!r}: {str(error).splitlines()[0]}",
        }
        msg = next((text for sign, text in known.items() if sign in str(error)), str(error).splitlines()[0])
        raise TableError(msg) from error
    if landed.fast is None:
        return stored, []
    rejected = landed.settle(stored)
    # rows of a new table are numbered in the order in which they came
    return stored.mutate(__row=stored.rowid()).drop("__file"), rejected


def _shown(path: Path) -> str:
    """The path of a file of rows set aside, as a page may show it."""
    return path.relative_to(output_dir()).as_posix() if path.is_relative_to(output_dir()) else path.name
