"""The report's answers by topic, their tests adjusted together, and what follows from the supported ones.

Nothing in a sentence is typed in: each has a branch for every verdict (modules `answers_*`).
"""

from collections.abc import Mapping

from engagement_utils.activity import answers_measures, answers_people, answers_scores
from engagement_utils.activity.kinds import MEASURES
from engagement_utils.activity.results import Results
from engagement_utils.activity.scores import CORRECTED, PUBLISHED
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.verdict import SUPPORTED
from engagement_utils.report import findings as report
from engagement_utils.report.answer import Answer
from engagement_utils.report.header import header as make_header
from engagement_utils.report.header import key_figure
from engagement_utils.report.outputs import Action, Header
from engagement_utils.report.wording import interval, number, percent


def tests(r: Results) -> dict[str, Estimate]:
    """Every tested estimate by topic, p-values adjusted together (Benjamini-Hochberg)."""
    t = r.times
    found = {
        "months_august": r.august[r.score.key],
        "months_winter": r.winter[r.score.key],
        **{f"combinations_{key}": c.overall for key, c in r.combinations.items()},
        **{f"types_{m}": r.kinds.overall[m] for m in MEASURES},
        "ctr_by_rating": r.ratings.trend,
        "dense_ratings": r.ratings.dense,
        "session_times": t.busy,
        "weekend": t.weekend,
        "score_by_time": t.score,
    }
    if r.moderators is not None:
        found["response_time"] = r.moderators.response
    return report.adjust(found)


def answers(r: Results) -> dict[str, Answer]:
    """Every answer by topic, in the report's order; six of them are main points."""
    e = tests(r)
    found = [
        answers_scores.made_of(r),
        answers_scores.ranks(r),
        *(answers_scores.weeks(r, w) for w in r.weekly.values()),
        *(answers_scores.month(r, m, e[f"months_{m}"]) for m in ("august", "winter")),
        *(answers_measures.combination(r, c, e[f"combinations_{key}"]) for key, c in r.combinations.items()),
        answers_measures.link(r),
        answers_measures.rating(r, e["ctr_by_rating"]),
        answers_measures.truncation(r),
        answers_scores.low_band(r),
        answers_measures.by_type(r),
        answers_measures.when(r, e["session_times"]),
        answers_measures.weekend(r, e["weekend"]),
        answers_measures.score_by_time(r, e["score_by_time"]),
        *(answers_people.types(r, m, e[f"types_{m}"]) for m in MEASURES),
        answers_people.leaderboard(r),
        answers_people.coming_back(r),
    ]
    if r.moderators is not None:
        found += [answers_people.rank_firmness(r), answers_people.response(r, e["response_time"])]
    return {a.finding.topic: a for a in found}


def header(r: Results) -> Header:
    """Window, counts and key figures."""
    c = r.counted
    counts = {"session": c.sessions, "user": c.users}
    share = r.compositions[PUBLISHED.key].shares[PUBLISHED.parts[0][1]]
    monthly = r.months[r.score.key]
    figures = [
        key_figure(
            f"Mean {r.score.label}",
            float(r.sessions[r.score.column].mean()),
            digits=1,
            unit="points",
            trend=monthly["mean"].tolist(),
        ),
        key_figure("Session length's share of the published score", share, percent=True),
        key_figure(
            f"Top {number(r.rank_changes.top)} that leave it when corrected",
            r.rank_changes.left,
            percent=True,
        ),
        key_figure("Users with a recommendation", c.recommended / c.users, percent=True),
    ]
    return make_header(c.first, c.last, counts, figures)


def actions(r: Results, found: Mapping[str, Answer]) -> list[Action]:
    """What to do: from supported findings alone, each with what it is expected to bring."""
    todo = []
    if found["score_parts"].verdict == SUPPORTED:
        shares = [r.compositions[s.key].shares[s.parts[0][1]].value for s in (PUBLISHED, CORRECTED)]
        if shares[0] > shares[1]:
            text = "Rank by the corrected score, or say that the published one ranks by minutes."
            gain = f"Session length then weighs {percent(shares[1])} instead of {percent(shares[0])}."
            todo.append(Action(text, "score_parts", gain))
    m = r.moderators
    if m is not None and found["moderators"].verdict == SUPPORTED and m.agreement.shared < m.agreement.k:
        text = "Do not reward moderators by the published score: it pays for slow answers and volume."
        moved = m.agreement.k - m.agreement.shared
        todo.append(
            Action(text, "moderators", f"{number(moved)} of its top {m.agreement.k} would not be chosen.")
        )
    if found["types_ctr"].verdict == SUPPORTED:
        means = r.kinds.means["click_through_rate"]
        best = max(means, key=lambda k: means[k].value)
        text = f"Try more {best} recommendations, drawn by lot, to see whether the lead is one of the type."
        rest = [e.value for k, e in means.items() if k != best]
        others = interval(min(rest), max(rest), 2)
        gain = f"Their rate is {number(means[best].value, 2)}, that of the others {others}."
        todo.append(Action(text, "types_ctr", gain))
    if found["session_times"].verdict == SUPPORTED:
        text = f"Staff the {r.times.busiest.split(' (')[0]} first."
        gain = f"It holds {percent(r.times.busy.value)} of the sessions."
        todo.append(Action(text, "session_times", gain))
    return todo
