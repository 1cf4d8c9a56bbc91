import pytest

from engagement_utils.suite.pages.headings import Heading, Prose, cut


@pytest.mark.parametrize(
    ("markdown", "pieces"),
    [
        ("# A\n\ntext\n## B ##\nmore", [Heading(1, "A"), Prose("text"), Heading(2, "B"), Prose("more")]),
        ("A\n===\n\nB\n---\ntext", [Heading(1, "A"), Heading(2, "B"), Prose("text")]),
        ("two\nlines\n===", [Heading(1, "two lines")]),
        ("```\n# code\n```\n# A", [Prose("```\n# code\n```"), Heading(1, "A")]),
        ("~~~~\n# code\n~~~\n# still\n~~~~", [Prose("~~~~\n# code\n~~~\n# still\n~~~~")]),
        ("#tag\n####### seven", [Prose("#tag\n####### seven")]),
        ("    # indented code", [Prose("    # indented code")]),
        ("- item\n---\n\n| a |\n|---|\n---", [Prose("- item\n---\n\n| a |\n|---|\n---")]),
        ("text\n\n---\n\nmore", [Prose("text\n\n---\n\nmore")]),
        ("##\n\n#", []),
        ("", []),
    ],
)
def test_cuts_at_headings_alone(markdown, pieces):
    assert cut(markdown) == pieces


def test_pieces_print_as_they_are_read():
    assert [str(piece) for piece in cut("A\n---\n\ntext")] == ["## A", "text"]
