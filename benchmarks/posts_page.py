"""The page that the benchmarks of posts write: one part each, the others stay."""

from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks" / "posts.md"
TITLE = "# Posts: benchmarks\n"


def write_part(heading: str, text: str) -> None:
    """Put `text` under `heading`, in the place of what stood there."""
    old = PAGE.read_text(encoding="utf-8") if PAGE.is_file() else TITLE
    first, *parts = old.split("\n## ")
    kept = {p.partition("\n")[0]: p.partition("\n")[2].strip("\n") for p in parts}
    kept[heading] = text.strip("\n")
    body = "".join(f"\n## {name}\n\n{kept[name]}\n" for name in sorted(kept))
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(first.rstrip("\n") + "\n" + body, encoding="utf-8")
