"""A domain states estimates, the report judges: no verdict, no adjustment and no level in a domain's code."""

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.checks import PACKAGE, domains

JUDGING = {f"{PACKAGE}.inference.verdict", f"{PACKAGE}.inference.multiple"}
ADJUSTING = "false_discovery_control"
INSTEAD = "the report judges: state the estimate in Question.tests"
TAKE_LEVEL = "take the level from the report's settings"
# a level in a text: 95% alone, any other share where an interval is spoken of
LEVEL_TEXT = re.compile(
    r"(?<![\d.])(?:9[59](?:\.\d+)? ?%|\d+(?:\.\d+)? ?% (?:confidence|interval|band|bound|\w+ interval))"
)
LEVEL_NAME = re.compile(r"(?:^|_)(?:level|alpha|confidence|probability)", re.IGNORECASE)
P_VALUE = re.compile(r"p_?value", re.IGNORECASE)
LEVELS = {0.8, 0.9, 0.95, 0.99, 0.1, 0.05, 0.01}
TAILS = {0.005, 0.025, 0.05, 0.95, 0.975, 0.995}
CRITICAL = (1.645, 1.96, 2.576)
QUANTILES = {"ppf", "isf", "quantile", "nanquantile", "percentile"}
# on the line of a level that is the domain's own, such as a forecast interval's that an API promises
OWN_LEVEL = re.compile(r"# level: \w+")


def problems(root: Path) -> list[str]:
    """What the domains' modules hold that is the report's, a line each."""
    return [text for name in domains(root) for text in _of_domain(root, name)]


def _of_domain(root: Path, name: str) -> list[str]:
    files = sorted((root / PACKAGE / name).rglob("*.py"))
    return [
        f"{file.relative_to(root).as_posix()}:{line}: {text}"
        for file in files
        for line, text in of_code(file.read_text(encoding="utf-8"))
    ]


def of_code(code: str) -> list[tuple[int, str]]:
    """Line and fault of everything in a module that is the report's to do."""
    tree = ast.parse(code)
    documentation = _docstrings(tree)
    lines = code.splitlines()
    found = set()
    for node in ast.walk(tree):
        for place, fault in _faults(node) if node not in documentation else ():
            written = "\n".join(lines[place.lineno - 1 : place.end_lineno])
            if not (fault.endswith(TAKE_LEVEL) and OWN_LEVEL.search(written)):
                found.add((place.lineno, fault))
    return sorted(found)


def _docstrings(tree: ast.AST) -> set[ast.AST]:
    """The text nodes that document something; a level there is no claim to a reader of the report."""
    bodies = [n.body for n in ast.walk(tree) if isinstance(n, ast.Module | ast.ClassDef | ast.FunctionDef)]
    return {body[0].value for body in bodies if body and isinstance(body[0], ast.Expr)}


def _faults(node: ast.AST) -> Iterator[tuple[Any, str]]:
    """What is wrong with a node, each with the node that says where."""
    match node:
        case ast.Import(names=names) if any(n.name in JUDGING for n in names):
            yield node, f"imports {', '.join(n.name for n in names)}: {INSTEAD}"
        case ast.ImportFrom(module=str(module), names=names):
            for alias in names:
                if {module, f"{module}.{alias.name}"} & JUDGING or alias.name == ADJUSTING:
                    yield node, f"imports {alias.name} from {module}: {INSTEAD}"
        case ast.Attribute(attr=attribute) if attribute == ADJUSTING:
            yield node, f"adjusts p-values: {INSTEAD}"
        case ast.Call(func=called, args=given, keywords=keywords):
            name = _name(called)
            if name == "judge":
                yield node, f"calls judge: {INSTEAD}"
            if name == "Estimate" and len(given) > 4 and _number(given[4]) in LEVELS:
                yield given[4], f"an Estimate at {_number(given[4])}: {TAKE_LEVEL}"
            if name in QUANTILES:
                given = [e for g in given for e in (g.elts if isinstance(g, ast.List | ast.Tuple) else [g])]
                yield from ((e, f"{name} of {t}: {TAKE_LEVEL}") for e in given if (t := _number(e)) in TAILS)
            for keyword in keywords:
                yield from _typed(keyword.arg or "", keyword.value)
        case ast.Compare(left=left, comparators=others):
            for pair in pairwise([left, *others]):
                yield from _compared(*pair)
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _typed(_name(target), value)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            yield from _typed(_name(target), value)
        case ast.arguments(args=usual, defaults=defaults, kwonlyargs=keys, kw_defaults=more):
            with_default = [*zip(usual[::-1], defaults[::-1], strict=False), *zip(keys, more, strict=True)]
            for argument, default in with_default:
                if default is not None:
                    yield from _typed(argument.arg, default)
        case ast.Constant(value=str(text)):
            yield from ((node, f'"{m.group()}" in a text: {TAKE_LEVEL}') for m in LEVEL_TEXT.finditer(text))
        case ast.Constant(value=float(value)) if round(value, 3) in CRITICAL or round(value, 2) in CRITICAL:
            yield node, f"{value} as a critical value: {TAKE_LEVEL}"


def _typed(name: str, value: ast.expr) -> Iterator[tuple[ast.expr, str]]:
    if LEVEL_NAME.search(name) and _number(value) in LEVELS:
        yield value, f"{name} = {_number(value)} typed in: {TAKE_LEVEL}"


def _compared(one: ast.expr, other: ast.expr) -> Iterator[tuple[ast.expr, str]]:
    """A p-value beside anything but None, a probability beside a level."""
    pair = one, other
    if any(isinstance(o, ast.Constant) and o.value is None for o in pair):
        return
    names = [_name(o) for o in pair]
    small = any(_number(o) in LEVELS for o in pair)
    level = any(LEVEL_NAME.search(n) for n in names)
    if any(P_VALUE.search(n) for n in names) or ("p" in names and (small or level)):
        yield one, f"compares a p-value, {ast.unparse(one)} with {ast.unparse(other)}: {INSTEAD}"
    elif small and level:
        yield one, f"compares {ast.unparse(one)} with {ast.unparse(other)}: {TAKE_LEVEL}"


def _name(node: ast.expr) -> str:
    """The last name of an expression: of `r.e.p_value` and of `frame["p_value"]` it is p_value."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
        case ast.Subscript(value=value):
            return _name(value)
    return ""


def _number(node: ast.AST) -> float | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, float) else None
