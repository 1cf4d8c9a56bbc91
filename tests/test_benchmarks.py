"""What benchmarks write: pages and goals; how fast anything is, is no test."""

from pathlib import Path

import pytest

from benchmarks import goals, page
from benchmarks.__main__ import names
from benchmarks.goals import Goal, record


@pytest.fixture
def overview(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "benchmarks.md"
    path.write_text("# Benchmarks\n\nBefore.\n\n<!-- goals -->\n<!-- end goals -->\n\nAfter.\n")
    monkeypatch.setattr(goals, "OVERVIEW", path)
    return path


def test_a_benchmark_replaces_its_own_goals_only(overview: Path) -> None:
    assert record("zebra", [Goal("rows, GB", 1.5, 4.0)]) == 0
    assert record("apes", [Goal("requests a second", 150.0, 200.0, least=True)]) == 1
    assert record("zebra", [Goal("rows, GB", 2.25, 4.0), Goal("rows, s", 4.0, 4.0, digits=0)]) == 0
    text = overview.read_text()
    assert [line for line in text.splitlines() if line.startswith("| `")] == [
        "| `apes` | requests a second | 150.00 | at least 200 | **missed** |",
        "| `zebra` | rows, GB | 2.25 | at most 4 | reached |",
        "| `zebra` | rows, s | 4 | at most 4 | reached |",
    ]
    assert text.startswith("# Benchmarks\n\nBefore.\n")
    assert text.endswith("<!-- end goals -->\n\nAfter.\n")


def test_a_section_is_written_in_its_place_or_added() -> None:
    added = page.between("# Page\n", "scale", "first")
    assert added == "# Page\n\n## Scale\n\n<!-- scale -->\n\nfirst\n\n<!-- end scale -->\n"
    again = page.between(added + "\nKept.\n", "scale", r"second \1")
    assert r"second \1" in again
    assert "first" not in again
    assert again.endswith("\nKept.\n")


def test_the_overview_names_every_benchmark() -> None:
    text = (page.DOCS / "benchmarks.md").read_text(encoding="utf-8")
    assert [name for name in names() if f"| `{name}` |" not in text] == []
