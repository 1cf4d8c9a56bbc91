"""The same bytes for the same page: the order of `data-*` attributes differs from render to render."""

import re

_ATTRIBUTE = re.compile(r"\s+[^\s=/>\"']+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?")
_TAG = re.compile(rf"<[a-zA-Z][^\s/>]*(?:{_ATTRIBUTE.pattern})*\s*/?>")
_KEPT = re.compile(r"(<(script|style|pre|textarea)\b[^>]*>.*?</\2\s*>|<!--.*?-->)", re.DOTALL | re.IGNORECASE)


def steady(html: str) -> str:
    """The page with the `data-*` attributes of every element in alphabetical order.

    Scripts, styles, comments and preformatted text stay as they are.
    """
    pieces = _KEPT.split(html)
    # the pattern has two groups: every third piece is text between, the others are what is kept and its tag
    return "".join(_TAG.sub(_sorted, p) if i % 3 == 0 else p for i, p in enumerate(pieces) if i % 3 != 2)


def _sorted(tag: re.Match[str]) -> str:
    data = sorted(text for text in _ATTRIBUTE.findall(tag[0]) if text.lstrip().startswith("data-"))
    if len(data) < 2:
        return tag[0]
    rest = iter(data)
    return _ATTRIBUTE.sub(lambda m: next(rest) if m[0].lstrip().startswith("data-") else m[0], tag[0])
