"""The suite against papermill + nbconvert, one after the other, and against Quarto where it is on the PATH.

`python -m benchmarks.suite_speed [--repeats 3] [--variants 100] [--sample 12]` measures in one run, in turns:
all stock reports executed and published anew; 100 variants of one notebook (papermill: on `--sample` of
them, scaled to all); a run without changes; a run after one report's parameter has changed. The result is
written to `docs/benchmarks/suite.md`. To reach: 3 times faster than papermill + nbconvert on the stock
reports, 6 times papermill's throughput on the variants, under a second without changes.
"""

import argparse
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import reduce
from operator import add
from pathlib import Path

from benchmarks import page
from benchmarks.goals import Goal, record
from benchmarks.sides import Desk
from benchmarks.timing import Took, machine, measured
from engagement_utils.suite.execution.process import cores
from engagement_utils.suite.publish.theme import OURS

COLD, THROUGHPUT, UNCHANGED, LIMIT, PUBLISHING = 3.0, 6.0, 1.0, 1.5, 1.0  # to reach
ONE_CHANGED = ("ping_engagement", "new_user_days: ", 8)
Row = tuple[str, float, float, float]


def stock(desk: Desk, repeats: int) -> tuple[list[Row], dict[str, float]]:
    """All stock reports anew: each side in turns, report by report where a side takes one at a time."""
    reports = desk.stock()
    sides: dict[str, list[Took]] = {"suite": [], "papermill": [], "quarto": []}
    cells: list[float] = []
    published: list[Took] = []
    style = desk.root / "reports" / "styles" / "page.css"
    style.parent.mkdir()
    for number in range(1, repeats + 1):
        sides["suite"].append(desk.suite("--force"))
        style.write_text(OURS.text("styles/page.css") + "\n" * number)
        published.append(desk.suite())  # another style: all pages anew, nothing executed
        own, took = 0.0, []
        for notebook, parameters in reports:
            took.append(desk.papermill(notebook, parameters, pages=True))
            own += desk.cell_seconds()
        sides["papermill"].append(reduce(add, took))
        cells.append(own)
        if shutil.which("quarto"):
            sides["quarto"].append(reduce(add, (desk.quarto(*report) for report in reports)))
    ours = median(sides["suite"])
    rows = [_row(f"the suite: {len(reports)} reports, HTML, PDF, code view, index", ours, ours)]
    rows.append(_row("papermill + nbconvert (HTML), one after the other", median(sides["papermill"]), ours))
    if sides["quarto"]:
        what = f"Quarto {quarto_version()}: render --execute (HTML), one after the other"
        rows.append(_row(what, median(sides["quarto"]), ours))
    share = statistics.median(cells) / cores()
    found = {
        # pair by pair: a machine that slows down for a while slows both sides of a pair
        "cold": statistics.median(
            theirs.wall / mine.wall for theirs, mine in zip(sides["papermill"], sides["suite"], strict=True)
        ),
        "limit": ours.wall / share,
        "pages": statistics.median(t.wall for t in published) / len(reports),
    }
    return rows, found


def variants(desk: Desk, count: int, sample: int) -> tuple[list[Row], dict[str, float]]:
    """Variants of one notebook: half of papermill's sample before the suite's run, half after it."""
    desk.variants(count)
    both = [desk.papermill("variant", {"seed": seed}, pages=False) for seed in range(sample // 2)]
    ours = desk.suite("--params", "variants", "--out", "variants_site", "--force")
    both += [desk.papermill("variant", {"seed": seed}, pages=False) for seed in range(sample - len(both))]
    one = median(both)
    theirs = Took(one.wall * count, one.cpu * count)
    rows = [
        _row(f"the suite: {count} variants executed and published (HTML, PDF, code view)", ours, ours),
        _row(f"papermill: executed alone ({sample} measured, scaled)", theirs, ours),
    ]
    return rows, {"throughput": theirs.wall / ours.wall}


def changes(desk: Desk, repeats: int) -> tuple[list[Row], dict[str, float]]:
    """Nothing changed, one report's parameter changed, and what Python alone takes to start."""
    desk.suite()
    start = [sys.executable, "-c", "import click, pydantic, ruamel.yaml, grimp"]
    python, unchanged, changed = [], [], []
    name, key, value = ONE_CHANGED
    for _ in range(repeats):
        python.append(measured(start, desk.root, desk.environ))
        unchanged.append(desk.suite())
    file = desk.root / "params" / f"{name}.yml"
    for turn in range(repeats):
        file.write_text(re.sub(f"{key}.*", f"{key}{value + turn}", file.read_text()))
        changed.append(desk.suite())
    base = median(unchanged)
    rows = [
        _row("no change", base, base),
        _row("of which Python's start with click, pydantic, ruamel.yaml and grimp", median(python), base),
        _row(f"one report's parameter changed ({name})", median(changed), base),
    ]
    return rows, {"unchanged": base.wall}


def quarto_version() -> str:
    """What the Quarto on the PATH calls itself."""
    return subprocess.run(["quarto", "--version"], capture_output=True, text=True, check=True).stdout.strip()


def median(took: Sequence[Took]) -> Took:
    """Medians of both clocks."""
    return Took(statistics.median(t.wall for t in took), statistics.median(t.cpu for t in took))


def _row(what: str, took: Took, base: Took) -> Row:
    return what, took.wall, took.wall / base.wall, took.cpu


def table(head: str, rows: Sequence[Row]) -> str:
    """The rows as a Markdown table."""
    lines = [[what, f"{wall:.2f}", f"{ratio:.2f}", f"{cpu:.1f}"] for what, wall, ratio, cpu in rows]
    return page.table([head, "seconds", "ratio", "CPU seconds"], lines)


def text(tables: Sequence[str], found: dict[str, float], given: argparse.Namespace, where: str) -> str:
    """The results as Markdown."""
    lines = [
        f"`python -m benchmarks.suite_speed --repeats {given.repeats} --variants {given.variants} "
        f"--sample {given.sample}`: medians by the clock, all sides in turns in one run, with the same "
        "Python and libraries, after a run of each that is not counted. CPU seconds are of the command and "
        "of everything that it starts.",
        f"Machine: {where}.",
        *tables,
        f"Pair by pair, papermill + nbconvert take {found['cold']:.2f} times as long (median).",
        f"The stock reports take {found['limit']:.2f} times the sum of the cells' own seconds (as papermill "
        "has them, imports included) divided by the cores. Publishing all of them anew without executing, "
        f"after a change of style, takes {found['pages']:.2f} s a report, start and index included.",
    ]
    return "\n\n".join(lines) + "\n"


def goals(found: dict[str, float]) -> list[Goal]:
    """What was to be reached."""
    return [
        Goal("stock reports, times faster than papermill + nbconvert", found["cold"], COLD, least=True),
        Goal("stock reports, of the cells' own seconds over the cores", found["limit"], LIMIT),
        Goal("publishing alone, seconds a report", found["pages"], PUBLISHING),
        Goal("variants, times papermill's throughput", found["throughput"], THROUGHPUT, least=True),
        Goal("no change, seconds", found["unchanged"], UNCHANGED),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--variants", type=int, default=100)
    parser.add_argument("--sample", type=int, default=12, help="variants that papermill runs")
    given = parser.parse_args(arguments)
    where = machine()
    with tempfile.TemporaryDirectory(prefix="suite-speed-") as folder:
        desk = Desk(Path(folder) / "project")
        try:
            # not counted: it compiles modules, lists the fonts, and tells how long each report takes
            desk.suite()
            desk.papermill("audience_heatmap", {}, pages=True)
            if shutil.which("quarto"):
                desk.quarto("audience_heatmap", {})
            results = [
                ("stock reports, anew", stock(desk, given.repeats)),
                ("variants of one notebook", variants(desk, given.variants, given.sample)),
                ("what a change costs", changes(desk, given.repeats)),
            ]
        except subprocess.CalledProcessError as error:
            print(f"error: {' '.join(error.cmd)}\n{error.stderr[-3000:]}", file=sys.stderr)
            return 1
    found = {name: value for _, (_, values) in results for name, value in values.items()}
    told = text([table(head, rows) for head, (rows, _) in results], found, given, where)
    print(told)
    page.write("suite", "speed", told)
    return record("suite_speed", goals(found))


if __name__ == "__main__":
    sys.exit(main())
