"""What was found wrong with an input: counted, or set aside and kept in a file."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Reason:
    """Why rows were set aside or counted; `action` says which."""

    rule: str
    action: Literal["set aside", "counted"]
    rows: int
    example: str = ""  # file, row, column, what was found, what is accepted


@dataclass(frozen=True)
class InputQuality:
    """One input as it was read. `file` is the download or private file that keeps the rows set aside."""

    name: str
    path: str
    rows: int
    set_aside: int
    reasons: tuple[Reason, ...] = ()
    file: str = ""
