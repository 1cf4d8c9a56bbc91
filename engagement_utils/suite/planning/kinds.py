"""The kinds a parameter can have: annotations read against a fixed table of names, never evaluated."""

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from math import isfinite
from pathlib import Path
from typing import Annotated, Any, Literal

import annotated_types as at
from pydantic import Field, Strict, WrapValidator
from pydantic_core import PydanticCustomError

from engagement_utils.suite.planning.cell import NotLiteralError, literal
from engagement_utils.suite.planning.problems import shown
from engagement_utils.tables.spec import TableSpec

ACCEPTED = (
    "accepted: int, float, bool, str, date, Path, Table, Literal[...], list[...], dict[..., ...], "
    "Optional of these (X | None), Annotated[X, Ge(1)] or Annotated[X, Field(ge=1)]"
)
_MODULES = ("typing.", "t.", "datetime.", "dt.", "pathlib.", "pydantic.", "annotated_types.", "at.", "spec.")
_NUMBERS = ("int", "float", "date")
_SIZED = ("str", "list", "dict")
# what a bound is called -> the constraint, its words, the bases it fits
_BOUNDS: dict[str, tuple[Callable[[Any], Any], str, tuple[str, ...]]] = {
    "ge": (at.Ge, "at least {}", _NUMBERS),
    "gt": (at.Gt, "above {}", _NUMBERS),
    "le": (at.Le, "at most {}", _NUMBERS),
    "lt": (at.Lt, "below {}", _NUMBERS),
    "min_length": (at.MinLen, "of length {} or more", _SIZED),
    "max_length": (at.MaxLen, "of length {} or less", _SIZED),
    "pattern": (lambda pattern: Field(pattern=pattern), "matching {}", ("str",)),
}
_CALLS = {
    "Ge": ("ge",),
    "Gt": ("gt",),
    "Le": ("le",),
    "Lt": ("lt",),
    "MinLen": ("min_length",),
    "MaxLen": ("max_length",),
    "Len": ("min_length", "max_length"),
    "Interval": (),
    "Field": (),
}


class KindError(Exception):
    """An annotation that is no kind; the text says what was found."""


@dataclass(frozen=True)
class Kind:
    """A parameter's kind.

    Attributes:
        base: int, float, bool, str, date, Path, Table, Literal, list, dict or None.
        type: what pydantic checks, strictly.
        words: what is accepted, in words.
        options: the values of a Literal.
        optional: whether null is accepted beside the base.
    """

    base: str
    type: Any
    words: str
    options: tuple[Any, ...] = ()
    optional: bool = False


def _path(value: Any, handler: Callable[[Any], Any]) -> Path:
    if isinstance(value, Path) and "\0" not in str(value):
        return value
    if isinstance(value, str) and value and "\0" not in value:
        return Path(value)
    raise PydanticCustomError("path_type", "not a path")


def _table(value: Any, handler: Callable[[Any], Any]) -> Any:
    """Check against TableSpec and keep the plain value, which prints and hashes the same everywhere."""
    if not isinstance(value, str | dict):
        raise PydanticCustomError("table_type", "not a table")
    handler({"path": value} if isinstance(value, str) else value)
    return value


def _plain(value: Any, handler: Callable[[Any], Any]) -> Any:
    """Bare `list` and `dict` hold what YAML holds; only numbers that are none are refused."""
    value = handler(value)
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, float) and not isfinite(item):
            # the input shown is the whole value, so the message names the part
            raise PydanticCustomError("not_finite_within", "no number such as NaN or infinity in it")
        stack += item.values() if isinstance(item, dict) else item if isinstance(item, list) else []
    return value


_SIMPLE = {
    "int": Kind("int", int, "a whole number"),
    "float": Kind("float", float, "a number"),
    "bool": Kind("bool", bool, "true or false"),
    "str": Kind("str", str, "text"),
    "date": Kind("date", date, "a date such as 2024-01-31"),
    "Path": Kind("Path", Annotated[Path, WrapValidator(_path)], "a path"),
    # lax, because strict pydantic takes instances alone; `_table` is as strict about the rest
    "Table": Kind(
        "Table",
        Annotated[TableSpec, Strict(False), WrapValidator(_table)],
        f"a table: a path or URL, or a mapping of {', '.join(TableSpec.model_fields)}",
    ),
    "list": Kind("list", Annotated[list[Any], WrapValidator(_plain)], "a list"),
    "dict": Kind("dict", Annotated[dict[Any, Any], WrapValidator(_plain)], "a mapping"),
}


def kind_of(node: ast.expr) -> Kind:
    """The kind that an annotation names.

    Raises:
        KindError: it names none.
    """
    match node:
        case ast.Name() | ast.Attribute() if (name := _name(node)) in _SIMPLE:
            return _SIMPLE[name]
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            for one, other in ((left, right), (right, left)):
                if isinstance(other, ast.Constant) and other.value is None:
                    return _optional(kind_of(one), node)
        case ast.Subscript(value=value, slice=inner):
            parts = list(inner.elts) if isinstance(inner, ast.Tuple) else [inner]
            match _name(value), parts:
                case "Optional", [part]:
                    return _optional(kind_of(part), node)
                case "Literal", [_, *_]:
                    return _literal(parts, node)
                case "list" | "List", [part]:
                    item = _item(part)
                    return Kind("list", list[item.type], f"a list, each {item.words}")  # type: ignore[name-defined]
                case "dict" | "Dict", [first, second]:
                    key, item = _item(first), _item(second)
                    if key.base not in {"str", "int", "date", "Literal"} or key.optional:
                        raise _error(first, " as a mapping's key")
                    words = f"a mapping, each key {key.words}, each value {item.words}"
                    return Kind("dict", dict[key.type, item.type], words)  # type: ignore[name-defined]
                case "Annotated", [part, *bounds] if bounds:
                    return _bounded(kind_of(part), bounds)
    raise _error(node)


def _error(node: ast.AST, what: str = "") -> KindError:
    return KindError(f"found `{ast.unparse(node)[:80]}`{what}")


def _name(node: ast.expr) -> str:
    """`Literal` for `Literal` and `typing.Literal`; anything else as it is written."""
    name = ast.unparse(node)
    return next((name[len(m) :] for m in _MODULES if name.startswith(m)), name)


def _item(node: ast.expr) -> Kind:
    """What a list or a mapping holds: a table stands alone, as the suite must find its files."""
    kind = kind_of(node)
    if kind.base == "Table":
        raise _error(node, " inside a list or mapping")
    return kind


def _optional(kind: Kind, node: ast.expr) -> Kind:
    if kind.optional:
        raise _error(node)
    return replace(kind, type=kind.type | None, words=f"{kind.words}, or null", optional=True)


def _literal(parts: list[ast.expr], node: ast.expr) -> Kind:
    try:
        options = tuple(literal(part) for part in parts)
    except NotLiteralError:
        raise _error(node) from None
    if not all(isinstance(o, str | int) for o in options):
        raise _error(node)

    def exact(value: Any, handler: Callable[[Any], Any]) -> Any:
        # pydantic takes True for 1, and 1.0 for 1
        if any(type(value) is type(o) and value == o for o in options):
            return value
        raise PydanticCustomError("literal_error", "not an option")

    words = "one of " + ", ".join(str(o).lower() if isinstance(o, bool) else repr(o) for o in options)
    return Kind("Literal", Annotated[Literal[options], WrapValidator(exact)], words, options)


def _bounded(kind: Kind, calls: list[ast.expr]) -> Kind:
    """A kind under bounds; of an optional kind they bind what is not null."""
    bounds: dict[str, Any] = {}
    for call in calls:
        match call:
            case ast.Constant(value=str()):  # a remark, as `Annotated` allows
                continue
            case ast.Call(func=func) if (name := _name(func)) in _CALLS:
                bounds |= _arguments(call, _CALLS[name])
            case _:
                raise _error(call)
    constraints, words = [], [kind.words.removesuffix(", or null")]
    for name, value in bounds.items():
        constraint, text, bases = _BOUNDS[name]
        if kind.base not in bases:
            raise KindError(f"{name} does not bound {kind.base}")
        if not isinstance(value, _bound_type(name, kind.base)) or isinstance(value, bool):
            raise KindError(f"{shown(value)} as {name} of {kind.base}")
        constraints.append(constraint(value))
        words.append(text.format(value))
    if not constraints:
        return kind
    inner = kind.type.__args__[0] if kind.optional else kind.type
    bounded = Annotated[inner, *constraints]  # type: ignore[valid-type]
    text = ", ".join(words) + (", or null" if kind.optional else "")
    return replace(kind, type=bounded | None if kind.optional else bounded, words=text)


def _bound_type(name: str, base: str) -> tuple[type, ...]:
    if name == "pattern":
        return (str,)
    if name.endswith("length"):
        return (int,)
    return {"int": (int,), "float": (int, float), "date": (date,)}[base]


def _arguments(call: ast.Call, positions: tuple[str, ...]) -> Mapping[str, Any]:
    """The bounds that `Ge(1)`, `Interval(ge=1)` or `Field(ge=1)` state."""
    known = {**dict(zip(positions, call.args, strict=False)), **{str(k.arg): k.value for k in call.keywords}}
    known.pop("description", None)
    if len(call.args) > len(positions) or not set(known) <= set(_BOUNDS):
        raise _error(call)
    try:
        return {name: value for name, node in known.items() if (value := literal(node)) is not None}
    except NotLiteralError:
        raise _error(call) from None
