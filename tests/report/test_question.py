"""A question: what it states, what it is given back, and what its section shows."""

import math

import pytest

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.verdict import DESCRIBED, SUPPORTED, TOO_LITTLE
from engagement_utils.report.question import Answer, Evidence, Judged, Question, finding
from tests.report.test_report import Bare, Colour, report_of, settings


def test_a_p_value_has_its_null() -> None:
    with pytest.raises(ValueError, match="without the null"):
        Evidence(Estimate(1, 0, 2, 20, p_value=0.01), None)


def test_a_finding_carries_its_evidence() -> None:
    e = Estimate(9.8, 5.2, 14.4, 60, p_value=0.002)
    answer = Answer("Dashboards lead", "Dashboards score higher.", "points")
    out = finding("format", answer, Judged(e, 0.0, SUPPORTED), main=False)
    assert (out.estimate, out.interval, out.n, out.p_value) == (9.8, (5.2, 14.4), 60, 0.002)
    assert (out.unit, out.main, out.verdict) == ("points", False, SUPPORTED)


def test_a_finding_without_a_number() -> None:
    nothing = Estimate(math.nan, None, None, 150)
    stated = finding(
        "size", Answer("150 posts", "150 posts were read."), Judged(nothing, None, DESCRIBED), main=True
    )
    assert (stated.estimate, stated.n) == (None, 150)
    assert stated.payload["estimate"] is None  # NaN is no JSON
    with pytest.raises(ValueError, match="its estimate is nan"):
        finding("x", Answer("Yes", "Yes."), Judged(nothing, 0.0, SUPPORTED), main=True)
    with pytest.raises(ValueError, match="no text"):
        finding("x", Answer("Yes", " "), Judged(nothing, 0.0, TOO_LITTLE), main=True)


def test_its_numbers_are_a_frame() -> None:
    data = report_of().colour.data.set_index("topic")
    assert data.loc["colour", ["verdict", "value", "n", "unit", "null"]].tolist() == [
        SUPPORTED,
        4.0,
        40,
        "post",
        0.0,
    ]
    assert data.loc["colour", "p_value"] == pytest.approx(0.002)
    assert list(data.index) == ["colour", "colour_share"]


def test_a_section_is_heading_finding_and_details() -> None:
    q = report_of().colour
    heading, found = q.answer
    assert heading.markdown == "## Red leads"
    assert found.topic == "colour"
    assert [o.topic for o in q.details] == ["colour_share"]


def test_what_the_data_do_not_hold_is_left_out_and_said() -> None:
    class Absent(Colour):
        topic = "absent"
        name = "Colour"

        def missing(self) -> str:
            return "there is no column colour"

    class Report(Bare):
        colour: Absent

    report = report_of(Report)
    heading, note = report.colour.answer
    assert heading.plain == "Colour: not in these data"
    assert note.plain == "Colour is left out: there is no column colour."
    assert (report.colour.details, report.colour.findings, report.findings) == ((), (), {})


def test_what_is_not_asked_shows_nothing() -> None:
    class Unasked(Colour):
        def asked(self) -> bool:
            return False

    class Report(Bare):
        colour: Unasked

    report = report_of(Report)
    assert (report.colour.answer, report.colour.details, report.actions) == ((), (), ())


def test_a_question_without_evidence_is_a_mistake() -> None:
    class Empty(Question[None]):
        topic, unit = "empty", "post"

    with pytest.raises(NotImplementedError):
        _ = Empty(Bare(None, settings())).stated  # type: ignore[arg-type]
