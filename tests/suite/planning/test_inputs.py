"""What a report reads: its files, and the credentials that its URLs name."""

import sys
from pathlib import Path

import pytest

from engagement_utils.suite.planning.inputs import input_files
from engagement_utils.tables.spec import TableSpec
from tests.suite.conftest import Desk

SECRET = "hunter2"


@pytest.fixture
def db(desk: Desk) -> Desk:
    """A desk whose notebook takes a URL as a table and as text."""
    desk.notebook(
        "db", 'users: Table = "sample:pings/users.csv"\nengine: str = "duckdb://"\nnotes: list[str] = []\n'
    )
    return desk


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("parameters.users", f"users: postgresql://reader:{SECRET}@db/x"),
        ("parameters.users.path", f"users: {{path: 'postgresql://reader:{SECRET}@db/x', table: users}}"),
        ("parameters.engine", f"engine: postgresql://reader:{SECRET}@db/x"),
        ("parameters.engine", f"engine: postgresql://reader:pre{SECRET}${{PW}}@db/x"),
        ("parameters.engine", f"engine: postgresql://reader:{SECRET}/?#x@db/x"),
        ("parameters.engine", f"engine: postgresql://:{SECRET}@db/x"),
        ("parameters.engine", f"engine: 'duckdb://md:x?motherduck_token={SECRET}'"),
        ("parameters.notes[1]", f"notes: [a, 'https://me:{SECRET}@example.org/x']"),
    ],
)
def test_a_password_written_out_is_refused_and_not_repeated(
    db: Desk, monkeypatch: pytest.MonkeyPatch, key: str, text: str
) -> None:
    monkeypatch.setenv("PW", "x")
    db.yaml("db.yml", f"parameters:\n  {text}\n")
    line = db.problem()
    assert line.startswith(f"params/db.yml:2: {key}: a password is written out in the URL; write ${{NAME}}")
    assert SECRET not in line


@pytest.mark.parametrize(
    "text",
    [
        f"title: [postgresql://reader:{SECRET}@db/x]",
        f"timeout: postgresql://reader:{SECRET}@db/x",
        f"'postgresql://reader:{SECRET}@db/x': 1",
        f"notebook: postgresql://reader:{SECRET}@db/x",
        f"parameters: {{notes: 'postgresql://reader:{SECRET}@db/x'}}",
        f"parameters: {{notes: {{'postgresql://reader:{SECRET}@db/x': 1}}}}",
        f"parameters: {{'postgresql://reader:{SECRET}@db/x': 1}}",
        f"for_each: {{engine: ['postgresql://reader:{SECRET}@db/x']}}",
        f"parameters: [postgresql://reader:{SECRET}@db/x",
        f"a: !<postgresql://reader:{SECRET}@db/x> 1",
    ],
)
def test_no_message_repeats_a_password(db: Desk, text: str) -> None:
    db.yaml("db.yml", text + "\n")
    assert SECRET not in "\n".join(db.problems())
    assert SECRET not in "\n".join(db.problems(f"db.nope=postgresql://reader:{SECRET}@db/x"))


def test_a_variable_that_is_not_set_is_a_problem(db: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PG_PASSWORD", raising=False)
    db.yaml("db.yml", "parameters:\n  engine: postgresql://reader:${PG_PASSWORD}@db/x\n")
    expected = "params/db.yml:2: parameters.engine: ${PG_PASSWORD} is not set in the environment; set PG_"
    assert db.problem().startswith(expected)


def test_a_variable_stays_a_name_and_other_text_is_left_alone(
    db: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PG_PASSWORD", SECRET)
    db.yaml(
        "db.yml",
        "parameters: {engine: 'postgresql://r:${PG_PASSWORD}@db/x', notes: ['${UNHEARD}', 'a:b@c']}\n",
    )
    (job,) = db.plan()
    assert job.parameters["engine"] == "postgresql://r:${PG_PASSWORD}@db/x"
    assert job.parameters["notes"] == ["${UNHEARD}", "a:b@c"]


def test_paths_must_be_there(desk: Desk) -> None:
    desk.notebook("p", 'where: Path = Path("here.txt")\nmore: list[Path] = []\n')
    desk.yaml("p.yml", "parameters:\n  more: [here.txt,\n    gone/x.txt]\n")
    lines = desk.problems()
    assert lines[0].startswith(
        "params/p.yml:1: parameters.where (the notebook's default): no file or folder 'here.txt'"
    )
    assert lines[1].startswith("params/p.yml:2: parameters.more[0]: no file")
    assert lines[2].startswith(
        "params/p.yml:3: parameters.more[1]: no file or folder 'gone/x.txt'; accepted: an existing"
    )


def test_the_files_of_a_job(desk: Desk) -> None:
    desk.notebook(
        "p", 't: Table = "users.csv"\nu: Table | None = None\nwhere: Path = Path("folder")\nn: int = 1\n'
    )
    desk.yaml("users.csv", "")
    for name in ("folder/b.txt", "folder/a/c.txt"):
        (desk.project.params / name).parent.mkdir(parents=True, exist_ok=True)
        (desk.project.params / name).write_text("x")
    desk.yaml("p.yml", "title: x\n")
    (job,) = desk.plan()
    base = desk.project.params
    assert job.tables == ("t",)
    assert input_files(job) == {
        "t": [base / "users.csv"],
        "where": [base / "folder/a/c.txt", base / "folder/b.txt"],
    }


def test_each_input_is_looked_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def files_of(spec: TableSpec, base: Path) -> list[Path]:
        seen.append(spec.path)
        return [base / spec.path]

    monkeypatch.setattr(sys.modules["engagement_utils.tables.sources"], "files_of", files_of)
    desk.notebook("p", 't: Table = "users.csv"\ncampus: str = ""\n')
    desk.yaml("p.yml", "for_each: {campus: [a, b, c]}\n")
    assert len(desk.plan()) == 3
    assert seen == ["users.csv"]
