"""The tables of the report, and what it exports: cells, claims, post-level resonance."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from engagement_utils.posts.claims import claims
from engagement_utils.posts.content import Groups
from engagement_utils.posts.page import Answer, Note
from engagement_utils.posts.results import Results, cell_table, resonance_table
from engagement_utils.posts.windows import span
from engagement_utils.report.exports import save_csv
from engagement_utils.report.outputs import TableView
from engagement_utils.report.table import Col, table
from engagement_utils.report.wording import count, number, plural_of

EXTREMES = 5  # posts shown at each end


def cells(r: Results) -> TableView | Note:
    """The cells of the week with raw and partially pooled means; all of them in the download."""
    if not (r.posts.has("hour") or r.posts.has("weekday")):
        return Note("The table of cells is left out: the data have neither hour nor weekday.")
    full = cell_table(r)
    keys: dict[str, Col | str] = {"weekday": "Day", "hour": Col("Hour", digits=0)}
    columns: dict[str, Col | str] = {
        **{k: v for k, v in keys.items() if k in full},
        "n": "Posts",
        "mean": Col("Raw mean", r.settings.unit, digits=1, interval_with=("low", "high")),
        "shrunken": Col("Pooled mean", digits=1, interval_with=("pooled_low", "pooled_high")),
    }
    top = full.sort_values(["n", "mean"], ascending=False, kind="stable").head(10)
    view = table(
        top.reset_index(drop=True),
        name="cells",
        title="The cells with the most posts",
        columns=columns,
        caption=f"Ten of {len(full)} cells; the download has all.",
        save=False,
    )
    return replace(view, data=save_csv(full, "cells"))


def published_claims(r: Results, found: Mapping[str, Answer]) -> TableView:
    """The five published conclusions beside what the data say."""
    columns = {"claim": "Published claim", "evidence": "These data", "n": "n", "verdict": "Verdict"}
    return table(
        claims(r, found),
        name="claims",
        title="The published conclusions and these data",
        columns=columns,
        caption="n counts posts on the smaller side of a comparison; for the weekly trend it counts weeks.",
        folded=False,
    )


def day_parts(r: Results) -> TableView | Note:
    """The parts of the day with their means."""
    t = r.analysis.time
    if t is None or t.parts is None:
        return Note("Day parts are left out: the data have no hour.")
    rows = [
        (span(start, length) if length < 24 else "all hours", e.n, e.value, e.low, e.high)
        for start, length, e in zip(t.parts.starts, t.parts.lengths, t.part_means, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["part", "n", "mean", "low", "high"])
    columns: dict[str, Col | str] = {
        "part": "Hours",
        "n": "Posts",
        "mean": Col("Mean", r.settings.unit, 1, interval_with=("low", "high")),
    }
    return table(
        frame,
        name="day_parts",
        title="Parts of the day",
        columns=columns,
        caption="Content held equal; the intervals hold for all windows of the day at once.",
    )


def pairs(r: Results, factor: str) -> TableView | Note:
    """Every pair of formats, or of domains."""
    g: Groups | None = getattr(r.analysis, factor)
    if g is None:
        return Note(f"Pairs of {plural_of(factor)} are left out: there are not two to compare.")
    frame = g.pairs.sort_values(["p_adjusted", "difference"], ascending=[True, False], kind="stable")
    columns: dict[str, Col | str] = {
        "first": f"Higher {factor}",
        "second": f"Lower {factor}",
        "difference": Col("Difference", r.settings.unit, 1, interval_with=("low", "high")),
        "sds": Col("In residual sd", digits=2),
        "p_adjusted": Col("p, adjusted", kind="p"),
        "n": "n",
    }
    return table(
        frame.reset_index(drop=True),
        name=f"{factor}_pairs",
        title=f"Pairs of {plural_of(factor)}",
        columns=columns,
        caption="Differences beside the other factors, with intervals for one pair at a time; n is the "
        "smaller group.",
        max_rows=30,
    )


def tests(r: Results, found: Mapping[str, Answer]) -> TableView:
    """Every omnibus test of the report, its adjusted p-value, and the factor's share of the variance."""
    a = r.analysis
    asked = {"format": a.format, "domain": a.domain, "post_length": a.length}
    p = {name: question.p_value for name, question in asked.items() if question is not None}
    p |= a.time.tests if a.time else {}
    names = {"post_length": "length", "hour": "hour of the day", "weekday": "day of the week"}
    rows: list[tuple[Any, ...]] = [
        (names.get(f, f), len(a.design.factors[f].levels) or None, s.value, s.low, s.high, p.get(f), s.n)
        for f, s in a.resonance.shares.items()
    ]
    if a.time is not None:
        rows.append(("time as a whole", None, None, None, None, a.time.p_value, a.design.n))
    frame = pd.DataFrame(rows, columns=["factor", "levels", "share", "low", "high", "p_adjusted", "n"])
    columns: dict[str, Col | str] = {
        "factor": "Factor",
        "levels": Col("Levels", digits=0),
        "share": Col("Variance explained out of sample", digits=1, percent=True),
        "p_adjusted": Col("p, adjusted", kind="p"),
        "n": "Posts",
    }
    return table(
        frame.astype({"levels": "float64", "share": "float64"}),
        name="tests",
        title="Does it matter at all?",
        columns=columns,
        caption="Permutation tests on ranks beside the other factors; p-values are adjusted over the whole "
        "report.",
    )


def resonance(r: Results) -> TableView:
    """The posts that beat, or miss, their expectation most; every analysed post in the download."""
    full = resonance_table(r)
    some = full if len(full) <= 2 * EXTREMES else pd.concat([full.head(EXTREMES), full.tail(EXTREMES)])
    labels: dict[str, Col | str] = {
        "post": "Post",
        "day": "Day",
        "hour": Col("Hour", digits=0),
        "weekday": "Weekday",
        "format": "Format",
        "domain": "Domain",
        "post_length": Col("Length", "words", digits=0),
        "score": Col("Score", r.settings.unit, digits=1),
        "expected": Col("Expected", digits=1),
        "resonance": Col("Resonance", digits=1),
    }
    if "day" in some:
        labels.pop("weekday")
    view = table(
        some.reset_index(drop=True),
        name="resonance",
        title=f"The {count(EXTREMES, 'post')} that beat their expectation most, and the {EXTREMES} that "
        "miss it most",
        columns={k: v for k, v in labels.items() if k in some},
        caption=f"Resonance is score less expectation; the download has {number(len(full))} posts.",
        save=False,
    )
    return replace(view, data=save_csv(full, "resonance"))
