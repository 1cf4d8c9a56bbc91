"""The seed's scoring to the letter, and a corrected score, as Ibis expressions for every engine.

The seed is PostgreSQL; a test runs it (`tests/activity/published.sql`) and this on the same rows. Engines
differ in how they divide and round decimals (DuckDB divides them as floats, Spark and PostgreSQL keep other
scales), so the published digits are computed in whole numbers of a smallest unit. Every part of the corrected
score is a z score: minutes, whose range is widest, no longer decide alone.
"""

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

UNITS = 10**9  # a value of 1; nine decimals are kept, far more than a score or a rate is written with

PARTS = ("session_length", "messages_sent", "feedback_rating", "resources_clicked", "per_session_ctr")
SESSION_WEIGHT = 20  # hundredths: 0.2 for each of the five parts
MODERATOR_PARTS = ("chat_sessions_moderated", "avg_response_time", "user_satisfaction_score")
MODERATOR_WEIGHT = 33  # hundredths: 0.33 for each of the three parts
NO_TYPES = "none"
OTHER = "other"
MOST_TYPES = 8  # more make 2**n combinations that nobody can read

AVERAGE = 50.0  # of the corrected score
POINTS = 10.0  # of the score, for one standard deviation in every part
# part of the corrected score -> the published part that it stands for
Z_PARTS = {
    "z_session_length": "session_length",
    "z_messages_sent": "messages_sent",
    "z_feedback_rating": "feedback_rating",
    "z_resources_clicked": "resources_clicked",
    "z_click_rate": "per_session_ctr",
}


def units(value: ir.NumericValue) -> ir.IntegerValue:
    """A float64 as a whole number of 1e-9; exact for values below 1e6 written with up to nine decimals."""
    return (value.cast("float64") * float(UNITS)).round().cast("int64")


def quotient(a: ir.IntegerValue, b: ir.IntegerValue) -> ir.IntegerValue:
    """a / b of whole numbers, truncated towards zero, as PostgreSQL divides integers.

    a - a % b is a multiple of b, so the float64 division gives a whole number and nothing is lost by it
    (below 2**52).
    """
    return ((a - a % b) / b).round().cast("int64")


def half_away(a: ir.IntegerValue, b: ir.IntegerValue) -> ir.IntegerValue:
    """a / b rounded to a whole number, halves away from zero, as PostgreSQL's `round(numeric)`; b above 0."""
    sign = ibis.ifelse(a < 0, -1, 1).cast("int64")
    return quotient(a * 2 + sign * b, b * 2)


def mean_of_units(value: ir.NumericValue, decimals: int) -> ir.IntegerValue:
    """Mean of a column in whole numbers of 10**-decimals, rounded half away from zero: an aggregate."""
    total, n = units(value).sum().cast("int64"), value.count().cast("int64")
    return half_away(total, (n * (UNITS // 10**decimals)).nullif(0))


def as_decimal(value: ir.IntegerValue, decimals: int) -> ir.DecimalValue:
    """A whole number of 10**-decimals as a decimal with so many decimals."""
    return (value.cast("float64") / float(10**decimals)).cast(f"decimal(18, {decimals})")


def recommendation_types(recommendations: ir.Table) -> list[str]:
    """The types by name; of more than eight, the seven most frequent and "other" (runs a small query)."""
    table = recommendations
    counts = table.group_by("recommendation_type").agg(n=table.count()).to_pandas()
    names = counts.sort_values(["n", "recommendation_type"], ascending=[False, True])["recommendation_type"]
    kept = list(names) if len(names) <= MOST_TYPES else [*names[: MOST_TYPES - 1], OTHER]
    return sorted(map(str, kept))


def user_recommendations(recommendations: ir.Table, types: Sequence[str]) -> ir.Table:
    """One row a user with recommendations: the published aggregate (`recommendations_cte`).

    Columns: user_id, recommendation_types (array, in the order read), avg_recommendation_ctr and
    avg_feedback_score (decimal, two places), recommendation_counts; and recommendations (the array's length),
    combination (the distinct types by name, joined by " + ").
    """
    kind = recommendations.recommendation_type
    named = [t for t in types if t != OTHER]
    flags = {f"has_{i}": (kind == t if t != OTHER else ~kind.isin(named)) for i, t in enumerate(types)}
    users = recommendations.group_by("user_id").agg(
        recommendation_types=kind.collect(),
        ctr_cents=mean_of_units(recommendations.click_through_rate, 2),
        feedback_cents=mean_of_units(recommendations.feedback_score, 2),
        recommendation_counts=kind.count(),
        recommendations=recommendations.count(),
        **{name: flag.ifelse(1, 0).max() for name, flag in flags.items()},
    )
    words = ibis.literal("")
    for i, name in enumerate(types):
        words = words + ibis.ifelse(users[f"has_{i}"] == 1, f" + {name}", "")
    return users.select(
        "user_id",
        "recommendation_types",
        avg_recommendation_ctr=as_decimal(users.ctr_cents, 2),
        avg_feedback_score=as_decimal(users.feedback_cents, 2),
        recommendation_counts=users.recommendation_counts,
        recommendations=users.recommendations,
        combination=words.substr(3),
    )


def score_sessions(activity: ir.Table, recommendations: ir.Table, types: Sequence[str]) -> ir.Table:
    """One row a session with its published click-through rate and user engagement score.

    `per_session_ctr` has the published three cases, in whole numbers as PostgreSQL divides integers:
    clicks / minutes without recommendations, 0 without clicks, else clicks / recommendations.
    `user_engagement_score` is 0.2 times each of `PARTS`, rounded to two decimals.

    Columns as published, and timestamp, recommendations (0 without), combination ("none" without).
    """
    users = user_recommendations(recommendations, types)
    joined = activity.left_join(users, "user_id")
    given = joined.recommendations.notnull()
    clicks, minutes = joined.resources_clicked, joined.session_length
    ctr = ibis.cases(
        (~given, quotient(clicks, minutes)),
        (clicks == 0, ibis.literal(0, "int64")),
        else_=quotient(clicks, joined.recommendations.cast("int64")),
    )
    rated = joined.select(
        user_id=joined.user_id,
        date=joined.timestamp.date(),
        timestamp=joined.timestamp,
        session_id=joined.session_id,
        session_length=minutes,
        messages_sent=joined.messages_sent,
        feedback_rating=joined.feedback_rating,
        resources_clicked=clicks,
        recommendation_types=joined.recommendation_types,
        avg_recommendation_ctr=joined.avg_recommendation_ctr,
        per_session_ctr=ctr,
        recommendations=joined.recommendations.fill_null(0),
        combination=joined.combination.fill_null(NO_TYPES),
    )
    total = sum((rated[part] for part in PARTS[1:]), rated[PARTS[0]])
    # whole numbers times 0.2 have one decimal: nothing is left to round
    return rated.mutate(user_engagement_score=as_decimal(total * SESSION_WEIGHT, 2))


def score_moderators(moderators: ir.Table) -> ir.Table:
    """One row a moderator with `moderator_performance_score`: 0.33 times each part, two decimals.

    To the letter: a slow answer raises the score, and the chat sessions decide it.
    """
    first, *others = MODERATOR_PARTS
    total = moderators[first] * UNITS
    for part in others:
        total = total + units(moderators[part])
    cents = half_away(total * MODERATOR_WEIGHT, ibis.literal(UNITS, "int64"))
    return moderators.mutate(moderator_performance_score=as_decimal(cents, 2))


def aggregate_recommendations(recommendations: ir.Table) -> ir.Table:
    """One row a type, as published: total_recommended, avg_feedback_score (two decimals), avg_ctr.

    `avg_ctr` is rounded to a whole number, since the published `round(avg(...))` names no decimals.
    """
    table = recommendations
    sums = table.group_by("recommendation_type").agg(
        total_recommended=table.recommendation_type.count(),
        feedback_cents=mean_of_units(table.feedback_score, 2),
        whole_ctr=mean_of_units(table.click_through_rate, 0),
    )
    return sums.select(
        "recommendation_type",
        "total_recommended",
        avg_feedback_score=as_decimal(sums.feedback_cents, 2),
        avg_ctr=as_decimal(sums.whole_ctr, 0),
    )


def _z(value: ir.FloatingValue, mean: ir.FloatingValue, sd: ir.FloatingValue) -> ir.FloatingValue:
    """Standard deviations above the mean; 0 where nothing varies."""
    return ((value - mean) / sd.nullif(0.0)).fill_null(0.0)


def correct_sessions(scored: ir.Table) -> ir.Table:
    """`score_sessions` with the corrected measures.

    clicks_per_recommendation: resources clicked over recommendations, for users with recommendations.
    clicks_per_minute: resources clicked over minutes, for users without. The two are never compared: each is
    standardised among its own sessions, which gives `z_click_rate`. z_<part>: (x - mean) / standard deviation
    (n - 1) over all sessions. corrected_score = 50 + 10 * mean of the five z scores.
    """
    given = scored.recommendations > 0
    clicks = scored.resources_clicked.cast("float64")
    minutes = scored.session_length.cast("float64")
    named = scored.mutate(
        clicks_per_recommendation=ibis.ifelse(
            given, clicks / scored.recommendations.nullif(0).cast("float64"), None
        ),
        clicks_per_minute=ibis.ifelse(given, None, clicks / minutes),
    )
    plain = [p for p in Z_PARTS.values() if p != "per_session_ctr"]
    rates = ["clicks_per_recommendation", "clicks_per_minute"]
    # one row: cheaper on large data than a window over all rows
    overall = named.agg(
        **{f"mean_{c}": named[c].cast("float64").mean() for c in [*plain, *rates]},
        **{f"sd_{c}": named[c].cast("float64").std(how="sample") for c in [*plain, *rates]},
    )
    joined = named.cross_join(overall)
    z = {
        f"z_{c}": _z(joined[c].cast("float64"), joined[f"mean_{c}"], joined[f"sd_{c}"])
        for c in [*plain, *rates]
    }
    standard = joined.select(*named.columns, **z)
    # a session has one of the two measures, so the other one's z score is 0
    rated = standard.mutate(
        z_click_rate=standard.z_clicks_per_recommendation + standard.z_clicks_per_minute
    ).drop("z_clicks_per_recommendation", "z_clicks_per_minute")
    total = sum((rated[z] for z in list(Z_PARTS)[1:]), rated[next(iter(Z_PARTS))])
    return rated.mutate(corrected_score=AVERAGE + POINTS * total / float(len(Z_PARTS)))
