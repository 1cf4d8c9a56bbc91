"""The report's answers by topic, its header, and what to do.

Nothing in a sentence is typed in: each has a branch for every verdict (modules `answers_*`).
"""

from collections.abc import Mapping

from engagement_utils.inference.verdict import SUPPORTED
from engagement_utils.posts import answers_content, answers_time
from engagement_utils.posts.answers_content import named
from engagement_utils.posts.page import Answer, Note
from engagement_utils.posts.results import Results
from engagement_utils.report import header as report_header
from engagement_utils.report.outputs import Action, Finding, Header
from engagement_utils.report.wording import count, interval, number, plural_of, with_interval


def answers(r: Results) -> dict[str, Answer]:
    """Every answer by topic, in the report's order; at most six are main points."""
    return {
        "time": answers_time.best_time(r),
        "hour": answers_time.factor(r, "hour"),
        "weekday": answers_time.factor(r, "weekday"),
        "day_parts": answers_time.parts(r),
        "trend": answers_time.trend(r),
        "format": answers_content.groups(r, "format"),
        "domain": answers_content.groups(r, "domain"),
        "length": answers_content.length(r),
        "explained": answers_content.explained(r),
    }


def header(r: Results) -> Header:
    """Data window, counts and key figures."""
    a, unit = r.analysis, r.settings.unit
    weeks = r.measures["week"]
    weeks = weeks[weeks["n"] >= r.settings.cell_minimum]
    figures = [
        report_header.key_figure(
            "Mean score", float(r.total["mean"]), unit=unit, digits=1, trend=tuple(weeks["mean"])
        ),
        report_header.key_figure(
            "Explained by all factors", max(0.0, a.resonance.explained.value), percent=True
        ),
    ]
    for g in (a.format, a.domain):
        e = g.leaders.estimate if g else None
        if g and e and e.low is not None and e.low > 0 and e.p_value is not None and e.p_value < 0.05:
            label = f"Leading {plural_of(g.factor)} above others"
            figures.append(report_header.key_figure(label, e, unit=unit))
    if a.time is not None and a.plan.more:
        figures.append(report_header.key_figure("Posts needed to judge hours", a.plan.needed))
    start, end = r.window
    counts = {"post": r.n}
    for part in ("format", "domain"):
        if r.posts.has(part):
            counts[part] = len(r.measures[part])
    return report_header.header(start or None, end or None, counts, figures)


def actions(r: Results, found: Mapping[str, Answer]) -> list[Action]:
    """What to post and when: from supported findings alone, each with its expected gain."""
    a, unit = r.analysis, r.settings.unit
    todo = []
    for part, g in (("format", a.format), ("domain", a.domain)):
        e = g.leaders.estimate if g else None
        if g is None or e is None or found[part].verdict != SUPPORTED or e.low is None or e.low <= 0:
            continue
        text = f"Post more of the {part if len(g.leaders.groups) == 1 else plural_of(part)} "
        text += f"{named(g.leaders.groups, part)}."
        todo.append(Action(text, part, f"Such a post scores {with_interval(e, unit)} more than the others."))
    if a.length is not None and found["length"].verdict == SUPPORTED:
        slope, (low, high) = a.length.slope, a.length.span
        words = "more" if slope.value > 0 else "fewer"
        text = f"Write {words} words, within the {number(low, 0)} to {number(high, 0)} seen here."
        gain = f"100 words {words} go with {number(abs(slope.value), 1)} {unit}"
        if slope.low is not None and slope.high is not None:
            ends = sorted((abs(slope.low), abs(slope.high)))
            gain += f" ({interval(ends[0], ends[1], 1)})"
        todo.append(Action(text, "length", f"{gain} more."))
    if a.time is not None and found["time"].verdict == SUPPORTED:
        for window, e in answers_time.better_windows(a.time)[:2]:
            gain = f"Such a post scores {with_interval(e, unit)} more than one at another time."
            todo.append(Action(f"Post {window.words}.", "time", gain))
    return todo


def advice(r: Results, found: Mapping[str, Answer]) -> Note:
    """When to post, in a sentence that no action says: free choice of time, and what would settle it."""
    plan, unit, t = r.analysis.plan, r.settings.unit, r.analysis.time
    if t is None or found["time"].finding is None:
        return Note("When to post is not for these data to say: they hold no time.")
    if answers_time.better_windows(t):
        return Note(
            "The gains are what posts of that kind scored beside the others; no post was assigned by lot."
        )
    looked = (
        f"a two-hour window {number(plan.worthwhile, significant=2)} {unit} better than the rest of the day"
    )
    if plan.more:
        return Note(
            f"Post when it suits you: no time is reliably better. About {count(plan.more, 'more post')} "
            f"({number(plan.needed, 0)} in all, spread over the day) would show {looked} in four cases of "
            "five."
        )
    return Note(
        f"Post when it suits you: no time is reliably better, and these posts would have shown {looked} "
        "in four cases of five."
    )


def shown(found: Answer) -> list[Finding | Note]:
    """A finding or its note without a heading, for a section that another answer opens."""
    return [found.finding if found.finding else Note(found.note)]


def remarks(r: Results) -> list[Note]:
    """What is particular to these data: their clock, and whether tests rest on a part of the posts."""
    said = [Note(f"Time: {r.posts.zone}.")] if r.analysis.time is not None else []
    if r.sampled:
        n = r.analysis.design.n
        part = f"{number(n, 0)} of {number(r.n, 0)} posts"
        said.append(Note(f"Tests and models rest on {part}, drawn by a hash; maps use all."))
    return said
