"""The tables of the report."""

from collections.abc import Mapping

import ibis.expr.types as ir
import pandas as pd

from engagement_utils.pings import metrics
from engagement_utils.pings.claims import claims
from engagement_utils.pings.groups import Grouping
from engagement_utils.pings.newcomers import MEASURES
from engagement_utils.pings.ranking import ranked
from engagement_utils.pings.results import Results
from engagement_utils.report.answer import Answer
from engagement_utils.report.outputs import TableView
from engagement_utils.report.table import Col, table
from engagement_utils.report.wording import number

SHOWN = 5  # rows of the tables that a download holds in full


def scored_events(r: Results) -> TableView:
    """The first scored events; all of them in the download."""
    order = ["event_timestamp", "user_id", "ping_id", "event_type"]
    columns: dict[str, Col | str] = {
        "user_id": "User",
        "ping_id": "Ping",
        "event_type": "Event",
        "watch_time_sec": Col("Watched", "s", digits=0),
        "event_timestamp": "Time",
        "event_weight": Col("Weight", digits=1),
        "duration_sec": Col("Duration", "s", digits=0),
        "watch_time_ratio": Col("Ratio", digits=6),
        "interaction_score": Col("Score", digits=6),
    }
    return _large(r, r.scored, order, "scored_events", "Scored events, oldest first", columns)


def engagement(r: Results) -> TableView:
    """The first (user, ping) pairs with their engagement; all of them in the download."""
    columns: dict[str, Col | str] = {
        "user_id": "User",
        "ping_id": "Ping",
        "watch_time_sec": Col("Watched", "s", digits=0),
        "duration_sec": Col("Duration", "s", digits=0),
        "watch_time_ratio": Col("Ratio", digits=6),
        "engagement_score": Col("Engagement", digits=6),
    }
    pairs = metrics.pair_engagement(r.scored)
    return _large(
        r, pairs, ["user_id", "ping_id"], "user_ping_engagement", "Engagement by user and ping", columns
    )


def _large(
    r: Results, rows: ir.Table, order: list[str], name: str, title: str, columns: Mapping[str, Col | str]
) -> TableView:
    """A table of as many rows as events: above the limit only its first rows leave the engine."""
    if r.events <= r.settings.max_event_rows:
        frame = metrics.collect(rows, by=order)
        return table(frame, name=name, title=title, columns=columns, max_rows=SHOWN)
    frame = metrics.collect(rows.order_by(order).limit(SHOWN), by=order)
    caption = (
        f"The first {SHOWN} rows; with over {number(r.settings.max_event_rows)} events there is no download."
    )
    return table(frame, name=name, title=title, columns=columns, caption=caption, save=False)


def event_types(r: Results) -> TableView:
    """Events, users and points by event type, in the order of the weights."""
    weights = r.settings.event_weights
    frame = r.by_type.set_index("event_type").reindex(
        [k for k in weights if k in set(r.by_type["event_type"])]
    )
    frame = frame.reset_index().assign(weight=lambda f: f["event_type"].map(dict(weights)))
    total = frame["interaction_score"].sum()
    frame["share"] = frame["interaction_score"] / total
    return table(
        frame,
        name="event_types",
        title="Events by type, and their share of all engagement",
        columns={
            "event_type": "Event",
            "weight": Col("Weight", digits=1),
            "events": "Events",
            "users": "Users",
            "interaction_score": Col("Engagement", "points", digits=1),
            "share": Col("Share", percent=True, digits=0),
        },
    )


def ratio_distribution(r: Results) -> TableView:
    """The published description of the views' watch-time ratio, to six decimals."""
    frame = r.watching.distribution.rename_axis("measure").rename("value").reset_index()
    return table(
        frame,
        name="watch_ratio_distribution",
        title="Watch-time ratio of views",
        columns={"measure": "Measure", "value": Col("Value", digits=6)},
        caption="Standard deviation with n − 1, quantiles by linear interpolation.",
    )


def top_pings(r: Results) -> TableView:
    """The published top list with metadata; the download ranks all pings."""
    frame = ranked(r.totals).drop(columns=["watch_ratio"])
    return table(
        frame,
        name="ping_ranking",
        title=f"The top {r.ranking.k} pings",
        columns={
            "rank": "Rank",
            "ping_id": "Ping",
            "engagement_score": Col("Engagement", "points", digits=6),
            "creator_id": "Creator",
            "main_hashtag": "Hashtag",
            "category": "Category",
            "duration_sec": Col("Duration", "s", digits=0),
            "created_at": "Created",
            "users": "Users",
        },
        max_rows=r.ranking.k,
    )


def weight_schemes(r: Results) -> TableView:
    """Other scorings of the same events and the top that each gives."""
    return table(
        r.weighting.schemes,
        name="other_scorings",
        title=f"The top {r.weighting.k} by other scorings",
        columns={
            "scheme": "Scoring",
            "counts": "What counts",
            "shared": f"Kept of {r.weighting.k}",
            "tau": Col("Kendall's tau", digits=2),
            "top": "Top",
        },
        save=False,  # the figure's download has the same numbers
    )


def newcomers(r: Results) -> TableView:
    """New and existing users in each measure, with the difference and its interval."""
    rows = []
    for measure, what in MEASURES.items():
        new, existing = r.newcomers.means[measure]
        d = r.newcomers.differences[measure]
        rows.append((what, new.value, new.n, existing.value, existing.n, d.value, d.low, d.high, d.p_value))
    columns = ["measure", "new", "new_users", "existing", "existing_users", "difference", "low", "high", "p"]
    return table(
        pd.DataFrame(rows, columns=columns),
        name="new_vs_existing_means",
        title="Means over users",
        columns={
            "measure": "Measure",
            "new": Col("New", digits=6),
            "new_users": "New users",
            "existing": Col("Existing", digits=6),
            "existing_users": "Existing users",
            "difference": Col("Difference", digits=2, interval_with=("low", "high")),
            "p": Col("p", kind="p"),
        },
        caption="Users without such events count as 0, as published; p before adjustment, by permutation.",
    )


def groups(r: Results, grouping: Grouping) -> TableView:
    """Raw and shrunken means of a grouping."""
    return table(
        grouping.table,
        name=f"{grouping.by}_means",
        title=f"Engagement of a ping by {grouping.word}",
        columns={
            "group": grouping.word.capitalize(),
            "pings": "Pings",
            "raw": Col("Mean", "points", digits=2),
            "shrunken": Col("Shrunken mean", "points", digits=2, interval_with=("low", "high")),
            "difference": Col("Against other pings", "points", digits=2),
            "p_value": Col("Adjusted p", kind="p"),
            "verdict": "Verdict",
        },
        printed=grouping.by in ("category", "duration_band"),
        save=False,  # the figure's download has the same numbers
    )


def funnel(r: Results) -> TableView:
    """Pairs and events at each stage."""
    return table(
        r.funnel.stages,
        name="funnel_stages",
        title="Stages on (user, ping) pairs",
        columns={
            "stage": "Stage",
            "pairs": "Pairs",
            "events": "Events",
            "pairs_with_before": "With the stage before",
            "without_before": "Without it",
        },
        save=False,  # the figure's download has the same numbers
    )


def published_claims(r: Results, found: Mapping[str, Answer]) -> TableView:
    """The published claims beside these data."""
    return table(
        claims(r, found),
        name="published_claims",
        title="Published claims, and what these data say",
        columns={"claim": "Claim", "evidence": "These data", "n": "n", "verdict": "Verdict"},
        caption="n counts users, for the long tail pings.",
        folded=False,
    )
