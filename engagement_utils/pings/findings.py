"""The report's answers by topic, their tests adjusted together, and what follows from the supported ones.

Nothing in a sentence is typed in: each has a branch for every verdict (modules `answers_*`).
"""

from collections.abc import Mapping

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.verdict import SUPPORTED
from engagement_utils.pings import answers_pings, answers_users, answers_views
from engagement_utils.pings.results import Results
from engagement_utils.report import findings as report
from engagement_utils.report import header as report_header
from engagement_utils.report.answer import Answer
from engagement_utils.report.outputs import Action, Header
from engagement_utils.report.wording import count, interval, number, percent


def tests(r: Results) -> dict[str, Estimate]:
    """Every tested estimate by topic, p-values adjusted together (Benjamini-Hochberg)."""
    a = r.attention
    return report.adjust(
        {
            "concentration": a.top.with_p_value(a.top_chance.p_value),
            "concentration_gini": a.gini.with_p_value(a.gini_chance.p_value),
            **{
                topic: r.newcomers.differences[measure]
                for measure, (topic, *_) in answers_users.MEASURES.items()
            },
            **{f"groups_{by}": g.overall for by, g in r.groups.items()},
            "watching_and_acting": r.discrimination.auc,
        }
    )


def answers(r: Results) -> dict[str, Answer]:
    """Every answer by topic, in the report's order; six of them are main points."""
    e = tests(r)
    found = [
        answers_views.shape(r),
        answers_views.completion(r),
        answers_views.skipping(r),
        answers_pings.top_users(r),
        answers_pings.top_weights(r),
        answers_pings.concentration(r, e["concentration"]),
        answers_pings.gini(r, e["concentration_gini"]),
        *(
            answers_users.newcomers(r, measure, e[topic])
            for measure, (topic, *_) in answers_users.MEASURES.items()
        ),
        answers_pings.groups(r, {by: e[f"groups_{by}"] for by in r.groups}),
        *(answers_pings.grouping(r, g, e[f"groups_{by}"]) for by, g in r.groups.items()),
        answers_views.acting(r, e["watching_and_acting"]),
        answers_views.funnel(r),
    ]
    return {a.finding.topic: a for a in found}


def header(r: Results) -> Header:
    """Data window, counts and key figures."""
    w, a = r.watching, r.attention
    return report_header.header(
        r.first,
        r.last,
        {"event": r.events, "user": r.users, "ping": len(r.totals)},
        [
            report_header.key_figure(
                "Events a day", float(r.by_day["events"].mean()), digits=1, trend=r.by_day["events"].tolist()
            ),
            report_header.key_figure("Mean watch-time ratio", w.mean, percent=True),
            report_header.key_figure(f"Views that reach {percent(w.completion)}", w.completed, percent=True),
            report_header.key_figure(f"Engagement of the top {a.k}", a.top, percent=True),
        ],
    )


def actions(r: Results, found: Mapping[str, Answer]) -> list[Action]:
    """What to do: from supported findings alone, each with what it is expected to bring."""
    todo = []
    missing = r.funnel.out_of_order
    if found["funnel"].verdict == SUPPORTED and missing.value > 0.5:
        text = "Check how impressions and views are logged before any rate along the funnel is read."
        todo.append(Action(text, "funnel", f"It concerns {percent(missing.value)} of the later steps."))
    if found["concentration"].verdict == SUPPORTED:
        half, pings = r.attention.half, r.attention.pings
        text = f"Learn first from the {count(half, 'ping')} that hold half of the engagement."
        todo.append(Action(text, "concentration", f"They are {percent(half / pings)} of all pings."))
    mean = float(r.totals["engagement_score"].mean())
    for by, grouping in r.groups.items():
        table = grouping.supported
        better = table[table["difference"] > 0].sort_values("shrunken", ascending=False, kind="stable")
        worse = table[table["difference"] < 0].sort_values("shrunken", kind="stable")
        if found[f"groups_{by}"].verdict != SUPPORTED or (better.empty and worse.empty):
            continue
        row, verb = (better.iloc[0], "Try more") if len(better) else (worse.iloc[0], "Try fewer")
        text = f"{verb} pings of the {grouping.word} {row['group']}, and compare them at equal exposure."
        gain = (
            f"Such a ping scores {number(row['shrunken'], 1)} points "
            f"({interval(row['low'], row['high'], 1)}), against {number(mean, 1)} on average."
        )
        todo.append(Action(text, f"groups_{by}", gain))
    auc = r.discrimination.auc.value
    if found["watching_and_acting"].verdict == SUPPORTED and auc > 0.5:
        text = "Use the watch-time ratio as an early sign of who acts, beside other signs."
        gain = f"It puts {percent(auc)} of acting pairs above a pair that does not act; chance does 50%."
        todo.append(Action(text, "watching_and_acting", gain))
    return todo
