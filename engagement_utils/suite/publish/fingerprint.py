"""What pages depend on beside the prepared notebook, as one hash."""

import hashlib
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from engagement_utils.suite.publish.theme import Theme

_CODE = Path(__file__).resolve().parent


def fingerprint(theme: Theme, folders: Sequence[str], tools: Iterable[str], extra: Sequence[str] = ()) -> str:
    """A SHA-256 over templates, publishing code and the versions of tools.

    Args:
        theme: what the pages look like.
        folders: every file of the theme below them counts, by its path below the folder and its bytes.
        tools: distributions whose version counts; a missing one counts as missing.
        extra: other strings, such as a program's version.
    """
    state = hashlib.sha256()

    def add(*parts: bytes) -> None:
        for part in parts:
            state.update(len(part).to_bytes(8, "big") + part)

    code = sorted([*_CODE.glob("*.py"), *(_CODE.parent / "pages").glob("*.py")])
    for path in code:
        add(path.name.encode(), path.read_bytes())
    for folder in folders:
        for name, path in theme.files(folder).items():
            add(name.encode(), path.read_bytes())
    for tool in sorted(tools):
        add(tool.encode(), _version(tool).encode())
    for text in extra:
        add(text.encode())
    return state.hexdigest()


def _version(tool: str) -> str:
    try:
        return version(tool)
    except PackageNotFoundError:
        return "missing"
