"""Notebook hygiene: what a notebook of the suite may hold.

`python -m engagement_utils.suite.hygiene PATH...` is part of `make check`.
"""

import ast
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MOST_CELLS = 35
MOST_LINES = 19
# a home directory, a temporary directory or a Windows drive in an output betrays the machine that made it
MACHINE_PATH = re.compile(r"(?<![\w.])(?:/home/|/Users/|/root/|/tmp/|/private/var/|[A-Z]:\\\\)[\w.-]+")
CELL_METADATA = {"tags", "jupyter", "collapsed"}


def problems(notebook: Path) -> list[str]:
    """What is wrong with a notebook, a line each, with the number of the cell (counted from 0)."""
    try:
        content = json.loads(notebook.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return [f"{notebook}: not a notebook: {error}"]
    cells = content.get("cells", [])
    found = []
    if len(cells) > MOST_CELLS:
        found.append(f"{notebook}: {len(cells)} cells, at most {MOST_CELLS} are accepted")
    tagged = sum("parameters" in cell.get("metadata", {}).get("tags", []) for cell in cells)
    if tagged != 1:
        found.append(f"{notebook}: {tagged} cells are tagged `parameters`, exactly one is needed")
    stored = [o for cell in cells for o in cell.get("outputs", [])]
    if not stored:
        found.append(f"{notebook}: no stored outputs: run make notebooks")
    for number, cell in enumerate(cells):
        found += [f"{notebook} cell {number}: {text}" for text in _cell_problems(cell)]
    return found


def _cell_problems(cell: dict[str, Any]) -> Iterator[str]:
    extra = set(cell.get("metadata", {})) - CELL_METADATA
    if extra:
        accepted = ", ".join(sorted(CELL_METADATA))
        yield f"metadata {', '.join(sorted(extra))} of an editor or a run: accepted are {accepted}"
    if cell["cell_type"] != "code":
        return
    source = "".join(cell["source"])
    lines = source.count("\n") + 1
    # a parameters cell is a list, as long as there are parameters
    if lines > MOST_LINES and "parameters" not in cell["metadata"].get("tags", []):
        yield f"{lines} lines of code, at most {MOST_LINES}: helper code belongs in engagement_utils"
    yield from _code_problems(source)
    for output in cell.get("outputs", []):
        if output["output_type"] == "error":
            yield f"stored error {output.get('ename')}: {output.get('evalue')}"
        if match := MACHINE_PATH.search(json.dumps(output)):
            yield f"a stored output holds a path of a machine: {match.group()}"


def _code_problems(source: str) -> Iterator[str]:
    try:
        tree = ast.parse(
            "\n".join(f"pass  # {t}" if t.startswith(("%", "!")) else t for t in source.splitlines())
        )
    except SyntaxError as error:
        yield f"does not parse: {error.msg}, line {error.lineno}"
        return
    own = {n for node in ast.walk(tree) if _is_question(node) for n in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node not in own:
            yield f"defines {node.name}: helper code belongs in engagement_utils"


def _is_question(node: ast.AST) -> bool:
    """Whether a class is a question that the analyst adds to the report: the one thing to define here."""
    bases = node.bases if isinstance(node, ast.ClassDef) else []
    return any(ast.unparse(base).endswith("Question") for base in bases)


def main(arguments: list[str]) -> int:
    """Check the notebooks (or folders of notebooks) given; 1 if anything was found."""
    paths = [Path(a) for a in arguments]
    notebooks = [n for p in paths for n in (sorted(p.glob("*.ipynb")) if p.is_dir() else [p])]
    found = [text for notebook in notebooks for text in problems(notebook)]
    print("\n".join(found) if found else f"{len(notebooks)} notebooks: nothing to mend")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
