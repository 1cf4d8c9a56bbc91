"""A table refused as a whole, and the words for what is wrong with its rows."""

from typing import Any

import ibis
import pytest

from engagement_utils.errors import TableError
from engagement_utils.tables.checks import Check, Checked
from engagement_utils.tables.landing import Landed, Rejected
from engagement_utils.tables.outcome import reasons, refuse_unusable
from engagement_utils.tables.quality import Reason
from engagement_utils.tables.schema import Column, Schema
from engagement_utils.tables.spec import TableSpec
from tests.tables.conftest import Make

SCHEMA = Schema("t", "one row", (Column("n", "number"),))
SPEC = TableSpec(path="a.csv")
CUT = Rejected(("a.csv", 9), "too few cells", "x")


@pytest.fixture
def landed(duck: Any, table: Make) -> Landed:
    source = table(N=["1,5", "2,5", "3"])
    return Landed(duck, source, {"N": "N"}, {"n": "N"}, lambda row: ("a.csv", row + 2))


def unreadable(rows: int, given: int) -> Check:
    flag = ibis.literal(True)
    return Check("n is not a number", "set aside", ("n",), "a number", flag, rows, 0, given, unreadable=True)


def checked(table: Make, rows: int, bad: int, *checks: Check) -> Checked:
    aside = table(__reasons=["n is not a number; "] * 2)
    return Checked(rows, bad, aside, aside if bad else None, checks)


def test_a_column_in_another_form_is_refused_with_its_cause(landed: Landed, table: Make) -> None:
    found = checked(table, 3, 2, unreadable(2, 3))
    with pytest.raises(TableError) as caught:
        refuse_unusable(landed, found, [], SCHEMA, SPEC)
    assert str(caught.value) == (
        "file a.csv, row 2, column n: found '1,5', accepted a number; so 2 of 3 values cannot be read: "
        "the decimal mark is ','; say `decimal: ','`"
    )


def test_half_of_a_column_may_be_unreadable(landed: Landed, table: Make) -> None:
    refuse_unusable(landed, checked(table, 4, 2, unreadable(2, 4)), [], SCHEMA, SPEC)


def test_a_table_without_rows_is_refused(landed: Landed, table: Make) -> None:
    with pytest.raises(TableError, match=r"a\.csv: there is a header, but no row below it"):
        refuse_unusable(landed, checked(table, 0, 0), [], SCHEMA, SPEC)


def test_a_table_of_bad_rows_alone_names_the_worst(landed: Landed, table: Make) -> None:
    with pytest.raises(TableError) as caught:
        refuse_unusable(landed, checked(table, 3, 3, unreadable(1, 3)), [CUT], SCHEMA, SPEC)
    assert str(caught.value) == (
        "a.csv: all 4 rows are bad: n is not a number (1 rows, first in file a.csv, row 2); "
        "too few cells (a.csv, row 9)"
    )


def test_each_reason_has_its_count_and_an_example(landed: Landed, table: Make) -> None:
    kept = Check("n is odd", "counted", ("n",), "", ibis.literal(True), 1, 1)
    whole = Check("repeats an earlier row", "counted", (), "", ibis.literal(True), 1, 2)
    found = checked(table, 3, 1, unreadable(1, 3), kept, whole)
    typed = table({"n": "float64"}, n=[1.0, 2.5, None])
    assert reasons(landed, found, [CUT, CUT], typed, {0: {"N": "1,5"}}) == (
        Reason("too few cells", "set aside", 2, "file a.csv, row 9: found 'x'"),
        Reason(
            "n is not a number", "set aside", 1, "file a.csv, row 2, column n: found '1,5', accepted a number"
        ),
        Reason("n is odd", "counted", 1, "file a.csv, row 3, column n: found '2.5'"),
        Reason("repeats an earlier row", "counted", 1, "file a.csv, row 4"),
    )


def test_a_missing_value_is_shown_as_nothing(landed: Landed, table: Make) -> None:
    missing = Check("n is missing", "set aside", ("n",), "a number", ibis.literal(True), 1, 0)
    (reason,) = reasons(landed, checked(table, 3, 1, missing), [], table(n=["x"]), {0: {"N": ""}})
    assert reason.example == "file a.csv, row 2, column n: found nothing, accepted a number"


def test_the_example_of_rejected_rows_is_the_first(landed: Landed, table: Make) -> None:
    later = Rejected(("a.csv", 12), CUT.reason, "y")
    (reason,) = reasons(landed, checked(table, 3, 0), [CUT, later], table(n=["x"]), {})
    assert reason == Reason("too few cells", "set aside", 2, "file a.csv, row 9: found 'x'")
