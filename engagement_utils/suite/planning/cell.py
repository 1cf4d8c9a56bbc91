"""A notebook's `parameters` cell, read as text: name, annotation, default and comment, nothing is run."""

import ast
import io
import json
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import isfinite
from pathlib import Path
from typing import Any

from engagement_utils.suite.planning.problems import Problem, raise_all, refusal

TAG = "parameters"
_NOTEBOOK = "accepted: a Jupyter notebook (nbformat 4)"
_FORM = "accepted: lines `name: type = value`, comments and imports"
_LITERALS = 'accepted: a literal (7, "text", [1, 2], {"a": 1}, None, True), date(2024, 1, 31) or Path("...")'


@dataclass(frozen=True)
class Declared:
    """One line of the cell. `line` counts from 1 within the cell; `default` is the literal's value."""

    name: str
    annotation: ast.expr
    default: Any
    description: str
    line: int


@dataclass(frozen=True)
class Cell:
    """The cell of one notebook; a notebook without one has no parameters.

    `number` counts the notebook's cells from 1; `label` is how messages name the notebook.
    """

    label: str
    number: int
    declared: tuple[Declared, ...] = ()

    def where(self, line: int) -> str:
        """The place of a line, as messages name it."""
        return f"{self.label}:cell {self.number}:{line}"


def read_cell(notebook: Path, label: str | None = None) -> Cell:
    """The `parameters` cell of a notebook.

    Raises:
        ParameterError: no notebook, two such cells, or a cell that is more than declarations with literal
            defaults; every problem is a line `notebook:cell N:line: name: found; accepted`.
    """
    label = label or notebook.name
    cells = _tagged(notebook, label)
    if not cells:
        return Cell(label, 0)
    number, content = cells[0]
    cell = Cell(label, number)
    if len(cells) > 1:
        raise refusal(Problem(label, "", f"{len(cells)} cells are tagged `{TAG}`", "accepted: one"))
    if content.get("cell_type") != "code":
        found = f"the cell tagged `{TAG}` is no code cell"
        raise refusal(Problem(cell.where(1), "", found, "accepted: a code cell"))
    source = content.get("source", "")
    return declarations(source if isinstance(source, str) else "".join(map(str, source)), label, number)


def declarations(source: str, label: str, number: int = 1) -> Cell:
    """What a cell's source declares; raises as `read_cell` does."""
    cell = Cell(label, number)
    problems: list[Problem] = []
    declared: dict[str, Declared] = {}

    def add(node: ast.AST, name: str, found: str, accepted: str) -> None:
        problems.append(Problem(cell.where(getattr(node, "lineno", 1)), name, found, accepted))

    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None) or 1
        found = f"not Python ({getattr(error, 'msg', None) or error})"
        raise refusal(Problem(cell.where(line), "", found, _FORM)) from None
    comments = _comments(source)
    for node in body:
        match node:
            case ast.Import() | ast.ImportFrom():
                continue
            case ast.AnnAssign(target=ast.Name(id=name)):
                pass
            case ast.Assign(targets=[ast.Name(id=name), *_]):
                add(node, name, "no type", f"accepted: `{name}: type = value`")
                continue
            case _:
                add(node, "", f"found `{_line(source, node.lineno)}`", _FORM)
                continue
        if name in declared:
            add(node, name, "declared twice", "accepted: once")
        elif name.startswith("_"):
            add(node, name, "starts with an underscore", "accepted: a name that starts with a letter")
        elif node.value is None:
            add(
                node,
                name,
                "no default",
                f"accepted: `{name}: type = value`, so that the notebook runs by itself",
            )
        else:
            try:
                default = literal(node.value)
            except NotLiteralError as error:
                add(error.node, name, error.found, _LITERALS)
                default = None
            description = _description(node, comments, source)
            declared[name] = Declared(name, node.annotation, default, description, node.lineno)
    raise_all(problems)
    return Cell(label, number, tuple(declared.values()))


class NotLiteralError(Exception):
    """A default that would have to be run to be known."""

    def __init__(self, node: ast.AST, found: str = "") -> None:
        super().__init__(found)
        self.node = node
        self.found = found or f"found `{ast.unparse(node)[:60]}`"


def literal(node: ast.expr) -> Any:
    """The value of a literal expression, with `date(...)` and `Path(...)` of literals beside the builtins."""
    match node:
        case ast.Constant(value=None | bool() | int() | float() | str()):
            if isinstance(node.value, str) and any(0xD800 <= ord(c) <= 0xDFFF for c in node.value):
                raise NotLiteralError(node, "found half a character (a surrogate)")
            if isinstance(node.value, float) and not isfinite(node.value):
                raise NotLiteralError(node, "found a number that is not finite")
            return node.value
        case ast.UnaryOp(
            op=ast.USub() | ast.UAdd(), operand=ast.Constant(value=int() | float() as number)
        ) if not isinstance(number, bool):
            return -number if isinstance(node.op, ast.USub) else number
        case ast.List():
            return [literal(item) for item in node.elts]
        case ast.Dict():
            keys = [literal(key) if key else _refuse(node) for key in node.keys]
            if any(isinstance(key, list | dict) for key in keys) or len(set(keys)) < len(keys):
                raise NotLiteralError(node, "found a key twice, or a key that is no plain value")
            return dict(zip(keys, map(literal, node.values), strict=True))
        case ast.Call(func=func, args=args, keywords=[]):
            values = [literal(arg) for arg in args]
            match ast.unparse(func), values:
                case "date" | "datetime.date" | "dt.date", [int(), int(), int()]:
                    try:
                        return date(*values)
                    except (ValueError, OverflowError) as error:
                        raise NotLiteralError(node, f"found `{ast.unparse(node)}` ({error})") from None
                case "Path" | "pathlib.Path", [str()]:
                    return Path(values[0])
    raise NotLiteralError(node)


def _refuse(node: ast.expr) -> Any:
    raise NotLiteralError(node)


def _tagged(notebook: Path, label: str) -> list[tuple[int, Mapping[str, Any]]]:
    """Cells with the tag and their numbers."""
    try:
        content = json.loads(notebook.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        found = f"cannot be read ({error.strerror})"
        raise refusal(Problem(label, "", found, "accepted: a Jupyter notebook")) from error
    except (ValueError, RecursionError):
        raise refusal(Problem(label, "", "not JSON", _NOTEBOOK)) from None
    match content:
        case {"cells": list() as cells, "nbformat": 4}:
            return [
                (number, cell)
                for number, cell in enumerate(cells, 1)
                if isinstance(cell, dict) and TAG in ((cell.get("metadata") or {}).get("tags") or [])
            ]
    raise refusal(Problem(label, "", "not a notebook of nbformat 4", _NOTEBOOK))


def _comments(source: str) -> dict[int, tuple[bool, str]]:
    """By line: whether the comment stands alone, and its text."""
    found = {}
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            alone = not token.line[: token.start[1]].strip()
            found[token.start[0]] = (alone, token.string.lstrip("#").strip())
    return found


def _description(node: ast.AnnAssign, comments: Mapping[int, tuple[bool, str]], source: str) -> str:
    """The comment behind the declaration (on its first or last line), else the comment lines right above."""
    for line in (node.lineno, node.end_lineno or node.lineno):
        alone, text = comments.get(line, (True, ""))
        if not alone:
            return text
    above: list[str] = []
    line = node.lineno - 1
    while line in comments and comments[line][0]:
        above.insert(0, comments[line][1])
        line -= 1
    return " ".join(filter(None, above))


def _line(source: str, number: int) -> str:
    return source.splitlines()[number - 1].strip()[:60]
