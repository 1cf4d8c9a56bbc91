import pytest

from engagement_utils.errors import PublishError
from engagement_utils.suite.publish.publisher import choose


@pytest.fixture
def path(tmp_path, monkeypatch):
    """An empty PATH to put a `quarto` on."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def put_quarto(path):
    program = path / "quarto"
    program.write_text("#!/bin/sh\necho 1.9.0\n")
    program.chmod(0o755)


def test_without_quarto_auto_is_built_in_and_quarto_an_error(path):
    assert choose("auto").name == "builtin"
    with pytest.raises(PublishError, match="no program `quarto` on the PATH"):
        choose("quarto")


def test_an_unknown_name_is_an_error(path):
    with pytest.raises(PublishError, match="publisher 'typst', accepted: auto, builtin, quarto"):
        choose("typst")


def test_with_quarto_auto_takes_it_and_builtin_stays(path):
    put_quarto(path)
    assert choose("builtin").name == "builtin"
    assert [choose(name).name for name in ("auto", "quarto")] == ["quarto", "quarto"]
