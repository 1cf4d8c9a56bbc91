"""Passwords: what `${NAME}` in parameters stands for, and how it is hidden in what a run shows or writes."""

import html
import json
import os
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

from engagement_utils.tables import secrets

# A shorter value is hidden only where it stands alone: a port or a database name is no part of other words.
ALONE_BELOW = 6
ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")


class Masker:
    """Replaces secret values, in all forms they may take in text, by `${NAME}`.

    Args:
        values: `{name: value}`; empty values hide nothing.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self._names: dict[str, str] = {}
        for name, value in sorted(values.items()):
            for form in _forms(value):
                self._names.setdefault(form, name)
        # longest first: a value may be part of another one
        forms = sorted(self._names, key=lambda form: (-len(form), form))
        self._text = re.compile("|".join(map(_pattern, forms))) if forms else None
        coded = {form.encode(code): self._names[form] for code in ("utf-8", "utf-16-le") for form in forms}
        self._coded = coded
        pattern = b"|".join(re.escape(form) for form in sorted(coded, key=lambda form: (-len(form), form)))
        self._bytes = re.compile(pattern) if forms else None

    @classmethod
    def of(cls, parameters: Any, environ: Mapping[str, str] | None = None) -> "Masker":
        """The masker of everything that `${NAME}` in these parameters, however nested, stands for."""
        environ = os.environ if environ is None else environ
        named = {name for text in _strings(parameters) for name in secrets.names(text)}
        return cls({name: environ[name] for name in named if environ.get(name)})

    def __bool__(self) -> bool:
        return self._text is not None

    def text(self, text: str) -> str:
        """The text without secrets."""
        if self._text is None:
            return text
        masked = self._text.sub(self._replace, text)
        if "\x1b" in masked:
            # a colour may start inside a secret: what is then left of it shows once the colours are gone
            plain = ANSI.sub("", masked)
            if self._text.search(plain):
                return self._text.sub(self._replace, plain)
        return masked

    def _replace(self, found: re.Match[str]) -> str:
        return "${" + self._names[found.group()] + "}"

    def file(self, path: Path) -> str | None:
        """Hide secrets in a file, in place.

        Returns:
            The name of the variable whose value stands in a file that cannot be rewritten (a workbook, an
            image, a database, a file's name), else None.
        """
        if self._text is None or self._bytes is None:
            return None
        if found := self._text.search(path.name):
            return self._names[found.group()]
        data = path.read_bytes()
        if not _is_binary(data):
            text = data.decode("utf-8", "surrogateescape")
            if (masked := self._text.sub(self._replace, text)) != text:
                path.write_bytes(masked.encode("utf-8", "surrogateescape"))
            return None
        for part in _parts(path, data):
            # short values occur in any compressed data by chance
            for match in self._bytes.finditer(part):
                if len(match.group().replace(b"\0", b"")) >= ALONE_BELOW:
                    return self._coded[match.group()]
        return None


def _forms(value: str) -> Iterator[str]:
    if not value:
        return
    yield value
    yield quote(value, safe="")
    yield quote(value)
    yield quote_plus(value)
    yield html.escape(value)
    yield html.escape(value, quote=False)
    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    yield repr(value)[1:-1]


def _pattern(form: str) -> str:
    alone = len(form) < ALONE_BELOW
    return rf"(?<!\w){re.escape(form)}(?!\w)" if alone else re.escape(form)


def _strings(value: Any) -> Iterator[str]:
    """Every text in a nested parameter value, keys included."""
    if isinstance(value, str | Path):
        yield str(value)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _strings(key)
            yield from _strings(item)
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from _strings(item)
    elif hasattr(value, "model_dump"):
        yield from _strings(value.model_dump())


def _is_binary(data: bytes) -> bool:
    return b"\0" in data[:8192] or data[:4] in (b"PK\x03\x04", b"%PDF")


def _parts(path: Path, data: bytes) -> Iterator[bytes]:
    yield data
    if data[:4] == b"PK\x03\x04" and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for member in archive.namelist():
                yield archive.read(member)
