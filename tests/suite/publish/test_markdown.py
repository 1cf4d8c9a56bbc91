import json
from pathlib import Path
from typing import Any

import pytest

from engagement_utils.report.outputs import TableColumn
from engagement_utils.suite.pages.prepared import read
from engagement_utils.suite.publish.markdown import Markdown, to_markdown
from engagement_utils.suite.publish.pandoc import MARKDOWN, pandoc
from engagement_utils.suite.publish.publisher import Prepared, downloads
from engagement_utils.suite.publish.theme import OURS
from tests.suite.publish import prepared_reports as reports
from tests.suite.publish.prepared_reports import table, wide, write

HOSTILE = "<script>x</script> $y$ @z #w {{< include a >}} `c`{=html} | [l](javascript:x) \\end"


def made(folder: Path, *cells: reports.Cell, **metadata: Any) -> Markdown:
    return of(write(folder, cells, **metadata))


def of(report: Prepared) -> Markdown:
    return to_markdown(read(report.notebook), downloads(report.run, report.name), OURS)


def tree(text: str) -> list[dict[str, Any]]:
    return json.loads(pandoc(text, [f"--from={MARKDOWN}", "--to=json"], "test"))["blocks"]


def plain(text: str) -> str:
    return pandoc(text, [f"--from={MARKDOWN}", "--to=plain", "--wrap=none"], "test")


def types(node: Any) -> set[str]:
    """Every kind of node in a pandoc JSON tree."""
    if isinstance(node, dict):
        return ({node["t"]} if "t" in node else set()) | types(list(node.values()))
    return set().union(*map(types, node)) if isinstance(node, list) else set()


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Markdown:
    return of(reports.rich(tmp_path_factory.mktemp("rich")))


def test_the_page_has_every_part_in_its_order(rich: Markdown) -> None:
    headings = [line for line in rich.text.splitlines() if line.startswith("## ")]
    assert headings == [
        "## Main points",
        "## Key figures",
        "## Dashboards score about *ten points* higher",
        r"## A heading with \<b\>markup\</b\>, `code` and $x^2$",
        "## What to do",
        "## How it was measured",
        "## Strengths and limitations",
        "## Data quality",
        "## Data to download",
        "## How this report was made",
    ]
    text = plain(rich.text)
    order = [
        "1 Jun to 2 Aug 2025 · 150 posts · 12,345 events",
        "Which pings hold",
        "○ No hour is",
        "completion rate",
    ]
    places = [text.index(words) for words in order]
    assert places == sorted(places)


def test_main_points_carry_mark_and_verdict_in_words(rich: Markdown) -> None:
    text = plain(rich.text)
    assert "- ○ No hour is reliably better" in text
    assert "5-point difference. (not distinguishable from chance)" in text
    assert "- ● The ten strongest pings hold 51% (44% to 58%) of all engagement. (supported)" in text
    assert "n = 3. (too little data)" in text


def test_key_figures_actions_quality_and_provenance_are_there(rich: Markdown) -> None:
    text = plain(rich.text)
    for words in (
        "41%",
        "+3 points against the month before",
        "- Post dashboards on weekdays. +10 points (6 to 14) a post",
        "watch time over the duration",
        "interactions-set-aside.csv",
        "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
        "a $b$ <i>c</i>",
    ):
        assert words in text


def test_figures_become_files_with_caption_alt_and_the_way_to_their_numbers(
    rich: Markdown, tmp_path: Path
) -> None:
    assert r"fig-alt=" + r'"A line that rises from 20\% to 90\%\."' in rich.text
    assert "](<ping_engagement/page-figures/by_day.svg>)" in rich.text
    rich.write(tmp_path)
    names = sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file())
    assert names == ["ping_engagement/page-figures/by_day.svg", "ping_engagement/page-figures/cell-13-2.png"]
    assert (tmp_path / names[0]).read_text(encoding="utf-8") == rich.figures[names[0]]
    assert (tmp_path / names[1]).read_bytes().startswith(b"\x89PNG")
    assert "Data: by_day.csv" in plain(rich.text)


def test_nothing_raw_and_nothing_cited_is_left(rich: Markdown) -> None:
    assert not types(tree(rich.text)) & {"RawBlock", "RawInline", "Cite", "Note"}
    assert "{{<" not in rich.text.replace("  kept as it is ``` ~~~ {{\u2060< x >}}", "")


def test_hostile_text_in_every_place_stays_text(tmp_path: Path) -> None:
    finding = reports.POINTS[0].payload | {"text": HOSTILE}
    header = reports.HEADER.payload | {
        "counts": [["1", HOSTILE]],
        "key_figures": [
            {"label": HOSTILE, "value": HOSTILE, "unit": HOSTILE, "change": HOSTILE, "trend": []}
        ],
    }
    quality = [reports.QUALITY[1] | {"name": HOSTILE, "path": HOSTILE}]
    columns = [TableColumn(HOSTILE, HOSTILE), TableColumn("b", kind="number")]
    found = made(
        tmp_path,
        table(columns, [[HOSTILE, "1"]], title=HOSTILE, caption=HOSTILE, folded=True, strong=(0,)),
        ("body", "finding", {"application/vnd.engagement.finding+json": finding}),
        reports.figure(alt=HOSTILE),
        ("body", "html", {"text/html": "<table><tr><td>&lt;b&gt; $x$ | {{&lt; a &gt;}}</td></tr></table>"}),
        ("body", "text", {"text/plain": HOSTILE}),
        main_points=[finding],
        header=header,
        quality=quality,
        provenance={HOSTILE: HOSTILE, "p": {HOSTILE: HOSTILE}},
        actions=[{"text": HOSTILE, "topic": "t", "gain": HOSTILE}],
    )
    kinds = types(tree(found.text))
    assert not kinds & {"RawBlock", "RawInline", "Cite", "Note", "Math", "Quoted"}
    assert "{{<" not in found.text
    assert plain(found.text).count("<script>x</script> $y$ @z #w {{< include a >}}") >= 14


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<b>x</b>", "<b>x</b>"),
        ("<div>\nx\n</div>", "<div>\nx\n</div>"),
        ("[x](javascript:alert(1)) [y](https://example.org)", "x y"),
        ("![alt](http://example.org/a.png)", "alt"),
        ("@who [@who] ^[no] [^1]", "@who [@who] ^[no] [^1]"),
        ("{{< include a >}}", "{{< include a >}}"),
        ("- a\n- b\n\n* c", "- a\n- b\n\n- c"),
        ("text\n- a", "text\n\n- a"),
        ("``` {=typst}\n#panic()\n```", "    #panic()"),
        ("`x`{=html}", "x{=html}"),
        ('it\'s -- "so"...', 'it\'s -- "so"...'),
    ],
)
def test_the_authors_markdown_is_read_as_jupyter_reads_it(source: str, expected: str, tmp_path: Path) -> None:
    found = made(tmp_path, ("body", "markdown", source))
    assert plain(found.text).replace("\u2060", "").strip("\n") == expected
    assert not types(tree(found.text)) & {"RawBlock", "RawInline", "Image", "Cite", "Note"}


def test_an_open_code_block_swallows_no_other_cell(tmp_path: Path) -> None:
    found = made(tmp_path, ("body", "markdown", "```\nopen"), ("body", "markdown", "## Next"))
    assert "## Next" in found.text.splitlines()


def test_shortcodes_in_the_authors_code_are_parted(tmp_path: Path) -> None:
    found = made(tmp_path, ("body", "markdown", "`{{< video x >}}`\n\n```\n{{{< meta y >}}}\n```"))
    assert "{{<" not in found.text
    assert found.text.count("<") == 2


def test_formulas_stay_formulas_and_money_stays_money(tmp_path: Path) -> None:
    found = made(tmp_path, ("method", "markdown", "$x^2$ and $$\\frac{a}{b}$$ at $5 to $6"))
    assert (found.text.count("$x^2$"), found.text.count("$$\\frac{a}{b}$$")) == (1, 1)
    assert r"\$5 to \$6" in found.text


def test_folded_tables_are_callouts_that_open(tmp_path: Path) -> None:
    found = made(tmp_path, reports.top_pings(2, folded=True))
    assert (
        '::: {.report-fold .callout-note collapse="true" icon="false" appearance="simple"}\n### Pings'
        in found.text
    )


def test_an_unprinted_table_is_on_the_page_and_named_in_print(tmp_path: Path) -> None:
    found = made(tmp_path, reports.top_pings(300, printed=False))
    hidden, visible = found.text.split('{.content-visible when-format="typst"}')
    assert hidden.startswith('::::: {.content-hidden when-format="typst"}')
    assert "p299" in hidden
    assert "p299" not in visible
    assert "The table has 300 rows and is not printed." in visible


def test_numbers_are_right_aligned_and_strong_rows_bold(tmp_path: Path) -> None:
    found = made(tmp_path, reports.top_pings(2, strong=(1,)))
    lines = [line for line in found.text.splitlines() if line.startswith("|")]
    assert lines[0] == r"| Ping | Creator | Engagement \(points\) | Completion \(\%\) | Created |"
    assert lines[1] == "| :-- | :-- | --: | --: | :-- |"
    assert lines[3] == r"| **p1** | **creator\_1** | **500\.0** | **89** | **2024\-02\-03** |"


def test_a_part_without_content_has_no_heading(tmp_path: Path) -> None:
    assert made(tmp_path, ("body", "markdown", "text")).text == "text\n"


def test_wide_tables_name_their_parts(tmp_path: Path) -> None:
    assert '{.report-table .small .whole parts="10 7"}' in made(tmp_path, wide(18)).text
