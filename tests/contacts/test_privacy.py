"""Nothing of a person leaves: planted names, emails and phones are searched in everything that was made."""

import json
import shutil
from pathlib import Path

import nbformat
import openpyxl
import pandas as pd
import pytest
from pypdfium2 import PdfDocument

from engagement_utils.contacts import deliverables
from engagement_utils.contacts.privacy import SMALLER, hidden, merged
from engagement_utils.contacts.questions.comparison import Comparison
from tests.contacts.conftest import reported
from tests.e2e.conftest import ROOT, make_desk

NAME, EMAIL, PHONE = "Zzyxara Quellborn", "planted.person@example.org", "+524420001112"
FORMULA, MARKUP = '=HYPERLINK("http://x","y")', "<script>alert('planted')</script>"


@pytest.fixture
def folders(tmp_path, monkeypatch):
    public, private = tmp_path / "public", tmp_path / "private"
    monkeypatch.setenv("ENGAGEMENT_OUTPUT_DIR", str(public))
    monkeypatch.setenv("ENGAGEMENT_PRIVATE_DIR", str(private))
    return public, private


@pytest.fixture
def hostile(planted):
    """Personal data in columns of their own and in every text property, formulas and markup beside."""
    frame = planted[0].head(1500).copy()
    frame["First Name"], frame["Email"], frame["Phone Number"] = NAME, EMAIL, PHONE
    texts = [
        "Original Source",
        "Original Source Drill-Down 2",
        "Canal de adquisición",
        "Last Referring Site",
        "Estado de procedencia",
        "Actividades APREU",
        "Primera conversión",
        "Lifecycle Stage",
        "Período de ingreso",
        "Close Date",
    ]
    for i, column in enumerate(texts):
        for j, planted_text in enumerate((NAME, EMAIL, PHONE, FORMULA, MARKUP, "@SUM(A1)", "-1+1", "+1")):
            frame.iloc[20 + 8 * i + j, frame.columns.get_loc(column)] = planted_text
    frame.iloc[5, 0] = frame.iloc[6, 0]  # a row that is set aside whole, with its name
    return frame


def shown(report):
    yield from report.findings.values()
    yield from (report.header(), *report.actions)
    yield from (output for question in report.asked for output in (*question.answer, *question.details))
    yield from (*report.marketing.answer, *report.marketing.details, report.quality)


def test_nothing_personal_is_published(hostile, folders, tmp_path, caplog, capsys):
    public, private = folders
    report = reported(hostile, tmp_path)
    r = report.measures
    said = [json.dumps(o._repr_mimebundle_()) for o in shown(report)]
    deliverables.save_lists(r)
    deliverables.save_workbooks(report, [])
    for file in public.rglob("*"):
        if file.suffix == ".xlsx":
            book = openpyxl.load_workbook(file)
            said += [str(c.value) for sheet in book for row in sheet.iter_rows() for c in row]
        elif file.is_file():
            said.append(file.read_text(encoding="utf-8"))
    said += [caplog.text, *capsys.readouterr()]
    everything = "\n".join(said)
    ids = set(r.contacts["contact_id"])
    for secret in (
        "Zzyxara",
        "planted",
        "0001112",
        "HYPERLINK",
        "<script",
        "@SUM",
        "hist_all",
        *sorted(ids)[:50],
    ):
        assert secret not in everything, secret
    assert (private / "segments_cluster1_overlay.csv").is_file()
    # the test can fail: the private list does hold what was planted
    assert "planted.person" in (private / "segments_cluster2_overlay.csv").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_published_site_names_nobody(hostile, tmp_path):
    desk = make_desk(tmp_path / "project")
    shutil.copy(ROOT / "notebooks" / "social_clusters.ipynb", desk.root / "notebooks")
    hostile.to_csv(desk.root / "params" / "export.csv", index=False)
    desk.report("mine", "notebook: social_clusters\nparameters: {contacts: export.csv}\n")
    done = desk.run()
    assert done.returncode == 0, done.stdout + done.stderr
    everything = "\n".join(
        [done.stdout, done.stderr, *texts_below(desk.site), *texts_below(desk.root / ".cache")]
    )
    for secret in ("Zzyxara", "planted", "0001112", "HYPERLINK", "alert(", "@SUM(A1"):
        assert secret not in everything, secret
    kinds = {f.suffix for f in desk.site.rglob("*")}
    assert {".html", ".pdf", ".csv", ".xlsx", ".json"} <= kinds
    assert not list(desk.site.rglob("segments_cluster*"))
    private = list((desk.root / ".cache").rglob("private/segments_cluster2_overlay.csv"))
    assert "planted.person" in private[0].read_text(encoding="utf-8")


def texts_below(folder):
    """What every file below a folder says, private folders and the export itself apart."""
    for file in folder.rglob("*"):
        if not file.is_file() or "private" in file.parts:
            continue
        if file.suffix == ".xlsx":
            book = openpyxl.load_workbook(file)
            yield from (str(c.value) for sheet in book for row in sheet.iter_rows() for c in row)
        elif file.suffix == ".pdf":
            yield from (page.get_textpage().get_text_range() for page in PdfDocument(file))
        else:
            yield file.read_bytes().decode("utf-8", errors="replace")


def test_private_lists_hold_no_formula_and_the_published_columns(hostile, folders, tmp_path):
    deliverables.save_lists(reported(hostile, tmp_path).measures)
    for i in (1, 2, 3):
        frame = pd.read_csv(folders[1] / f"segments_cluster{i}_overlay.csv", dtype=str, keep_default_na=False)
        assert frame.shape[1] >= 30
        # plain numbers such as +52 apart, no cell starts as a formula does
        texts = frame.select_dtypes(exclude="number")
        starts = texts.apply(lambda c: c.str.match(r"^(?:[=@]|[+-](?![0-9.]+$))")).to_numpy()
        assert not starts.any()
        dates = frame["create_date"][frame["create_date"] != ""]
        assert dates.str.fullmatch(r"\d{4}-\d\d-\d\d").all()
    first = pd.read_csv(folders[1] / "segments_cluster1_overlay.csv")
    assert set(first["segment"]) == {"1A", "1B"}
    assert first["segment_overlay"].str.startswith(("1A ", "1B ")).all()


def test_workbooks_hold_numbers_and_dates_as_such(report, folders):
    names = deliverables.save_workbooks(report, ["A note."])
    assert len(names) == 3
    for name in names:
        book = openpyxl.load_workbook(folders[0] / name)
        assert len(book.sheetnames) >= 25
        assert isinstance(book["Summary"].cell(4, 2).value, int | float)
        assert book["Summary"].cell(4, 2).number_format == "#,##0"
        assert book["Months"].cell(5, 1).is_date
        buckets = [row[0].value for row in book["Time to close counts"].iter_rows(min_row=4)]
        assert buckets[:4] == ["under 30 days", "30 to 90 days", "91 to 180 days", "above 180 days"]
        assert not [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]
        assert book["Summary"].freeze_panes
        methods = dict(row[:2] for row in book["Methods"].iter_rows(min_row=4, values_only=True))
        assert methods["Segments"].endswith(f"verdict: {report.judged('structure').verdict}")


def test_small_groups_are_merged_or_hidden():
    labels = pd.Series(["a"] * 12 + ["b"] * 6 + ["c"] * 5)
    assert merged(labels, 10).value_counts().to_dict() == {"a": 12, SMALLER: 11}
    assert merged(labels.head(15), 10).isna().sum() == 3
    table = hidden(pd.DataFrame({"n": [12, 9, 0], "x": [1.0, 2.0, 3.0]}), "n", ["x"], 10)
    assert table["x"].isna().tolist() == [False, True, False]


def test_no_published_group_is_smaller_than_the_minimum(report):
    for question in report.asked:
        if isinstance(question, Comparison):
            assert all(e.n >= 10 for e in question.groups.shares.values())
    assert report.entry.crossing_frame()["contacts"].dropna().min() >= 10
    assert (report.offline.ways["contacts"] >= 10).all()


def test_the_stored_notebook_names_nobody():
    text = json.dumps(nbformat.read(Path(__file__).parents[2] / "notebooks" / "social_clusters.ipynb", 4))
    assert "contacto1@example.org" not in text
    assert "Nombre1" not in text
