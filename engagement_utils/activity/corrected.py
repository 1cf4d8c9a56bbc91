"""The corrected session score in Ibis: real division, one click measure a case, standardised parts.

Every part is a z score: how many standard deviations a session lies above the average one. So minutes, whose
range is widest, no longer decide alone.
"""

import ibis
import ibis.expr.types as ir

AVERAGE = 50.0  # of the corrected score
POINTS = 10.0  # of the score, for one standard deviation in every part
# part of the corrected score -> the published part that it stands for
PARTS = {
    "z_session_length": "session_length",
    "z_messages_sent": "messages_sent",
    "z_feedback_rating": "feedback_rating",
    "z_resources_clicked": "resources_clicked",
    "z_click_rate": "per_session_ctr",
}


def _z(value: ir.FloatingValue, mean: ir.FloatingValue, sd: ir.FloatingValue) -> ir.FloatingValue:
    """Standard deviations above the mean; 0 where nothing varies."""
    return ((value - mean) / sd.nullif(0.0)).fill_null(0.0)


def correct_sessions(scored: ir.Table) -> ir.Table:
    """`published.score_sessions` with the corrected measures.

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
    plain = [p for p in PARTS.values() if p != "per_session_ctr"]
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
    total = sum((rated[z] for z in list(PARTS)[1:]), rated[next(iter(PARTS))])
    return rated.mutate(corrected_score=AVERAGE + POINTS * total / float(len(PARTS)))
