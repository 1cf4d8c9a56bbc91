"""The notebooks' cells, held to the types of what they call: a section that a report lacks is an error."""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

# what a kernel gives each notebook
GIVEN = "from IPython.display import display\n"


def problems(root: Path) -> list[str]:
    """What mypy finds in the cells of `notebooks/*.ipynb`, each with its cell (counted from 0) and line."""
    notebooks = sorted((root / "notebooks").glob("*.ipynb"))
    if not notebooks:
        return []
    places: dict[str, tuple[Path, list[str]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for notebook in notebooks:
            code, where = as_module(notebook)
            (Path(folder) / f"{notebook.stem}.py").write_text(code, encoding="utf-8")
            places[notebook.stem] = notebook.relative_to(root), where
        command = [sys.executable, "-m", "mypy", "--no-error-summary", "--no-pretty", "--no-color-output"]
        done = subprocess.run(
            [*command, *sorted(str(p) for p in Path(folder).iterdir())],
            cwd=root,
            env={**os.environ, "MYPYPATH": str(root)},
            capture_output=True,
            text=True,
        )
    if done.returncode > 1:
        return [done.stderr or done.stdout]
    return [_placed(line, places) for line in done.stdout.splitlines() if ": error: " in line]


def as_module(notebook: Path) -> tuple[str, list[str]]:
    """The code cells one after the other, and for every line of that where it stands in the notebook."""
    lines, where = [GIVEN.rstrip()], [""]
    for number, cell in enumerate(json.loads(notebook.read_text(encoding="utf-8"))["cells"]):
        if cell["cell_type"] == "code":
            for i, line in enumerate("".join(cell["source"]).splitlines(), 1):
                lines.append(f"pass  # {line}" if line.startswith(("%", "!", "?")) else line)
                where.append(f"cell {number}, line {i}")
    return "\n".join(lines) + "\n", where


def _placed(line: str, places: dict[str, tuple[Path, list[str]]]) -> str:
    """A line of mypy's with the notebook and the cell in place of the module's file and line."""
    match = re.match(r"(?P<file>.*)\.py:(?P<line>\d+): error: (?P<text>.*)", line)
    if match is None or Path(match["file"]).name not in places:
        return line
    notebook, where = places[Path(match["file"]).name]
    return f"{notebook} {where[int(match['line']) - 1]}: {match['text']}"
