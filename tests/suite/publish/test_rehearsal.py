from pathlib import Path

from engagement_utils.suite.publish import rehearsal
from engagement_utils.suite.publish.theme import OURS, Theme


def test_a_rehearsal_makes_both_pages_of_a_figure_a_table_a_finding_and_a_formula(monkeypatch):
    pages: list[str] = []
    write = Path.write_text

    def heard(path: Path, text: str, *given: str | None, **named: str | None) -> int:
        pages.extend([text] if path.suffix == ".html" else [])
        return write(path, text, *given, **named)

    monkeypatch.setattr(Path, "write_text", heard)
    rehearsal.rehearse(OURS)
    assert len(pages) == 2
    for page in pages:
        for part in ("<math", "<svg", "<table", "One.", "A heading"):
            assert part in page


def test_the_theme_is_told_to_processes_that_start_meanwhile(tmp_path):
    assert rehearsal.asked() == OURS
    for theme in (Theme(tmp_path), OURS):
        with rehearsal.told(theme):
            assert rehearsal.asked() == theme
    assert rehearsal.asked() == OURS
