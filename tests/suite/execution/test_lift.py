import json

import pytest

from engagement_utils.errors import OutputError
from engagement_utils.report.outputs import (
    Action,
    Figure,
    Finding,
    Header,
    Output,
    Quality,
    TableColumn,
    TableView,
)
from engagement_utils.suite.execution.lift import Lifted, lift, read_failure, read_result, write_result
from engagement_utils.suite.job import Failure
from engagement_utils.tables.quality import InputQuality, Reason


def finding(topic: str = "reach", verdict: str = "supported") -> Finding:
    return Finding(topic, "Reach is high.", 0.5, (0.4, 0.6), 10, 0.01, verdict)


def figure(name: str = "reach") -> Figure:
    return Figure(name, "Reach", "Bars are 95% intervals.", "One bar", svg="<svg/>")


def table(name: str = "top") -> TableView:
    return TableView(name, "Top", (TableColumn("a"),), (("1",),))


def quality(*names: str) -> Quality:
    reasons = (Reason("key", "set aside", 1),)
    return Quality(tuple(InputQuality(name, f"{name}.csv", 3, 1, reasons) for name in names))


HEADER = Header("2025-06-01", "2025-08-02", (("3", "events"),))


def notebook(*cells: Output | list[Output]) -> dict:
    """A notebook as it is on disk, a cell an argument."""
    shown = [cell if isinstance(cell, list) else [cell] for cell in cells]
    outputs = [
        [
            {"output_type": "display_data", "data": output._repr_mimebundle_(), "metadata": {}}
            for output in cell
        ]
        for cell in shown
    ]
    code = [{"cell_type": "code", "metadata": {}, "source": "", "outputs": each} for each in outputs]
    stream = {"output_type": "stream", "name": "stdout", "text": "x"}
    error = {"output_type": "error", "ename": "E", "evalue": "", "traceback": []}
    other = {"cell_type": "code", "metadata": {}, "source": "", "outputs": [stream, error]}
    markdown = {"cell_type": "markdown", "metadata": {}, "source": "# Title"}
    return json.loads(json.dumps({"cells": [markdown, *code, other], "metadata": {}}))


def test_every_kind_is_lifted_in_order():
    action = Action("Post more.", "reach", "10%")
    shown = [
        HEADER,
        finding("b"),
        [finding("reach"), figure()],
        table(),
        quality("users"),
        quality("pings"),
        action,
    ]
    lifted = lift(notebook(*shown))
    assert [entry["topic"] for entry in lifted.findings] == ["b", "reach"]
    assert lifted.findings[0]["interval"] == [0.4, 0.6]
    assert lifted.header == HEADER.payload
    assert [entry["name"] for entry in lifted.inputs] == ["users", "pings"]
    assert lifted.actions == (action.payload,)
    assert lifted.figures == (figure().payload,)
    assert lifted.tables == (table().payload,)


def test_a_notebook_without_our_outputs_gives_nothing():
    assert lift(notebook()) == Lifted()


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (
            [finding(), finding()],
            "cells 2 and 3: two findings with the topic 'reach', a topic is unique in a report",
        ),
        ([figure(), HEADER, figure()], "cells 2 and 4: two figures with the name 'reach', a name is unique"),
        ([[table(), table()]], "cells 2 and 2: two tables with the name 'top'"),
        ([quality("a", "b"), quality("b")], "cells 2 and 3: two inputs with the name 'b'"),
        ([HEADER, HEADER], "cells 2 and 3 both show a header, one is accepted"),
        ([Action("Do.", "x")], "cell 2: the action stands on finding 'x', which is not shown"),
        (
            [finding(verdict="too little data"), Action("Do.", "reach")],
            "cell 3: the action stands on finding 'reach', whose verdict is 'too little data'",
        ),
    ],
)
def test_contradictions_are_errors_that_name_the_cells(cells, said):
    with pytest.raises(OutputError) as raised:
        lift(notebook(*cells))
    assert said in str(raised.value)


def test_all_problems_are_named_at_once():
    with pytest.raises(OutputError) as raised:
        lift(notebook(finding(), finding(), figure(), figure()))
    assert "findings" in str(raised.value)
    assert "figures" in str(raised.value)


def test_a_number_that_is_not_finite_is_refused():
    shown = notebook(finding())
    shown["cells"][1]["outputs"][0]["data"][Finding.mime]["estimate"] = float("nan")
    with pytest.raises(OutputError, match=r"cell 2: finding\+json holds a number that is not finite"):
        lift(shown)


def test_a_result_is_read_as_it_was_written(tmp_path):
    lifted = lift(notebook(HEADER, finding(), figure(), table(), quality("users")))
    write_result(tmp_path / "one.json", lifted)
    assert read_result(tmp_path / "one.json") == Lifted(**{**vars(lifted)})
    assert read_failure(tmp_path / "one.json") is None
    write_result(tmp_path / "two.json", read_result(tmp_path / "one.json"))
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    keys = list(json.loads((tmp_path / "one.json").read_text()))
    assert keys == sorted(keys)


def test_a_failure_is_read_as_it_was_written(tmp_path):
    failure = Failure("timeout", "stopped after 30 s, in cell 7", 7)
    write_result(tmp_path / "result.json", Lifted(), failure)
    assert read_failure(tmp_path / "result.json") == failure
    assert read_result(tmp_path / "result.json") == Lifted()
