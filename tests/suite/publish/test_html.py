import itertools
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from engagement_utils.errors import PublishError
from engagement_utils.suite.pages.prepare import prepare
from engagement_utils.suite.publish.html import report_page
from engagement_utils.suite.publish.publisher import Prepared
from tests.suite.publish import fixtures as made


class Page(HTMLParser):
    """The elements and the visible text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.headings: list[tuple[int, str]] = []
        self._silent = 0
        self._heading = 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._silent += tag in ("script", "style")
        if re.fullmatch("h[1-6]", tag):
            self._heading = int(tag[1])
            self.headings.append((self._heading, ""))

    def handle_endtag(self, tag):
        self._silent -= tag in ("script", "style")
        if re.fullmatch("h[1-6]", tag):
            self._heading = 0

    def handle_data(self, data):
        if not self._silent:
            self.text += data
        if self._heading:
            level, text = self.headings[-1]
            self.headings[-1] = (level, text + data)

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag in tags]


def publish(folder: Path, notebook: dict | None = None, **job: str) -> str:
    run = made.run_directory(folder, notebook)
    about = made.job(**job)
    prepare(run / "executed.ipynb", about, made.PROVENANCE, run)
    report_page(Prepared(about.name, about.title, run / "prepared.ipynb", run), run / "page.html")
    return (run / "page.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def html(tmp_path_factory) -> str:
    return publish(tmp_path_factory.mktemp("report") / "run")


@pytest.fixture(scope="module")
def page(html) -> Page:
    return Page(html)


def test_one_outline_in_the_pages_order(page):
    levels = [level for level, _ in page.headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in itertools.pairwise(levels))
    titles = [re.sub(r"\s+", " ", text) for level, text in page.headings if level == 2]
    assert titles[:3] == ["Main points", "Key figures", "Thursday scores about two points higher"]
    assert titles[-6:] == [
        "What to do",
        "How it was measured",
        "Strengths and limitations",
        "Data quality",
        "Data to download",
        "How this report was made",
    ]


def test_title_line_and_links(page):
    text = re.sub(r"\s+", " ", page.text)
    assert "1 Jun to 2 Aug 2025" in text
    assert "12,480 events" in text
    hrefs = [a["href"] for a in page.all("a")]
    assert {
        "weekday_effects.pdf",
        "weekday_effects/code.html",
        "index.html",
        "weekday_effects/weekday.csv",
    } <= {*hrefs}


def test_every_main_point_has_mark_and_word(page):
    for mark, word in (
        ("●", "supported"),
        ("○", "not distinguishable from chance"),
        ("◌", "too little data"),
    ):
        assert mark in page.text
        assert word in page.text


def test_ids_are_unique_and_every_reference_leads_somewhere(page, html):
    ids = [a["id"] for _, a in page.elements if a.get("id")]
    assert len(ids) == len(set(ids))
    local = {a["href"][1:] for a in page.all("a") if a["href"].startswith("#")}
    labels = {part for _, a in page.elements for part in (a.get("aria-labelledby") or "").split()}
    assert local | labels | set(re.findall(r"url\(#([^)]+)\)", html)) <= set(ids)
    assert {"fig-weekday", "fig-hatch", "fig-line"} <= set(ids)


def test_text_from_data_is_never_markup(page):
    assert page.text.count('<script>alert("x")</script><img src=x onerror=alert(1)>') >= 7
    assert len(page.all("script")) == 3
    assert [a["src"][:22] for a in page.all("img")] == ["data:image/png;base64,"]
    assert not [name for _, a in page.elements for name in a if name.startswith("on")]
    assert all(re.match(r"(https?://example\.org|#|[\w%./-]+$)", a["href"]) for a in page.all("a"))


def test_nothing_is_loaded_but_the_sites_own_times(page, html):
    assert [a.get("src") for a in page.all("script")] == [None, "times.js", None]
    assert [a["href"] for a in page.all("link")] == ["data:,"]
    (policy,) = (a["content"] for a in page.all("meta") if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'; script-src 'self' 'sha256-")
    assert not re.findall(r"""(?:src|href)=["'](?:https?:)?//(?!example\.org)""", html)
    assert "@import" not in html


def test_figures_are_described_and_follow_the_page(page, html):
    plots = [a for a in page.all("svg") if a.get("class") == "plot"]
    assert [a["role"] for a in plots] == ["img"] * 3
    assert plots[0]["aria-label"] == made.figure().alt
    assert html.count("<figcaption>") == 3
    assert "var(--ink,#1b1b1f)" in html


def test_tables_have_captions_and_scopes(page, html):
    tables = re.findall(r"<table>.*?</table>", html, re.DOTALL)
    assert len(tables) == 10
    own = [t for t in tables if "<caption" in t]
    assert len(own) == 8
    assert all("<th>" not in t for t in tables)
    assert '<tr class="strong"><th scope="row">day 1</th><td class="number">1,234.5</td>' in html
    assert html.count('<details class="fold" data-printed>') == 2


def test_formulas_are_mathml(html):
    assert re.search(r'<math [^>]*display="block"[^>]*alttext="s = \\frac', html)
    assert "MathJax" not in html


def test_provenance_and_quality_are_said(page):
    text = re.sub(r"\s+", " ", page.text)
    for said in (
        "0f" * 32,
        "posts.csv, row 17, column score: found 'n/a'",
        "watch time over the duration",
        "4f661d3",
    ):
        assert said in text
    assert "weekday_effects/posts_set_aside.csv" in [a["href"] for a in page.all("a")]


def test_same_run_same_bytes_and_no_clock(tmp_path, html):
    assert publish(tmp_path / "again") == html
    assert "made " not in re.sub(
        r"<script>.*?</script>|<style>.*?</style>", "", html, flags=re.DOTALL
    ).replace("was made", "")
    assert str(tmp_path.parent) not in html


def test_a_bare_notebook_makes_a_sensible_page(tmp_path):
    page = Page(publish(tmp_path / "run", made.notebook(made.code()), name="bare", title=made.HOSTILE))
    assert [text for _, text in page.headings] == [
        made.HOSTILE,
        "Data to download",
        "How this report was made",
    ]


def test_a_missing_data_file_and_a_broken_formula_say_where(tmp_path):
    cells = made.notebook(made.markdown("# T"), made.code(made.figure(data="gone.csv")))
    with pytest.raises(PublishError, match=r"weekday_effects.ipynb, cell 2, figure 'weekday': .*'gone.csv'"):
        publish(tmp_path / "a", cells)
    with pytest.raises(PublishError, match=r"cell 1: formula .*unknown command"):
        publish(tmp_path / "b", made.notebook(made.markdown("so $\\nonsense$")))


def test_one_report_is_made_within_a_second(tmp_path):
    import time

    publish(tmp_path / "warm")
    rows = made.notebook(*(made.code(made.figure(f"f{i}"), made.table(f"t{i}", rows=200)) for i in range(12)))
    run = made.run_directory(tmp_path / "run", rows)
    start = time.process_time()
    prepare(run / "executed.ipynb", made.job(), made.PROVENANCE, run)
    report_page(Prepared("r", "R", run / "prepared.ipynb", run), run / "page.html")
    assert time.process_time() - start < 1
