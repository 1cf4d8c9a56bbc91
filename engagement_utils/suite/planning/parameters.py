"""A notebook's parameters: read from its `parameters` cell, checked by a strict pydantic model."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model
from pydantic.errors import PydanticUserError
from pydantic_core import ErrorDetails, SchemaError

from engagement_utils.suite.planning.cell import Cell, Declared, read_cell
from engagement_utils.suite.planning.kinds import ACCEPTED, Kind, KindError, kind_of
from engagement_utils.suite.planning.problems import (
    Problem,
    dotted,
    nearest,
    raise_all,
    refusal,
    shown,
    unknown,
)
from engagement_utils.tables.spec import TableSpec

_CONFIG = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False, hide_input_in_errors=True)
# pydantic's error types below the top level of a value -> what is accepted there
_ACCEPTED = {
    "int_type": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "string_type": "text",
    "date_type": "a date such as 2024-01-31",
    "list_type": "a list",
    "dict_type": "a mapping",
    "path_type": "a path",
    "missing": "this key",
    "greater_than_equal": "at least {ge}",
    "greater_than": "above {gt}",
    "less_than_equal": "at most {le}",
    "less_than": "below {lt}",
    "too_short": "at least {min_length} of them",
    "too_long": "at most {max_length} of them",
    "string_too_short": "at least {min_length} characters",
    "string_too_long": "at most {max_length} characters",
    "string_pattern_mismatch": "text that matches {pattern}",
}


@dataclass(frozen=True)
class Issue:
    """A value that does not fit: where in the mapping of parameters, what was found, what is accepted."""

    path: tuple[Any, ...]
    found: str
    accepted: str


@dataclass(frozen=True)
class Parameter:
    """One parameter: its kind, the annotation as written, the default as the model keeps it."""

    name: str
    kind: Kind
    annotation: str
    default: Any
    description: str


@dataclass(frozen=True)
class Parameters:
    """The parameters of a notebook, in the order of its cell."""

    items: tuple[Parameter, ...]
    model: type[BaseModel]

    @property
    def names(self) -> tuple[str, ...]:
        """Every parameter's name."""
        return tuple(item.name for item in self.items)

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the parameters that are tables."""
        return tuple(item.name for item in self.items if item.kind.base == "Table")

    def resolve(self, given: Mapping[Any, Any]) -> tuple[dict[str, Any], list[Issue]]:
        """Every parameter's value, defaults filled in, and what of `given` does not fit.

        Where there are issues the values are those of the defaults.
        """
        values = {item.name: item.default for item in self.items}
        issues = [
            Issue((key,), "not a parameter", unknown(key, self.names)) for key in given if key not in values
        ]
        known = {key: value for key, value in given.items() if key in values}
        checked, wrong = _check(
            self.model, {**values, **known}, {item.name: item.kind for item in self.items}
        )
        return (values if wrong else checked), issues + wrong


def read_parameters(notebook: Path, label: str | None = None) -> Parameters:
    """The parameters of a notebook, which is not run.

    Raises:
        ParameterError: the cell is not readable as parameters, or a default does not fit its own type.
    """
    cell = read_cell(notebook, label)
    kinds: dict[str, Kind] = {}
    problems: list[Problem] = []
    for item in cell.declared:
        try:
            kinds[item.name] = kind_of(item.annotation)
        except KindError as error:
            problems.append(Problem(cell.where(item.line), item.name, str(error), ACCEPTED))
    raise_all(problems)
    return _parameters(cell, kinds)


def _parameters(cell: Cell, kinds: Mapping[str, Kind]) -> Parameters:
    """The model, its defaults checked by itself."""
    try:
        model = _model(kinds, cell.declared)
    except (SchemaError, PydanticUserError):
        raise refusal(*_unbuildable(cell, kinds)) from None
    defaults, issues = _check(model, {item.name: item.default for item in cell.declared}, kinds)
    lines = {item.name: item.line for item in cell.declared}
    raise_all(
        Problem(
            cell.where(lines[issue.path[0]]),
            dotted(issue.path),
            f"its default: {issue.found}",
            issue.accepted,
        )
        for issue in issues
    )
    items = (
        Parameter(d.name, kinds[d.name], ast.unparse(d.annotation), defaults[d.name], d.description)
        for d in cell.declared
    )
    return Parameters(tuple(items), model)


def _unbuildable(cell: Cell, kinds: Mapping[str, Kind]) -> Iterator[Problem]:
    """Annotations that pydantic itself refuses, such as a pattern that is none."""
    for item in cell.declared:
        try:
            _model(kinds, (item,))
        except (SchemaError, PydanticUserError) as error:
            reason = str(error).strip().splitlines()[-1].strip()
            found = f"found `{ast.unparse(item.annotation)[:80]}` ({reason})"
            yield Problem(cell.where(item.line), item.name, found, ACCEPTED)


def _model(kinds: Mapping[str, Kind], declared: tuple[Declared, ...]) -> type[BaseModel]:
    """A model with fields `p0`, `p1`, ...; names are aliases, so that they may be any (`schema`, `copy`)."""
    fields: dict[str, Any] = {
        f"p{i}": (kinds[item.name].type, Field(alias=item.name)) for i, item in enumerate(declared)
    }
    model: type[BaseModel] = create_model("Parameters", __config__=_CONFIG, **fields)
    return model


def _check(
    model: type[BaseModel], values: dict[str, Any], kinds: Mapping[str, Kind]
) -> tuple[dict[str, Any], list[Issue]]:
    """Checked values by name; or every issue."""
    try:
        checked = model.model_validate(values)
    except ValidationError as error:
        return {}, [_issue(details, kinds) for details in error.errors(include_url=False)]
    return {name: getattr(checked, f"p{i}") for i, name in enumerate(kinds)}, []


def _issue(error: ErrorDetails, kinds: Mapping[str, Kind]) -> Issue:
    """One of pydantic's errors in the suite's words."""
    path, value = error["loc"], error["input"]
    kind, what = kinds[str(path[0])], error["type"]
    if what == "extra_forbidden":
        return Issue(path, "not a key of a table", unknown(path[-1], TableSpec.model_fields))
    if what == "missing":
        return Issue(path, "missing", f"accepted: {kind.words}")
    template = _ACCEPTED.get(what, error["msg"])
    words = (
        kind.words
        if len(path) == 1 and what != "not_finite_within"
        else template.format(**error.get("ctx", {}))
    )
    if what == "literal_error":
        words = (nearest(value, map(str, kind.options)) if isinstance(value, str) else "") + (
            f"accepted: {kind.words}" if kind.options else "accepted: an option of the notebook's Literal"
        )
    else:
        words = f"accepted: {words}"
    return Issue(path, shown(value), words + _hint(what, value))


def _hint(what: str, value: Any) -> str:
    """How to write what was probably meant."""
    if what == "string_type" and isinstance(value, bool | int | float | date):
        text = (
            value.isoformat()
            if isinstance(value, date)
            else str(value).lower()
            if isinstance(value, bool)
            else value
        )
        return f' (quote it: "{text}")'
    if what == "date_type" and isinstance(value, str):
        try:
            date.fromisoformat(value)
        except ValueError:
            return ""
        return " (write it without quotes)"
    if what in {"int_type", "float_type"} and isinstance(value, str) and value.strip().lstrip("+-").isdigit():
        return " (write it without quotes)"
    if what == "bool_type" and isinstance(value, str):
        return " (write true or false, without quotes)"
    if what == "list_type" and isinstance(value, str | int | float | date):
        return " (write it in brackets, [a, b], or with dashes)"
    return ""
