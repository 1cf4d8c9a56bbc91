import html
import json
import sqlite3
import zipfile
from datetime import date
from urllib.parse import quote, quote_plus

import pytest

from engagement_utils.suite.execution.masking import Masker
from engagement_utils.tables.spec import TableSpec

VALUES = {"PASSWORD": "s3cr&t/pä ss'\"word\\n", "TOKEN": "tok-1234567890", "PORT": "5432"}


@pytest.fixture
def masker():
    return Masker(VALUES)


def test_values_are_found_wherever_parameters_name_them():
    parameters = {
        "users": "postgresql://me:${A}@host/${B}",
        "nested": [{"inner": "sqlite:///${C}"}, ("https://host/?token=${D}",), 1, None, date(2025, 1, 1)],
        "again": ["postgresql://${E}/${E}"],
        "table": TableSpec(path="postgresql://${F}@host"),
        "unset": "postgresql://${UNSET}@${EMPTY}/$G/{H}",
        "no url": "${I}",
    }
    environ = {name: f"value-of-{name}" for name in "ABCDEFGHI"} | {"EMPTY": ""}
    masker = Masker.of(parameters, environ)
    masked = masker.text(" ".join(environ.values()))
    assert masked.split() == ["${A}", "${B}", "${C}", "${D}", "${E}", "${F}", *masked.split()[-3:]]
    assert masked.strip().endswith("value-of-G value-of-H value-of-I")


@pytest.mark.parametrize(
    "form",
    [str, lambda v: quote(v, safe=""), quote, quote_plus, html.escape, lambda v: json.dumps(v)[1:-1], repr],
    ids=["raw", "quoted", "path-quoted", "plus", "html", "json", "repr"],
)
def test_every_form_is_hidden(masker, form):
    masked = masker.text(f"a{form(VALUES['PASSWORD'])}b")
    assert "s3cr" not in masked
    assert "${PASSWORD}" in masked


def test_short_values_are_hidden_only_where_they_stand_alone(masker):
    assert (
        masker.text("host:5432/db port=5432 x15432 5432rows")
        == "host:${PORT}/db port=${PORT} x15432 5432rows"
    )


def test_a_value_that_contains_another_is_hidden_whole():
    masker = Masker({"A": "longer", "B": "longer-still"})
    assert masker.text("longer-still longer") == "${B} ${A}"


def test_colours_inside_a_secret_do_not_save_it(masker):
    assert masker.text("\x1b[31mtok-1234\x1b[39m567890\x1b[0m") == "${TOKEN}"
    assert masker.text("\x1b[31mred\x1b[0m tok-1234567890") == "\x1b[31mred\x1b[0m ${TOKEN}"


def test_without_secrets_nothing_changes(tmp_path):
    masker = Masker.of({"n": 1}, {"A": "x"})
    (tmp_path / "a.txt").write_text("x")
    assert not masker
    assert masker.text("x") == "x"
    assert masker.file(tmp_path / "a.txt") is None


def test_text_files_are_rewritten_and_keep_their_encoding(masker, tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("café;tok-1234567890\r\n".encode("latin-1"))
    assert masker.file(path) is None
    assert path.read_bytes() == "café;${TOKEN}\r\n".encode("latin-1")


def test_files_that_cannot_be_rewritten_are_named(masker, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("sheet.xml", "<c>" + "x" * 100 + "tok-1234567890</c>")
    with zipfile.ZipFile(tmp_path / "clean.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("sheet.xml", "<c>5432</c>")
    with sqlite3.connect(tmp_path / "a.db") as database:
        database.execute("create table t as select 'tok-1234567890' as c")
    database.close()
    (tmp_path / "tok-1234567890.csv").touch()
    (tmp_path / "wide.txt").write_bytes("tok-1234567890".encode("utf-16"))
    found = {path.name: masker.file(path) for path in tmp_path.iterdir()}
    assert found == {
        "a.xlsx": "TOKEN",
        "clean.xlsx": None,
        "a.db": "TOKEN",
        "tok-1234567890.csv": "TOKEN",
        "wide.txt": "TOKEN",
    }
