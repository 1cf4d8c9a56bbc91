"""Headings and sentences whose words are computed."""

import re
from dataclasses import dataclass
from typing import Any

from IPython.display import display

_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$^:@=])")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def escaped(value: str) -> str:
    """`value` as Markdown that reads as these very characters: no markup, HTML, maths, link or line break."""
    one_line = " ".join(value.split())
    text = "".join(_ENTITIES.get(c, c) for c in one_line)
    return _MARKUP.sub(r"\\\1", text)


@dataclass(frozen=True)
class _Markdown:
    markdown: str
    plain: str

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/markdown": self.markdown, "text/plain": self.plain}


def section(heading: str) -> None:
    """Show `heading` as a second-level heading; it is data, not markup."""
    if not heading.strip():
        msg = "an empty heading; the answer that the section gives is expected"
        raise ValueError(msg)
    display(_Markdown(f"## {escaped(heading)}", heading))


def text(sentence: str) -> None:
    """Show `sentence` as a paragraph; it is data, not markup."""
    display(_Markdown(escaped(sentence), sentence))
