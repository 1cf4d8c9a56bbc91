"""Sections of docs/benchmarks/profiles.md, each written anew by its benchmark between two comment lines."""

import re
from pathlib import Path

DOC = Path(__file__).parents[1] / "docs" / "benchmarks" / "profiles.md"


def write(section: str, text: str) -> None:
    """Put `text` between the comments of `section`; the file must hold them."""
    whole = DOC.read_text(encoding="utf-8")
    pattern = re.compile(rf"(<!-- {section} -->\n).*?(<!-- end {section} -->)", re.DOTALL)
    if not pattern.search(whole):
        msg = f"{DOC.name}: no comments of the section {section!r}"
        raise ValueError(msg)
    DOC.write_text(pattern.sub(lambda m: f"{m[1]}\n{text.strip()}\n\n{m[2]}", whole), encoding="utf-8")


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table; the first column to the left, the others to the right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
