"""Values get into a notebook as themselves, and as nothing that runs."""

import ast
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from hypothesis import given, settings
from papermill.parameterize import parameterize_notebook

from engagement_utils.suite.execution.injection import WIDTH, LiteralTranslator, assignments, register
from tests.suite.conftest import notebook_text
from tests.suite.planning.test_jsonable import same, values

HOSTILE: dict[str, Any] = {
    "quotes": "' \" ''' \"\"\"",
    "equals": "a = b == c",
    "newlines": "one\ntwo\r\n\ttab",
    "backslashes": "\\n \\ C:\\new\\",
    "unusual": "é 北京 😀 \u202e \u2028 \x00 \x1b[31m \x7f",
    "code": '"); import os; os.system("false") #',
    "template": "{campus} ${HOME} %s !ls %magic",
    "empty": "",
    "whole": -(10**30),
    "real": [0.1, -0.0, 1e300, 5e-324],
    "flags": [True, False, None],
    "day": date(2024, 2, 29),
    "days": {date(2024, 1, 1): [date(1, 1, 1), date(9999, 12, 31)]},
    "where": Path("a b/'c'"),
    "nested": {"a": [{"b": [[], {}, [None]]}], "c=d": {"e\n": "f"}, 1: 2},
    "long": {f"key {i}": [i] * 20 for i in range(8)},
    "date": date(2024, 1, 2),
    "Path": Path("x"),
    "pm": 1,
    "text": "# no comment",
}


def evaluate(node: ast.expr, calls: dict[str, str]) -> Any:
    """`ast.literal_eval` with calls of the imported `date` and `Path`, and nothing else."""
    match node:
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
            makers: dict[str, Any] = {"date": date, "Path": Path}
            return makers[calls[name]](*map(ast.literal_eval, args))
        case ast.List():
            return [evaluate(item, calls) for item in node.elts]
        case ast.Dict():
            pairs = zip(node.keys, node.values, strict=True)
            return {evaluate(k, calls): evaluate(v, calls) for k, v in pairs if k}
    return ast.literal_eval(node)


def read_back(code: str) -> dict[str, Any]:
    """What a cell assigns; anything but imports and assignments of literals fails."""
    calls: dict[str, str] = {}
    found = {}
    for node in ast.parse(code).body:
        if isinstance(node, ast.ImportFrom):
            assert node.module in {"datetime", "pathlib"}
            calls |= {alias.asname or alias.name: alias.name for alias in node.names}
            continue
        assert isinstance(node, ast.Assign)
        assert isinstance(node.targets[0], ast.Name)
        found[node.targets[0].id] = evaluate(node.value, calls)
    return found


def test_the_cell_is_readable() -> None:
    weights = {f"event {i}": [i, i / 4] for i in range(7)}
    parameters = {"n": 7, "since": date(2024, 1, 2), "weights": weights}
    assert LiteralTranslator.codify(parameters) == (
        "# Parameters\n"
        "from datetime import date\n"
        "n = 7\n"
        "since = date(2024, 1, 2)\n"
        "weights = {\n"
        "    'event 0': [0, 0.0],\n"
        "    'event 1': [1, 0.25],\n"
        "    'event 2': [2, 0.5],\n"
        "    'event 3': [3, 0.75],\n"
        "    'event 4': [4, 1.0],\n"
        "    'event 5': [5, 1.25],\n"
        "    'event 6': [6, 1.5],\n"
        "}\n"
    )


def test_nothing_is_imported_that_no_value_needs() -> None:
    assert LiteralTranslator.codify({"a": ["date(1, 2, 3)"]}) == "# Parameters\na = ['date(1, 2, 3)']\n"


def test_hostile_values_come_back() -> None:
    assert same(read_back(LiteralTranslator.codify(HOSTILE)), HOSTILE)


@settings(max_examples=200)
@given(values)
def test_any_value_comes_back_from_the_cell(value: Any) -> None:
    code = LiteralTranslator.codify({"x": value, "date": 1})
    assert same(read_back(code), {"x": value, "date": 1})


def test_lines_break_only_where_they_are_too_long() -> None:
    long = "y" * 60
    cell = "\n".join(assignments({"x": {"first": [long, long], "second": {"third": [1, 2]}}}))
    expected = ["x = {", "    'first': [", f"        '{long}',", f"        '{long}',", "    ],"]
    assert cell.split("\n") == [*expected, "    'second': {'third': [1, 2]},", "}"]
    assert list(assignments({"x": "z" * (2 * WIDTH)})) == [f"x = '{'z' * (2 * WIDTH)}'"]


class Sly(str):
    """A text that writes code of itself."""

    def __repr__(self) -> str:
        return "__import__('os').system('false')"


class SlyList(list[int]):
    """A list that writes code of itself."""

    __repr__ = Sly.__repr__


@pytest.mark.parametrize(
    "value",
    [
        Sly("a"),
        SlyList(),
        [Sly("a")],
        {Sly("a"): 1},
        (1,),
        {1},
        b"a",
        float("nan"),
        float("inf"),
        1j,
        object(),
    ],
)
def test_other_types_are_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="is no kind of parameter value"):
        LiteralTranslator.codify({"x": value})


def test_a_point_in_time_is_no_date() -> None:
    with pytest.raises(TypeError, match="datetime is no kind of parameter value"):
        LiteralTranslator.codify({"x": datetime(2024, 1, 1)})


@pytest.mark.parametrize("name", ["a b", "a=1;b", "import", "", "x\ny", Sly("a")])
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(TypeError, match="is no parameter name"):
        LiteralTranslator.codify({name: 1})


def test_papermill_sees_every_declared_name_without_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    cell = nbformat.v4.new_code_cell("url: str = 'a=b=c'  # where\nn: int = 7\n")
    found = LiteralTranslator.inspect(cell)
    assert [(p.name, p.default, p.help) for p in found] == [("url", "'a=b=c'", "where"), ("n", "7", "")]
    assert caplog.records == []


def test_a_real_kernel_receives_the_same_values(tmp_path: Path) -> None:
    """Every value's `repr` and type as the kernel sees it, through papermill."""
    declared = "\n".join(f"{name}: str = 'a=b'" for name in HOSTILE)
    show = f"import json; print(json.dumps([[repr(v), type(v).__name__] for v in [{', '.join(HOSTILE)}]]))"
    path = tmp_path / "x.ipynb"
    path.write_text(notebook_text(declared, show), encoding="utf-8")
    register()
    loaded = papermill.iorw.load_notebook_node(str(path))
    notebook = parameterize_notebook(loaded, HOSTILE, kernel_name="python3")
    notebook.metadata.papermill["parameters"] = {}  # JSON holds no dates
    done = papermill.execute_notebook(notebook, None, kernel_name="python3", progress_bar=False)
    seen = json.loads("".join(o.text for o in done.cells[-1].outputs))
    assert seen == [[repr(v), type(v).__name__] for v in HOSTILE.values()]
