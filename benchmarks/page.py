"""The pages that benchmarks write below docs/benchmarks: a section each, between two comment lines."""

import re
from collections.abc import Sequence
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"
PAGES = DOCS / "benchmarks"


def write(page: str, section: str, text: str) -> None:
    """Put `text` between the comments of `section` on docs/benchmarks/`page`.md; what stands around it stays.

    A section that is not there yet is added with a heading of its name.
    """
    path = PAGES / f"{page}.md"
    old = path.read_text(encoding="utf-8") if path.is_file() else f"# {page.capitalize()}: benchmarks\n"
    path.write_text(between(old, section, text), encoding="utf-8")


def between(whole: str, section: str, text: str) -> str:
    """The page with `text` between the comments of `section`."""
    begin, end = f"<!-- {section} -->", f"<!-- end {section} -->"
    if begin not in whole:
        whole = f"{whole.rstrip()}\n\n## {section.capitalize()}\n\n{begin}\n{end}\n"
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    return pattern.sub(lambda found: f"{begin}\n\n{text.strip()}\n\n{end}", whole)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; the first column to the left, the others to the right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
