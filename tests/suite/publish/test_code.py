import re

import pytest

from engagement_utils.suite.execution import failures
from engagement_utils.suite.job import Failure
from engagement_utils.suite.publish.code import code_page
from tests.suite.publish import fixtures as made

TRACE = [
    "\x1b[31m-----\x1b[39m",
    "\x1b[0;31mKeyError\x1b[0m  Traceback (most recent call last)",
    "Cell \x1b[32mIn[3]\x1b[39m <b>",
]


@pytest.fixture
def failed(tmp_path):
    error = {"output_type": "error", "ename": "KeyError", "evalue": "'<b>'", "traceback": TRACE}
    papermill = made.markdown(
        '<span style="color:red">An Exception was encountered</span>', "papermill-error-cell-tag"
    )
    return made.run_directory(
        tmp_path / "run",
        made.notebook(
            papermill,
            made.markdown("# Title\n\n##### Deep\n\n## Less\n\ntext"),
            made.code(error, source="x = data['<b>']"),
        ),
    )


def test_the_whole_notebook_with_its_code(tmp_path):
    run = made.run_directory(tmp_path / "run")
    target = tmp_path / "site" / "weekday_effects" / "code.html"
    code_page(run / "executed.ipynb", target, "Weekday effects", report="weekday_effects")
    html = target.read_text(encoding="utf-8")
    assert re.search(r'<span class="kn">import</span>.*pandas', html)
    for shown in (
        "loading",
        "a warning",
        "1,234.5",
        "Mean score: 4.2 points",
        "never shown",
        'id="fig-weekday"',
    ):
        assert shown in html
    assert 'href="../weekday_effects.html"' in html
    assert html.count("<h1") == 1
    assert "<script>alert" not in html
    assert "<script src" not in html
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_a_failed_run_shows_its_traceback_and_leads_to_it(failed, tmp_path):
    target = tmp_path / "code.html"
    code_page(failed / "executed.ipynb", target, "Broken", note="It raised KeyError in cell 3.")
    html = target.read_text(encoding="utf-8")
    assert 'It raised KeyError in cell 3. <a href="#failed-cell">' in html
    assert "KeyError  Traceback (most recent call last)\nCell In[3] &lt;b&gt;" in html
    assert "\x1b" not in html
    assert "An Exception was encountered" not in html
    assert [int(level) for level in re.findall(r"<h(\d)", html)] == [1, 2, 3, 3]


def test_why_a_run_failed_is_said_once_and_leads_to_the_cell_in_which_it_stopped(tmp_path):
    run = made.run_directory(tmp_path / "run", made.notebook(made.code(), made.code(source="wait()")))
    source = run / "executed.ipynb"
    failures.annotate(source, Failure("timeout", "stopped after 12 s, in cell 1", 1), source)
    code_page(
        source, tmp_path / "a.html", "Slow", note="This run failed (timeout): stopped after 12 s, in cell 1"
    )
    html = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert html.count("stopped after 12 s") == 1
    assert re.findall(r'id="failed-cell">\s*<p class="number" aria-label="Cell (\d)"', html) == ["1"]
    assert 'aria-label="Cell 2"' in html


def test_same_notebook_same_bytes(tmp_path):
    run = made.run_directory(tmp_path / "run")
    for name in ("a", "b"):
        code_page(run / "executed.ipynb", tmp_path / f"{name}.html", "T")
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_a_notebook_that_never_ran(tmp_path):
    run = made.run_directory(tmp_path / "run", made.notebook())
    code_page(run / "executed.ipynb", tmp_path / "a.html", made.HOSTILE, note=made.HOSTILE)
    html = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "<script>alert" not in html
    assert "failed-cell" not in html
