"""The index as pandoc markdown: what `index.entries` says, a card a report, a table a family."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engagement_utils.suite.publish.index import counts, entries
from engagement_utils.suite.publish.markdown import FOLD, figure_value, finding_text, key_figures_div
from engagement_utils.suite.publish.pandoc import escape, link
from engagement_utils.suite.publish.publisher import Card
from engagement_utils.suite.publish.words import many, plain, size

EMPTY = "There is no report yet. Every YAML file in `params/` asks for one; `make reports` makes them."


def index_markdown(cards: Sequence[Card]) -> str:
    """The page without its title."""
    if not cards:
        return EMPTY + "\n"
    parts = [f"::: title-line\n{_joined(counts(cards))}\n:::"]
    shown = (_family(entry) if entry["members"] else _card(entry["card"], entry) for entry in entries(cards))
    inner = "\n\n".join("\n\n".join(filter(None, lines)) for lines in shown)
    return "\n\n".join([*parts, f":::::: report-cards\n{inner}\n::::::"]) + "\n"


def _joined(texts: Sequence[str], more: str = "") -> str:
    return " · ".join(filter(None, (*map(escape, texts), more)))


def _made(card: Card) -> str:
    """Where the page's script writes when the report was made."""
    return f'[]{{data-made="{card.name}"}}' if card.html else ""


def _card(card: Card, entry: Mapping[str, Any]) -> Iterator[str]:
    title = link(card.title, card.html) if card.html else escape(card.title)
    yield "::::: report-card"
    yield f"## {title} {{#card-{card.name}}}"
    yield _status(card)
    yield f"::: lead\n{escape(plain(card.description))}\n:::" if card.description else ""
    yield f"::: finding\n{finding_text(card.headline)}\n:::" if card.headline else ""
    yield key_figures_div([_plotted(f) for f in entry["key_figures"]])
    yield f"::: title-line\n{_joined(entry['facts_line'])}{_made(card)}\n:::"
    addresses = (("Read", card.html), ("PDF", card.pdf), ("Code view", card.code))
    yield " · ".join(link(label, href) for label, href in addresses if href)
    if card.downloads:
        files = (f"{link(f.name, f.href)} [{escape(size(f.bytes))}]{{.note}}" for f in card.downloads)
        head = f"### Data ({many(len(card.downloads), 'file')})"
        yield f"::: {{{FOLD}}}\n{head}\n\n{', '.join(files)}\n:::"
    yield ":::::"


def _plotted(figure: Mapping[str, Any]) -> dict[str, Any]:
    """A key figure with its small plot as HTML: the plot is ours, and numbers alone go into it."""
    return {**figure, "spark": f"`{figure['spark']}`{{=html}}" if figure["spark"] else ""}


def _status(card: Card) -> str:
    """Failed and stale in words, or nothing."""
    if card.failure:
        trace = f" {link('Traceback', card.failure.href)}" if card.failure.href else ""
        last = " The page is of the last good run." if card.html else ""
        said = f"**Failed** ({escape(card.failure.kind)}): {escape(card.failure.message)}{trace}{last}"
        return f"::: card-failed\n{said}\n:::"
    if card.status == "failed":
        return "::: card-failed\n**Failed**\n:::"
    if card.stale:
        return "::: card-stale\n**Stale**: the page is older than its notebook, parameters or data.\n:::"
    return ""


def _family(entry: Mapping[str, Any]) -> Iterator[str]:
    """A pipe table; its cells hold links, so it is not made by `pipe`."""
    yield "::::: {.report-card .family-card}"
    yield f"## {escape(entry['title'])}"
    yield f"::: title-line\n{_joined(entry['facts_line'])}\n:::"
    yield f"::: lead\n{escape(plain(entry['description']))}\n:::" if entry["description"] else ""
    estimate = entry["estimate"]
    numeric = [_estimate_head(estimate)] if estimate else []
    numeric += entry["figures"]
    windows = ["Data window"] if entry["windows"] else []
    heads = [*entry["heads"], "Main point", *numeric, *windows, "Status", "Links"]
    numbers = range(len(entry["heads"]) + 1, len(entry["heads"]) + 1 + len(numeric))
    sides = ["--:" if i in numbers else ":--" for i in range(len(heads))]
    rows = [_row(row, entry) for row in entry["members"]]
    lines = [[escape(h) for h in heads], sides, *rows]
    table = "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
    yield f"::: {{.report-table .family}}\n{table}\n:::"
    yield ":::::"


def _estimate_head(estimate: Mapping[str, Any]) -> str:
    unit = f" ({estimate['unit']})" if estimate["unit"] else ""
    return f"{estimate['label']}{unit}, drawn from {estimate['axis']}"


def _estimate(shown: Mapping[str, Any] | None) -> str:
    """The number, its interval and both drawn; a unit's own signs open or end nothing in the markdown."""
    if shown is None:
        return ""
    bounds = f" [({escape(shown['interval'])})]{{.note}}" if shown["interval"] else ""
    plot = shown["plot"].replace("`", "&#96;").replace("|", "&#124;")
    return f"{escape(shown['value'])}{bounds} `{plot}`{{=html}}"


def _row(row: Mapping[str, Any], entry: Mapping[str, Any]) -> list[str]:
    card: Card = row["card"]
    first, *others = row["tells"]
    figures = [figure_value(f) if f else "" for f in row["figures"]]
    addresses = (("Page", card.html), ("PDF", card.pdf), ("Code view", card.code))
    return [
        link(first, card.html) if card.html else escape(first),
        *map(escape, others),
        finding_text(card.headline) if card.headline else "",
        *([_estimate(row["estimate"])] if entry["estimate"] else []),
        *figures,
        *([escape(row["window"])] if entry["windows"] else []),
        _state(card) + _made(card),
        " ".join(link(label, href) for label, href in addresses if href),
    ]


def _state(card: Card) -> str:
    if card.failure:
        trace = f" {link('Traceback', card.failure.href)}" if card.failure.href else ""
        return f"**Failed** {escape(card.failure.message)}{trace}"
    if card.status == "failed":
        return "**Failed**"
    return "**Stale**" if card.stale else "Up to date"
