"""Parameter values as JSON and back: dates, paths and mappings with other keys than text are tagged."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from math import isfinite
from pathlib import Path, PurePath
from typing import Any

from engagement_utils.tables.secrets import redact

_DATE, _PATH, _PAIRS = "$date", "$path", "$dict"


def to_jsonable(value: Any) -> Any:
    """A JSON value that `from_jsonable` reads back as the same value of the same type.

    Dates become `{"$date": "2024-01-31"}`, paths `{"$path": "a/b"}` (with forward slashes), a mapping whose
    keys are not all text, or start with "$", `{"$dict": [[key, value], ...]}`. Order is kept: a notebook may
    depend on it.

    Raises:
        TypeError: a value of another type, or a number that is not finite.
    """
    if value is None or type(value) in (bool, int, str) or (type(value) is float and isfinite(value)):
        return value
    if isinstance(value, date) and not isinstance(value, datetime):
        return {_DATE: value.isoformat()}
    if isinstance(value, PurePath):
        return {_PATH: value.as_posix()}
    if type(value) is list:
        return [to_jsonable(item) for item in value]
    if type(value) is dict:
        if all(type(key) is str and not key.startswith("$") for key in value):
            return {key: to_jsonable(item) for key, item in value.items()}
        return {_PAIRS: [[to_jsonable(key), to_jsonable(item)] for key, item in value.items()]}
    msg = f"{value!r} ({type(value).__name__}) is no parameter value"
    raise TypeError(msg)


def from_jsonable(value: Any) -> Any:
    """The value that `to_jsonable` wrote."""
    if isinstance(value, list):
        return [from_jsonable(item) for item in value]
    if isinstance(value, dict):
        match [*value.items()]:
            case [(key, str(text))] if key == _DATE:
                return date.fromisoformat(text)
            case [(key, str(text))] if key == _PATH:
                return Path(text)
            case [(key, list(pairs))] if key == _PAIRS:
                return {from_jsonable(k): from_jsonable(v) for k, v in pairs}
        return {key: from_jsonable(item) for key, item in value.items()}
    return value


def canonical(value: Any) -> str:
    """One text for one value, for hashing: JSON without spaces, in ASCII, in the value's own order."""
    return json.dumps(to_jsonable(value), separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def plain(value: Any) -> Any:
    """Plain JSON for reading: dates and paths as text, keys as text, passwords in URLs hidden.

    Made to be shown; `jsonable.to_jsonable` is the form that keeps every type.
    """
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, PurePath):
        return redact(value.as_posix())
    if isinstance(value, Mapping):
        return {redact(k) if isinstance(k, str) else str(plain(k)): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value
