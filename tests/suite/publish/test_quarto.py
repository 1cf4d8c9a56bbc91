import json
import os
import re
import shutil
import stat
import sys
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from ruamel.yaml import YAML

from engagement_utils.errors import PublishError
from engagement_utils.suite.publish import quarto
from engagement_utils.suite.publish.publisher import Card, CardFailure, Download
from engagement_utils.suite.publish.quarto import QuartoPublisher, steady
from engagement_utils.suite.publish.theme import ASSETS
from tests.suite.publish import prepared_reports as reports

# Writes down what it was asked and given, then makes the files that Quarto would make.
FAKE = """\
import json, os, pathlib, shutil, sys, time
log = pathlib.Path(os.environ["FAKE_LOG"])
arguments = sys.argv[1:]
if arguments == ["--version"]:
    print("1.9.99")
    sys.exit()
here = pathlib.Path.cwd()
call = len(list(log.iterdir())) + 1
shutil.copytree(here, log / f"{call}-{os.getpid()}")
names = ["SOURCE_DATE_EPOCH", "TZ", "NO_COLOR", "TYPST_IGNORE_SYSTEM_FONTS"]
said = {"arguments": arguments, "environment": {n: os.environ.get(n) for n in names}}
(log / f"{call}-{os.getpid()}" / "call.json").write_text(json.dumps(said))
pages = sorted(p.stem for p in here.glob("*.qmd"))
bad = os.environ.get("FAKE_BAD")
if os.environ.get("FAKE_SLEEP"):
    time.sleep(60)
if bad in pages:
    print("x" * 10 + "\\n" * 100 + f"ERROR: {here}/{bad}.qmd: no such luck", file=sys.stderr)
    sys.exit(3)
site = here / "_site"
(site / "site_libs" / "bootstrap").mkdir(parents=True)
(site / "site_libs" / "bootstrap" / "b.css").write_text("css")
(site / "search.json").write_text("[]")
for page in pages:
    (site / f"{page}.html").write_text(f'<p data-b="2" data-a="1">{page}</p>')
    if page != "index" and page != os.environ.get("FAKE_NO_PDF"):
        (site / f"{page}.pdf").write_bytes(b"%PDF")
    if (here / page).is_dir():
        shutil.copytree(here / page, site / page)
"""


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fake Quarto first on the PATH; the folder that it writes down into."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "fake.py").write_text(FAKE)
    program = folder / "quarto"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{folder}/fake.py" "$@"\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    log = tmp_path / "log"
    log.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("FAKE_LOG", str(log))
    return log


def calls(log: Path) -> list[Path]:
    return sorted(log.iterdir())


def files(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def front(page: Path) -> tuple[dict[str, Any], str]:
    """Front matter and text of a .qmd file."""
    _, matter, text = page.read_text(encoding="utf-8").split("---\n", 2)
    return YAML(typ="safe", pure=True).load(matter), text


CARDS = (
    Card(
        "ping_engagement",
        "Ping *engagement* <b>",
        "cached",
        headline=reports.POINTS[1].payload,
        key_figures=({"label": "events", "value": "12", "unit": "%", "change": "", "trend": (1.0, 2.0)},),
        start="2025-06-01",
        end="2025-08-02",
        counts=(("150", "posts"),),
        html="ping_engagement.html",
        pdf="ping_engagement.pdf",
        code="ping_engagement/code.html",
        downloads=(Download("a.csv", "ping_engagement/a.csv", 812),),
        description="Which *pings* hold.",
    ),
    Card(
        "broken", "Broken", "failed", failure=CardFailure("error", "no | such $column", "broken/failed.html")
    ),
    Card("old", "Old", "cached", html="old.html", stale=True),
    *(
        Card(
            f"posts-{c}",
            f"Posts, {c}",
            "fresh",
            family="posts",
            member={"campus": c},
            html=f"posts-{c}.html",
            headline=reports.POINTS[0].payload,
        )
        for c in ("QRO", "MTY")
    ),
    Card(
        "posts-x",
        "Posts, X",
        "failed",
        family="posts",
        member={"campus": "X|Y"},
        failure=CardFailure("timeout", "600 s | too long"),
    ),
)


def test_a_report_is_handed_over_as_a_website_project(log: Path, tmp_path: Path) -> None:
    report = reports.rich(tmp_path / "run")
    assert QuartoPublisher().pages([report], tmp_path / "into", 1) == {}
    (project,) = calls(log)
    said = json.loads((project / "call.json").read_text())
    assert said["arguments"] == ["render", "--no-execute"]
    assert said["environment"] == {
        "SOURCE_DATE_EPOCH": "0",
        "TZ": "UTC",
        "NO_COLOR": "1",
        "TYPST_IGNORE_SYSTEM_FONTS": "true",
    }
    found = [f for f in files(project) if not f.startswith("fonts/")]
    assert found == [
        "_quarto.yml",
        "call.json",
        "dark.scss",
        "family.js",
        "light.scss",
        "made.html",
        "page.typ",
        "ping_engagement.qmd",
        "ping_engagement/page-figures/by_day.svg",
        "ping_engagement/page-figures/cell-13-2.png",
        "report.lua",
        "report.scss",
        "typst-show.typ",
        "typst-template.typ",
    ]
    assert (project / "fonts" / "DejaVuSans.ttf").is_file()
    matter, text = front(project / "ping_engagement.qmd")
    assert matter == {"title": "Ping engagement", "format": {"html": "default", "typst": "default"}}
    assert "[PDF](<ping_engagement.pdf>)" in text
    assert "[Code view](<ping_engagement/code.html>)" in text
    assert "{{<" not in text
    assert "```{" not in text


def test_the_projects_configuration_is_plain_and_offline() -> None:
    text = (ASSETS / "quarto" / "_quarto.yml").read_text(encoding="utf-8")
    settings = YAML(typ="safe", pure=True).load(text)
    assert settings["project"] == {"type": "website", "output-dir": "_site"}
    assert settings["engine"] == "markdown"
    assert settings["execute"] == {"enabled": False}
    assert settings["website"]["search"] is False
    html, typst = settings["format"]["html"], settings["format"]["typst"]
    assert html["html-math-method"] == "mathml"
    assert set(html["theme"]) == {"light", "dark"}
    assert typst["pdf-standard"] == "ua-1"
    named = [
        *html["theme"]["light"],
        *html["theme"]["dark"],
        html["include-after-body"],
        *typst["template-partials"],
    ]
    there = {p.name for p in (ASSETS / "quarto").iterdir()} | {"typst-template.typ"}
    assert set(named) <= there
    assert not re.search(r"https?:|//", "".join(p.read_text() for p in (ASSETS / "quarto").glob("*.yml")))
    assert "@import" not in "".join(p.read_text() for p in (ASSETS / "quarto").glob("*.scss"))


def test_pages_are_laid_out_like_the_site(log: Path, tmp_path: Path) -> None:
    into = tmp_path / "into"
    batch = [reports.write(tmp_path / n, [reports.figure()], n) for n in ("a", "b", "c")]
    assert QuartoPublisher().pages(batch, into, 2) == {}
    assert len(calls(log)) == 2
    assert files(into / "b") == [
        "b.html",
        "b.pdf",
        "b/code.html",
        "b/page-figures/by_day.svg",
        "site_libs/bootstrap/b.css",
    ]
    assert (into / "b" / "b.html").read_text() == '<p data-a="1" data-b="2">b</p>'


def test_the_report_at_fault_is_lost_alone_and_quartos_words_are_kept(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_BAD", "b")
    batch = [reports.write(tmp_path / n, [], n) for n in ("a", "b", "c")]
    errors = QuartoPublisher().pages(batch, tmp_path / "into", 1)
    assert list(errors) == ["b"]
    assert errors["b"].startswith("b: quarto render ended with 3:\n")
    assert errors["b"].endswith("ERROR: b.qmd: no such luck")
    assert len(errors["b"].splitlines()) <= quarto.TAIL + 1
    assert sorted(p.name for p in (tmp_path / "into").iterdir()) == ["a", "c"]


def test_a_page_that_quarto_did_not_make_is_an_error(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_NO_PDF", "a")
    errors = QuartoPublisher().pages([reports.write(tmp_path / "a", [], "a")], tmp_path / "into", 1)
    assert errors == {"a": "quarto render made no a.pdf"}


def test_unusable_content_is_an_error_of_its_report(log: Path, tmp_path: Path) -> None:
    good, bad = (reports.write(tmp_path / n, [reports.figure()], n) for n in ("good", "bad"))
    shutil.rmtree(tmp_path / "bad" / "downloads")
    errors = QuartoPublisher().pages([good, bad], tmp_path / "into", 1)
    assert list(errors) == ["bad"]
    assert "by_day.csv" in errors["bad"]


def test_a_render_that_hangs_is_ended(log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKE_SLEEP", "1")
    monkeypatch.setattr(quarto, "SECONDS", 1)
    errors = QuartoPublisher().pages([reports.write(tmp_path / "a", [], "a")], tmp_path / "into", 1)
    assert errors == {"a": "a: quarto render did not end within 1 seconds"}


def test_no_quarto_is_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    publisher = QuartoPublisher()
    for use in (
        publisher.fingerprint,
        lambda: publisher.pages([], tmp_path, 1),
        lambda: publisher.index([], tmp_path),
    ):
        with pytest.raises(PublishError, match="no program `quarto` on the PATH"):
            use()


def test_the_fingerprint_names_quartos_version(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publisher = QuartoPublisher()
    before = publisher.fingerprint()
    assert publisher.fingerprint() == before
    monkeypatch.setattr(quarto, "version", lambda program: "2.0.0")
    assert publisher.fingerprint() != before
    assert publisher.name == "quarto"


def test_the_index_is_handed_over_as_cards(log: Path, tmp_path: Path) -> None:
    QuartoPublisher().index(CARDS, tmp_path / "into")
    assert files(tmp_path / "into") == ["index.html", "site_libs/bootstrap/b.css"]
    (project,) = calls(log)
    matter, text = front(project / "index.qmd")
    assert matter == {
        "title": "Reports",
        "format": {
            "html": {
                "toc": False,
                "page-layout": "full",
                "include-after-body": ["made.html", "family.html"],
            }
        },
    }
    assert text.count("::::: report-card\n\n## ") == sum(1 for card in CARDS if not card.family)
    assert "::::: {.report-card .family-card}\n\n## " in text
    assert "[data-family]" in (project / "family.html").read_text()
    for words in (
        "6 reports · 2 failed · 1 stale",
        r"## [Ping \*engagement\* \<b\>](<ping_engagement.html>)",
        "[Read](<ping_engagement.html>) · [PDF](<ping_engagement.pdf>) · [Code view](<ping_engagement/",
        "Which pings hold",
        "[●]{.verdict-mark} The ten strongest",
        r"1 Jun to 2 Aug 2025 · 150 posts[]{data-made=" + '"ping_engagement"}',
        r"**Failed** (error): no \| such \$column [Traceback](<broken/failed.html>)",
        "**Stale**: the page is older than its notebook, parameters or data.",
        r"| Campus | Main point | Hours\, drawn from 0\.1 to 0\.7 | Status | Links |",
        r"| X\|Y |  |  | **Failed** 600 s \| too long |  |",
        '::: {.report-fold .callout-note collapse="true" icon="false" appearance="simple"}\n### Data (',
        "[a\\.csv](<ping_engagement/a.csv>) [812 bytes]{.note}",
    ):
        assert words in text, words


def test_an_index_without_reports_says_what_to_do(log: Path, tmp_path: Path) -> None:
    QuartoPublisher().index([], tmp_path / "into")
    assert "There is no report yet." in front(calls(log)[0] / "index.qmd")[1]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<a data-b="2" class="x" data-a=1 data-c>t</a>', '<a data-a=1 class="x" data-b="2" data-c>t</a>'),
        ("<i alt='a data-z=1 > data-y' data-b data-a/>", "<i alt='a data-z=1 > data-y' data-a data-b/>"),
        (
            "<script>'<b data-b data-a>'</script><b data-b data-a>",
            "<script>'<b data-b data-a>'</script><b data-a data-b>",
        ),
        ("a < b data-b data-a > c", "a < b data-b data-a > c"),
    ],
)
def test_data_attributes_are_put_in_order(html: str, expected: str) -> None:
    assert steady(html) == expected
    assert steady(steady(html)) == expected


@pytest.mark.timeout(1200)
@pytest.mark.skipif(not shutil.which("quarto"), reason="no Quarto on the PATH")
def test_a_real_quarto_renders_the_same_site_twice(tmp_path: Path) -> None:
    publisher = QuartoPublisher()
    for run in ("first", "second"):
        assert publisher.pages([reports.rich(tmp_path / run / "run")], tmp_path / run / "into", 1) == {}
        publisher.index(CARDS, tmp_path / run / "into" / "index")
    made = [
        {f: (tmp_path / run / "into" / f).read_bytes() for f in files(tmp_path / run / "into")}
        for run in ("first", "second")
    ]
    assert made[0] == made[1]
    html = made[0]["ping_engagement/ping_engagement.html"].decode()
    for page in (html, made[0]["index/index.html"].decode()):
        assert not re.findall(r"""(?:src|href)=["'](?:https?:)?//(?!example\.org)""", page)
    for name, content in made[0].items():
        if name.endswith(".css"):
            assert not re.search(rb"(?:@import|url\()\s*['\"]?(?:https?:)?//", content), name
    assert 'alt="A line that rises from 20% to 90%."' in html
    assert "<math" in html
    with pikepdf.open(tmp_path / "first/into/ping_engagement/ping_engagement.pdf") as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.docinfo.Title) == "Ping engagement"
