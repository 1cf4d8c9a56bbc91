"""`${NAME}` in URLs, and what hides passwords."""

import pytest

from engagement_utils.errors import ParameterError
from engagement_utils.tables.secrets import expand, literal_password, names, redact

URL = "postgresql://reader:${PG_PASSWORD}@${PG_HOST}/x"


def test_names_are_those_of_urls_alone() -> None:
    assert names(URL) == ["PG_PASSWORD", "PG_HOST"]
    assert names("${PG_PASSWORD}") == []
    assert names("costs ${AMOUNT} at most, see https://example.org") == []
    assert names("postgresql://h/${1}${}$X") == []


def test_a_password_is_encoded_and_the_rest_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PG_PASSWORD", "p@ss/w:${PG_HOST}+ü")
    monkeypatch.setenv("PG_HOST", "db.example:5432")
    assert expand(URL) == "postgresql://reader:p%40ss%2Fw%3A%24%7BPG_HOST%7D%2B%C3%BC@db.example:5432/x"
    assert expand("${PG_PASSWORD}") == "${PG_PASSWORD}"


def test_what_is_expanded_is_what_a_client_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    from urllib.parse import unquote_plus, urlparse

    monkeypatch.setenv("PG_PASSWORD", "p@ss /w:%41+?#[ü")
    monkeypatch.setenv("PG_HOST", "db")
    found = urlparse(expand(URL))
    assert (found.username, unquote_plus(found.password or ""), found.hostname) == (
        "reader",
        "p@ss /w:%41+?#[ü",
        "db",
    )


def test_a_variable_that_is_not_set_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PG_PASSWORD", raising=False)
    monkeypatch.setenv("PG_HOST", "db")
    with pytest.raises(ParameterError, match=r"^PG_PASSWORD: not set in the environment"):
        expand(URL)


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("postgresql://u:p@h/d", True),
        ("postgresql://u:p/?#@h/d", True),
        ("postgresql://u:${P}x@h/d", True),
        ("postgresql://h/d?password=p", True),
        ("duckdb://md:d?motherduck_token=p", True),
        ("https://u:p@h/d", True),
        ("postgresql://u:${P}@h/d", False),
        ("postgresql://u:${P}${Q}@h/d", False),
        ("postgresql://u@h:5432/d", False),
        ("postgresql://u:@h/d", False),
        ("postgresql://h/d?password=${P}", False),
        ("https://h/a:b@c", False),
        ("duckdb://", False),
        ("u:p@h", False),
    ],
)
def test_which_urls_have_a_password_written_out(url: str, found: bool) -> None:
    assert literal_password(url) is found


def test_messages_lose_passwords_and_keep_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "cannot reach postgresql://u:p@ss@h:5432/d?password=pw&x=1, nor https://e.org/a, nor postgresql://u:${P}@h"
    expected = "cannot reach postgresql://u:***@h:5432/d?password=***&x=1, nor https://e.org/a, nor postgresql://u:${P}@h"
    assert redact(text) == expected
    monkeypatch.setenv("P", "a b@c")
    assert redact("auth failed for a b@c, a%20b%40c", ["postgresql://u:${P}@h"]) == "auth failed for ***, ***"


def test_only_the_password_of_a_url_is_encoded(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WHO", "WORD", "BASE"):
        monkeypatch.setenv(name, "ü")
    assert expand("postgresql://${WHO}:${WORD}@h/${BASE}") == "postgresql://ü:%C3%BC@h/ü"
