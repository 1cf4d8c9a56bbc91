"""Reports to publish: `write` makes one of any blocks, `rich` one with everything that a page can hold."""

import base64
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("agg")
from matplotlib.figure import Figure as Drawing

from engagement_utils.report.outputs import (
    PREFIX,
    Action,
    Figure,
    Finding,
    Header,
    KeyFigure,
    TableColumn,
    TableView,
)
from engagement_utils.suite.publish.publisher import Prepared

Cell = tuple[str, str, Any]  # part, kind, what it shows

POINTS = (
    Finding(
        "hours",
        "No hour is reliably better than another (p = 0.43, 150 posts); about 1,900 posts would be needed "
        "to see a 5-point difference.",
        0.4,
        (0.1, 0.7),
        150,
        0.43,
        "not distinguishable from chance",
    ),
    Finding(
        "top_ten",
        "The ten strongest pings hold 51% (44% to 58%) of all engagement.",
        51,
        (44, 58),
        250,
        None,
        "supported",
        "%",
    ),
    Finding(
        "new_users",
        "New users engage less than existing users by 0.31 (−0.9 to 1.5), n = 3.",
        -0.31,
        (-0.9, 1.5),
        3,
        0.8,
        "too little data",
    ),
)
HEADER = Header(
    "2025-06-01",
    "2025-08-02",
    (("150", "posts"), ("12,345", "events")),
    (
        KeyFigure("completion rate", "41", "%", "+3 points against the month before"),
        KeyFigure("engagement per ping", "1.92"),
        KeyFigure("events", "12,345", "", "−2% against the month before"),
        KeyFigure("active users", "20"),
    ),
)
QUALITY = [
    {"name": "users", "path": "data/users.csv", "rows": 20, "set_aside": 0, "reasons": [], "file": ""},
    {
        "name": "interactions",
        "path": "data/interactions.csv",
        "rows": 12345,
        "set_aside": 2,
        "file": "interactions-set-aside.csv",
        "reasons": [
            {
                "rule": "unknown event type",
                "action": "set aside",
                "rows": 2,
                "example": "data/interactions.csv, row 17, event_type: found 'lick', accepted: view, like",
            },
            {"rule": "watch time over the duration", "action": "counted", "rows": 1204, "example": ""},
        ],
    },
]
PROVENANCE = {
    "notebook": "ping_engagement.ipynb",
    "parameters": {
        "new_user_days": 7,
        "event_weights": {"view": 0.2, "like": 1.0},
        "title": "a $b$ <i>c</i>",
    },
    "inputs": [
        {
            "path": "data/users.csv",
            "rows": 20,
            "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        },
        {
            "path": "data/interactions.csv",
            "rows": 12345,
            "sha256": "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
        },
    ],
    "commit": "0123456789abcdef0123456789abcdef01234567",
    "clean": True,
    "versions": {"python": "3.11.9", "pandas": "3.0.0", "ibis-framework": "12.0.0"},
    "again": "make reports R=ping_engagement",
}


def svg(title: str = "By day") -> str:
    """A line and a bar chart as matplotlib writes them, text as text."""
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "s", "font.size": 9}):
        drawing = Drawing(figsize=(6.5, 2.6), layout="constrained")
        left, right = drawing.subplots(1, 2)
        left.plot([0, 1, 2, 3], [0.2, 0.5, 0.4, 0.9], marker="o")
        left.set(xlabel="Day", ylabel="Completion (%)", title=title)
        right.barh(["view", "like", "share"], [120, 30, 9])
        right.set(xlabel="Events")
        file = io.StringIO()
        drawing.savefig(file, format="svg", metadata={"Date": None})
    return file.getvalue()


def png() -> str:
    """A grey square, base64."""
    drawing = Drawing(figsize=(1, 1), facecolor="0.8")
    file = io.BytesIO()
    drawing.savefig(file, format="png")
    return base64.b64encode(file.getvalue()).decode()


def figure(name: str = "by_day", alt: str = "A line that rises from 20% to 90%.", drawing: str = "") -> Cell:
    caption = "Share of views watched to the end; the band is the 95% interval."
    shown = Figure(name, "Completion rises over the week", caption, alt, f"{name}.csv", drawing or svg())
    return ("body", "figure", shown._repr_mimebundle_())


def table(columns: Sequence[TableColumn], rows: Sequence[Sequence[str]], **fields: Any) -> Cell:
    values = {"name": "t", "title": "A table", "caption": "", "data": "t.csv", "folded": False, **fields}
    view = TableView(columns=tuple(columns), rows=tuple(map(tuple, rows)), **values)
    return ("body", "table", view._repr_mimebundle_())


def top_pings(rows: int, **fields: Any) -> Cell:
    columns = [
        TableColumn("Ping"),
        TableColumn("Creator"),
        TableColumn("Engagement", "points", "number"),
        TableColumn("Completion", "%", "number"),
        TableColumn("Created", kind="date"),
    ]
    body = [
        (f"p{i}", f"creator_{i % 7}", f"{1000 / (i + 1):,.1f}", f"{90 - i % 60}", "2024-02-03")
        for i in range(rows)
    ]
    return table(columns, body, **{"title": "Pings by engagement", "caption": "Strongest first.", **fields})


def wide(columns: int, **fields: Any) -> Cell:
    heads = [
        TableColumn("Segment"),
        *(TableColumn(f"Week {i}", "events", "number") for i in range(1, columns)),
    ]
    rows = [[f"segment {r}", *(f"{1000 * r + c:,}" for c in range(1, columns))] for r in range(6)]
    return table(
        heads, rows, **{"name": f"wide{columns}", "title": f"A table of {columns} columns", **fields}
    )


def write(folder: Path, cells: Sequence[Cell], name: str = "ping_engagement", **metadata: Any) -> Prepared:
    """Write a run into `folder`; `metadata` replaces what stands in the prepared notebook's metadata."""
    about: dict[str, Any] = {
        "name": name,
        "title": "Ping engagement",
        "description": "",
        "notebook": "ping.ipynb",
        "header": None,
        "findings": [],
        "main_points": [],
        "actions": [],
        "quality": [],
        "provenance": {},
    } | metadata
    written = []
    for number, (part, kind, content) in enumerate(cells, 1):
        cell: dict[str, Any] = {
            "id": f"c{number}",
            "metadata": {
                "engagement": {"part": part, "kind": kind, "cell": number, "computed": kind != "markdown"}
            },
        }
        if kind == "markdown":
            cell |= {"cell_type": "markdown", "source": content}
        else:
            data, alt = (content, {}) if isinstance(content, Mapping) else content
            output = {"output_type": "display_data", "data": data, "metadata": alt}
            cell |= {"cell_type": "code", "execution_count": None, "source": "", "outputs": [output]}
        written.append(cell)
    notebook = {"cells": written, "metadata": {"engagement": about}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "downloads").mkdir(parents=True, exist_ok=True)
    for _, kind, content in cells:
        if kind in ("figure", "table") and (file := content[f"{PREFIX}{kind}+json"]["data"]):
            (folder / "downloads" / file).write_text("a,b\n1,2\n", encoding="utf-8")
    (folder / "prepared.ipynb").write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")
    executed = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "executed.ipynb").write_text(json.dumps(executed), encoding="utf-8")
    return Prepared(name, about["title"], folder / "prepared.ipynb", folder)


METHOD = r"""### The score

An event's score is its *weight* plus the share of the ping that was watched, between 0 and 1:

$$s_i = w_{t(i)} + \min\left(1, \frac{\text{watched}_i}{\text{duration}_i}\right)$$

where $w_t$ is the weight of event type $t$. Steps:

1. Set aside unknown events.
2. Clip the ratio, `ratio.clip(0, 1)`.

| event | weight |
|:------|-------:|
| view  | 0.2    |
| like  | 1.0    |
"""
LONG = "The engagement of a ping is the sum of its events' scores. " * 6

PROSE = f"""## A heading with <b>markup</b>, `code` and $x^2$

{LONG}

- one
- two
  - three

> quoted

[a file](files/a.csv), <https://example.org/page>
"""


def rich(folder: Path, name: str = "ping_engagement") -> Prepared:
    """Everything a page can hold."""
    frame = (
        "<table><thead><tr><th scope='col'></th><th scope='col'>views</th><th scope='col'>share</th></tr>"
        "</thead><tbody><tr><th scope='row'>food</th><td>12</td><td>40.5</td></tr>"
        "<tr><th scope='row'>sport &amp; play</th><td>1,204</td><td>59.5</td></tr></tbody></table>\n"
    )
    cells: list[Cell] = [
        ("summary", "markdown", "The three points rest on one week of data."),
        ("body", "markdown", f"## Dashboards score about *ten points* higher\n\n{LONG}"),
        figure(),
        top_pings(8, strong=(0, 2)),
        ("body", "finding", POINTS[1]._repr_mimebundle_()),
        ("body", "markdown", PROSE),
        top_pings(70, name="long", title="Every ping", folded=True),
        top_pings(500, name="unprinted", title="Every event", folded=True, printed=False),
        wide(14),
        wide(18),
        wide(40),
        ("body", "html", {"text/html": frame}),
        ("body", "image", ({"image/png": png()}, {"image/png": {"alt": "A grey square."}})),
        ("body", "text", {"text/plain": "plain   text\n  kept as it is ``` ~~~ {{< x >}}"}),
        ("method", "markdown", METHOD),
        ("limitations", "markdown", f"- One week is short.\n- {LONG}"),
    ]
    return write(
        folder,
        cells,
        name,
        description="Which pings hold attention, and *whose*.",
        header=HEADER.payload,
        findings=[p.payload for p in POINTS],
        main_points=[p.payload for p in POINTS],
        actions=[Action("Post dashboards on weekdays.", "top_ten", "+10 points (6 to 14) a post").payload],
        quality=QUALITY,
        provenance=PROVENANCE,
    )
