"""The index: a card a report, a family folded into one card. Made without nbconvert: it is quick."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from engagement_utils.suite.publish.family import FIGURES, family, troubles, with_plot
from engagement_utils.suite.publish.theme import OURS, Theme
from engagement_utils.suite.publish.words import many, window
from engagement_utils.suite.site.card import Card

SEARCHED = 12  # reports that are seen at a glance; above, the page has a field to search them


def index_page(cards: Sequence[Card], target: Path, title: str = "Reports", theme: Theme = OURS) -> None:
    """Write the index to `target`.

    Cards keep their order, families follow the single reports. Whether a report was made anew or
    taken from the cache is not said: the page is the same.
    """
    shown = list(entries(cards))
    for number, entry in enumerate(shown, start=1):
        entry["anchor"] = f"card-{number}"
    page = {
        "page": "site",
        "title": title,
        "about": title,
        "facts_line": counts(cards),
        "entries": shown,
        "searchable": len(cards) > SEARCHED,
        "assets": theme.carried(("page", "site"), ("page", "family")),
    }
    html = theme.environment().get_template("site.html.j2").render(**page)
    target.write_text(html, encoding="utf-8", newline="\n")


def entries(cards: Sequence[Card]) -> Iterable[dict[str, Any]]:
    """What the index shows of each report or family, in its order; keys as `site.html.j2` names them."""
    families: dict[str, list[Card]] = {}
    for card in cards:
        if card.family:
            families.setdefault(card.family, []).append(card)
    for card in cards:
        if len(families.get(card.family, ())) < 2:
            yield _single(card)
    yield from (family(members) for members in families.values() if len(members) > 1)


def _single(card: Card) -> dict[str, Any]:
    return {
        "card": card,
        "members": [],
        "key_figures": [with_plot(k, first=i == 0) for i, k in enumerate(card.key_figures[:FIGURES])],
        "facts_line": [t for t in (window(card.start, card.end), *(f"{n} {w}" for n, w in card.counts)) if t],
    }


def counts(cards: Sequence[Card]) -> list[str]:
    """The line under the index's title: how many reports there are, how many failed or are stale."""
    return [many(len(cards), "report"), *troubles(cards)] if cards else []
