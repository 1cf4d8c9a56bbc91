"""The tables of the report, and the files that it is handed out as."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

import pandas as pd

from engagement_utils.activity.claims import claims
from engagement_utils.activity.combinations import Combinations, short
from engagement_utils.activity.lifecycle import Lifecycle
from engagement_utils.activity.moderators import Moderators
from engagement_utils.activity.results import Results
from engagement_utils.activity.scores import CORRECTED, PUBLISHED
from engagement_utils.report.answer import Answer
from engagement_utils.report.exports import save_csv
from engagement_utils.report.outputs import TableView
from engagement_utils.report.table import Col, table
from engagement_utils.report.wording import count, number, percent
from engagement_utils.report.workbook import Sheet, save_workbook

SESSION_COLUMNS = (
    "user_id",
    "date",
    "session_id",
    "session_length",
    "messages_sent",
    "feedback_rating",
    "resources_clicked",
    "recommendations",
    "combination",
    "per_session_ctr",
    "user_engagement_score",
    "clicks_per_recommendation",
    "clicks_per_minute",
    "corrected_score",
    "published_rank",
    "corrected_rank",
)
NOTES = (
    "user_engagement_score: 0.2 times each of session length, messages, rating, clicks and per_session_ctr.",
    "per_session_ctr: whole-number division, as published: clicks / minutes without recommendations, 0 "
    "without clicks, else clicks / recommendations.",
    "corrected_score: 50 + 10 times the mean of five z scores; clicks are measured a recommendation or a "
    "minute, each standardised among its own sessions.",
    "moderator_performance_score: 0.33 times each of sessions, response time and satisfaction, as published.",
    "corrected moderator score: 50 + 10 times the mean of z(sessions), -z(response time) and z(satisfaction "
    "shrunk towards the mean of all moderators).",
)


def parts(r: Results) -> TableView:
    """Every part of both scores: its share, and its correlation with the rest."""
    frame = r.compositions[PUBLISHED.key].frame.merge(
        r.compositions[CORRECTED.key].frame, on="part", suffixes=("_published", "_corrected")
    )
    return table(
        frame,
        name="score_parts_table",
        title="What the scores are made of",
        columns={
            "part": "Part",
            "share_published": Col(
                "Published share", percent=True, digits=1, interval_with=("low_published", "high_published")
            ),
            "with_score_published": "Correlation with the score",
            "with_rest_published": "with the rest of it",
            "share_corrected": Col(
                "Corrected share", percent=True, digits=1, interval_with=("low_corrected", "high_corrected")
            ),
            "with_rest_corrected": "Correlation with the rest",
        },
    )


def movers(r: Results, direction: Literal["up", "down"]) -> TableView:
    """The sessions whose rank gains, or loses, most by the correction."""
    frame = r.rank_changes.frame.merge(r.sessions[list(_MOVED)], on="session_id")
    order = frame.sort_values(["change", "session_id"], ascending=[direction == "down", True], kind="stable")
    word = "gain" if direction == "up" else "lose"
    return table(
        order.head(r.settings.top_n),
        name=f"rank_{direction}",
        title=f"The {number(min(r.settings.top_n, len(frame)))} sessions that {word} most ranks",
        columns={
            "session_id": "Session",
            "published_rank": "Published rank",
            "corrected_rank": "Corrected rank",
            "change": "Ranks gained",
            "session_length": Col("Length", "min"),
            "messages_sent": "Messages",
            "feedback_rating": "Rating",
            "resources_clicked": "Clicks",
            "combination": "Recommended",
        },
    )


_MOVED = (
    "session_id",
    "session_length",
    "messages_sent",
    "feedback_rating",
    "resources_clicked",
    "combination",
)


def weeks(r: Results) -> TableView:
    """The stretches of weeks between change points."""
    rows = []
    for w in r.weekly.values():
        starts = w.frame["week"]
        for s in w.changes.segments:
            p = w.changes.p_values.get(s.first)
            rows.append((w.score.label, starts.iloc[s.first], s.last - s.first + 1, s.n, s.mean, p))
    frame = pd.DataFrame(rows, columns=["score", "from", "weeks", "sessions", "mean", "p_value"])
    return table(
        frame.astype({"p_value": "float64"}),
        name="weekly_levels",
        title="Levels of the weekly mean",
        columns={
            "score": "Score",
            "from": "First week",
            "weeks": "Weeks",
            "sessions": "Sessions",
            "mean": Col("Mean", "points", digits=1),
            "p_value": Col("p of the change", kind="p"),
        },
    )


def combinations(r: Results, c: Combinations) -> TableView:
    """The score by combination."""
    frame = c.frame.assign(combination=c.frame["combination"].map(short))
    return table(
        frame,
        name=f"combinations_{c.score.key}_table",
        title=f"{c.score.label.capitalize()} by combination of recommended types",
        columns={
            "combination": "Recommended",
            "users": "Users",
            "mean": Col("Mean", "points", digits=1, interval_with=("low", "high")),
            "difference": Col("Above all others", "points", digits=1),
            "p_value": Col("p", kind="p"),
            "verdict": "Verdict",
        },
    )


def links(r: Results) -> TableView:
    """Pairs of measures, without those of a part and its whole."""
    return table(
        r.links.pairs,
        name="correlations_table",
        title="Pairs of measures that are no part and whole",
        columns={
            "first": "Measure",
            "second": "with",
            "correlation": Col("Correlation", interval_with=("low", "high")),
            "n": "Users",
            "p_value": Col("p", kind="p"),
            "verdict": "Verdict",
        },
    )


def types(r: Results) -> list[TableView]:
    """The published aggregates, and the differences between types."""
    published = table(
        r.aggregates,
        name="recommendation_types_published",
        title="Recommendation types, aggregated as published",
        columns={
            "recommendation_type": "Type",
            "total_recommended": "Recommended",
            "avg_feedback_score": "Mean feedback score",
            "avg_ctr": Col("Mean click-through rate", digits=0),
        },
        caption="The published query rounds the mean rate to a whole number, which hides every difference.",
    )
    pairs = table(
        r.kinds.pairs.assign(measure=r.kinds.pairs["measure"].str.replace("_", " ")),
        name="recommendation_type_pairs",
        title="Differences between recommendation types",
        columns={
            "measure": "Measure",
            "first": "Type",
            "second": "less",
            "difference": Col("Difference", digits=3, interval_with=("low", "high")),
            "n": "Users",
            "p_value": Col("p", kind="p"),
            "verdict": "Verdict",
        },
    )
    return [published, pairs]


def moderators(r: Results, m: Moderators) -> TableView:
    """The leaderboard."""
    frame = m.frame
    return table(
        frame,
        name="moderators_table",
        title="Moderators by the corrected score",
        columns={
            "moderator_id": "Moderator",
            "corrected_score": Col("Corrected score", digits=1),
            "corrected_rank": Col(
                "Rank", digits=0, interval_with=("corrected_rank_low", "corrected_rank_high")
            ),
            "published_score": Col("Published score"),
            "published_rank": Col(
                "Rank", digits=0, interval_with=("published_rank_low", "published_rank_high")
            ),
            "chat_sessions_moderated": "Sessions",
            "avg_response_time": Col("Response", "s"),
            "user_satisfaction_score": "Satisfaction",
            "shrunken_satisfaction": "shrunk",
        },
        max_rows=r.settings.top_n,
    )


def lifecycle(r: Results, life: Lifecycle) -> list[TableView]:
    """Retention by interval, and users by state."""
    kept = table(
        life.retention,
        name="retention_table",
        title=f"Users active again, by {life.interval} after their first",
        columns={
            "offset": f"{life.interval.capitalize()}s after the first",
            "users": "Users",
            "active": "Active",
            "share": Col("Share", percent=True, digits=0, interval_with=("low", "high")),
        },
    )
    states = table(
        life.states,
        name="lifecycle_table",
        title=f"Users by state in every {life.interval}",
        columns={
            "period": life.interval.capitalize(),
            "new": "New",
            "returning": "Returning",
            "resurrected": "Resurrected",
            "dormant": "Dormant",
            "whole": "Covered whole",
        },
        max_rows=20,
    )
    return [kept, states]


def published_claims(r: Results, found: Mapping[str, Answer]) -> TableView:
    """The published claims with what the data say."""
    return table(
        claims(r, found),
        name="published_claims",
        title="Published claims and what these data say",
        columns={"claim": "Published claim", "evidence": "In these data", "n": "n", "verdict": "Verdict"},
        folded=False,
    )


def scored_sessions(r: Results) -> pd.DataFrame:
    """One row a session with both scores and ranks, best published rank first."""
    ranks = r.rank_changes.frame[["session_id", "published_rank", "corrected_rank"]]
    frame = r.sessions.merge(ranks, on="session_id").assign(date=lambda f: pd.to_datetime(f["date"]))
    return frame.sort_values("published_rank", ignore_index=True)[list(SESSION_COLUMNS)]


def export(r: Results) -> TableView:
    """Write the scored tables as CSV and as one workbook; a table of the files that links to the workbook."""
    sessions = scored_sessions(r)
    files = {
        "scored_sessions": (sessions, "Scored sessions", "Best published rank first."),
        "recommendation_types_scored": (_types(r), "Recommendation types", "As published, and over users."),
    }
    if r.moderators is not None:
        files["scored_moderators"] = (r.moderators.frame, "Scored moderators", "Best corrected rank first.")
    names = {key: save_csv(frame, key) for key, (frame, _, _) in files.items()}
    tables = {title: Sheet(frame, title, note) for frame, title, note in files.values()}
    book = save_workbook(tables, "user_activity", title="User activity", notes=NOTES)
    rows = [(names[key], title, len(frame)) for key, (frame, title, _) in files.items()]
    rows += [(book, "all of these, a sheet each", sum(n for *_, n in rows))]
    frame = pd.DataFrame(rows, columns=["file", "what", "rows"])
    held = "all sessions"
    if r.sampled:
        held = f"{count(len(sessions), 'session')} of {number(r.counted.sessions)}"
    made = table(
        frame,
        name="files",
        title="The scored tables as files",
        columns={"file": "File", "what": "Holds", "rows": "Rows"},
        caption=f"They hold {held}; the folder figures beside them has every figure as SVG.",
        save=False,
    )
    return replace(made, data=book)


def _types(r: Results) -> pd.DataFrame:
    frame = r.aggregates.copy()
    for measure, means in r.kinds.means.items():
        for column, pick in (("mean", "value"), ("low", "low"), ("high", "high"), ("users", "n")):
            values = {kind: getattr(e, pick) for kind, e in means.items()}
            frame[f"{measure}_{column}"] = frame["recommendation_type"].map(values)
    return frame


def times(r: Results) -> TableView:
    """Sessions by quarter of the day."""
    return table(
        r.times.bands,
        name="session_bands",
        title="Sessions by quarter of the day",
        columns={
            "band": "Hours",
            "sessions": "Sessions",
            "share": Col("Share", percent=True, digits=0, interval_with=("low", "high")),
        },
        caption=f"On the weekend: {percent(r.times.weekend.value)} of the sessions.",
    )
