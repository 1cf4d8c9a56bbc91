"""What a table must look like: columns, bounds, keys, references and rules; declared once a domain."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import ibis.expr.types as ir

Kind = Literal["string", "integer", "number", "date", "timestamp", "boolean"]
Action = Literal["set aside", "counted"]
Bound = int | float | date | datetime


@dataclass(frozen=True)
class Column:
    """One column of ours. A row with a value that breaks it is set aside.

    Attributes:
        name: ours; the header is this, one of `aliases`, or what the table's `columns: {ours: theirs}` says.
        kind: "string" (in text files without the spaces around it), "integer" (64 bit), "number" (float64,
            finite), "date", "timestamp" (without zone, in UTC), "boolean".
        required: whether the column must be in the input; a missing optional column reads as all null.
        nullable: whether a value may be missing (empty, SQL NULL, NaN in Parquet).
        key: part of the table's unique key; of rows with an equal key the first is kept.
        minimum, maximum: bounds, inclusive.
        accepts: the only values accepted; None for any.
        references: (table, column) of the dataset that must hold the value; null refers to nothing.
        aliases: other headers under which the column is found without being told.
        missing: words that stand for a missing value, such as "undefined".
        description: one line for the reader of an error or of a data dictionary.
    """

    name: str
    kind: Kind
    required: bool = True
    nullable: bool = False
    key: bool = False
    minimum: Bound | None = None
    maximum: Bound | None = None
    accepts: frozenset[Any] | None = None
    references: tuple[str, str] | None = None
    aliases: tuple[str, ...] = ()
    missing: frozenset[str] = frozenset()
    description: str = ""


@dataclass(frozen=True)
class Rule:
    """A check that one column's declaration cannot say.

    Attributes:
        name: short and stable, such as "watched_longer_than_the_ping".
        text: what is wrong with such a row, as the data quality section says it.
        expr: from the typed table to a boolean column that is true for a BAD row (null counts as good).
        action: "set aside" removes the row; "counted" keeps it and reports how many there are.
        column: the column whose value an example shows, "" for the row as such.
        joins: referenced tables (see `Column.references`) whose columns `expr` needs: they are joined to the
            table as `<table>__<column>`, so `lambda t: t.event_timestamp < t.users__signup_date` works.
    """

    name: str
    text: str
    expr: "Callable[[ir.Table], ir.BooleanValue]"
    action: Action = "set aside"
    column: str = ""
    joins: tuple[str, ...] = ()


@dataclass(frozen=True)
class Schema:
    """One table of ours.

    Attributes:
        name: of the table in the dataset, such as "users"; references and joins use it.
        description: what one row is, such as "one row a registered user".
        columns: in the order in which the table is handed on; other columns of the input are left out.
        rules: checked on rows whose columns are good.
        duplicates: what happens to rows that equal an earlier one in every declared column; "ignored" saves
            the pass over the data. A table with a key has its duplicates found by the key.
    """

    name: str
    description: str
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...] = ()
    duplicates: Literal["set aside", "counted", "ignored"] = "counted"

    def __post_init__(self) -> None:
        names = [c.name for c in self.columns]
        if len(set(names)) != len(names):
            msg = f"schema {self.name!r}: a column name occurs twice in {names}"
            raise ValueError(msg)
        for rule in self.rules:
            if rule.column and rule.column not in names:
                msg = f"schema {self.name!r}, rule {rule.name!r}: no column {rule.column!r} among {names}"
                raise ValueError(msg)
            unknown = sorted(set(rule.joins) - {c.references[0] for c in self.columns if c.references})
            if unknown:
                msg = f"schema {self.name!r}, rule {rule.name!r}: no column references {unknown}"
                raise ValueError(msg)

    @property
    def key(self) -> tuple[str, ...]:
        """Names of the columns that make a row unique."""
        return tuple(c.name for c in self.columns if c.key)

    def __getitem__(self, name: str) -> Column:
        """The column of that name; KeyError when there is none."""
        return {c.name: c for c in self.columns}[name]
