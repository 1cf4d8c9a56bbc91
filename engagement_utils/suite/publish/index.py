"""The index: a card a report, a family folded into one card. Made without nbconvert: it is quick."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from engagement_utils.suite.publish.assets import PROJECT, assets
from engagement_utils.suite.publish.jinja_environment import environment
from engagement_utils.suite.publish.spark import spark
from engagement_utils.suite.publish.words import many, window
from engagement_utils.suite.site.card import Card

_FIGURES = 3


def index_page(cards: Sequence[Card], target: Path, title: str = "Reports", project: Path = PROJECT) -> None:
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
        "assets": assets(project, ("page", "site"), ("page", "family")),
    }
    html = environment(project).get_template("site.html.j2").render(**page)
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
    yield from (_family(members) for members in families.values() if len(members) > 1)


def _single(card: Card) -> dict[str, Any]:
    return {
        "card": card,
        "members": [],
        "key_figures": [_with_plot(k, first=i == 0) for i, k in enumerate(card.key_figures[:_FIGURES])],
        "facts_line": [t for t in (window(card.start, card.end), *(f"{n} {w}" for n, w in card.counts)) if t],
    }


def _family(members: Sequence[Card]) -> dict[str, Any]:
    """The family's table: what tells the members apart, their main point, the key figures they share."""
    heads = list(dict.fromkeys(key for card in members for key in card.member))
    figures = list(dict.fromkeys(k["label"] for card in members for k in card.key_figures))[:_FIGURES]
    rows = []
    for card in members:
        by_label = {k["label"]: k for k in card.key_figures}
        rows.append(
            {
                "card": card,
                "tells": [_said(card.member.get(key)) for key in heads] or [card.title],
                "figures": [
                    _with_plot(by_label[f], first=i == 0) if f in by_label else None
                    for i, f in enumerate(figures)
                ],
                "window": window(card.start, card.end),
            }
        )
    starts, ends = [c.start for c in members if c.start], [c.end for c in members if c.end]
    span = window(min(starts, default=""), max(ends, default=""))
    return {
        "title": _family_title(members),
        "description": next((c.description for c in members if c.description), ""),
        "facts_line": [t for t in (many(len(members), "report"), span, *_troubles(members)) if t],
        "heads": [str(head).replace("_", " ").capitalize() for head in heads] or ["Report"],
        "figures": figures,
        "members": rows,
    }


def _family_title(members: Sequence[Card]) -> str:
    """What the members' titles have in common, else the family's name in words."""
    titles = [card.title.split() for card in members]
    common: list[str] = []
    for words in zip(*titles, strict=False):
        if len(set(words)) > 1:
            break
        common.append(words[0])
    shared = " ".join(common).rstrip(" ,:;–—-(·")
    return shared or members[0].family.replace("_", " ").replace("-", " ").capitalize()


def _with_plot(payload: dict[str, Any], first: bool) -> dict[str, Any]:
    return {**payload, "spark": Markup(spark(payload.get("trend", ()))) if first else ""}


def _said(value: Any) -> str:
    return "" if value is None else str(value)


def counts(cards: Sequence[Card]) -> list[str]:
    """The line under the index's title: how many reports there are, how many failed or are stale."""
    return [many(len(cards), "report"), *_troubles(cards)] if cards else []


def _troubles(cards: Sequence[Card]) -> list[str]:
    failed = sum(card.status == "failed" or card.failure is not None for card in cards)
    stale = sum(card.stale and card.status != "failed" and card.failure is None for card in cards)
    return [f"{count} {word}" for count, word in ((failed, "failed"), (stale, "stale")) if count]
