"""Parameter values as JSON and back."""

import json
from datetime import date, datetime
from math import inf, nan
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagement_utils.suite.planning.jsonable import canonical, from_jsonable, to_jsonable

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.dates()
    | st.builds(Path, st.sampled_from(["a", "a/b", "../é", "/x y"]))
)
keys = st.text() | st.sampled_from(["$date", "$path", "$dict", "$"]) | st.integers() | st.dates()
values: Any = st.recursive(
    scalars, lambda v: st.lists(v, max_size=3) | st.dictionaries(keys, v, max_size=3), max_leaves=8
)


def same(a: Any, b: Any) -> bool:
    """Equal in value and type, at every depth and in order."""
    if type(a) is not type(b):
        return False
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return same(list(a), list(b)) and same(list(a.values()), list(b.values()))
    return bool(a == b) and repr(a) == repr(b)


@settings(max_examples=200)
@given(values)
def test_a_value_comes_back_with_its_type(value: Any) -> None:
    assert same(from_jsonable(json.loads(json.dumps(to_jsonable(value)))), value)
    assert same(from_jsonable(json.loads(canonical(value))), value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (
            {"b": 1, "a": [date(2024, 1, 2), Path("x/y")]},
            '{"b":1,"a":[{"$date":"2024-01-02"},{"$path":"x/y"}]}',
        ),
        ({1: "é"}, '{"$dict":[[1,"\\u00e9"]]}'),
        ({"$date": "x"}, '{"$dict":[["$date","x"]]}'),
        (1, "1"),
        (1.0, "1.0"),
        (True, "true"),
    ],
)
def test_the_written_form_is_stable(value: Any, text: str) -> None:
    assert canonical(value) == text


@pytest.mark.parametrize("value", [nan, inf, (1,), {1}, b"a", object(), datetime(2024, 1, 1), [1j]])
def test_what_is_no_parameter_value_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="is no parameter value"):
        to_jsonable(value)
