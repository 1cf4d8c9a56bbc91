import pytest

from engagement_utils.suite.publish import words


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2025-06-01", "2025-08-02", "1 Jun to 2 Aug 2025"),
        ("2024-12-31", "2025-01-01", "31 Dec 2024 to 1 Jan 2025"),
        ("2025-06-01", "2025-06-01", "1 Jun 2025"),
        ("2025-06-01T10:00:00", "2025-06-03", "1 Jun to 3 Jun 2025"),
        ("2025-06-01", "", "1 Jun 2025"),
        ("", "", ""),
        ("week 3", "week 5", "week 3 to week 5"),
    ],
)
def test_window(start, end, said):
    assert words.window(start, end) == said


def test_counts_sizes_and_sentences():
    assert [words.many(1, "row"), words.many(1204, "row"), words.many(2, "entry", "entries")] == [
        "1 row",
        "1,204 rows",
        "2 entries",
    ]
    assert [words.size(n) for n in (1, 812, 3400, 45_000, 12_300_000)] == [
        "1 byte",
        "812 bytes",
        "3.4 kB",
        "45 kB",
        "12 MB",
    ]
    assert [words.sentence(t) for t in ("a", "a.", "a?")] == ["a.", "a.", "a?"]
    assert words.plain("does **the** `x_y_z` *matter*, [see](https://a.b)? 2 * 3 * 4") == (
        "does the x_y_z matter, see? 2 * 3 * 4"
    )
