"""Hostile inputs, each with its documented outcome: refused with a clear error, set aside, or read."""

import csv
import gzip
import io
import json
import os
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from engagement_utils.errors import TableError
from engagement_utils.tables.reading import Dataset, read_tables
from engagement_utils.tables.schema import Column, Rule, Schema

USERS = Schema("users", "one row a user", (Column("user_id", "string", key=True),))
EVENTS = Schema(
    "events",
    "one row an event",
    (
        Column("event_id", "integer", key=True),
        Column("user_id", "string"),
        Column("kind", "string", accepts=frozenset({"view", "like"})),
        Column("seconds", "number", nullable=True, minimum=0, maximum=86_400),
        Column("at", "timestamp"),
        Column("note", "string", required=False, nullable=True, aliases=("comment",)),
    ),
    rules=(Rule("like_watched", "a like has no seconds", lambda t: (t.kind == "like") & (t.seconds > 0)),),
)
HEADER = "event_id,user_id,kind,seconds,at,note\n"
GOOD = """1,u1,view,3.5,2024-01-31 17:45:00,first
2,u2,like,0,2024-02-01 08:00:00,
3,u1,view,,2024-02-02 09:30:00,x
"""
TWO = GOOD.splitlines(keepends=True)[:2]


def row(event_id: int = 9, **cells: str) -> str:
    """A good fourth row but for the cells given."""
    good = {"user_id": "u1", "kind": "view", "seconds": "1", "at": "2024-02-03 10:00:00", "note": "n"}
    return ",".join([cells.get("event_id", str(event_id)), *({**good, **cells}[k] for k in good)]) + "\n"


# the same with a reference, for the one case that needs it
REFERRING = replace(
    EVENTS,
    columns=tuple(
        replace(c, references=("users", "user_id")) if c.name == "user_id" else c for c in EVENTS.columns
    ),
)


@dataclass(frozen=True)
class Case:
    """An input and what comes of it.

    `make` writes the file(s) into a folder and returns the table's parameter. One of `error` (a piece of the
    text) or `kept`/`aside` (ids of the rows kept; reason -> rows set aside) is expected; `holds` are further
    pieces of the error or of the first example.
    """

    name: str
    make: Callable[[Path], Any]
    error: str = ""
    kept: tuple[int, ...] = ()
    aside: Mapping[str, int] = field(default_factory=dict)
    holds: tuple[str, ...] = ()
    check: Callable[[Dataset], None] | None = None
    schema: Schema = EVENTS


def raw(data: bytes | str, name: str = "events.csv", **spec: Any) -> Callable[[Path], Any]:
    """A file of these bytes, and its spec."""

    def make(folder: Path) -> Any:
        (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())
        return {"path": name, **spec} if spec else name

    return make


def with_row(**cells: str) -> Callable[[Path], Any]:
    """Three good rows and a fourth."""
    return raw(HEADER + GOOD + row(**cells))


def column(form: str, values: list[str], **spec: Any) -> Callable[[Path], Any]:
    """Rows that differ in one column."""
    rows = [row(i, **{form: v}) for i, v in enumerate(values, 1)]
    return raw(HEADER + "".join(rows), **spec)


def parquet(change: Callable[[pd.DataFrame], pd.DataFrame]) -> Callable[[Path], Any]:
    """The good rows, typed, with a change."""

    def make(folder: Path) -> str:
        frame = pd.read_csv(io.StringIO(HEADER + GOOD), parse_dates=["at"])
        change(frame).to_parquet(folder / "events.parquet")
        return "events.parquet"

    return make


def workbook(fill: Callable[[openpyxl.Workbook], None], **spec: Any) -> Callable[[Path], Any]:
    """A workbook whose only sheet holds header and good rows, with a change."""

    def make(folder: Path) -> Any:
        book = openpyxl.Workbook()
        book.active.title = "Events"
        book.active.append(HEADER.strip().split(","))
        book.active.append([1, "u1", "view", 3.5, datetime(2024, 1, 31, 17, 45), "first"])
        book.active.append([2, "u2", "like", 0, datetime(2024, 2, 1, 8), None])
        fill(book)
        book.save(folder / "events.xlsx")
        return {"path": "events.xlsx", **spec}

    return make


def zip_bomb(folder: Path) -> str:
    with zipfile.ZipFile(folder / "events.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(20):
                sheet.write(b" " * 2**23)
    return "events.xlsx"


def broken_parquet(folder: Path) -> str:
    parquet(lambda f: f)(folder)
    whole = (folder / "events.parquet").read_bytes()
    (folder / "events.parquet").write_bytes(whole[: len(whole) // 2])
    return "events.parquet"


def damaged_parquet(folder: Path) -> str:
    """Whole at its end, where the columns are described, and not where the values are."""
    frame = pd.read_csv(io.StringIO(HEADER + GOOD), parse_dates=["at"])
    frame.to_parquet(folder / "events.parquet", compression="gzip")
    whole = bytearray((folder / "events.parquet").read_bytes())
    whole[4:400] = b"\xff" * 396
    (folder / "events.parquet").write_bytes(whole)
    return "events.parquet"


def pipe(folder: Path) -> str:
    os.mkfifo(folder / "events.csv")
    return "events.csv"


def folder_of(*names: str) -> Callable[[Path], Any]:
    def make(folder: Path) -> str:
        (folder / "in").mkdir()
        for name in names:
            (folder / "in" / name).write_text(HEADER + GOOD)
        return "in"

    return make


def parts(folder: Path) -> str:
    """Two files of a glob with their columns in another order."""
    (folder / "e1.csv").write_text(HEADER + TWO[0])
    (folder / "e2.csv").write_text(
        "at,kind,user_id,event_id,seconds\n2024-02-01,like,u2,2,0\nbad,view,u1,3,1\n"
    )
    return "e*.csv"


def link(folder: Path) -> str:
    (folder / "events.csv").symlink_to(folder / "gone.csv")
    return "events.csv"


def notes(expected: list[str | None]) -> Callable[[Dataset], None]:
    def check(data: Dataset) -> None:
        assert data["events"].order_by("event_id")["note"].to_pyarrow().to_pylist() == expected

    return check


def seconds(expected: list[float | None]) -> Callable[[Dataset], None]:
    def check(data: Dataset) -> None:
        assert data["events"].order_by("event_id")["seconds"].to_pyarrow().to_pylist() == expected

    return check


def times(*expected: str) -> Callable[[Dataset], None]:
    def check(data: Dataset) -> None:
        found = data["events"].order_by("event_id")["at"].to_pyarrow().to_pylist()
        assert [t.isoformat(sep=" ") for t in found] == list(expected)

    return check


LONG = "x" * 10_000_000
ISO = "2024-02-03 10:00:00"

CASES = [
    # the file as such
    Case("empty file", raw(b""), error="the file is empty"),
    Case("blank file", raw("\n \n"), error="the file is empty"),
    Case("header only", raw(HEADER), error="no row below"),
    Case("missing file", lambda f: "user.csv", error="no such file", holds=("in ", "nearest: 'users.csv'")),
    Case("no match of a glob", lambda f: "2024/*.csv", error="no such file matches"),
    Case("named pipe", pipe, error="a named pipe"),
    Case("device", lambda f: "/dev/zero", error="a device"),
    Case("broken link", link, error="does not exist"),
    Case("unknown kind", raw("x", "events.pdf"), error="unknown kind"),
    Case("empty folder", folder_of(), error="holds no file"),
    Case("folder of two kinds", folder_of("a.csv", "b.jsonl"), error="several kinds"),
    Case("NUL in the path", lambda f: "a\0b.csv", error="NUL"),
    Case("path too long", lambda f: "x" * 5000 + ".csv", error="too long"),
    Case(
        "two parts, columns in another order",
        parts,
        kept=(1, 2),
        aside={"at is not a time": 1},
        holds=("e2.csv, row 3",),
    ),
    # bytes
    Case("byte order mark", raw(b"\xef\xbb\xbf" + (HEADER + GOOD).encode()), kept=(1, 2, 3)),
    Case("UTF-16 undeclared", raw((HEADER + GOOD).encode("utf-16")), error="encoding: utf-16"),
    Case("UTF-16 declared", raw((HEADER + GOOD).encode("utf-16"), encoding="utf-16"), kept=(1, 2, 3)),
    Case(
        "Latin-1 undeclared",
        raw((HEADER + GOOD + row(note="café")).encode("latin-1")),
        error="not utf-8",
        holds=("line 5", "0xE9"),
    ),
    Case(
        "Latin-1 declared",
        raw((HEADER + row(1, note="café")).encode("latin-1"), encoding="latin-1"),
        kept=(1,),
        check=notes(["café"]),
    ),
    Case("unknown encoding", raw(HEADER + GOOD, encoding="utf-7000"), error="encoding: found 'utf-7000'"),
    Case("NUL byte", with_row(note="a\0b"), error="NUL character in line 5"),
    Case("Parquet named CSV", raw(b"PAR1\x15\x04", "events.csv"), error="is a Parquet file"),
    Case(
        "cut-off gzip",
        raw(gzip.compress((HEADER + GOOD * 900).encode())[:-40], "events.csv.gz"),
        error="cannot be read",
    ),
    Case("gzip", raw(gzip.compress((HEADER + GOOD).encode()), "events.csv.gz"), kept=(1, 2, 3)),
    # cells
    Case("wrong delimiter", raw((HEADER + GOOD).replace(",", ";")), error="delimiter: ';'"),
    Case("declared delimiter", raw((HEADER + GOOD).replace(",", "|"), delimiter="|"), kept=(1, 2, 3)),
    Case("sep= line", raw("sep=;\n" + (HEADER + GOOD).replace(",", ";")), kept=(1, 2, 3)),
    Case("quote as delimiter", raw(HEADER + GOOD, delimiter='"'), error="delimiter: found"),
    Case(
        "row too short",
        raw(HEADER + GOOD + "9,u1,view\n"),
        kept=(1, 2, 3),
        aside={"the row has fewer cells than the header": 1},
        holds=("row 5", "9,u1,view"),
    ),
    Case(
        "row too long",
        raw(HEADER + GOOD + row().strip() + ",y,z\n"),
        kept=(1, 2, 3),
        aside={"the row has more cells than the header": 1},
    ),
    Case(
        "short row between bad values",
        raw(HEADER + "8,u1\n" + GOOD + row(seconds="abc")),
        kept=(1, 2, 3),
        aside={"the row has fewer cells than the header": 1, "seconds is not a number": 1},
        holds=("row 2",),
    ),
    Case(
        "quoted line end",
        with_row(note='"a\nb"'),
        kept=(1, 2, 3, 9),
        check=notes(["first", None, "x", "a\nb"]),
    ),
    Case(
        "quoted delimiter and quote",
        with_row(note='"a, ""b"""'),
        kept=(1, 2, 3, 9),
        check=notes(["first", None, "x", 'a, "b"']),
    ),
    Case(
        "quote never closed",
        raw(HEADER + TWO[0] + row(note='"never') + TWO[1] + GOOD),
        error="never closed",
        holds=("row 3",),
    ),
    Case(
        "quote never closed, large",
        raw(HEADER + row(note='"never') + row(10, note="y" * 2_000) * 18_000),
        error="never closed",
    ),
    Case(
        "stray quote",
        with_row(note='"a"b'),
        kept=(1, 2, 3),
        aside={"a quote inside a quoted cell is not doubled": 1},
    ),
    Case("10 MB cell", with_row(note=LONG), kept=(1, 2, 3, 9), check=notes(["first", None, "x", LONG])),
    Case("17 MB row", with_row(note="x" * 17 * 2**20), error="longer than 16 MB"),
    Case("100,000 columns", raw(",".join(f"c{i}" for i in range(100_000)) + "\n1\n"), error="at most 2,000"),
    Case("CRLF", raw((HEADER + GOOD).replace("\n", "\r\n")), kept=(1, 2, 3)),
    Case("CR", raw((HEADER + GOOD).replace("\n", "\r")), kept=(1, 2, 3)),
    Case("mixed line ends", raw(HEADER + TWO[0].replace("\n", "\r\n") + TWO[1]), kept=(1, 2)),
    Case("stray carriage return", with_row(note="a\rb"), error="carriage return"),
    Case("no last line end", raw((HEADER + GOOD).rstrip()), kept=(1, 2, 3)),
    Case("empty lines", raw("\n\n" + HEADER + "\n" + GOOD + "\n\n"), kept=(1, 2, 3)),
    # headers
    Case(
        "missing column",
        raw("event_id,userid,kind,seconds,at\n1,u1,view,1," + ISO),
        error="missing column 'user_id'",
        holds=("nearest: 'userid'", "columns: {ours: theirs}"),
    ),
    Case("column in other case", raw((HEADER + GOOD).replace("kind", "Kind", 1)), error="nearest: 'Kind'"),
    Case("header twice", raw((HEADER + GOOD).replace("note", "at", 1)), error="found 2 times"),
    Case(
        "name and alias",
        raw("event_id,user_id,kind,seconds,at,note,comment\n1,u1,view,1," + ISO + ",a,b"),
        error="found 2 times",
    ),
    Case(
        "renamed to nothing",
        raw(HEADER + GOOD, columns={"user_id": "uid"}),
        error="missing column 'uid' (for user_id)",
    ),
    Case(
        "renames what is not ours",
        raw(HEADER + GOOD, columns={"user": "user_id"}),
        error="nearest: 'user_id'",
    ),
    Case("one header for two", raw(HEADER + GOOD, columns={"note": "kind"}), error="is used for"),
    Case("spaces in the header", raw(HEADER.replace(",", " , ") + GOOD), kept=(1, 2, 3)),
    # numbers
    Case(
        "text for a number",
        with_row(seconds="abc"),
        kept=(1, 2, 3),
        aside={"seconds is not a number": 1},
        holds=("row 5", "column seconds", "'abc'", "a number from 0 to 86400"),
    ),
    Case("NaN", with_row(seconds="NaN"), kept=(1, 2, 3), aside={"seconds is not a number": 1}),
    Case("infinity", with_row(seconds="-inf"), kept=(1, 2, 3), aside={"seconds is not a number": 1}),
    Case("1e999", with_row(seconds="1e999"), kept=(1, 2, 3), aside={"seconds is not a number": 1}),
    Case("negative", with_row(seconds="-5"), kept=(1, 2, 3), aside={"seconds is below 0": 1}),
    Case("too large", with_row(seconds="86401"), kept=(1, 2, 3), aside={"seconds is above 86400": 1}),
    Case("hexadecimal", with_row(seconds="0x1F"), kept=(1, 2, 3), aside={"seconds is not a number": 1}),
    Case("Arabic digits", with_row(seconds="١٢"), kept=(1, 2, 3), aside={"seconds is not a number": 1}),
    Case(
        "spaces around",
        with_row(seconds=" 4 ", kind=" view\t"),
        kept=(1, 2, 3, 9),
        check=seconds([3.5, 0, None, 4]),
    ),
    Case("thousands", column("seconds", ['"1,234"', '"2,345"']), error="thousands separators"),
    Case("decimal comma", column("seconds", ['"10,5"', '"3,25"']), error="decimal: ','"),
    Case(
        "decimal comma declared",
        column("seconds", ['"10,5"', '"3,25"'], decimal=","),
        kept=(1, 2),
        check=seconds([10.5, 3.25]),
    ),
    Case(
        "fraction for a whole number",
        with_row(event_id="9.5"),
        kept=(1, 2, 3),
        aside={"event_id is not a whole number": 1},
    ),
    Case("whole number with zero decimals", with_row(event_id="9.0"), kept=(1, 2, 3, 9)),
    Case(
        "beyond 64 bits",
        with_row(event_id="99999999999999999999"),
        kept=(1, 2, 3),
        aside={"event_id is not a whole number": 1},
    ),
    # keys, references, words
    Case(
        "duplicate key",
        raw(HEADER + GOOD + TWO[0].replace("view", "like").replace("3.5", "0")),
        kept=(1, 2, 3),
        aside={"event_id repeats an earlier row's": 1},
        holds=("row 5",),
    ),
    Case("missing key", with_row(event_id=""), kept=(1, 2, 3), aside={"event_id is missing": 1}),
    Case(
        "dangling reference",
        with_row(user_id="u99"),
        kept=(1, 2, 3),
        aside={"user_id is not in users": 1},
        holds=("'u99'",),
        schema=REFERRING,
    ),
    Case(
        "unknown word",
        with_row(kind="boost"),
        kept=(1, 2, 3),
        aside={"kind is not an accepted value": 1},
        holds=("'boost'", "'like', 'view'"),
    ),
    Case(
        "two reasons",
        with_row(kind="boost", seconds="x"),
        kept=(1, 2, 3),
        aside={"kind is not an accepted value": 1, "seconds is not a number": 1},
    ),
    Case(
        "broken rule", with_row(kind="like", seconds="4"), kept=(1, 2, 3), aside={"a like has no seconds": 1}
    ),
    Case(
        "script and formula in text",
        with_row(note="<script>=1+1</script>"),
        kept=(1, 2, 3, 9),
        check=notes(["first", None, "x", "<script>=1+1</script>"]),
    ),
    Case("all rows bad", column("kind", ["a", "b"]), error="all 2 rows are bad"),
    # times
    Case(
        "bad date",
        with_row(at="2024-02-30 10:00:00"),
        kept=(1, 2, 3),
        aside={"at is not a time": 1},
        holds=("a time such as",),
    ),
    Case(
        "day first",
        column("at", ["31/01/2024 10:00", "01/02/2024 11:00"]),
        error="the dates have the day first",
        holds=("%d/%m/%Y %H:%M",),
    ),
    Case("day or month first", column("at", ["03/01/2024", "01/02/2024"]), error="cannot be told apart"),
    Case(
        "day first declared",
        column("at", ["31/01/2024 10:00"], date_format="%d/%m/%Y %H:%M"),
        kept=(1,),
        check=times("2024-01-31 10:00:00"),
    ),
    Case(
        "wrong date_format", column("at", [ISO], date_format="%d/%m/%Y"), error="is not in the form %d/%m/%Y"
    ),
    Case("impossible date_format", column("at", [ISO], date_format="%Q"), error="date_format"),
    Case(
        "date_format without a field",
        column("at", [ISO], date_format="dd/mm/yyyy"),
        error="date_format: found 'dd/mm/yyyy'",
    ),
    Case("serial numbers", column("at", ["45322.5", "45323"]), error="spreadsheet's day numbers"),
    Case(
        "serial numbers declared",
        column("at", ["45322.5"], date_format="excel"),
        kept=(1,),
        check=times("2024-01-31 12:00:00"),
    ),
    Case("epoch milliseconds", column("at", ["1706695200000"]), error="date_format: epoch_ms"),
    Case(
        "epoch milliseconds declared",
        column("at", ["1706695200123"], date_format="epoch_ms"),
        kept=(1,),
        check=times("2024-01-31 10:00:00.123000"),
    ),
    Case(
        "times a spreadsheet destroyed",
        column("at", ["47:44.6", "00:12.0"]),
        error="a spreadsheet destroyed the times",
    ),
    Case(
        "offset",
        column("at", ["2024-01-31T10:00:00-06:00", "2024-01-31 10:00:00Z"]),
        kept=(1, 2),
        check=times("2024-01-31 16:00:00", "2024-01-31 10:00:00"),
    ),
    Case(
        "time zone",
        column("at", ["2024-01-31 10:00"], timezone="America/Mexico_City"),
        kept=(1,),
        check=times("2024-01-31 16:00:00"),
    ),
    Case(
        "hour that the clock skips",
        column("at", ["2024-03-31 02:30", "2024-03-31 04:30", "2024-01-01"], timezone="Europe/Berlin"),
        kept=(2, 3),
        aside={"at is not a time": 1},
    ),
    Case(
        "unknown time zone", column("at", [ISO], timezone="Europe/Berlim"), error="nearest: 'Europe/Berlin'"
    ),
    # Parquet
    Case("Parquet", parquet(lambda f: f), kept=(1, 2, 3)),
    Case("cut-off Parquet", broken_parquet, error="no readable Parquet"),
    Case("damaged Parquet", damaged_parquet, error="cannot be read"),
    Case("text named Parquet", raw("hello", "events.parquet"), error="no readable Parquet"),
    Case(
        "Parquet of another type",
        parquet(lambda f: f.assign(seconds=f["at"])),
        error="column seconds: found the type timestamp",
    ),
    Case(
        "Parquet with infinity",
        parquet(lambda f: f.assign(seconds=[1.0, 0.0, float("inf")])),
        kept=(1, 2),
        aside={"seconds is not a number": 1},
        holds=("row 3",),
    ),
    Case(
        "Parquet with fractions",
        parquet(lambda f: f.assign(event_id=[1.0, 2.5, 3.0])),
        kept=(1, 3),
        aside={"event_id is not a whole number": 1},
    ),
    Case("Parquet without rows", parquet(lambda f: f[:0]), error="no row below"),
    # workbooks
    Case(
        "workbook",
        workbook(lambda b: None),
        kept=(1, 2),
        check=times("2024-01-31 17:45:00", "2024-02-01 08:00:00"),
    ),
    Case(
        "workbook with date_format",
        workbook(lambda b: b.active.append([3, "u1", "view", 1, "03/02/2024", None]), date_format="%d/%m/%Y"),
        kept=(1, 2, 3),
        check=times("2024-01-31 17:45:00", "2024-02-01 08:00:00", "2024-02-03 00:00:00"),
    ),
    Case(
        "number in a date column",
        workbook(lambda b: b.active.append([3, "u1", "view", 1, 45322, None])),
        kept=(1, 2),
        aside={"at is not a time": 1},
        holds=("row 4", "'45322'"),
    ),
    Case(
        "two sheets", workbook(lambda b: b.create_sheet("Other")), error="accepted: one of 'Events', 'Other'"
    ),
    Case("sheet by position", workbook(lambda b: b.create_sheet("Other"), sheet=1), kept=(1, 2)),
    Case("unknown sheet", workbook(lambda b: None, sheet="Event"), error="nearest: 'Events'"),
    Case("text named workbook", raw(HEADER + GOOD, "events.xlsx"), error="no workbook"),
    Case("workbook that unpacks to a flood", zip_bomb, error="unpack to"),
    # JSON lines
    Case(
        "JSON lines",
        raw(
            "\n".join(
                json.dumps({"event_id": i, "user_id": "u1", "kind": "view", "seconds": None, "at": ISO})
                for i in (1, 2)
            ),
            "events.jsonl",
        ),
        kept=(1, 2),
    ),
    Case("broken JSON", raw('{"event_id": 1,\n', "events.jsonl"), error="no readable JSON lines"),
    Case("JSON that is no object", raw("[1, 2]\n", "events.jsonl"), error="no object"),
    # the parameter
    Case("unknown field", lambda f: {"path": "users.csv", "delimeter": ";"}, error="delimeter"),
    Case("no path", lambda f: 7, error="accepted: a path"),
    Case("unknown sample", lambda f: "sample:pings/interaction.csv", error="nearest: 'interactions.csv'"),
    Case("unknown domain", lambda f: "sample:ping/users.csv", error="nearest: 'pings'"),
    Case("way out of the samples", lambda f: "sample:pings/../schema.py", error="accepted: sample:"),
    Case("URL of another kind", lambda f: "https://example.org/events.csv", error="found a 'https' URL"),
    Case("SQL without table", lambda f: "duckdb:///x.db", error="neither of `table` and `query`"),
    Case("table for a file", lambda f: {"path": "users.csv", "table": "x"}, error="for SQL URLs"),
    Case(
        "database that is not there",
        lambda f: {"path": "duckdb:///gone.db", "table": "x"},
        error="no such file",
    ),
    Case(
        "server that does not answer",
        lambda f: {"path": "postgresql://me:hush@localhost:1/db", "table": "x"},
        error="cannot be reached",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_hostile_input_has_its_outcome(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "users.csv").write_text("user_id\nu1\nu2\n")
    monkeypatch.setenv("ENGAGEMENT_BASE_DIR", str(tmp_path))
    monkeypatch.setenv("ENGAGEMENT_OUTPUT_DIR", str(tmp_path / "out"))
    monkeypatch.setenv("ENGAGEMENT_THREADS", "1")
    tables = {"events": case.make(tmp_path)}
    if case.schema is REFERRING:
        tables["users"] = "users.csv"
    schemas = {"users": USERS, "events": case.schema}
    if case.error:
        with pytest.raises(TableError) as caught:
            read_tables(tables, schemas)
        text = str(caught.value)
        assert text.startswith("events: ")
        assert case.error in text
        assert all(h in text for h in case.holds), text
        assert "hush" not in text
        return
    data = read_tables(tables, schemas)
    ids = sorted(data["events"]["event_id"].to_pyarrow().to_pylist())
    quality = data.quality[0]
    assert tuple(ids) == case.kept
    assert {r.rule: r.rows for r in quality.reasons} == dict(case.aside)
    assert all(r.action == "set aside" for r in quality.reasons)
    assert quality.rows == len(ids) + quality.set_aside
    examples = " ".join(r.example for r in quality.reasons)
    assert all(h in examples for h in case.holds), examples
    file = tmp_path / "out" / quality.file
    if quality.set_aside:
        with file.open(encoding="utf-8", newline="") as lines:
            assert len(list(csv.reader(lines))) == quality.set_aside + 1
    else:
        assert quality.file == ""
    if case.check:
        case.check(data)
