"""The checks of a typed table, in as few passes over the data as possible, on the backend that holds it.

First pass: every value, reference and rule of every row, in one aggregate. Only where rows are bad a second
pass lists them with their reasons. Third: the key, or whole rows, among the rows that are left; on DuckDB by
a 64-bit hash, so that only rows with an equal hash are compared. pandera's Ibis backend was left aside: it
imports PySpark where that is installed (seconds), and it reports failure cases, not rows set aside.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import ibis

from engagement_utils.tables import casting
from engagement_utils.tables.backend import kept, run
from engagement_utils.tables.diagnosis import accepted, bound
from engagement_utils.tables.schema import Column, Schema
from engagement_utils.tables.spec import TableSpec

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends import BaseBackend

_KINDS = {
    "integer": "a whole number",
    "number": "a number",
    "date": "a date",
    "timestamp": "a time",
    "boolean": "true or false",
}


@dataclass(frozen=True)
class Check:
    """One thing that can be wrong with a row, and how often it is.

    `first` is the first such row; `given` how many values there were to read, for the check of readability.
    """

    rule: str
    action: Literal["set aside", "counted"]
    columns: tuple[str, ...]
    accepted: str
    flag: "ir.BooleanValue"
    rows: int = 0
    first: int = -1
    given: int = 0
    unreadable: bool = False


@dataclass(frozen=True)
class Checked:
    """What came of checking a table.

    Attributes:
        rows: of the table.
        bad: how many are set aside.
        clean: the others, with our columns and `__row`.
        aside: `__row` and `__reasons` of those set aside; None when there are none.
        checks: those that found something, in the order of the schema.
    """

    rows: int
    bad: int
    clean: "ir.Table"
    aside: "ir.Table | None"
    checks: tuple[Check, ...]


def check(
    con: "BaseBackend", table: "ir.Table", schema: Schema, spec: TableSpec, parents: Mapping[str, "ir.Table"]
) -> Checked:
    """Check a typed table (see `casting.typed`) against its schema.

    Args:
        con: the backend that holds `table` and `parents`.
        table: with `__row` and a code column for each column.
        schema: what is declared.
        spec: for the words of what is accepted.
        parents: the clean tables that it references, by name.
    """
    joined = _with_parents(table, schema, parents)
    checks = [*_of_columns(joined, schema, spec), *_of_rules(joined, schema)]
    counted = {f"__c{i}": c.flag for i, c in enumerate(checks) if c.action == "counted"}
    judged = joined.mutate(__bad=_any([c.flag for c in checks if c.action == "set aside"]), **counted)
    counts = _counted(judged, checks)
    aside, left = None, table
    if counts["bad"]:
        aside, checks = _listed(con, joined, checks, schema.name)
        left = table.anti_join(aside, "__row")
    repeated, again = _repeated(con, left, schema)
    total, tally = counts["bad"], counts
    if again is not None and again.action == "set aside":
        total += again.rows
        aside = repeated if aside is None else aside.union(repeated)
        left = left.anti_join(repeated, "__row")
        tally = _counted(judged.anti_join(repeated, "__row"), checks)
    done = [_with_counts(c, i, counts, tally) for i, c in enumerate(checks)] + ([again] if again else [])
    clean = left.select("__row", *(c.name for c in schema.columns))
    return Checked(counts["rows"], total, clean, aside, tuple(c for c in done if c.rows))


def _any(flags: "list[ir.BooleanValue]") -> "ir.BooleanValue":
    result = ibis.literal(False)
    for flag in flags:
        result = result | flag
    return result


def _counted(judged: "ir.Table", checks: list[Check]) -> dict[str, int]:
    """One pass: rows, bad rows, values that could be read, and of rules that only count their good rows."""
    wanted: dict[str, ir.Value] = {"rows": judged.count(), "bad": judged.count(where=judged["__bad"])}
    for i, c in enumerate(checks):
        if c.action == "counted":
            hit = judged[f"__c{i}"] & ~judged["__bad"]
            wanted |= {f"n{i}": judged.count(where=hit), f"r{i}": judged["__row"].min(where=hit)}
        elif c.unreadable:
            wanted[f"g{i}"] = judged[c.columns[0]].count()
    return judged.aggregate(**wanted).to_pyarrow().to_pylist()[0]


def _listed(
    con: "BaseBackend", joined: "ir.Table", checks: list[Check], name: str
) -> "tuple[ir.Table, list[Check]]":
    """The bad rows with their reasons, and the checks with their rows and the first of them."""
    flags = {f"__f{i}": c.flag for i, c in enumerate(checks) if c.action == "set aside"}
    bad = joined.select("__row", **flags).filter(lambda t: _any([t[f] for f in flags]))
    bad = kept(con, bad, f"{name}_bad")
    wanted: dict[str, ir.Value] = {}
    words = ibis.literal("")
    for i, c in enumerate(checks):
        if c.action == "set aside":
            flag = bad[f"__f{i}"]
            wanted |= {f"n{i}": bad.count(where=flag), f"r{i}": bad["__row"].min(where=flag)}
            words = words + ibis.ifelse(flag, f"{c.rule}; ", "")
    found = bad.aggregate(**wanted).to_pyarrow().to_pylist()[0]
    checks = [
        replace(c, rows=found[f"n{i}"], first=found[f"r{i}"]) if c.action == "set aside" else c
        for i, c in enumerate(checks)
    ]
    return bad.select("__row", __reasons=words), checks


def _with_counts(check: Check, i: int, counts: dict[str, int], tally: dict[str, int]) -> Check:
    if check.action == "counted":
        return replace(check, rows=tally[f"n{i}"], first=tally[f"r{i}"])
    return replace(check, given=counts[f"g{i}"] + check.rows) if check.unreadable else check


def _with_parents(table: "ir.Table", schema: Schema, parents: Mapping[str, "ir.Table"]) -> "ir.Table":
    """The table with `__in_<column>` true where the reference resolves, and the columns that rules join."""
    joins = {name for rule in schema.rules for name in rule.joins}
    joined = table
    for column in schema.columns:
        if column.references is None:
            continue
        name, key = column.references
        parent = parents[name]
        others = {f"{name}__{c}": parent[c] for c in parent.columns} if name in joins else {}
        joins.discard(name)
        side = parent.select(**{f"__key_{column.name}": parent[key], **others})
        side = side.mutate(**{f"__in_{column.name}": ibis.literal(True)})
        if not others:
            side = side.distinct()
        joined = joined.left_join(side, joined[column.name] == side[f"__key_{column.name}"])
        joined = joined.drop(f"__key_{column.name}")
    return joined


def _of_columns(table: "ir.Table", schema: Schema, spec: TableSpec) -> list[Check]:
    checks = []
    for c in schema.columns:
        code, takes = table[f"__x_{c.name}"], accepted(c, spec)
        for number, rule in _rules_of(c).items():
            checks.append(
                Check(
                    f"{c.name} {rule}",
                    "set aside",
                    (c.name,),
                    takes,
                    code == number,
                    unreadable=number == casting.UNREADABLE,
                )
            )
        if c.references is not None:
            name, key = c.references
            dangling = table[c.name].notnull() & table[f"__in_{c.name}"].isnull() & (code == casting.GOOD)
            takes = f"a {key} that table {name} holds, and keeps"
            checks.append(Check(f"{c.name} is not in {name}", "set aside", (c.name,), takes, dangling))
    return checks


def _rules_of(column: Column) -> dict[int, str]:
    """Codes that a column can get, with what they mean."""
    rules = {}
    if not column.nullable:
        rules[casting.MISSING] = "is missing"
    if column.kind != "string":
        rules[casting.UNREADABLE] = f"is not {_KINDS[column.kind]}"
    if column.minimum is not None:
        rules[casting.TOO_SMALL] = f"is below {bound(column.minimum)}"
    if column.maximum is not None:
        rules[casting.TOO_LARGE] = f"is above {bound(column.maximum)}"
    if column.accepts is not None:
        rules[casting.NOT_ACCEPTED] = "is not an accepted value"
    return rules


def _of_rules(table: "ir.Table", schema: Schema) -> list[Check]:
    good = ibis.literal(True)
    for c in schema.columns:
        good = good & (table[f"__x_{c.name}"] == casting.GOOD)
    checks = []
    for rule in schema.rules:
        flag = good & rule.expr(table).fill_null(False)
        columns = (rule.column,) if rule.column else ()
        checks.append(Check(rule.text, rule.action, columns, "", flag))
    return checks


def _repeated(con: "BaseBackend", left: "ir.Table", schema: Schema) -> "tuple[ir.Table | None, Check | None]":
    """Rows that repeat an earlier row's key, or where there is no key, an earlier row."""
    columns = schema.key or tuple(c.name for c in schema.columns)
    if not schema.key and schema.duplicates == "ignored":
        return None, None
    action: Literal["set aside", "counted"] = "counted" if not schema.key else "set aside"
    if not schema.key and schema.duplicates == "set aside":
        action = "set aside"
    rule = f"{', '.join(schema.key)} repeats an earlier row's" if schema.key else "repeats an earlier row"
    candidates = left
    if con.name == "duckdb":
        hashed = left.mutate(__hash=ibis.struct({n: left[n] for n in columns}).hash())
        twice = hashed.group_by("__hash").having(hashed.count() > 1).aggregate(__n=hashed.count())
        twice = kept(con, twice.select("__hash"), f"{schema.name}_twice")
        if not run(con, f'SELECT 1 FROM "{twice.op().name}" LIMIT 1'):
            return None, None
        candidates = hashed.semi_join(twice, "__hash").drop("__hash")
    nth = ibis.row_number().over(group_by=[candidates[n] for n in columns], order_by=candidates["__row"])
    later = candidates.mutate(__nth=nth).filter(lambda t: t["__nth"] > 0)
    later = kept(con, later.select("__row", __reasons=ibis.literal(f"{rule}; ")), f"{schema.name}_later")
    found = later.aggregate(n=later.count(), first=later["__row"].min()).to_pyarrow().to_pylist()[0]
    takes = "a value that no earlier row has" if schema.key else ""
    flag = ibis.literal(False)
    return later, Check(rule, action, schema.key, takes, flag, found["n"], found["first"])
