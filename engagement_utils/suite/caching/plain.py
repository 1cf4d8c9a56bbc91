"""A parameter's value as a reader sees it: plain JSON, dates in ISO form, no passwords."""

from collections.abc import Mapping
from datetime import date
from pathlib import PurePath
from typing import Any

from engagement_utils.tables.secrets import redact


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
