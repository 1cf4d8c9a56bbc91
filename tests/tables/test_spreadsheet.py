import pyarrow as pa
import pytest

from engagement_utils.tables.spreadsheet import escaped, escaped_column

CASES = {
    "=1+1": "'=1+1",
    "+cmd|' /C calc'!A0": "'+cmd|' /C calc'!A0",
    "-2+3": "'-2+3",
    "@SUM(A1)": "'@SUM(A1)",
    "\t=1": "'\t=1",
    "\r=1": "'\r=1",
    "＝1": "'＝1",
    "-": "'-",
    "-5\n=1": "'-5\n=1",
    # plain numbers and text stay as they are
    "-5": "-5",
    "+3.2": "+3.2",
    "-1,5e3": "-1,5e3",
    "a=b": "a=b",
    "": "",
    " =1": " =1",
}


@pytest.mark.parametrize("text", CASES)
def test_formulas_get_an_apostrophe_and_nothing_else_does(text: str) -> None:
    assert escaped(text) == CASES[text]


def test_a_column_is_escaped_as_its_cells_are() -> None:
    column = pa.array([*CASES, None])
    assert escaped_column(column).to_pylist() == [*CASES.values(), None]
