"""Aliases, histories, dates and numbers as exports write them."""

import ibis
import pandas as pd
import pyarrow as pa
import pytest

from engagement_utils.contacts import history, moments
from engagement_utils.contacts.headers import resolve, resolved
from engagement_utils.contacts.schema import ALIASES, CONTACTS
from engagement_utils.contacts.words import folded, plain
from engagement_utils.errors import TableError
from engagement_utils.tables.backend import kept, run
from engagement_utils.tables.engines import connect
from engagement_utils.tables.reading import read_tables


@pytest.fixture(scope="module")
def con():
    con = connect("duckdb://")
    run(con, "SELECT 1")
    return con


def column(con, values):
    con.con.register("given", pa.table({"i": range(len(values)), "v": pa.array(values, pa.string())}))
    t = con.table("given")
    return kept(con, t.mutate(p=plain(t.v)), "given").order_by("i")


def answers(con, values, rule):
    t = column(con, values)
    found = con.to_pandas(t.select("i", x=rule(t)).order_by("i"))["x"]
    return [None if pd.isna(v) else v for v in found]


@pytest.mark.parametrize(
    "header",
    ["Canal de adquisición", "canal de adquisicion", "CANAL_DE_ADQUISICION", " Canal  de Adquisición "],
)
def test_a_header_is_found_whatever_accents_and_case(header):
    found = {m.ours: m.theirs for m in resolve([header], {}, {})}
    assert found["canal_de_adquisicion"] == header.strip()


def test_no_alias_stands_for_two_columns():
    forms = [folded(a) for names in ALIASES.values() for a in {folded(n) for n in names}]
    assert len(forms) == len(set(forms))


def test_two_headers_for_one_name_are_named():
    with pytest.raises(TableError, match=r"'Forms Submitted', 'Number of Form Submissions'"):
        resolve(["Record ID", "Number of Form Submissions", "Forms Submitted"], {}, {})
    given = {"forms_submitted": "Forms Submitted"}
    found = {m.ours: m.theirs for m in resolve(["Number of Form Submissions", "Forms Submitted"], given, {})}
    assert found["forms_submitted"] == "Forms Submitted"


def test_aliases_of_the_parameter_file():
    extra = {"num_sessions": ["Visitas"]}
    assert {m.ours: m.theirs for m in resolve(["visitas"], {}, extra)}["num_sessions"] == "visitas"
    with pytest.raises(TableError, match="nearest: 'num_sessions'"):
        resolve([], {}, {"num_sesions": ["x"]})


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet"])
def test_formats_give_the_same_contacts(small, tmp_path, suffix):
    file = tmp_path / f"export.{suffix}"
    writers = {"csv": small.to_csv, "xlsx": small.to_excel, "parquet": small.to_parquet}
    writers[suffix](file, index=False)
    spec, headers = resolved(str(file))
    dataset = read_tables({"contacts": spec}, {"contacts": CONTACTS}, aside=tmp_path)
    t = dataset["contacts"]
    row = t.filter(t.contact_id == "2").to_pandas().iloc[0]
    assert (row["num_sessions"], row["create_date"][:10]) == ("12", "2024-01-15")
    assert headers.set_index("column").loc["num_sessions", "header"] == "Number of Sessions"


def test_a_foreign_csv(small, tmp_path):
    file = tmp_path / "export.csv"
    names = {"Number of Sessions": "Número de sesiones", "Create Date": "Fecha de creación"}
    small.rename(columns=names).to_csv(file, index=False, sep=";", encoding="latin-1")
    spec, _ = resolved({"path": str(file), "delimiter": ";", "encoding": "latin-1"})
    t = read_tables({"contacts": spec}, {"contacts": CONTACTS}, aside=tmp_path)["contacts"]
    assert t.count().to_pandas() == 200


def test_histories(con):
    given = ["a // https://b.c//d // e", "  // z", "q //", "one", "", None, "a //  // b"]
    t = column(con, given).mutate(contact_id=ibis._.i.cast("string"))
    assert answers(con, given, lambda t: history.current(t.v)) == ["e", "z", "q", "one", None, None, "b"]
    assert answers(con, given, lambda t: history.oldest(t.v)) == ["a", "z", "q", "one", None, None, "a"]
    long = con.to_pandas(history.long_table(t, ["v"]).order_by("contact_id", "position"))
    assert long["value"].tolist() == ["a", "https://b.c//d", "e", "z", "q", "one", "a", "b"]
    assert long["position"].tolist() == [1, 2, 3, 1, 1, 1, 1, 2]
    assert long["time"].isna().all()


def test_histories_with_times(con):
    con.con.register("one", pa.table({"contact_id": ["7"], "v": ["a // b"]}))
    moment = pd.Timestamp("2024-03-01 10:00")
    times = pa.table(
        {"contact_id": ["7"], "property": ["v"], "position": [2], "value": ["b"], "time": [moment]}
    )
    con.con.register("times", times)
    long = con.to_pandas(history.long_table(con.table("one"), ["v"], con.table("times")).order_by("position"))
    assert long["time"].tolist()[1] == moment
    assert pd.isna(long["time"].iloc[0])


@pytest.mark.parametrize(
    "text",
    [
        "1710460800000",
        "1710460800",
        "2024-03-15",
        "2024-03-15T23:59:00Z",
        "2024/3/15",
        "15/03/2024",
        "15-3-2024",
        "15.03.2024 10:22",
        "3/15/2024",
        "15 de marzo de 2024",
        "15 mar 2024",
        "15-Mar-2024",
        "15 MARZO 2024",
        "15 de septiembre de 2024",
    ],
)
def test_dates(con, text):
    found = answers(con, [text], lambda t: moments.to_date(t.p))[0]
    assert pd.Timestamp(found) == pd.Timestamp("2024-09-15" if "septiembre" in text else "2024-03-15")


def test_what_is_no_date_is_null(con):
    given = ["31/02/2024", "pendiente", "0001-01-01", "2024-13-01", "9999-01-01", "12", "", "15 foo 2024"]
    assert answers(con, given, lambda t: moments.to_date(t.p)) == [None] * len(given)


def test_days_are_those_of_the_calendar(con):
    years = (1900, 1999, 2000, 2023, 2024, 2100, 2196)
    given = [f"{y}-{m:02d}-{d:02d}" for y in years for m in range(14) for d in (0, 1, 28, 29, 30, 31, 32)]
    found = answers(con, given, lambda t: moments.to_date(t.p))
    known = pd.to_datetime(pd.Series(given), errors="coerce", format="%Y-%m-%d")
    assert [None if d is None else f"{pd.Timestamp(d):%Y-%m-%d}" for d in found] == [
        text if ok else None for text, ok in zip(given, known.notna(), strict=True)
    ]


def test_day_first_is_a_choice(con):
    given = ["03/04/2024", "25/04/2024", "04/25/2024"]
    first = answers(con, given, lambda t: moments.to_date(t.p))
    second = answers(con, given, lambda t: moments.to_date(t.p, day_first=False))
    assert [f"{pd.Timestamp(d):%m-%d}" for d in first] == ["04-03", "04-25", "04-25"]
    assert [f"{pd.Timestamp(d):%m-%d}" for d in second] == ["03-04", "04-25", "04-25"]


def test_numbers(con):
    given = ["1,234", "5.0", "-3", "nan", "", None, "inf", "1e3", "0"]
    assert answers(con, given, lambda t: moments.to_number(t.v)) == [
        1234,
        5,
        None,
        None,
        None,
        None,
        None,
        None,
        0,
    ]
