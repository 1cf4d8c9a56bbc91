"""Reports' names: they become file names, addresses and keys, so they are plain slugs."""

import hashlib
import re
import unicodedata
from datetime import date
from typing import Any

MAX_LENGTH = 80
# what the site or Quarto writes or passes over, and what Windows keeps for devices
_SITE = "index manifest times assets static downloads search site site_libs readme code data engagement"
_DEVICES = ["con", "prn", "aux", "nul", *(f"{device}{n}" for device in ("com", "lpt") for n in range(10))]
RESERVED = frozenset([*_SITE.split(), *_DEVICES])
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
ACCEPTED = f"accepted: letters, digits, _ and -, starting with a letter or digit, at most {MAX_LENGTH}"


def name_fault(name: str) -> tuple[str, str] | None:
    """What is wrong with a report's name (found, accepted), or None."""
    if not _NAME.fullmatch(name):
        return f"{name[:MAX_LENGTH]!r} is no name for a report", ACCEPTED
    if len(name) > MAX_LENGTH:
        return f"a name of {len(name)} characters", ACCEPTED
    if name.lower() in RESERVED:
        return (
            f"{name!r} is a reserved name",
            f"accepted: a name that is none of {', '.join(sorted(RESERVED)[:12])}, ...",
        )
    return None


def plain(value: Any) -> str:
    """A value as a title shows it: dates in ISO form, true and false as YAML writes them."""
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else str(value)


def slug(value: Any) -> str:
    """A value as part of a file name: `Querétaro Norte` -> `queretaro-norte`.

    Text without a Latin letter or digit becomes the first eight digits of its SHA-256.
    """
    text = plain(value)
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    found = re.sub(r"[^a-z0-9]+", "-", ascii_text.lower()).strip("-")
    return found or hashlib.sha256(text.encode()).hexdigest()[:8]


def readable(name: str) -> str:
    """A title made of a name: `ping_engagement` -> `Ping engagement`."""
    words = re.sub(r"[_-]+", " ", name).strip()
    return words[:1].upper() + words[1:]
