"""YAML in: plain values, lines, and limits that no document gets past."""

import json
import time
from datetime import date
from math import inf, nan
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagement_utils.suite.planning.yamlfile import MAX_BYTES, MAX_PROBLEMS, parse, read, resolve


def lines(text: str) -> list[str]:
    return [str(p) for p in parse(text, "f.yml").problems]


def test_values_follow_the_core_schema_and_dates_are_dates() -> None:
    text = (
        "a: [1, -2, 0x1F, 0o17, 012, 1_000, 1.5, 1e3, .5, true, False, null, ~, no, on, y]\n"
        "b: [2024-01-31, 2024-02-30, 2024-01-31 10:00:00, '2024-01-31', 12:30, '7', 1.2.3]\n"
        "c: {d: 'x = ''y''', e: |\n    two\n    lines\n  }\n"
    )
    found = parse(text.replace(", e: |\n    two\n    lines\n  }", "}\ne: |\n  two\n  lines"), "f.yml")
    assert found.problems == []
    plain = [1, -2, 31, 15, 12, "1_000", 1.5, 1000.0, 0.5, True, False, None, None, "no", "on", "y"]
    assert found.value["a"] == plain
    assert [type(v) for v in found.value["a"]] == [type(v) for v in plain]
    first = date(2024, 1, 31)
    assert found.value["b"] == [
        first,
        "2024-02-30",
        "2024-01-31 10:00:00",
        "2024-01-31",
        "12:30",
        "7",
        "1.2.3",
    ]
    assert found.value["c"] == {"d": "x = 'y'"}
    assert found.value["e"] == "two\nlines\n"


def test_every_key_and_item_has_its_line() -> None:
    found = parse("a: 1\nb:\n  - x\n  - c:\n      2\n", "f.yml")
    assert found.where(("a",)) == "f.yml:1"
    assert found.where(("b", 0)) == "f.yml:3"
    assert found.where(("b", 1, "c")) == "f.yml:4"
    assert found.where(("b", 7, "unheard")) == "f.yml:2"  # the nearest one above


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\na: 3\n", "f.yml:3: a: found twice; accepted: once"),
        ("p:\n  x: 1\n  x: 1\n", "f.yml:3: p.x: found twice; accepted: once"),
        ("a:\n\tb: 1\n", "f.yml:2: not YAML: found character '\\t' that cannot start any token; indent with"),
        ("a: [1\nb: 2\n", "f.yml:2: not YAML"),
        ("a: \0\n", "f.yml:1: found the character U+0000"),
        ('a: "\\ud800"\n', "f.yml:1: a: found half a character"),
        ("a: 1\n---\nb: 2\n", "f.yml:2: found a second document"),
        ("a: &a [*a]\n", "f.yml:1: a[0]: *a contains itself"),
        ("a: *gone\n", "f.yml:1: a: *gone names no anchor"),
        (
            "a: !!python/object/apply:os.system [id]\n",
            "f.yml:1: a: found the tag !!python/object/apply:os.system",
        ),
        ("a: !!int x\n", "f.yml:1: a: found the text 'x' under the tag !!int"),
        ("? [1, 2]\n: x\n", "f.yml:1: as a key found a list of 2"),
        ("{a: 1, null: 2}\n", "f.yml:1: as a key found nothing (null)"),
        (f"a: {'9' * 5000}\n", "f.yml:1: a: found a number of 5000 digits"),
    ],
)
def test_what_is_wrong_is_one_line_with_its_place(text: str, expected: str) -> None:
    (found,) = lines(text)
    assert found.startswith(expected)


def test_tagged_scalars_of_the_core_schema_are_read() -> None:
    assert parse('a: !!str 3\nb: !!int "7"\nc: "\\ud83d\\ude00"', "f.yml").value == {
        "a": "3",
        "b": 7,
        "c": "😀",
    }


def test_an_alias_is_a_copy() -> None:
    value = parse("a: &x {n: [1]}\nb: *x\n", "f.yml").value
    assert value == {"a": {"n": [1]}, "b": {"n": [1]}}
    value["a"]["n"].append(2)
    assert value["b"] == {"n": [1]}


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{','.join([f'*{chr(97 + i)}'] * 9)}]\n" for i in range(9)
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (BOMB, "expands to too many values"),
        ("[" * 100_000, "nested too deeply"),
        ("{a: " * 5_000, "nested too deeply"),
        ("- " * 5_000, "nested too deeply"),
        (f"a: [{'1,' * 60_000}]", "expands to too many values"),
        ("x" * (MAX_BYTES + 1), "too long"),
    ],
    ids=["billion laughs", "brackets", "braces", "dashes", "many values", "long"],
)
def test_a_bomb_is_refused_quickly(text: str, expected: str) -> None:
    begun = time.process_time()
    (found,) = lines(text)
    assert expected in found
    assert time.process_time() - begun < 10


def test_problems_without_end_are_cut() -> None:
    found = lines("a: 1\n" * 1000)
    assert len(found) == MAX_PROBLEMS + 1
    assert found[-1].endswith("the rest is not read; mend the problems above first")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"a: 1\nb: caf\xe9\n", "f.yml:2: found the byte 0xe9; accepted: UTF-8 text"),
        ("a: é\n".encode("utf-16"), "f.yml:1: found the byte 0xff; accepted: UTF-8 text"),
    ],
)
def test_other_encodings_are_refused_with_their_line(tmp_path: Path, data: bytes, expected: str) -> None:
    path = tmp_path / "f.yml"
    path.write_bytes(data)
    assert [str(p) for p in read(path, "f.yml").problems] == [expected]


def test_a_byte_order_mark_and_windows_lines_are_read(tmp_path: Path) -> None:
    path = tmp_path / "f.yml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: x\r\n")
    assert read(path, "f.yml").value == {"a": 1, "b": "x"}
    assert read(path, "f.yml").where(("b",)) == "f.yml:2"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (found,) = read(tmp_path, "f.yml").problems
    assert "cannot be read (Is a directory)" in str(found)


@pytest.mark.parametrize(("text", "value"), [(".inf", inf), ("-.INF", -inf), ("+.Inf", inf), ("1e999", inf)])
def test_infinity_is_a_number_that_is_refused_later(text: str, value: float) -> None:
    assert resolve(text) == value
    assert str(resolve(".nan")) == str(nan)


@settings(max_examples=50)
@given(st.text())
def test_no_text_raises(text: str) -> None:
    found = parse(text, "f.yml")
    assert all("\n" not in str(p) for p in found.problems)


plain: Any = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=50)
@given(st.dictionaries(st.text(max_size=5), plain, max_size=4))
def test_json_comes_back(value: dict[str, Any]) -> None:
    found = parse(json.dumps(value), "f.yml")
    assert found.problems == []
    assert found.value == value
