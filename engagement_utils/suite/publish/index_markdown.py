"""The index as pandoc markdown: a card a report, a family as one table."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engagement_utils.suite.card import Card
from engagement_utils.suite.publish.escaping import escape, link
from engagement_utils.suite.publish.markdown import finding_text, key_figures_div
from engagement_utils.suite.publish.words import many, plain, size, window

FIGURES = 3
EMPTY = "There is no report yet. Every YAML file in `params/` asks for one; `make reports` makes them."


def index_markdown(cards: Sequence[Card]) -> str:
    """The page without its title. A family of one is a card; a family stands where its first member stands."""
    families: dict[str, list[Card]] = {}
    for card in cards:
        families.setdefault(card.family or f"/{card.name}", []).append(card)
    entries = [_family(m) if len(m) > 1 else _card(m[0]) for m in families.values()]
    return "\n\n".join([_counts(cards), *entries] if entries else [EMPTY]) + "\n"
