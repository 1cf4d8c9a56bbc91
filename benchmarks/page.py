"""The pages that benchmarks write below docs/benchmarks: one part each, the other parts stay."""

from pathlib import Path

PAGES = Path(__file__).parents[1] / "docs" / "benchmarks"


def write_part(name: str, heading: str, text: str) -> None:
    """Put `text` under `heading` of the page `name`, in the place of what stood there."""
    page = PAGES / f"{name}.md"
    old = page.read_text(encoding="utf-8") if page.is_file() else f"# {name.capitalize()}: benchmarks\n"
    first, *parts = old.split("\n## ")
    kept = {p.partition("\n")[0]: p.partition("\n")[2].strip("\n") for p in parts}
    kept[heading] = text.strip("\n")
    body = "".join(f"\n## {part}\n\n{kept[part]}\n" for part in sorted(kept))
    PAGES.mkdir(parents=True, exist_ok=True)
    page.write_text(first.rstrip("\n") + "\n" + body, encoding="utf-8")
