"""An executed notebook as papermill leaves it, with everything that a page must cope with."""

import base64
import io
import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from engagement_utils.report.outputs import (
    Action,
    Figure,
    Finding,
    Header,
    KeyFigure,
    Output,
    Quality,
    TableColumn,
    TableView,
)
from engagement_utils.suite.job import Job
from engagement_utils.tables.quality import InputQuality, Reason

HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)> & "quoted" $E=mc^2$'
INK, MUTED, GRID, GROUND = "#1b1b1f", "#5f6368", "#dadce0", "#ffffff"


@cache
def svg(kind: str = "bars") -> str:
    """A matplotlib figure as SVG, in the colours that stand for the page's own."""
    import matplotlib as mpl
    from matplotlib.figure import Figure as Canvas

    fonts = "path" if kind == "hatched" else "none"
    with mpl.rc_context({"svg.hashsalt": "fixture", "svg.fonttype": fonts, "text.color": INK}):
        canvas = Canvas(figsize=(6.8, 3.2), facecolor=GROUND)
        axes = canvas.add_subplot(facecolor=GROUND)
        if kind == "bars":
            axes.bar(["Mon", "Tue", "Wed", "Thu", "Fri"], [3, 5, 4, 6, 2], color="#0072b2", edgecolor=GROUND)
            axes.errorbar(range(5), [3, 5, 4, 6, 2], yerr=0.8, fmt="none", ecolor=INK)
        elif kind == "hatched":
            axes.bar(["a", "b"], [1, 2], hatch="//", facecolor=GROUND, edgecolor=MUTED)
        else:
            axes.plot(range(40), [(i * 7) % 13 for i in range(40)], marker="o", color="#d55e00")
        axes.set_ylabel("score (points)", color=MUTED)
        axes.tick_params(colors=MUTED, grid_color=GRID)
        axes.grid(axis="y")
        axes.spines[["top", "right"]].set_visible(False)
        stream = io.StringIO()
        canvas.savefig(stream, format="svg", metadata={"Date": None})
    return stream.getvalue()


@cache
def png() -> str:
    """A small PNG, in base64."""
    from matplotlib.figure import Figure as Canvas

    canvas = Canvas(figsize=(1, 1))
    canvas.add_subplot().plot([1, 2])
    stream = io.BytesIO()
    canvas.savefig(stream, format="png", metadata={"Software": None})
    return base64.b64encode(stream.getvalue()).decode()


def markdown(source: str, *tags: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": "m", "metadata": {"tags": list(tags)}, "source": source}


def code(
    *outputs: Output | dict[str, Any], source: str = "views.show()", tags: tuple[str, ...] = ()
) -> dict[str, Any]:
    shown = [o if isinstance(o, dict) else display(o._repr_mimebundle_()) for o in outputs]
    metadata = {"tags": list(tags)}
    cell = {"cell_type": "code", "execution_count": 1, "id": "c", "metadata": metadata}
    return {**cell, "outputs": shown, "source": source}


def display(data: dict[str, Any], metadata: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"output_type": "display_data", "data": json.loads(json.dumps(data)), "metadata": metadata or {}}


def stream(text: str, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def notebook(*cells: dict[str, Any]) -> dict[str, Any]:
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    cells = tuple({**cell, "id": f"cell-{i}"} for i, cell in enumerate(cells))
    return {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def figure(name: str = "weekday", kind: str = "bars", **changes: Any) -> Figure:
    fields: dict[str, Any] = {
        "name": name,
        "title": "Thursday scores highest",
        "caption": "Mean score by weekday with 95% intervals; n = 30 posts a day.",
        "alt": "Bars by weekday: Thursday is highest with 6 points, Friday lowest with 2; intervals overlap.",
        "data": "weekday.csv",
        "svg": svg(kind),
    }
    return Figure(**{**fields, **changes})


def finding(topic: str = "weekday", verdict: str = "supported", **changes: Any) -> Finding:
    fields: dict[str, Any] = {
        "topic": topic,
        "text": f"Posts on {topic} score 2.1 points more than others (95% interval 0.4 to 3.8, 150 posts).",
        "estimate": 2.1,
        "interval": (0.4, 3.8),
        "n": 150,
        "p_value": 0.01,
        "verdict": verdict,
        "unit": "points",
    }
    return Finding(**{**fields, **changes})


def table(name: str = "scores", rows: int = 4, columns: int = 3, **changes: Any) -> TableView:
    heads = [
        TableColumn("Weekday"),
        TableColumn("Score", "points", "number"),
        TableColumn("Day", kind="date"),
    ]
    heads += [TableColumn(f"Measure {i}", "%", "number") for i in range(3, columns)]
    body = tuple(
        (f"day {i}", f"{i * 1234.5:,.1f}", "2025-06-01", *(f"{i * j}" for j in range(3, columns)))[:columns]
        for i in range(rows)
    )
    fields: dict[str, Any] = {
        "name": name,
        "title": f"Scores by weekday ({name})",
        "columns": tuple(heads[:columns]),
        "rows": body,
        "caption": "Scores run from 0 to 100.",
        "data": "scores.csv",
        "strong": (1,),
    }
    return TableView(**{**fields, **changes})


def header() -> Header:
    trend = (3.0, 5.0, 4.0, 8.0, 6.0)
    return Header(
        start="2025-06-01",
        end="2025-08-02",
        counts=(("150", "posts"), ("12,480", "events")),
        key_figures=(
            KeyFigure("Mean score", "4.2", "points", "0.3 more than in May", trend),
            KeyFigure("Completion rate", "61", "%", "", (1.0, 1.0, 1.0)),
            KeyFigure("Users", "1,204"),
        ),
    )


def quality(path: str = "posts.csv") -> Quality:
    reasons = (
        Reason("score is a number", "set aside", 3, "posts.csv, row 17, column score: found 'n/a'"),
        Reason("watch time over the duration", "counted", 5),
    )
    inputs = (
        InputQuality("posts", path, 153, 3, reasons, "posts_set_aside.csv"),
        InputQuality("users", "u.csv", 9, 0),
    )
    return Quality(inputs)


def full_notebook() -> dict[str, Any]:
    """Every kind of output, wide and long tables, all verdicts, formulas and hostile text."""
    frame = '<div><style scoped>.x{}</style><table border="1" class="dataframe"><thead><tr><th></th>'
    frame += "<th>a</th></tr></thead><tbody><tr><th>0</th><td><script>alert(1)</script>&lt;b&gt; 1</td></tr>"
    frame += "</tbody></table></div>"
    return notebook(
        markdown("# The notebook's own title\n\nDoes the **weekday** matter, and by how much?"),
        code(source="top_n: int = 10  # rows a table shows", tags=("parameters",)),
        code(
            stream("loading\n"),
            stream("a warning\n", "stderr"),
            header(),
            source="import pandas as pd\n\nload()",
        ),
        markdown("## Main points"),
        code(
            finding("Thursday"),
            finding("noon", "not distinguishable from chance", p_value=0.43),
            finding("new users", "too little data", n=3),
            finding("hostile", text=f"Tag {HOSTILE} scores highest."),
        ),
        code(display({"text/markdown": "## Thursday scores about **two points** higher"})),
        markdown("Costs rise from $5 to $7, and with $n = 150$ posts the interval is narrow."),
        code(figure(), table(columns=14)),
        code(finding("weekend", main=False)),
        markdown(
            "#### A deep heading\n\n- one\n- two\n\n| a | b |\n|---|--:|\n| x | 1 |\n\n"
            "```python\n# no heading\n```"
        ),
        code(display({"text/markdown": f"## {HOSTILE}"})),
        markdown(
            f"Raw HTML: {HOSTILE}\n\n<div onclick=alert(1)>block</div>\n\n[link](javascript:alert(1)) "
            "[other](https://example.org/a)"
        ),
        code(
            display({"text/markdown": "Computed ![pixel](https://example.org/pixel.png) and $\\undefined$."})
        ),
        code(
            figure(
                "hatch",
                "hatched",
                title=f"Hatched {HOSTILE}",
                caption=HOSTILE,
                alt=f"Two bars {HOSTILE}",
                data="",
            ),
            figure("line", "line", title="It goes up and down", data=""),
            table("hostile", title=HOSTILE, rows=2, columns=1, folded=False, data=""),
            table("long", rows=300),
        ),
        code(
            display({"text/html": frame, "text/plain": "   a\n0  1"}),
            display(
                {"image/png": png(), "text/plain": "<Figure>"}, {"image/png": {"alt": "A line that rises."}}
            ),
            display({"text/plain": "{'plain': 'mapping <b>'}"}),
            display({"text/plain": "<Axes: at 0x7f1234567890>"}),
        ),
        code(Action("Post on Thursday.", "Thursday", "About 2 points a post.")),
        markdown(
            "## How it was measured\n\nThe score is\n\n$$s = \\frac{\\sum_i w_i}{\\sqrt{n}}$$\n\n"
            "### Weights\n\nFixed."
        ),
        markdown("Random samples are small.", "limitations"),
        code(quality()),
        markdown("never shown", "hide"),
    )


PROVENANCE: dict[str, Any] = {
    "notebook": "weekday_effects.ipynb",
    "parameters": {"top_n": 10, "weights": {"view": 0.2, "like": 1.0}, "since": None, "title": HOSTILE},
    "inputs": [
        {"path": "data/posts.csv", "sha256": "0f" * 32, "rows": 153},
        {"path": "data/users.csv", "sha256": "a1" * 32, "rows": 9},
    ],
    "commit": "4f661d3",
    "clean": True,
    "versions": {"python": "3.11", "pandas": "3.0"},
    "again": 'make reports R="weekday_effects"',
}


def job(name: str = "weekday_effects", title: str = "Weekday effects") -> Job:
    parameters = {"top_n": 10, "since": date(2025, 6, 1)}
    return Job(
        name, title, Path("notebooks/weekday_effects.ipynb"), Path("params/weekday_effects.yml"), parameters
    )


def run_directory(into: Path, cells: dict[str, Any] | None = None) -> Path:
    """A run directory with an executed notebook and its downloads."""
    (into / "downloads").mkdir(parents=True)
    (into / "executed.ipynb").write_text(json.dumps(cells or full_notebook()), encoding="utf-8")
    for name, content in (
        ("weekday.csv", "a,b\n1,2\n"),
        ("scores.csv", "a\n1\n"),
        ("posts_set_aside.csv", "a\n"),
    ):
        (into / "downloads" / name).write_text(content, encoding="utf-8")
    return into
