"""Values, references, rules and repeats of a typed table."""

from dataclasses import replace
from typing import Any

import pytest

from engagement_utils.tables.casting import typed
from engagement_utils.tables.checks import Check, Checked, check
from engagement_utils.tables.schema import Column, Rule, Schema
from engagement_utils.tables.spec import TableSpec
from tests.tables.conftest import Make

SPEC = TableSpec(path="a.csv")
LATE = Rule("late", "after the user left", lambda t: t.n > t.users__left, joins=("users",))
ODD = Rule("odd", "n is odd", lambda t: t.n % 2 == 1, "counted", "n")
EVENTS = Schema(
    "events",
    "one row an event",
    (
        Column("user", "string", references=("users", "user_id")),
        Column("n", "integer", minimum=0, maximum=9, nullable=True),
    ),
    rules=(LATE, ODD),
)


@pytest.fixture
def users(table: Make) -> Any:
    return table({"left": "int64"}, user_id=["u1", "u2"], left=[5, 9]).drop("__row")


def of(duck: Any, table: Make, users: Any, schema: Schema, **columns: list[Any]) -> Checked:
    read = typed(table(**columns), schema, {c: c for c in columns}, SPEC, written=True)
    return check(duck, read, schema, SPEC, {"users": users})


def said(checked: Checked) -> dict[str, tuple[int, int, str]]:
    return {c.rule: (c.rows, c.first, c.action) for c in checked.checks}


def aside(checked: Checked) -> dict[int, str]:
    if checked.aside is None:
        return {}
    rows = checked.aside.to_pyarrow().to_pylist()
    return {r["__row"]: r["__reasons"] for r in rows}


def test_a_clean_table_loses_nothing(duck: Any, table: Make, users: Any) -> None:
    found = of(duck, table, users, replace(EVENTS, duplicates="set aside"), user=["u1", "u2"], n=["2", ""])
    assert (found.rows, found.bad, found.checks, found.aside) == (2, 0, (), None)
    assert found.clean.columns == ("__row", "user", "n")


def test_each_fault_has_its_rule_and_first_row(duck: Any, table: Make, users: Any) -> None:
    found = of(
        duck,
        table,
        users,
        EVENTS,
        user=["u1", "u1", "u2", "u9", "u1", "", "u1"],
        n=["-1", "x", "10", "3", "6", "1", "4"],
    )
    assert said(found) == {
        "user is missing": (1, 5, "set aside"),
        "user is not in users": (1, 3, "set aside"),
        "n is not a whole number": (1, 1, "set aside"),
        "n is below 0": (1, 0, "set aside"),
        "n is above 9": (1, 2, "set aside"),
        "after the user left": (1, 4, "set aside"),
    }
    assert (found.rows, found.bad) == (7, 6)
    assert found.clean.to_pyarrow()["n"].to_pylist() == [4]
    assert aside(found)[1] == "n is not a whole number; "
    [unreadable] = [c for c in found.checks if c.unreadable]
    assert unreadable.given == 7


def test_a_row_with_two_faults_has_two_reasons(duck: Any, table: Make, users: Any) -> None:
    found = of(duck, table, users, EVENTS, user=["u9", "u1"], n=["-1", "2"])
    assert aside(found) == {0: "user is not in users; n is below 0; "}
    assert found.bad == 1


def test_rules_that_count_see_only_rows_that_are_kept(duck: Any, table: Make, users: Any) -> None:
    found = of(duck, table, users, EVENTS, user=["u9", "u1", "u2", "u1"], n=["1", "2", "3", "5"])
    assert said(found)["n is odd"] == (2, 2, "counted")
    assert found.bad == 1


@pytest.mark.parametrize(
    ("duplicates", "clean", "checks"),
    [
        ("ignored", 4, {}),
        ("counted", 4, {"repeats an earlier row": (2, 1, "counted")}),
        ("set aside", 2, {"repeats an earlier row": (2, 1, "set aside")}),
    ],
)
def test_whole_rows_that_repeat(
    duplicates: Any, clean: int, checks: Any, duck: Any, table: Make, users: Any
) -> None:
    schema = replace(EVENTS, rules=(), duplicates=duplicates)
    found = of(duck, table, users, schema, user=["u1", "u1", "u1", "u2"], n=["2", "2", "2", "2"])
    assert said(found) == checks
    assert found.clean.count().to_pyarrow().as_py() == clean
    assert found.bad == 4 - clean


def test_of_rows_with_one_key_the_first_that_is_good_is_kept(duck: Any, table: Make, users: Any) -> None:
    schema = replace(EVENTS, rules=(ODD,), columns=(replace(EVENTS["user"], key=True), EVENTS["n"]))
    found = of(duck, table, users, schema, user=["u1", "u1", "u1", "u2"], n=["-1", "2", "3", "5"])
    assert said(found) == {
        "n is below 0": (1, 0, "set aside"),
        "n is odd": (1, 3, "counted"),
        "user repeats an earlier row's": (1, 2, "set aside"),
    }
    assert found.clean.order_by("__row").to_pyarrow()["n"].to_pylist() == [2, 5]
    assert found.bad == 2
    assert aside(found) == {0: "n is below 0; ", 2: "user repeats an earlier row's; "}


def test_a_check_has_found_nothing_before_it_ran() -> None:
    new = Check("n is missing", "set aside", ("n",), "", None)  # type: ignore[arg-type]
    assert (new.rows, new.first, new.given, new.unreadable) == (0, -1, 0, False)


def test_a_reference_is_looked_up_wherever_its_column_stands(duck: Any, table: Make, users: Any) -> None:
    back = Schema("events", "one row an event", EVENTS.columns[::-1], EVENTS.rules)
    found = of(duck, table, users, back, user=["u1", "u9"], n=["2", "2"])
    assert said(found) == {"user is not in users": (1, 1, "set aside")}
