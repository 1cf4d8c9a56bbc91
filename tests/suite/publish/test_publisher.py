import pytest

from engagement_utils.errors import PublishError
from engagement_utils.suite.publish.publisher import Download, choose, downloads, href


def test_downloads_by_name_with_address_and_size(tmp_path):
    (tmp_path / "downloads" / "sub").mkdir(parents=True)
    (tmp_path / "downloads" / "b 1.csv").write_text("x" * 2000)
    (tmp_path / "downloads" / "sub" / "a.csv").write_text("x")
    found = downloads(tmp_path, "report")
    assert found == [
        Download("b 1.csv", "report/b%201.csv", 2000),
        Download("sub/a.csv", "report/sub/a.csv", 1),
    ]
    assert href(found, "sub/a.csv", "here") == "report/sub/a.csv"
    assert href(found, "", "here") == ""


def test_a_missing_file_names_figure_and_files(tmp_path):
    assert downloads(tmp_path, "report") == []
    with pytest.raises(
        PublishError, match=r"cell 3, figure 'x': its data file '\.\./a' .* downloads: a\.csv"
    ):
        href([Download("a.csv", "r/a.csv", 1)], "../a", "cell 3, figure 'x'")


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
