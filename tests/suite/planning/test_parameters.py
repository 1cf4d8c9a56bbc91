"""The model of a notebook's parameters: strict, with messages that say what is accepted."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engagement_utils.errors import ParameterError
from engagement_utils.suite.planning.parameters import Parameters, read_parameters
from engagement_utils.suite.planning.problems import dotted
from tests.suite.conftest import notebook_text

DEFAULTS = {
    "int": "7",
    "float": "0.5",
    "bool": "False",
    "str": '"x"',
    "date": "date(2024, 1, 2)",
    "Path": 'Path("x")',
    "Table": '"x.csv"',
    "list": "[]",
    "dict": "{}",
}


def read(tmp_path: Path, source: str) -> Parameters:
    path = tmp_path / "x.ipynb"
    path.write_text(notebook_text(source))
    return read_parameters(path)


def of_kind(tmp_path: Path, annotation: str, default: str | None = None) -> Parameters:
    base = annotation.partition("[")[0].partition(" ")[0]
    return read(tmp_path, f"x: {annotation} = {default or DEFAULTS.get(base, 'None')}")


@pytest.mark.parametrize(
    ("annotation", "default", "given", "value"),
    [
        ("int", None, -3, -3),
        ("float", None, 3, 3.0),
        ("bool", None, True, True),
        ("str", None, "a = 'b'\n", "a = 'b'\n"),
        ("date", None, date(2024, 2, 29), date(2024, 2, 29)),
        ("datetime.date", "date(2024, 1, 1)", date(2024, 2, 29), date(2024, 2, 29)),
        ("Path", None, "a/b", Path("a/b")),
        ("Table", None, "a.csv", "a.csv"),
        ("Table", None, {"path": "a.csv", "columns": {"a": "b"}}, {"path": "a.csv", "columns": {"a": "b"}}),
        ("Table | None", "None", None, None),
        ('Literal["a", 1, True]', '"a"', 1, 1),
        ('Literal["a", 1, True]', '"a"', True, True),
        ("typing.Literal[-1, 'b']", "-1", "b", "b"),
        ("list[list[int]]", None, [[1], []], [[1], []]),
        ("dict[str, list[float]]", None, {"a": [1, 0.5]}, {"a": [1.0, 0.5]}),
        ("dict[int, str]", None, {1: "a"}, {1: "a"}),
        ("list[Literal['a', 'b']]", None, ["b"], ["b"]),
        ("list", None, [1, "a", None, {"b": [date(2024, 1, 1)]}], [1, "a", None, {"b": [date(2024, 1, 1)]}]),
        ("dict", None, {1: {"a": None}}, {1: {"a": None}}),
        ("Optional[int]", None, None, None),
        ("int | None", "None", 3, 3),
        ("None | int", "None", 3, 3),
        ("Annotated[int, Ge(1)]", "1", 5, 5),
        ("Annotated[int | None, Ge(1)]", "None", None, None),
        ("Annotated[float, Interval(gt=0, le=1)]", "0.5", 1, 1.0),
        ("Annotated[date, Ge(date(2020, 1, 1))]", "date(2024, 1, 1)", date(2020, 1, 1), date(2020, 1, 1)),
        ("Annotated[str, Field(min_length=1, max_length=3, pattern='^a')]", "'a'", "abc", "abc"),
        ("Annotated[list[int], MinLen(1), MaxLen(2)]", "[1]", [1, 2], [1, 2]),
    ],
)
def test_accepted_values_keep_value_and_type(
    tmp_path: Path, annotation: str, default: str | None, given: Any, value: Any
) -> None:
    values, issues = of_kind(tmp_path, annotation, default).resolve({"x": given})
    assert issues == []
    assert values == {"x": value}
    assert type(values["x"]) is type(value)


@pytest.mark.parametrize(
    ("annotation", "default", "given", "found", "accepted"),
    [
        ("int", None, "3", "found the text '3'", "accepted: a whole number (write it without quotes)"),
        ("int", None, True, "found true", "accepted: a whole number"),
        ("int", None, 1.0, "found the number 1.0", "accepted: a whole number"),
        ("int", None, None, "found nothing (null)", "accepted: a whole number"),
        ("float", None, True, "found true", "accepted: a number"),
        ("float", None, float("nan"), "found the number nan", "accepted: a number"),
        ("float", None, float("-inf"), "found the number -inf", "accepted: a number"),
        ("float", None, 10**400, "found the whole number of more than 60 digits", "accepted: a number"),
        ("bool", None, 1, "found the whole number 1", "accepted: true or false"),
        (
            "bool",
            None,
            "yes",
            "found the text 'yes'",
            "accepted: true or false (write true or false, without",
        ),
        ("str", None, 7, "found the whole number 7", 'accepted: text (quote it: "7")'),
        (
            "str",
            None,
            date(2024, 1, 2),
            "found the date 2024-01-02",
            'accepted: text (quote it: "2024-01-02")',
        ),
        ("str", None, False, "found false", 'accepted: text (quote it: "false")'),
        (
            "date",
            None,
            "2024-01-02",
            "found the text '2024-01-02'",
            "accepted: a date such as 2024-01-31 (write",
        ),
        ("date", None, "2024-02-30", "found the text '2024-02-30'", "accepted: a date such as 2024-01-31"),
        ("Path", None, 3, "found the whole number 3", "accepted: a path"),
        ("Path", None, "", "found an empty text", "accepted: a path"),
        ("Path", None, "a\0b", "found the text 'a\0b'", "accepted: a path"),
        (
            "Table",
            None,
            3,
            "found the whole number 3",
            "accepted: a table: a path or URL, or a mapping of path,",
        ),
        ("Table", None, ["a.csv"], "found a list of 1", "accepted: a table"),
        ("Table", None, None, "found nothing (null)", "accepted: a table"),
        (
            'Literal["published", "corrected"]',
            '"published"',
            "publishd",
            "found the text 'publishd'",
            "did you mean",
        ),
        ("Literal[1, 'a']", "1", True, "found true", "accepted: one of 1, 'a'"),
        ("Literal[1, 'a']", "1", 1.0, "found the number 1.0", "accepted: one of 1, 'a'"),
        (
            "list[int]",
            None,
            3,
            "found the whole number 3",
            "accepted: a list, each a whole number (write it in br",
        ),
        (
            "dict[str, int]",
            None,
            [],
            "found a list of 0",
            "accepted: a mapping, each key text, each value a whole",
        ),
        ("dict", None, {"a": [float("inf")]}, "found a mapping (a)", "accepted: no number such as NaN"),
        ("Optional[int]", None, 0.5, "found the number 0.5", "accepted: a whole number, or null"),
        ("Annotated[int, Ge(1)]", "1", 0, "found the whole number 0", "accepted: a whole number, at least 1"),
        (
            "Annotated[int, Field(gt=1, lt=3)]",
            "2",
            3,
            "found the whole number 3",
            "accepted: a whole number, above 1, b",
        ),
        (
            "Annotated[int | None, Le(3)]",
            "None",
            4,
            "found the whole number 4",
            "accepted: a whole number, at most 3, or",
        ),
        (
            "Annotated[str, MinLen(1)]",
            "'a'",
            "",
            "found an empty text",
            "accepted: text, of length 1 or more",
        ),
        (
            "Annotated[str, Field(pattern='^a')]",
            "'a'",
            "b",
            "found the text 'b'",
            "accepted: text, matching ^a",
        ),
        (
            "Annotated[list[int], Len(1, 2)]",
            "[1]",
            [],
            "found a list of 0",
            "accepted: a list, each a whole number, of",
        ),
    ],
)
def test_what_does_not_fit(
    tmp_path: Path, annotation: str, default: str | None, given: Any, found: str, accepted: str
) -> None:
    (issue,) = of_kind(tmp_path, annotation, default).resolve({"x": given})[1]
    assert issue.path == ("x",)
    assert issue.found == found
    assert issue.accepted.startswith(accepted)


@pytest.mark.parametrize(
    ("annotation", "given", "path", "accepted"),
    [
        ("list[list[int]]", [[1], [2, "a"]], "x[1][1]", "accepted: a whole number"),
        ("dict[str, float]", {"a": {"b": 1}}, "x.a", "accepted: a number"),
        ("dict[str, float]", {3: 1.0}, "x[3]", 'accepted: text (quote it: "3")'),
        ("Table", {"path": "a", "colums": {}}, "x.colums", "did you mean 'columns'? accepted: path, columns"),
        ("Table", {"columns": {}}, "x.path", "accepted: a table"),
        ("Table", {"path": "a", "delimiter": ";;"}, "x.delimiter", "accepted: at most 1 characters"),
        ("Table", {"path": "a", "columns": {"a": 1}}, "x.columns.a", 'accepted: text (quote it: "1")'),
        ("Table", {"path": ""}, "x.path", "accepted: at least 1 characters"),
        ("list[Annotated[int, Ge(1)]]", [1, 0], "x[1]", "accepted: at least 1"),
    ],
)
def test_what_does_not_fit_inside_a_value(
    tmp_path: Path, annotation: str, given: Any, path: str, accepted: str
) -> None:
    (issue,) = of_kind(tmp_path, annotation).resolve({"x": given})[1]
    assert dotted(issue.path) == path
    assert issue.accepted.startswith(accepted)


def test_unknown_names_are_told_with_the_nearest(tmp_path: Path) -> None:
    issues = read(tmp_path, "new_user_days: int = 7\ntop_n: int = 10").resolve({"new_user_day": 3, 4: 5})[1]
    assert [i.found for i in issues] == ["not a parameter"] * 2
    assert issues[0].accepted == "did you mean 'new_user_days'? accepted: new_user_days, top_n"


def test_names_that_pydantic_keeps_for_itself_are_names(tmp_path: Path) -> None:
    source = (
        "schema: str = 'a'\ncopy: int = 1\nmodel_config: int = 2\njson: int = 3\np0: int = 4\np1: int = 5"
    )
    values, issues = read(tmp_path, source).resolve({"copy": 7, "p0": 8})
    assert issues == []
    assert values == {"schema": "a", "copy": 7, "model_config": 2, "json": 3, "p0": 8, "p1": 5}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("n: int = '3'", "x.ipynb:cell 1:1: n: its default: found the text '3'; accepted: a whole number"),
        ("n: int = True", "x.ipynb:cell 1:1: n: its default: found true"),
        ("n: list[int] = [1, 'b']", "x.ipynb:cell 1:1: n[1]: its default: found the text 'b'"),
        ("n: Annotated[int, Ge(5)] = 3", "x.ipynb:cell 1:1: n: its default: found the whole number 3"),
        ("n: foo = 3", "x.ipynb:cell 1:1: n: found `foo`; accepted: int, float"),
        ("n: int | str = 3", "x.ipynb:cell 1:1: n: found `int | str`"),
        ("n: eval('int') = 3", "x.ipynb:cell 1:1: n: found `eval('int')`"),
        ("n: list[Table] = []", "x.ipynb:cell 1:1: n: found `Table` inside a list or mapping"),
        ("n: dict[float, int] = {}", "x.ipynb:cell 1:1: n: found `float` as a mapping's key"),
        ("n: Annotated[str, Ge(1)] = 'a'", "x.ipynb:cell 1:1: n: ge does not bound str"),
        ("n: Annotated[int, Ge('a')] = 1", "x.ipynb:cell 1:1: n: found the text 'a' as ge of int"),
        (
            "n: Annotated[int, Field(default_factory=f)] = 1",
            "x.ipynb:cell 1:1: n: found `Field(default_factory=f)`",
        ),
        (
            "n: Annotated[str, Field(pattern='(')] = 'a'",
            "x.ipynb:cell 1:1: n: found `Annotated[str, Field(patte",
        ),
        ("n: Literal[x] = 3", "x.ipynb:cell 1:1: n: found `Literal[x]`"),
        ("a: int = 1\nn: 'int' = 3", "x.ipynb:cell 1:2: n: found `'int'`"),
    ],
)
def test_a_cell_whose_types_do_not_fit(tmp_path: Path, source: str, expected: str) -> None:
    with pytest.raises(ParameterError) as caught:
        read(tmp_path, source)
    assert str(caught.value).startswith(expected)
