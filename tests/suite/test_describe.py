"""What `engagement list` shows."""

from conftest import Desk

from engagement_utils.suite.planning.plan import describe


def test_each_report_with_its_parameters(desk: Desk) -> None:
    desk.notebook("n", "days: Annotated[int, Ge(1)] = 7  # window\ncampus: str = ''\n")
    desk.yaml("n.yml", "title: '{campus}'\nfor_each: {campus: [QRO, MTY]}\nparameters: {days: 28}\n")
    first, second = describe(desk.plan())
    assert (first["name"], first["title"], first["family"], second["name"]) == ("n-mty", "MTY", "n", "n-qro")
    days, campus = first["parameters"]
    assert days == {
        "name": "days",
        "annotation": "Annotated[int, Ge(1)]",
        "accepted": "a whole number, at least 1",
        "default": 7,
        "description": "window",
        "value": 28,
        "given": True,
    }
    assert (campus["default"], campus["value"], campus["given"]) == ("", "MTY", True)
