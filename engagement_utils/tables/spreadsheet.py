"""Text that a spreadsheet must not run: cells that would start a formula get an apostrophe in front."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

# the characters that open a formula (their full-width forms too), or let one start behind a cell's end
_STARTS = "=+@\t\r\n＝＋－＠-"
_NUMBER = r"[+-]?[0-9]+([.,][0-9]+)?([eE][+-]?[0-9]+)?"
_FORMULA = re.compile(f"[{_STARTS}]")


def escaped(text: str) -> str:
    """The text with an apostrophe in front where a spreadsheet would read a formula; plain numbers stay."""
    return f"'{text}" if _FORMULA.match(text) and not re.fullmatch(_NUMBER, text) else text


def escaped_column(column: "pa.Array | pa.ChunkedArray") -> "pa.Array | pa.ChunkedArray":
    """`escaped` for an Arrow column of strings; nulls stay."""
    import pyarrow.compute as pc

    risky = pc.and_not(
        pc.match_substring_regex(column, f"^[{_STARTS}]"), pc.match_substring_regex(column, rf"\A{_NUMBER}\z")
    )
    return pc.if_else(risky, pc.binary_join_element_wise("'", column, ""), column)
