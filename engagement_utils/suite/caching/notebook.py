"""A notebook as the author wrote it: cells and tags, without outputs, ids and editor settings."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engagement_utils.errors import ParameterError


@dataclass(frozen=True)
class WrittenCell:
    """One cell: its type, its source, and what else an author can say of it (tags, attached images)."""

    type: str
    source: str
    tags: tuple[str, ...]
    attachments: Any = None


def written_cells(path: Path) -> tuple[WrittenCell, ...]:
    """The cells of a notebook, in order.

    Raises:
        ParameterError: when the file is no notebook.
    """
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        return tuple(
            WrittenCell(
                c["cell_type"],
                c["source"] if isinstance(c["source"], str) else "".join(c["source"]),
                tuple(sorted(c["metadata"].get("tags", ()))),
                c.get("attachments") or None,
            )
            for c in cells
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        msg = f"{path}: not a notebook of version 4 ({type(error).__name__}: {error})"
        raise ParameterError(msg) from error
