import pytest

from engagement_utils.errors import PublishError
from engagement_utils.suite.publish.publisher import Download, downloads, href


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
