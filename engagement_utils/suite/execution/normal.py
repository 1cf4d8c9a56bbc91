"""The normal form of an executed notebook: two runs of the same key give the same bytes.

Works on plain dictionaries, so that it needs no Jupyter.
"""

import re
import site
import sys
import sysconfig
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import engagement_utils
from engagement_utils.suite.execution.masking import ANSI, Masker

KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
# coded, not text: nothing readable in it to hide or to neutralise
CODED = ("image/png", "image/jpeg", "image/gif", "application/pdf")
WIDGETS = ("application/vnd.jupyter.widget-view+json", "application/vnd.jupyter.widget-state+json")
BANNER = "papermill-error-cell-tag"
ADDRESS = re.compile(r"(?<=\bat )0x[0-9a-fA-F]{6,16}\b")
# what ipykernel calls the file of a cell in warnings: a process id and a hash
CELL_FILE = re.compile(r"[^\s'\"<>&]*ipykernel_\d+[/\\]\d+\.py|(?<=\()\d+\.py(?=, line \d)")


def neutral_names(run: Path, base: Path) -> dict[str, str]:
    """Absolute prefixes and what stands for them in anything published.

    What is named relative to the run's directory, to the folder of the YAML or to the project is written as
    just that, a relative path; libraries are `site-packages/...` and `python/...`, home is `~`. No name holds
    a sign that HTML would read as its own.
    """
    project = Path(engagement_utils.__file__).parents[1]
    named = [(sysconfig.get_path("stdlib"), "python")]
    libraries = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), site.getusersitepackages()}
    named += [(path, "site-packages") for path in sorted(libraries)]
    if sys.prefix != sys.base_prefix:
        named.append((sys.prefix, "venv"))
    named += [(str(run / ".scratch" / "tmp"), "tmp"), (str(run), "."), (str(base), "."), (str(project), ".")]
    if sys.base_prefix not in ("/usr", "/usr/local"):  # where other things live as well
        named.append((sys.base_prefix, "python-prefix"))
    home = str(Path.home())
    names: dict[str, str] = {}
    for path, name in [*named, (home, "~")]:
        for form in (path, str(Path(path).resolve())):
            if len(Path(form).parts) > 1:  # "/" stands for nothing
                names.setdefault(form, name)
                if form.startswith(home + "/"):  # as IPython abbreviates it in tracebacks
                    names.setdefault("~" + form[len(home) :], name)
    return names


class Cleaner:
    """Makes text independent of machine, place and run, and hides secrets in it."""

    def __init__(self, masker: Masker, names: Mapping[str, str]) -> None:
        self._masker = masker
        self._names = names
        self._roots = [p for p in names if not any(p != other and p.startswith(other) for other in names)]
        prefixes = "|".join(re.escape(p) for p in sorted(names, key=lambda p: (-len(p), p)))
        # the last letter of a colour's code is no part of a path
        self._paths = re.compile(
            rf"(?:(?<![\w.-])|(?P<colour>\x1b\[[0-9;]*m))(?P<path>{prefixes})(?:(?P<slash>/)|(?![\w.-]))"
        )

    def text(self, text: str, *, colours: bool = False) -> str:
        """Text of an output; `colours` keeps ANSI sequences."""
        # most texts are long and have none of these; to look for a word is far quicker than for a pattern
        if not colours and "\x1b" in text:
            text = ANSI.sub("", text)
        text = self._masker.text(text)
        if ".py" in text:
            text = CELL_FILE.sub("cell", text)
        if any(root in text for root in self._roots):
            text = self._paths.sub(self._neutral, text)
        return ADDRESS.sub("0x0", text) if "at 0x" in text else text

    def source(self, text: str) -> str:
        """What an author wrote: only secrets are taken out."""
        return self._masker.text(text)

    def tree(self, value: Any) -> Any:
        """Every text of nested JSON values, keys included."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {self.text(key): self.tree(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.tree(item) for item in value]
        return value

    def _neutral(self, found: re.Match[str]) -> str:
        name = self._names[found["path"]]
        if found["slash"]:
            name = "" if name == "." else name + "/"
        return (found["colour"] or "") + name


def normal(notebook: Mapping[str, Any], cleaner: Cleaner, authored: Iterable[str] = ()) -> dict[str, Any]:
    """A notebook without time, place, process and secrets.

    Args:
        notebook: an executed notebook of nbformat 4; it is not changed.
        cleaner: what its texts go through.
        authored: the cell ids of the notebook as its author stored it; every other id is a random one and
            is replaced by the cell's place.
    """
    kept = set(authored)
    taken: set[str] = set()
    cells = []
    # papermill's red banners shift the cells' numbers, and the suite has a note of its own
    unmarked = (c for c in notebook["cells"] if BANNER not in c.get("metadata", {}).get("tags", []))
    for number, cell in enumerate(unmarked, start=1):
        injected = "injected-parameters" in cell.get("metadata", {}).get("tags", [])
        place = "injected-parameters" if injected else f"cell-{number}"
        name = cell["id"] if cell.get("id") in kept - taken else place
        while name in taken:
            name += "-again"
        taken.add(name)
        cells.append({**_cell(cell, cleaner), "id": name})
    metadata = {
        k: v for k, v in notebook["metadata"].items() if k not in ("papermill", "widgets", "signature")
    }
    metadata["kernelspec"] = KERNELSPEC
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _cell(cell: Mapping[str, Any], cleaner: Cleaner) -> dict[str, Any]:
    dropped = ("papermill", "execution", "ExecuteTime")
    metadata = {k: v for k, v in cell.get("metadata", {}).items() if k not in dropped}
    if not metadata.get("tags", True):  # papermill gives every cell an empty list
        del metadata["tags"]
    plain = {
        "cell_type": cell["cell_type"],
        "metadata": metadata,
        "source": cleaner.source(_joined(cell.get("source", ""))),
    }
    if "attachments" in cell:
        plain["attachments"] = cell["attachments"]
    if cell["cell_type"] == "code":
        plain["execution_count"] = cell.get("execution_count")
        plain["outputs"] = _coalesced([_output(output, cleaner) for output in cell.get("outputs", [])])
    return plain


def _output(output: Mapping[str, Any], cleaner: Cleaner) -> dict[str, Any]:
    kind = output["output_type"]
    if kind == "stream":
        return {"output_type": kind, "name": output["name"], "text": cleaner.text(_joined(output["text"]))}
    if kind == "error":
        return {
            "output_type": kind,
            "ename": cleaner.text(output["ename"]),
            "evalue": cleaner.text(output["evalue"]),
            "traceback": [cleaner.text(line, colours=True) for line in output["traceback"]],
        }
    data = {
        mime: value if mime in CODED else cleaner.tree(value if mime.endswith("json") else _joined(value))
        for mime, value in output["data"].items()
        if mime not in WIDGETS
    }
    plain = {"output_type": kind, "data": data, "metadata": cleaner.tree(output.get("metadata", {}))}
    if kind == "execute_result":
        plain["execution_count"] = output.get("execution_count")
    return plain


def _joined(value: Any) -> Any:
    """Notebooks on disk may store a text as its lines."""
    lines = isinstance(value, list) and all(isinstance(line, str) for line in value)
    return "".join(value) if lines else value


def _coalesced(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Neighbouring pieces of one stream as one; nbclient does it only for cells that come to their end."""
    whole: list[dict[str, Any]] = []
    for output in outputs:
        last = whole[-1] if whole else {}
        if output["output_type"] == "stream" and last.get("name") == output["name"]:
            last["text"] += output["text"]
        else:
            whole.append(output)
    return whole
