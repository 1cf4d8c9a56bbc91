import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from engagement_utils.errors import PublishError
from engagement_utils.suite.pages.prepare import prepare
from engagement_utils.suite.pages.prepared import Document, read
from tests.suite.publish import fixtures as made

PROJECT = Path(__file__).parents[3]


def prepared(tmp_path: Path, *cells, **job) -> Document:
    notebook = made.notebook(*cells) if cells else made.full_notebook()
    (tmp_path / "executed.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    prepare(tmp_path / "executed.ipynb", made.job(**job), made.PROVENANCE, tmp_path)
    return read(tmp_path / "prepared.ipynb")


def shown(document: Document, part: str = "body") -> list[str]:
    return [b.source if b.kind == "markdown" else b.kind for b in document.part(part)]


def refused(tmp_path: Path, *cells) -> str:
    with pytest.raises(PublishError) as error:
        prepared(tmp_path, *cells)
    return str(error.value)


def test_is_a_valid_notebook_without_code_and_streams(tmp_path):
    prepared(tmp_path)
    path = tmp_path / "prepared.ipynb"
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert {cell.source for cell in notebook.cells if cell.cell_type == "code"} == {""}
    text = path.read_text(encoding="utf-8")
    for hidden in ("import pandas", "loading", "a warning", "views.show()", "never shown", "0x7f1234567890"):
        assert hidden not in text


def test_metadata_carries_what_the_publisher_writes(tmp_path):
    document = prepared(tmp_path)
    assert (document.name, document.title) == ("weekday_effects", "Weekday effects")
    assert document.description == "Does the **weekday** matter, and by how much?"
    assert document.header == made.header().payload
    assert [f["topic"] for f in document.findings] == ["Thursday", "noon", "new users", "hostile", "weekend"]
    assert [f["topic"] for f in document.main_points] == ["Thursday", "noon", "new users", "hostile"]
    assert [a["text"] for a in document.actions] == ["Post on Thursday."]
    assert [i["name"] for i in document.quality] == ["posts", "users"]
    assert document.provenance == made.PROVENANCE


def test_at_most_six_main_points_the_seventh_stands_in_its_section(tmp_path):
    findings = [made.finding(f"t{i}") for i in range(7)]
    document = prepared(tmp_path, made.markdown("## Main points"), made.code(*findings))
    assert [f["topic"] for f in document.main_points] == [f"t{i}" for i in range(6)]
    assert [b.payload["topic"] for b in document.part("summary")] == ["t6"]


def test_parts_stand_in_the_pages_order_by_title_or_tag(tmp_path):
    document = prepared(
        tmp_path,
        made.markdown("## Data quality\n\nquality text"),
        made.markdown("## How it was measured\n\nmethod text\n\n### Weights"),
        made.markdown("still method"),
        made.markdown("## Any title\n\nlimits", "limitations"),
        made.code(made.figure()),
        made.markdown("## An answer\n\nbody text"),
        made.markdown("a tagged cell", "method"),
        made.markdown("### Under the answer\n\nmore"),
        made.markdown("## Secret", "hide"),
        made.markdown("hidden with its section"),
    )
    assert [b.part for b in document.blocks] == [
        "body",
        "body",
        "method",
        "method",
        "method",
        *["limitations"] * 2,
        "quality",
    ]
    assert shown(document) == ["## An answer\n\nbody text", "### Under the answer\n\nmore"]
    assert shown(document, "method") == ["method text\n\n### Weights", "still method", "a tagged cell"]
    assert shown(document, "limitations") == ["### Any title\n\nlimits", "figure"]
    assert shown(document, "quality") == ["quality text"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("# One\n\na\n\n# Two\n\nb", ["## One\n\na\n\n## Two\n\nb"]),
        ("## A\n\n##### deep\n\nx", ["## A\n\n### deep\n\nx"]),
        ("### A\n\nx\n\n#### B\n\ny", ["## A\n\nx\n\n### B\n\ny"]),
        ("## Empty\n\n## Full\n\nx\n\n### Nothing below", ["## Full\n\nx"]),
        ("###### A\n\nx", ["## A\n\nx"]),
    ],
)
def test_one_outline_whatever_the_notebooks_levels(tmp_path, source, expected):
    document = prepared(tmp_path, made.markdown("text without a title"), made.markdown(source))
    assert shown(document) == ["text without a title", *expected]


def test_a_computed_heading_opens_a_section(tmp_path):
    heading = made.display({"text/markdown": ["## Thursday ", "is higher"]})
    document = prepared(tmp_path, made.code(heading), made.code(made.figure()))
    assert shown(document) == ["## Thursday is higher", "figure"]
    assert [b.computed for b in document.blocks] == [True, True]


def test_fallbacks_for_what_is_no_report_output(tmp_path):
    document = prepared(tmp_path)
    html, image, plain = (next(b for b in document.blocks if b.kind == k) for k in ("html", "image", "text"))
    assert html.source.startswith("<table><thead>")
    assert "script" not in html.source
    assert image.payload == {"alt": "A line that rises."}
    assert image.source == made.png().replace("\n", "")
    assert plain.source == "{'plain': 'mapping <b>'}"


def test_html_that_is_no_table_is_shown_as_text(tmp_path):
    widget = made.display(
        {"text/html": "<iframe src='https://example.org'></iframe>", "text/plain": "Widget(1)"}
    )
    assert [b.source for b in prepared(tmp_path, made.code(widget)).blocks] == ["Widget(1)"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"alt": "  "}, "no alt text"),
        ({"caption": ""}, "no caption"),
        ({"title": ""}, "no title"),
        ({"svg": ""}, "SVG is empty"),
        ({"svg": "<svg><path"}, "SVG cannot be read"),
        ({"svg": '<svg xmlns="http://www.w3.org/2000/svg"><rect/></svg>'}, "draws nothing"),
    ],
)
def test_a_figure_without_its_text_or_drawing_is_refused(tmp_path, changes, said):
    message = refused(tmp_path, made.markdown("# T"), made.code(made.figure(**changes)))
    assert "weekday_effects.ipynb, cell 2, figure 'weekday'" in message
    assert said in message


def test_outputs_that_no_page_can_show_are_refused(tmp_path):
    png = made.display({"image/png": made.png(), "text/plain": "<Figure>"})
    assert "cell 1: image without alt text" in refused(tmp_path, made.code(png))
    jpeg = made.display({"image/jpeg": "abc"})
    assert "cell 1: a bare image/jpeg output" in refused(tmp_path, made.code(jpeg))
    broken = made.display({made.Finding.mime: {"topic": "x"}})
    assert "cell 1: finding output with ['topic']" in refused(tmp_path, made.code(broken))


def test_what_is_twice_or_baseless_is_refused(tmp_path):
    assert "two figures" in refused(tmp_path, made.code(made.figure()), made.code(made.figure()))
    assert "action" in refused(tmp_path, made.code(made.Action("Do it.", "nothing")))


def test_a_run_that_failed_is_refused_unless_the_cell_says_that_it_raises(tmp_path):
    error = {"output_type": "error", "ename": "KeyError", "evalue": "'x'", "traceback": ["..."]}
    assert "cell 1 raised KeyError: 'x'" in refused(tmp_path, made.code(error))
    assert prepared(tmp_path, made.code(error, tags=("raises-exception",))).blocks == ()


def test_an_old_notebook_format_is_refused(tmp_path):
    (tmp_path / "executed.ipynb").write_text('{"nbformat": 3, "worksheets": []}', encoding="utf-8")
    with pytest.raises(PublishError, match="format 3, accepted: 4"):
        prepare(tmp_path / "executed.ipynb", made.job(), {}, tmp_path)


def test_same_notebook_same_bytes(tmp_path):
    prepared(tmp_path)
    first = (tmp_path / "prepared.ipynb").read_bytes()
    prepared(tmp_path)
    assert (tmp_path / "prepared.ipynb").read_bytes() == first


def test_imports_no_notebook_library():
    heavy = "{'nbformat', 'nbconvert', 'mistune', 'pandas', 'jinja2', 'pydantic'}"
    code = f"import sys, engagement_utils.suite.pages.prepare; print(sorted({heavy} & sys.modules.keys()))"
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    out = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert out.stdout.strip() == "[]"
