"""What a report says, lifted out of its executed notebook by MIME type, and `result.json`, which keeps it.

Plain dictionaries and the `json` module: no notebook library is needed to read a run.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from engagement_utils.errors import OutputError
from engagement_utils.report import outputs
from engagement_utils.suite.job import Failure

Payload = Mapping[str, Any]
CARRIES_AN_ACTION = ("supported", "described")


@dataclass(frozen=True)
class Lifted:
    """The payloads of a notebook's outputs, each kind in the notebook's order.

    Attributes:
        findings: of `outputs.Finding`.
        header: of `outputs.Header`, or None where the notebook shows none.
        inputs: of `tables.quality.InputQuality`, all that the notebook's `Quality` outputs list.
        actions: of `outputs.Action`.
        figures: of `outputs.Figure`, without the image.
        tables: of `outputs.TableView`.
    """

    findings: tuple[Payload, ...] = ()
    header: Payload | None = None
    inputs: tuple[Payload, ...] = ()
    actions: tuple[Payload, ...] = ()
    figures: tuple[Payload, ...] = ()
    tables: tuple[Payload, ...] = ()


def lift(notebook: Mapping[str, Any]) -> Lifted:
    """What the outputs of an executed notebook (nbformat 4, as JSON) say.

    Raises:
        OutputError: two findings of one topic, figures or tables of one name, inputs of one name, two
            headers, a number that is not finite, or an action without its supported finding. All problems
            are named, with their cells.
    """
    found: dict[str, list[tuple[int, Payload]]] = {mime: [] for mime in outputs.KINDS}
    for cell, mime, payload in _shown(notebook):
        found[mime].append((cell, payload))
    findings = found[outputs.Finding.mime]
    headers = found[outputs.Header.mime]
    figures = found[outputs.Figure.mime]
    tables = found[outputs.TableView.mime]
    actions = found[outputs.Action.mime]
    inputs = [(cell, entry) for cell, payload in found[outputs.Quality.mime] for entry in payload["inputs"]]
    problems = [
        *_repeated("findings", "topic", findings),
        *_repeated("figures", "name", figures),
        *_repeated("tables", "name", tables),
        *_repeated("inputs", "name", inputs),
        *(f"cells {headers[0][0]} and {cell} both show a header, one is accepted" for cell, _ in headers[1:]),
        *_baseless(actions, findings),
        *(
            f"cell {cell}: {mime.removeprefix(outputs.PREFIX)} holds a number that is not finite"
            for mime, shown in found.items()
            for cell, payload in shown
            if not _finite(payload)
        ),
    ]
    if problems:
        msg = "; ".join(problems)
        raise OutputError(msg)

    def payloads(shown: list[tuple[int, Payload]]) -> tuple[Payload, ...]:
        return tuple(payload for _, payload in shown)

    return Lifted(
        findings=payloads(findings),
        header=headers[0][1] if headers else None,
        inputs=payloads(inputs),
        actions=payloads(actions),
        figures=payloads(figures),
        tables=payloads(tables),
    )


def _shown(notebook: Mapping[str, Any]) -> Iterator[tuple[int, str, Payload]]:
    """Number of the cell (counted from 1), MIME type and payload of every output of ours."""
    for number, cell in enumerate(notebook["cells"], start=1):
        for output in cell.get("outputs", ()):
            for mime, payload in output.get("data", {}).items():
                if mime in outputs.KINDS:
                    yield number, mime, payload


def _repeated(kind: str, key: str, shown: list[tuple[int, Payload]]) -> Iterator[str]:
    first: dict[str, int] = {}
    for cell, payload in shown:
        name = payload[key]
        if name in first:
            yield (
                f"cells {first[name]} and {cell}: two {kind} with the {key} {name!r}, "
                f"a {key} is unique in a report"
            )
        first.setdefault(name, cell)


def _baseless(actions: list[tuple[int, Payload]], findings: list[tuple[int, Payload]]) -> Iterator[str]:
    verdicts = {payload["topic"]: payload["verdict"] for _, payload in findings}
    for cell, payload in actions:
        topic = payload["topic"]
        if verdicts.get(topic) not in CARRIES_AN_ACTION:
            found = f"whose verdict is {verdicts[topic]!r}" if topic in verdicts else "which is not shown"
            accepted = " or ".join(map(repr, CARRIES_AN_ACTION))
            yield f"cell {cell}: the action stands on finding {topic!r}, {found}, accepted: {accepted}"


def _finite(payload: Payload) -> bool:
    try:
        json.dumps(payload, allow_nan=False)
    except ValueError:
        return False
    return True


def read_notebook(path: Path) -> Lifted:
    """`lift` of the notebook at `path`."""
    return lift(json.loads(path.read_text(encoding="utf-8")))


def write_result(path: Path, lifted: Lifted, failure: Failure | None = None) -> None:
    """Write `result.json`: same content, same bytes."""
    content = {**asdict(lifted), "failure": asdict(failure) if failure else None}
    text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def read_result(path: Path) -> Lifted:
    """The content of a `result.json`; of a failed run it is empty."""
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    header = content["header"]
    lists = {name: tuple(v) for name, v in content.items() if name not in ("header", "failure")}
    return Lifted(header=header, **lists)


def read_failure(path: Path) -> Failure | None:
    """Why the run of this `result.json` failed, None where it did not."""
    failure = json.loads(path.read_text(encoding="utf-8"))["failure"]
    return Failure(**failure) if failure else None
