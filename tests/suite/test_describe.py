"""What `engagement list` shows."""

from conftest import Desk

from engagement_utils.suite.planning.describe import describe


def test_each_report_with_its_parameters(desk: Desk) -> None:
    desk.notebook("n", "days: Annotated[int, Ge(1)] = 7  # window\ncampus: str = ''\n")
    desk.yaml("n.yml", "title: '{campus}'\nfor_each: {campus: [QRO, MTY]}\nparameters: {days: 28}\n")
    first, second = describe(desk.plan())
    assert (first.name, first.title, first.family, second.name) == ("n-mty", "MTY", "n", "n-qro")
    days, campus = first.parameters
    assert (days.annotation, days.accepted) == ("Annotated[int, Ge(1)]", "a whole number, at least 1")
    assert (days.default, days.value, days.given, days.description) == (7, 28, True, "window")
    assert (campus.default, campus.value, campus.given) == ("", "MTY", True)
