"""How parameter values get into a notebook: as literals that mean the same value and can run nothing.

The worker calls `register()` once and hands papermill the job's parameters as they are. papermill also copies
them into the notebook's metadata, which is JSON and holds no dates: that copy is to be cleared before saving.
"""

import keyword
from collections.abc import Iterator, Mapping
from datetime import date
from math import isfinite
from pathlib import Path, PurePath
from typing import Any

from papermill.models import Parameter
from papermill.translators import PythonTranslator, papermill_translators

from engagement_utils.errors import ParameterError
from engagement_utils.suite.planning.cell import declarations

WIDTH = 100
_INDENT = "    "
PLAIN = {"date": "date", "Path": "Path"}


class LiteralTranslator(PythonTranslator):
    """Writes exact builtin values as literals, dates and paths as calls of imported names.

    papermill's own leaves dates as text, escapes strings by hand, warns about a cell with an "=" in a string,
    and of a value it does not know it writes the text.
    """

    @classmethod
    def codify(cls, parameters: Mapping[str, Any], comment: str = "Parameters") -> str:
        """The cell: the imports that the values need, then a name a line."""
        return "\n".join([cls.comment(comment), *assignments(parameters)]) + "\n"

    @classmethod
    def translate(cls, val: Any) -> str:
        """One value as a literal."""
        return literal(val)

    @classmethod
    def inspect(cls, parameters_cell: Any) -> list[Parameter]:
        """What the parameters cell declares, read by the suite's own reader instead of line by line."""
        try:
            declared = declarations(parameters_cell["source"], "notebook").declared
        except ParameterError:
            return []
        return [Parameter(d.name, "None", repr(d.default), d.description) for d in declared]


def register() -> None:
    """Let papermill use this translator for every Python kernel in this process."""
    for kernel in ("python", "python3"):
        papermill_translators.register(kernel, LiteralTranslator)


def assignments(parameters: Mapping[str, Any]) -> Iterator[str]:
    """The lines of the injected cell.

    Raises:
        TypeError: a value that is no parameter value, or a name that is no plain name.
    """
    for name in parameters:
        if type(name) is not str or not name.isidentifier() or keyword.iskeyword(name):
            msg = f"{name!r} is no parameter name"
            raise TypeError(msg)
    # a parameter may itself be called `date`; the imported name then gets an underscore
    names = {plain: _free(plain, parameters) for plain in ("date", "Path")}
    kinds = {kind for value in parameters.values() for kind in _kinds(value)}
    for plain, module in (("date", "datetime"), ("Path", "pathlib")):
        if plain in kinds:
            renamed = "" if names[plain] == plain else f" as {names[plain]}"
            yield f"from {module} import {plain}{renamed}"
    for name, value in parameters.items():
        yield f"{name} = {literal(value, names=names, used=len(name) + 3)}"


def literal(value: Any, names: Mapping[str, str] = PLAIN, level: int = 0, used: int = 0) -> str:
    """A value as Python source: on one line where it fits, else an entry a line.

    Args:
        value: None, bool, int, finite float, str, date, Path, or a list or dict of exactly these types.
        names: what `date` and `Path` are called in the cell.
        level: depth of indentation; `used`: characters of the line already taken.

    Raises:
        TypeError: any other type, also a subclass, whose `repr` could be anything.
    """
    flat = _flat(value, names)
    if type(value) not in (list, dict) or not value or len(flat) + used + level * len(_INDENT) <= WIDTH:
        return flat
    inner = _INDENT * (level + 1)
    opening, closing = flat[0], flat[-1]
    heads = [f"{_flat(key, names)}: " for key in value] if type(value) is dict else [""] * len(value)
    items = value.values() if type(value) is dict else value
    lines = [
        f"{inner}{head}{literal(item, names, level + 1, len(head) + 1)},\n"
        for head, item in zip(heads, items, strict=True)
    ]
    return f"{opening}\n{''.join(lines)}{_INDENT * level}{closing}"


def _flat(value: Any, names: Mapping[str, str]) -> str:
    """A value on one line."""
    kind = type(value)
    if value is None or kind in (bool, int, str) or (kind is float and isfinite(value)):
        return repr(value)
    if kind is date:
        return f"{names['date']}({value.year}, {value.month}, {value.day})"
    if isinstance(value, PurePath) and kind.__module__.partition(".")[0] == "pathlib":
        return f"{names['Path']}({value.as_posix()!r})"
    if kind is list:
        return f"[{', '.join(_flat(item, names) for item in value)}]"
    if kind is dict:
        return "{" + ", ".join(f"{_flat(k, names)}: {_flat(v, names)}" for k, v in value.items()) + "}"
    msg = f"{kind.__name__} is no kind of parameter value"
    raise TypeError(msg)


def _kinds(value: Any) -> Iterator[str]:
    """Which of `date` and `Path` a value needs."""
    if isinstance(value, list | dict):
        for item in value:
            yield from _kinds(item)
        if isinstance(value, dict):
            for item in value.values():
                yield from _kinds(item)
    elif isinstance(value, date):
        yield "date"
    elif isinstance(value, Path):
        yield "Path"


def _free(name: str, taken: Mapping[str, Any]) -> str:
    while name in taken:
        name = f"_{name}"
    return name
