"""Whole tables: the bundled sample, a foreign export, what is kept of rows set aside."""

import csv
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest

from engagement_utils.errors import TableError
from engagement_utils.tables.reading import read_tables
from engagement_utils.tables.schema import Column, Rule, Schema

USERS = Schema(
    "users", "one row a user", (Column("user_id", "string", key=True), Column("signup_date", "date"))
)
PINGS = Schema(
    "pings",
    "one row a ping",
    (
        Column("ping_id", "string", key=True),
        Column("creator_id", "string", references=("users", "user_id")),
        Column("duration_sec", "integer", nullable=True, minimum=0),
        Column("created_at", "timestamp"),
    ),
)
EVENTS = Schema(
    "interactions",
    "one row an event",
    (
        Column("user_id", "string", references=("users", "user_id")),
        Column("ping_id", "string", references=("pings", "ping_id")),
        Column("event_type", "string", accepts=frozenset({"impression", "view", "like", "share"})),
        Column("watch_time_sec", "number", minimum=0),
        Column("event_timestamp", "timestamp"),
    ),
    rules=(
        Rule(
            "before_ping",
            "before the ping existed",
            lambda t: t.event_timestamp < t.pings__created_at,
            "counted",
            "event_timestamp",
            ("pings",),
        ),
    ),
)
SCHEMAS = {"users": USERS, "pings": PINGS, "interactions": EVENTS}
SAMPLE = {name: f"sample:pings/{name}.csv" for name in SCHEMAS}


@pytest.fixture(autouse=True)
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ENGAGEMENT_BASE_DIR", str(tmp_path))
    monkeypatch.setenv("ENGAGEMENT_OUTPUT_DIR", str(tmp_path / "out"))
    return tmp_path / "out"


def test_the_bundled_sample_is_read_whole(out: Path) -> None:
    every = frozenset({"comment", "follow_creator", *(EVENTS["event_type"].accepts or ())})
    column = Column("event_type", "string", accepts=every)
    columns = tuple(column if c.name == "event_type" else c for c in EVENTS.columns)
    schemas = {**SCHEMAS, "interactions": Schema("interactions", "", columns, EVENTS.rules)}
    data = read_tables(SAMPLE, schemas)
    assert list(data) == ["users", "pings", "interactions"]
    assert [(q.name, q.path, q.rows, q.set_aside) for q in data.quality] == [
        ("users", "sample:pings/users.csv", 20, 0),
        ("pings", "sample:pings/pings.csv", 40, 0),
        ("interactions", "sample:pings/interactions.csv", 250, 0),
    ]
    [early] = data.quality[2].reasons
    assert (early.rule, early.action, early.rows) == ("before the ping existed", "counted", 1)
    assert early.example == (
        "file interactions.csv, row 2, column event_timestamp: found '2024-02-03 17:10:58'"
    )
    assert data["interactions"].columns == tuple(c.name for c in columns)
    assert not (out / "set_aside").exists()


def test_a_foreign_export_needs_only_its_spec(tmp_path: Path) -> None:
    text = (
        "Aktion;Nutzer;Beitrag;Sekunden;Zeitpunkt;Kampagne\r\n"
        "view;Jürgen;p1;3,25;31.01.2024 23:30;Frühling\r\n"
        "like;Zoë;p1;0;01.02.2024 00:15;\r\n"
        "view;Zoë;p1;1.5;01.02.2024 00:15;Sommer\r\n"
    )
    (tmp_path / "ereignisse.csv").write_bytes(text.encode("latin-1"))
    (tmp_path / "users.csv").write_text("user_id,signup_date\nJürgen,2024-01-01\nZoë,2024-01-02\n")
    (tmp_path / "pings.csv").write_text("ping_id,creator_id,duration_sec,created_at\np1,Zoë,,2024-01-03\n")
    spec = {
        "path": "ereignisse.csv",
        "columns": {
            "user_id": "Nutzer",
            "ping_id": "Beitrag",
            "event_type": "Aktion",
            "watch_time_sec": "Sekunden",
            "event_timestamp": "Zeitpunkt",
        },
        "delimiter": ";",
        "encoding": "latin-1",
        "date_format": "%d.%m.%Y %H:%M",
        "timezone": "Europe/Berlin",
        "decimal": ",",
    }
    data = read_tables({"users": "users.csv", "pings": "pings.csv", "interactions": spec}, SCHEMAS)
    found = data["interactions"].order_by("event_timestamp").to_pyarrow().to_pylist()
    assert [
        (r["user_id"], r["watch_time_sec"], r["event_timestamp"].isoformat(), r["event_type"]) for r in found
    ] == [
        ("Jürgen", 3.25, "2024-01-31T22:30:00", "view"),
        ("Zoë", 0.0, "2024-01-31T23:15:00", "like"),
    ]
    [reason] = data.quality[2].reasons
    assert reason.example == (
        "file ereignisse.csv, row 4, column watch_time_sec: "
        "found '1.5', accepted a number with a decimal comma >= 0"
    )


def test_rows_set_aside_are_kept_whole_and_safe(tmp_path: Path, out: Path) -> None:
    (tmp_path / "users.csv").write_text(
        "user_id,signup_date,=note\n"
        "u1,2024-01-01,good\n"
        'u2,soon,"=HYPERLINK(""http://x"")"\n'
        "u1,2024-01-05,-7\n"
        "u3,2024-01-06\n"
        "u4,2024-01-07,@x\n"
        ",never,+1+1\n"
    )
    data = read_tables({"users": "users.csv"}, SCHEMAS)
    [quality] = data.quality
    assert (quality.rows, quality.set_aside, quality.file) == (6, 4, "set_aside/users_set_aside.csv")
    with (out / quality.file).open(newline="", encoding="utf-8") as lines:
        rows = list(csv.reader(lines))
    assert rows == [
        ["file", "row", "reasons", "user_id", "signup_date", "'=note", "row as written"],
        ["users.csv", "3", "signup_date is not a date", "u2", "soon", '\'=HYPERLINK("http://x")', ""],
        ["users.csv", "4", "user_id repeats an earlier row's", "u1", "2024-01-05", "-7", ""],
        ["users.csv", "7", "user_id is missing; signup_date is not a date", "", "never", "'+1+1", ""],
        ["users.csv", "5", "the row has fewer cells than the header", "", "", "", "u3,2024-01-06"],
    ]
    (tmp_path / "users.csv").write_text("user_id,signup_date\nu1,2024-01-01\n")
    assert read_tables({"users": "users.csv"}, SCHEMAS).quality[0].file == ""
    assert not (out / "set_aside" / "users_set_aside.csv").exists()


def test_a_row_whose_parent_is_set_aside_is_set_aside(tmp_path: Path) -> None:
    (tmp_path / "users.csv").write_text("user_id,signup_date\nu1,2024-01-01\nu2,never\nu3,2024-01-01\n")
    (tmp_path / "pings.csv").write_text(
        "ping_id,creator_id,duration_sec,created_at\np1,u1,3,2024-01-03\np2,u2,3,2024-01-03\n"
    )
    data = read_tables({"pings": "pings.csv", "users": "users.csv"}, SCHEMAS)
    assert data["pings"]["ping_id"].to_pyarrow().to_pylist() == ["p1"]
    [reason] = data.quality[0].reasons
    assert reason.example == (
        "file pings.csv, row 3, column creator_id: "
        "found 'u2', accepted a user_id that table users holds, and keeps"
    )


@pytest.mark.parametrize(
    ("duplicates", "kept", "action"),
    [("counted", 3, "counted"), ("set aside", 2, "set aside"), ("ignored", 3, "")],
)
def test_whole_rows_that_repeat(duplicates: str, kept: int, action: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,\n1,\n1,x\n")
    columns = (Column("a", "integer"), Column("b", "string", nullable=True))
    schema = Schema("a", "", columns, duplicates=duplicates)  # type: ignore[arg-type]
    data = read_tables({"a": "a.csv"}, {"a": schema})
    assert data["a"].count().execute() == kept
    found = [(r.rule, r.action, r.rows, r.example) for r in data.quality[0].reasons]
    assert found == ([("repeats an earlier row", action, 1, "file a.csv, row 3")] if action else [])


def test_counted_rules_count_rows_that_are_kept(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,5\n1,6\n2,x\n3,1\n4,7\n")
    rule = Rule("big", "b is big", lambda t: t.b > 4, "counted", "b")
    schema = Schema("a", "", (Column("a", "integer", key=True), Column("b", "integer")), (rule,))
    [quality] = read_tables({"a": "a.csv"}, {"a": schema}).quality
    assert {r.rule: r.rows for r in quality.reasons} == {
        "a repeats an earlier row's": 1,
        "b is not a whole number": 1,
        "b is big": 2,
    }
    assert quality.set_aside == 2


def test_words_for_missing_and_optional_columns(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,undefined\n2,7\n")
    columns = (
        Column("a", "integer"),
        Column("b", "integer", nullable=True, missing=frozenset({"undefined"})),
        Column("c", "date", required=False, nullable=True),
    )
    data = read_tables({"a": "a.csv"}, {"a": Schema("a", "", columns)})
    assert data["a"].order_by("a").to_pyarrow().to_pylist() == [
        {"a": 1, "b": None, "c": None},
        {"a": 2, "b": 7, "c": None},
    ]
    assert data.quality[0].reasons == ()


def test_a_time_zone_moves_times_and_leaves_dates(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("day,at\n2024-01-31,2024-01-31 20:00\n")
    schema = Schema("a", "", (Column("day", "date"), Column("at", "timestamp")))
    data = read_tables({"a": {"path": "a.csv", "timezone": "America/Mexico_City"}}, {"a": schema})
    [row] = data["a"].to_pyarrow().to_pylist()
    assert [v.isoformat() for v in row.values()] == ["2024-01-31", "2024-02-01T02:00:00"]


def test_bounds_of_dates(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "day,at\n2024-01-31,2024-01-31 20:00\n2023-12-31,2024-01-31\n2024-01-01,1999-01-01\n"
    )
    columns = (
        Column("day", "date", minimum=date(2024, 1, 1)),
        Column("at", "timestamp", minimum=datetime(2000, 1, 1), maximum=datetime(2030, 1, 1)),
    )
    data = read_tables({"a": "a.csv"}, {"a": Schema("a", "", columns)})
    assert data["a"].count().execute() == 1
    assert [r.rule for r in data.quality[0].reasons] == [
        "day is below 2024-01-01",
        "at is below 2000-01-01 00:00:00",
    ]


def test_yes_and_no(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("n,b\n1,TRUE\n2,no\n3,1\n4,maybe\n5,\n")
    schema = Schema("a", "", (Column("n", "integer"), Column("b", "boolean", nullable=True)))
    data = read_tables({"a": "a.csv"}, {"a": schema})
    assert data["a"].order_by("n")["b"].to_pyarrow().to_pylist() == [True, False, True, None]


def test_typed_text_stays_as_it_is(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"user_id": [" u1 ", "u2", ""], "signup_date": ["2024-01-01", "2024-01-02", "2024-01-03"]}
    )
    frame.to_parquet(tmp_path / "users.parquet")
    data = read_tables({"users": "users.parquet"}, SCHEMAS)
    assert sorted(data["users"]["user_id"].to_pyarrow().to_pylist()) == [" u1 ", "u2"]
    assert str(data["users"]["signup_date"].type()) == "date"


def test_the_set_aside_file_of_another_folder_shows_its_name_only(tmp_path: Path) -> None:
    (tmp_path / "users.csv").write_text("user_id,signup_date\nu1,2024-01-01\n,2024-01-01\n")
    data = read_tables({"users": "users.csv"}, SCHEMAS, aside=tmp_path / "private")
    assert data.quality[0].file == "users_set_aside.csv"
    assert (tmp_path / "private" / "users_set_aside.csv").is_file()


def test_schemas_that_do_not_fit_together_are_an_error_of_the_code() -> None:
    with pytest.raises(ValueError, match="references"):
        read_tables({"pings": "pings.csv"}, SCHEMAS)
    itself = Schema("users", "", (Column("user_id", "string", references=("users", "user_id")),))
    with pytest.raises(ValueError, match="in a circle: users -> users"):
        read_tables({"users": "users.csv"}, {"users": itself})
    with pytest.raises(ValueError, match="a column name occurs twice"):
        Schema("a", "", (Column("a", "string"), Column("a", "date")))
    with pytest.raises(ValueError, match="no column 'b'"):
        Schema("a", "", (Column("a", "string"),), (Rule("r", "r", lambda t: t.a == "", column="b"),))
    with pytest.raises(ValueError, match="no column references"):
        Schema("a", "", (Column("a", "string"),), (Rule("r", "r", lambda t: t.a == "", joins=("b",)),))


def test_the_error_names_the_table_and_a_date_format_that_was_declared() -> None:
    with pytest.raises(TableError, match=r"^users: .*found '2023-11-02', accepted a date in the form %d/%m"):
        read_tables({"users": {"path": "sample:pings/users.csv", "date_format": "%d/%m/%Y"}}, SCHEMAS)


def test_rows_are_numbered_as_the_files_show_them(tmp_path: Path, out: Path) -> None:
    bad, short, broken = {3, 700, 19_999}, {0, 650, 18_000}, {2, 699}
    for name in ("z1.csv", "z2.csv"):
        lines = [f"{i},{i},\n" for i in range(20_000)]
        for i in bad | short | broken:
            lines[i] = f"{i},x,text\n" if i in bad else f"{i},1\n" if i in short else f'{i},{i},"a\nb"\n'
        (tmp_path / name).write_text("k,v,t\n" + "".join(lines))
    columns = (Column("k", "integer"), Column("v", "integer"), Column("t", "string", nullable=True))
    data = read_tables({"z": "z?.csv"}, {"z": Schema("z", "", columns, duplicates="ignored")})
    assert data["z"].count().execute() == 2 * (20_000 - len(bad | short))
    with (out / "set_aside" / "z_set_aside.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    for name in ("z1.csv", "z2.csv"):
        here = [r for r in rows if r["file"] == name]
        assert {int(r["row"]) - 2 for r in here if r["k"]} == bad
        assert {int(r["row"]) - 2 for r in here if not r["k"]} == short
        assert all(int(r["k"]) == int(r["row"]) - 2 for r in here if r["k"])


@pytest.mark.parametrize("name", ["u.csv", "u.parquet", "u.xlsx", "u.jsonl"])
def test_every_kind_of_file_gives_the_same_table(name: str, tmp_path: Path) -> None:
    frame = pd.DataFrame({"user_id": ["u1", "u2"], "signup_date": ["2024-01-31", "2024-02-01"]})
    if name == "u.csv":
        frame.to_csv(tmp_path / name, index=False)
    elif name == "u.xlsx":
        frame.to_excel(tmp_path / name, index=False)
    elif name == "u.jsonl":
        frame.to_json(tmp_path / name, orient="records", lines=True)
    else:
        frame.assign(signup_date=pd.to_datetime(frame["signup_date"]).dt.date).to_parquet(tmp_path / name)
    data = read_tables({"users": name}, {"users": USERS})
    rows = data["users"].order_by("user_id").to_pyarrow().to_pydict()
    assert rows == {"user_id": ["u1", "u2"], "signup_date": [date(2024, 1, 31), date(2024, 2, 1)]}
    assert (len(data), list(data), data.quality[0].rows) == (1, ["users"], 2)


def test_files_of_several_kinds_are_no_table(tmp_path: Path) -> None:
    for name in ("folder/a.csv", "folder/b.jsonl"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    with pytest.raises(TableError, match=r"found files of several kinds \(JSON lines, text\)"):
        read_tables({"users": "folder"}, {"users": USERS})
