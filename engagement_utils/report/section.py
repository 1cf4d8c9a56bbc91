"""A part of a report in the notebook: headings and sentences whose words are computed, outputs below."""

import re
from dataclasses import dataclass
from typing import Any

from IPython.display import display

from engagement_utils.report.outputs import Output

_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$^:@=])")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def escaped(value: str) -> str:
    """`value` as Markdown that reads as these very characters: no markup, HTML, maths, link or line break."""
    one_line = " ".join(value.split())
    text = "".join(_ENTITIES.get(c, c) for c in one_line)
    return _MARKUP.sub(r"\\\1", text)


@dataclass(frozen=True)
class Sentence:
    """A computed heading or paragraph: `markdown` for the page, `plain` for a terminal."""

    markdown: str
    plain: str

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/markdown": self.markdown, "text/plain": self.plain}


def heading(answer: str) -> Sentence:
    """`answer` as a second-level heading; it is data, not markup.

    Raises:
        ValueError: it is empty.
    """
    if not answer.strip():
        msg = "an empty heading; the answer that the section gives is expected"
        raise ValueError(msg)
    return Sentence(f"## {escaped(answer)}", answer)


def note(sentence: str) -> Sentence:
    """`sentence` as a paragraph; it is data, not markup."""
    return Sentence(escaped(sentence), sentence)


class Outputs(tuple[Output | Sentence, ...]):
    """Outputs that a notebook's cell shows one after the other."""

    def _ipython_display_(self) -> None:
        display(*self)


class Section:
    """What a notebook's cell shows: alone in the cell the whole, else `answer`, prose, and `details`."""

    @property
    def answer(self) -> Outputs:
        """The heading, and what it rests on."""
        raise NotImplementedError

    @property
    def details(self) -> Outputs:
        """Figures, further findings and tables, in the order of the page."""
        return Outputs()

    def _ipython_display_(self) -> None:
        display(*self.answer, *self.details)
