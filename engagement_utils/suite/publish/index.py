"""The index: a card a report, a family folded into one card. Made without nbconvert: it is quick."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from engagement_utils.suite.publish.publisher import Card
from engagement_utils.suite.publish.spark import Axis, interval, spark
from engagement_utils.suite.publish.theme import OURS, Theme
from engagement_utils.suite.publish.words import many, window

SEARCHED = 12  # reports that are seen at a glance; above, the page has a field to search them
FIGURES = 3  # key figures that the index shows of a report


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


def family(members: Sequence[Card]) -> dict[str, Any]:
    """What the index shows of a family; keys as `site.html.j2` names them.

    Its rows say what tells the members apart, their main point, its estimate where members share one, the
    key figures that they share, and their data windows where these differ.
    """
    heads = list(dict.fromkeys(key for card in members for key in card.member))
    figures = list(dict.fromkeys(k["label"] for card in members for k in card.key_figures))[:FIGURES]
    shared = _shared(members)
    axis = _axis(members, shared) if shared else None
    span = _span(members, figures[0]) if figures else None
    rows = []
    for card in members:
        by_label = {k["label"]: k for k in card.key_figures}
        rows.append(
            {
                "card": card,
                "tells": [_said(card.member.get(key)) for key in heads] or [card.title],
                "estimate": _estimate(card, axis) if axis and _topic(card) == shared else None,
                "figures": [
                    with_plot(by_label[f], first=i == 0, span=span) if f in by_label else None
                    for i, f in enumerate(figures)
                ],
                "window": window(card.start, card.end),
            }
        )
    starts, ends = [c.start for c in members if c.start], [c.end for c in members if c.end]
    whole = window(min(starts, default=""), max(ends, default=""))
    return {
        "title": _title(members),
        "description": next((c.description for c in members if c.description), ""),
        "facts_line": [t for t in (many(len(members), "report"), whole, *troubles(members)) if t],
        "heads": [_words(head) for head in heads] or ["Report"],
        "estimate": {"label": _words(shared[0]), "unit": shared[1], "axis": axis}
        if axis and shared
        else None,
        "figures": figures,
        "windows": len({row["window"] for row in rows if row["window"]}) > 1,
        "members": rows,
    }


def with_plot(
    payload: dict[str, Any], first: bool, span: tuple[float, float] | None = None
) -> dict[str, Any]:
    """A key figure with its small plot, where it is the `first`; a family's plots share the `span`."""
    return {**payload, "spark": Markup(spark(payload.get("trend", ()), span)) if first else ""}


def troubles(cards: Sequence[Card]) -> list[str]:
    """How many failed and how many are stale, where any are."""
    failed = sum(card.status == "failed" or card.failure is not None for card in cards)
    stale = sum(card.stale and card.status != "failed" and card.failure is None for card in cards)
    return [f"{count} {word}" for count, word in ((failed, "failed"), (stale, "stale")) if count]


def _topic(card: Card) -> tuple[str, str] | None:
    """Topic and unit of the main point, where it has an estimate."""
    found = card.headline
    if not found or found["estimate"] is None or not math.isfinite(found["estimate"]):
        return None
    return found["topic"], found["unit"]


def _shared(members: Sequence[Card]) -> tuple[str, str] | None:
    """The topic that most members' main points have, if two or more do."""
    topics = Counter(topic for card in members if (topic := _topic(card)))
    shared, count = max(topics.items(), key=lambda item: (item[1], item[0]), default=(None, 0))
    return shared if count > 1 else None


def _axis(members: Sequence[Card], shared: tuple[str, str]) -> Axis:
    found = [card.headline for card in members if card.headline and _topic(card) == shared]
    return Axis.of([(f["estimate"], f["interval"]) for f in found])


def _estimate(card: Card, axis: Axis) -> dict[str, Any]:
    found = card.headline or {}
    bounds = found["interval"]
    return {
        "value": f"{found['estimate']:.3g}",
        "interval": f"{bounds[0]:.3g} to {bounds[1]:.3g}" if bounds else "",
        "plot": Markup(interval(found["estimate"], bounds, axis, found["unit"], found["verdict"])),
    }


def _span(members: Sequence[Card], label: str) -> tuple[float, float] | None:
    """The lowest and the highest point that any member's plot of this key figure has."""
    points = [p for card in members for k in card.key_figures if k["label"] == label for p in k["trend"]]
    return (min(points), max(points)) if points else None


def _title(members: Sequence[Card]) -> str:
    """What the titles share, cut at its last comma or dash; the family's name where they share nothing."""
    titles = [card.title.split() for card in members]
    common: list[str] = []
    for words in zip(*titles, strict=False):
        if len(set(words)) > 1:
            break
        common.append(words[0])
    shared = " ".join(common)
    if common != titles[0]:  # "Pings, new users of" ends in mid phrase
        shared = re.sub(r"^(.+)(?:[,:;(]| [–—·-]( |$)).*$", r"\1", shared)
    shared = shared.rstrip(" ,:;–—-(·")
    return shared or _words(members[0].family.replace("-", " "))


def _words(name: str) -> str:
    return str(name).replace("_", " ").capitalize()


def _said(value: Any) -> str:
    return "" if value is None else str(value)
