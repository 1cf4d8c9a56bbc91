import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pypdfium2 import PdfDocument

from engagement_utils.errors import PublishError
from engagement_utils.report.outputs import TableColumn
from engagement_utils.suite.publish.pdf import UNKNOWN, drawable, make_pdf
from tests.suite.publish import prepared_reports as reports
from tests.suite.publish.prepared_reports import table, wide, write

HOSTILE = '#panic("x") $x$ <script> @a \\ {} `c` *b* "q" 日本語 العربية 😀'


def printed(folder: Path, *cells: reports.Cell, **metadata: Any) -> Path:
    target = folder / "out" / "report.pdf"
    make_pdf(write(folder, cells, **metadata), target)
    return target


def elements(node: Any) -> Iterator[pikepdf.Dictionary]:
    """Every structure element below a node of the tag tree."""
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from elements(child)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from elements(node.K)


def tags(pdf: pikepdf.Pdf) -> list[pikepdf.Dictionary]:
    return list(elements(pdf.Root.StructTreeRoot.K))


def words(path: Path, page: int | None = None) -> str:
    """The PDF's text, of one page (counted from 1) or of all."""
    with PdfDocument(path) as pdf:
        numbers = range(len(pdf)) if page is None else [page - 1]
        return "\n".join(pdf[n].get_textpage().get_text_bounded() for n in numbers).replace("\u200b", "")


def rightmost(path: Path) -> list[float]:
    """How much room is left at the right of each page, in points."""
    rooms = []
    with PdfDocument(path) as pdf:
        for page in pdf:
            text = page.get_textpage()
            edges = (text.get_charbox(i)[2] for i in range(text.count_chars()))
            rooms.append(page.get_width() - max(edges, default=0.0))
    return rooms


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rich")
    target = folder / "report.pdf"
    make_pdf(reports.rich(folder), target)
    return target


def test_it_is_a_tagged_pdf_ua(rich: Path) -> None:
    with pikepdf.open(rich) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "en"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        with pdf.open_metadata() as xmp:
            assert xmp["pdfuaid:part"] == "1"
            assert xmp["dc:title"] == "Ping engagement"
        assert not {"/Author", "/CreationDate", "/ModDate"} & set(pdf.docinfo.keys())
        roles = [str(e.S) for e in tags(pdf)]
    for role in (
        "/Table",
        "/TH",
        "/TD",
        "/L",
        "/LI",
        "/Figure",
        "/Caption",
        "/Formula",
        "/H1",
        "/H2",
        "/Link",
    ):
        assert role in roles, role


def test_figures_and_formulas_have_their_words(rich: Path) -> None:
    with pikepdf.open(rich) as pdf:
        alt = {str(e.S): [] for e in tags(pdf)}
        for element in tags(pdf):
            alt[str(element.S)].append(str(element.get("/Alt", "")))
    assert [a for a in alt["/Figure"] if a] == ["A line that rises from 20% to 90%.", "A grey square."]
    assert all(alt["/Formula"])
    assert "x^2" in alt["/Formula"]


def test_the_outline_follows_the_headings(rich: Path) -> None:
    with pikepdf.open(rich) as pdf, pdf.open_outline() as outline:
        titles = [item.title for item in outline.root]
    assert titles[:3] == ["Main points", "Key figures", "Dashboards score about ten points higher"]
    assert titles[-2:] == ["Data to download", "How this report was made"]


def test_pages_are_numbered_and_carry_the_running_title(rich: Path) -> None:
    with pikepdf.open(rich) as pdf:
        count = len(pdf.pages)
        sizes = {tuple(round(float(v)) for v in page.mediabox) for page in pdf.pages}
    assert sizes == {(0, 0, 595, 842)}
    for number in range(1, count + 1):
        text = words(rich, number)
        assert f"{number} / {count}" in text
        assert "Ping engagement" in text


def test_heads_are_repeated_over_pages(rich: Path) -> None:
    pages = [words(rich, n) for n in (2, 3)]
    assert all("Engagement (points)" in page for page in pages)
    assert "p69" in pages[1]
    assert "p499" not in words(rich)


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    first, second = (printed(tmp_path / n, reports.figure(), reports.top_pings(3)) for n in ("a", "b"))
    assert first.read_bytes() == second.read_bytes()


def test_only_fonts_of_the_wheels_are_used(rich: Path) -> None:
    with pikepdf.open(rich) as pdf:
        found = [f.BaseFont for page in pdf.pages for f in page.Resources.get("/Font", {}).values()]
    fonts = {re.split("[-+]", str(name))[1] for name in found}
    assert "LibertinusSerif" in fonts
    assert fonts <= {
        "LibertinusSerif",
        "DejaVuSans",
        "DejaVuSansMono",
        "NewCMMath",
        "STIXGeneral",
        "LastResortHE",
    }


def test_hostile_text_is_printed_as_it_stands(tmp_path: Path) -> None:
    path = printed(
        tmp_path,
        table([TableColumn(HOSTILE)], [[HOSTILE]], title=HOSTILE, caption=HOSTILE),
        reports.figure(alt=HOSTILE),
        ("body", "text", {"text/plain": HOSTILE}),
        title=HOSTILE,
        main_points=[reports.POINTS[0].payload | {"text": HOSTILE}],
        header=reports.HEADER.payload
        | {"key_figures": [{"label": HOSTILE, "value": "1", "unit": "", "change": ""}]},
    )
    text = words(path)
    assert text.count('#panic("x")') >= 6
    assert "日本語" in text
    with pikepdf.open(path) as pdf:
        assert HOSTILE in [str(e.Alt) for e in tags(pdf) if "/Alt" in e]
        assert str(pdf.docinfo.Title) == HOSTILE


@pytest.mark.parametrize(("columns", "rows"), [(9, 30), (13, 30), (16, 30), (40, 30), (40, 3), (120, 3)])
def test_no_table_is_cut_by_the_page(columns: int, rows: int, tmp_path: Path) -> None:
    heads = [TableColumn("Name"), *(TableColumn(f"Week {i}", "events", "number") for i in range(1, columns))]
    body = [[f"row {r}", *(f"{r * 1000 + c:,}.25" for c in range(1, columns))] for r in range(rows)]
    path = printed(tmp_path, table(heads, body))
    assert min(rightmost(path)) >= 50
    found = words(path)
    assert all(f"{r * 1000 + c:,}.25" in found for r in range(rows) for c in range(1, columns))


def test_a_run_without_a_space_is_broken(tmp_path: Path) -> None:
    path = printed(tmp_path, table([TableColumn("hash"), TableColumn("b")], [["f" * 400, "g" * 400]]))
    assert min(rightmost(path)) >= 50
    assert words(path).replace("\r\n", "").count("f") >= 400


def test_a_figure_larger_than_the_page_is_made_to_fit(tmp_path: Path) -> None:
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="3000pt" height="6000pt" viewBox="0 0 3000 6000">'
        '<rect width="3000" height="6000" fill="#eee"/><circle cx="9" cy="9" r="5"/></svg>'
    )
    with pikepdf.open(printed(tmp_path, reports.figure(drawing=drawing))) as pdf:
        assert len(pdf.pages) == 1


def test_a_figure_without_alt_text_is_refused_with_typsts_words(tmp_path: Path) -> None:
    with pytest.raises(
        PublishError, match=r"(?s)ping_engagement\.pdf: Typst refuses .*missing alt text.*\.typ:\d+"
    ):
        printed(tmp_path, reports.figure(alt=" "))


def test_an_unreadable_drawing_is_named(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match=r"(?s)ping_engagement\.pdf: .*failed to parse SVG"):
        printed(tmp_path, reports.figure(drawing="<svg"))


def test_an_unusable_formula_is_shown_as_its_source(tmp_path: Path) -> None:
    path = printed(tmp_path, ("method", "markdown", r"$\nonsense{x$ and $\frac{a}{$ stay"))
    assert r"\frac{a}{" in words(path)


def test_an_empty_report_is_a_page(tmp_path: Path) -> None:
    with pikepdf.open(printed(tmp_path)) as pdf:
        assert len(pdf.pages) == 1


def test_characters_that_the_figures_font_lacks_give_way_to_one_sign() -> None:
    assert drawable("<text>plain é</text>") == "<text>plain é</text>"
    assert drawable("<text>● − 日本</text>") == f"<text>● − {UNKNOWN}{UNKNOWN}</text>"


def test_a_wide_table_in_parts_repeats_its_first_column(tmp_path: Path) -> None:
    text = words(printed(tmp_path, wide(18)))
    assert text.count("segment 5") == 2
    assert text.count("Week 17") == 1
