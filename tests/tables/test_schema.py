"""Declarations that contradict themselves are errors of the code."""

from typing import Any

import pytest

from engagement_utils.tables.schema import Column, Rule, Schema

USER = Column("user_id", "string", key=True, references=("users", "user_id"))


def rule(**more: Any) -> Rule:
    return Rule("early", "too early", lambda t: t.user_id.isnull(), **more)


def test_a_schema_knows_its_columns_and_key() -> None:
    schema = Schema(
        "events", "one row an event", (USER, Column("at", "date", key=True), Column("n", "integer"))
    )
    assert schema.key == ("user_id", "at")
    assert schema["n"].kind == "integer"
    with pytest.raises(KeyError):
        schema["m"]


@pytest.mark.parametrize(
    ("columns", "rules", "text"),
    [
        ((USER, USER), (), "a column name occurs twice"),
        ((USER,), (rule(column="at"),), "no column 'at' among"),
        ((USER,), (rule(joins=("pings",)),), r"no column references \['pings'\]"),
    ],
)
def test_what_does_not_fit_together_is_named(columns: Any, rules: Any, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        Schema("events", "one row an event", columns, rules)


def test_a_rule_may_join_what_a_column_references() -> None:
    schema = Schema("events", "one row an event", (USER,), (rule(column="user_id", joins=("users",)),))
    assert schema.rules[0].action == "set aside"
