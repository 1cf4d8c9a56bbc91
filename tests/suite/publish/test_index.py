import itertools
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from engagement_utils.suite.publish.index import index_page
from engagement_utils.suite.publish.publisher import Card, CardFailure, Download
from tests.suite.publish import fixtures as made

PROJECT = Path(__file__).parents[3]


def cards() -> list[Card]:
    """A good report, a failed one, one with a last good page, and a family of four."""
    header = made.header().payload
    good = Card(
        "weekday_effects",
        "Weekday effects",
        "fresh",
        headline=made.finding("Thursday").payload,
        key_figures=tuple(header["key_figures"]),
        start="2025-06-01",
        end="2025-08-02",
        counts=(("150", "posts"),),
        html="weekday_effects.html",
        pdf="weekday_effects.pdf",
        code="weekday_effects/code.html",
        downloads=(Download("scores.csv", "weekday_effects/scores.csv", 1234),),
        description="Does the **weekday** matter?",
    )
    timeout = CardFailure("timeout", "ran longer than 600 s", "broken/code.html")
    broken = Card("broken", f"Broken {made.HOSTILE}", "failed", failure=timeout)
    memory = CardFailure("memory", "ran out of memory.")
    old = Card("old", "An older report", "failed", html="old.html", stale=True, failure=memory)
    return [
        good,
        *(member(*m) for m in (("QRO", "3.5"), ("MTY", "12"), ("GDL", "-7"), ("CDMX", ""))),
        broken,
        old,
    ]


def member(campus: str, score: str) -> Card:
    figures = ({"label": "Mean score", "value": score, "unit": "points", "change": "", "trend": (1.0, 2.0)},)
    verdict = "too little data" if campus == "GDL" else "supported"
    return Card(
        f"posts-{campus.lower()}",
        f"Posting windows, {campus}",
        "cached",
        headline=made.finding(campus, verdict).payload,
        key_figures=figures if score else (),
        start="2025-06-01",
        end="2025-07-01",
        html=f"posts-{campus.lower()}.html",
        family="posts",
        member={"campus": campus, "top_n": 5},
        stale=campus == "MTY",
    )


def index(tmp_path: Path, shown: list[Card]) -> str:
    index_page(shown, tmp_path / "index.html")
    return (tmp_path / "index.html").read_text(encoding="utf-8")


def article(html: str, title: str) -> str:
    (found,) = (a for a in re.findall(r"<article.*?</article>", html, re.DOTALL) if f">{title}" in a)
    return found


def test_a_card_says_everything_of_a_report(tmp_path):
    card = article(index(tmp_path, cards()), "Weekday effects")
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", card))
    for said in (
        "● Posts on Thursday",
        "(supported)",
        "1 Jun to 2 Aug 2025",
        "150 posts",
        "4.2 points",
        "Does the weekday matter?",
    ):
        assert said.replace("(supported)", "supported") in text
    for href in (
        "weekday_effects.html",
        "weekday_effects.pdf",
        "weekday_effects/code.html",
        "weekday_effects/scores.csv",
    ):
        assert f'href="{href}"' in card
    assert card.count('class="spark"') == 1
    assert 'data-made="weekday_effects"' in card
    assert "status" not in card


def test_failed_and_stale_are_said_in_words(tmp_path):
    html = index(tmp_path, cards())
    broken = article(html, "Broken")
    assert "<strong>Failed</strong> (timeout): ran longer than 600 s." in broken
    assert 'href="broken/code.html"' in broken
    assert "The page is of the last good run." in article(html, "An older report")
    assert '<strong class="stale">Stale</strong>' in article(html, "Posting windows")
    assert "<span>7 reports</span><span>2 failed</span><span>1 stale</span>" in html


def test_a_family_is_one_card_with_a_plain_table(tmp_path):
    html = index(tmp_path, cards())
    assert html.count("<article") == 4
    family = article(html, "Posting windows")
    heads = [re.sub(r"<[^>]*>", "", h) for h in re.findall(r"<th scope=\"col\".*?</th>", family)]
    assert heads == ["Campus", "Top n", "Main point", "Mean score", "Status", "Links"]
    assert re.findall(r'<th scope="row"><a href="([^"]+)">(\w+)</a>', family) == [
        (f"posts-{c.lower()}.html", c) for c in ("QRO", "MTY", "GDL", "CDMX")
    ]
    assert "4 reports" in family
    assert "1 Jun to 1 Jul 2025" in family


def campuses(count: int = 20) -> list[Card]:
    """A family whose members ask one question; the tenth has a wide interval, the last one failed."""
    found = []
    for i in range(count):
        estimate, half = i - 5.0, 30.0 if i == 9 else 1.5
        verdict = "too little data" if i == 9 else "supported"
        point = made.finding(
            "new_vs_old", verdict, estimate=estimate, interval=(estimate - half, estimate + half)
        )
        trend = {"label": "Mean score", "value": f"{i}", "unit": "", "change": "", "trend": (0.0, float(i))}
        failure = CardFailure("error", "no visits") if i == count - 1 else None
        found.append(
            Card(
                f"windows-{i}",
                f"Best hours: Querétaro-{chr(97 + i) * 3}",
                "failed" if failure else "fresh",
                headline=None if failure else point.payload,
                key_figures=() if failure else (trend,),
                start="" if failure else f"2025-06-0{1 + i % 2}",
                html="" if failure else f"windows-{i}.html",
                family="windows",
                member={"campus": f"Querétaro {chr(97 + i) * 3}"},
                failure=failure,
            )
        )
    return found


def test_what_members_found_is_drawn_on_one_axis(tmp_path):
    html = article(index(tmp_path, campuses()), "Best hours")
    heads = [re.sub(r"<[^>]*>", "", h) for h in re.findall(r"<th scope=\"col\".*?</th>", html)]
    assert heads == [
        "Campus",
        "Main point",
        "New vs old (points) drawn from -6.5 to 14.5",
        "Mean score",
        "Data window",
        "Status",
        "Links",
    ]
    rows = re.findall(r"<tr>\n<th scope=\"row\".*?</tr>", html, re.DOTALL)
    assert len(rows) == 20
    assert '0 <span class="note">(-1.5 to 1.5)</span>' in rows[5]
    assert 'aria-label="0 points, interval -1.5 to 1.5 points, supported"' in rows[5]

    def dot(row: str) -> tuple[str, float]:
        kind, x = re.search(r'<circle class="(point[^"]*)" cx="([\d.]+)"', row).groups()
        return kind, float(x)

    places = [dot(row)[1] for row in rows[:-1]]
    steps = [b - a for a, b in itertools.pairwise(places)]
    assert max(steps) - min(steps) < 0.2  # one axis: equal steps in value are equal steps on the page
    (zero,) = set(re.findall(r'class="zero" d="M([\d.]+)', html))
    assert abs(float(zero) - places[5]) < 0.1
    # what is not supported is hollow, and an interval beyond the axis ends in a point on either side
    assert {dot(row)[0] for row in rows[:9]} == {"point"}
    assert dot(rows[9])[0] == "point open"
    assert [row.count('class="range"') for row in rows] == [1] * 9 + [3] + [1] * 9 + [0]
    # the plots of a key figure share their height too: the first member's line is flat, the last one's is not
    heights = [re.search(r'polyline points="3.0,([\d.]+) 93.0,([\d.]+)"', row).groups() for row in rows[:-1]]
    assert heights[0] == ("21.0", "21.0")
    assert heights[18] == ("21.0", "3.0")
    assert float(heights[9][1]) == pytest.approx(12.0, abs=0.1)


def test_members_that_answer_different_questions_share_no_axis(tmp_path):
    html = article(index(tmp_path, cards()), "Posting windows")
    assert "drawn from" not in html
    assert 'class="interval"' not in html


def test_many_reports_can_be_searched(tmp_path):
    assert 'id="search"' not in index(tmp_path, cards())
    assert 'id="search"' in index(tmp_path, [*cards(), *campuses()])


def test_a_family_of_one_is_a_card(tmp_path):
    html = index(tmp_path, [member("QRO", "1")])
    assert "<table" not in html
    assert "Posting windows, QRO" in html


def test_a_family_without_common_words_takes_its_own_name(tmp_path):
    shown = [Card(n, n.upper(), "fresh", family="posting_windows") for n in "ab"]
    assert "Posting windows" in article(index(tmp_path, shown), "Posting windows")


@pytest.mark.parametrize(
    ("titles", "said"),
    [
        (("Pings, new users of 7 days", "Pings, new users of 14 days"), "Pings"),
        (("Posting windows: north", "Posting windows: south"), "Posting windows"),
        (("Posting windows - north", "Posting windows - south"), "Posting windows"),
        (("Well-known posts 1", "Well-known posts 2"), "Well-known posts"),
        (("Posts, 2025, campus A", "Posts, 2025, campus B"), "Posts, 2025"),
        (("Posts, all", "Posts, all"), "Posts, all"),
    ],
)
def test_a_family_is_named_by_whole_phrases(tmp_path, titles, said):
    shown = [Card(f"w-{n}", title, "fresh", family="w") for n, title in enumerate(titles)]
    (name,) = re.findall(r"<h2[^>]*>\s*(.*?)\s*</h2>", index(tmp_path, shown), re.DOTALL)
    assert re.sub(r"<.*?>", "", name).strip() == said


def test_an_empty_site_says_what_to_do(tmp_path):
    html = index(tmp_path, [])
    assert "There is no report yet" in html
    assert "<article" not in html


def test_text_from_data_is_escaped(tmp_path):
    html = index(tmp_path, cards())
    assert "<script>alert" not in html
    assert "<img" not in html
    assert html.count("<script") == 3


def test_fresh_or_cached_same_bytes(tmp_path):
    def bytes_of(status: str) -> str:
        return index(tmp_path, [Card("a", "A", status, html="a.html"), Card("b", "B", status)])

    assert bytes_of("fresh") == bytes_of("cached")


def test_is_made_without_the_notebook_libraries():
    heavy = "{'nbformat', 'nbconvert', 'mistune', 'pandas', 'bs4'}"
    code = (
        "import sys, pathlib, tempfile\n"
        "from engagement_utils.suite.publish.publisher import choose\n"
        "p = choose('builtin'); p.fingerprint(); p.index([], pathlib.Path(tempfile.mkdtemp()))\n"
        f"print(sorted({heavy} & sys.modules.keys()))"
    )
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    out = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert out.stdout.strip() == "[]"
