"""What the times of stage and source changes say, where they are known."""

from math import isfinite

from engagement_utils.contacts.points import points
from engagement_utils.contacts.timing import DAYS, Timing
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.verdict import SUPPORTED, TOO_LITTLE, judge
from engagement_utils.report.answer import Answer, answer, tested
from engagement_utils.report.wording import count, percent


def stage_times(t: Timing) -> Answer:
    """Whether 1A leaves a stage sooner than the other social contacts."""
    e = t.gap
    if not isfinite(e.value):
        text = "Too few stays in a lifecycle stage have a known start and end to compare the segments."
        return answer("stages", "Too few dated stages to compare the segments", text, e, TOO_LITTLE)
    verdict = judge(e)
    slow = e.value < 0
    more = Estimate(abs(e.value), *_bounds(e, slow), e.n, e.level, e.p_value, e.method)
    text = (
        f"The share of stays in the stage {t.stage} that have ended within {DAYS} days is {points(more)} "
        f"{'lower' if slow else 'higher'} for 1A than for the other social contacts{tested(e)}; stays that "
        "go on count as long as they were followed."
    )
    if verdict == SUPPORTED:
        heading = f"1A leaves the stage {t.stage} {'later' if slow else 'sooner'}"
    else:
        heading = f"The segments stay equally long in the stage {t.stage}, as far as these data show"
    return answer("stages", heading, text, e, verdict)


def _bounds(e: Estimate, turned: bool) -> tuple[float | None, float | None]:
    if e.low is None or e.high is None or not turned:
        return e.low, e.high
    return -e.high, -e.low


def source_times(t: Timing) -> str:
    """How many changes of the latest source came after the closing, where a journey is over."""
    e = t.after_closing
    if e.n == 0:
        return "No change of the latest source of a contact who closed has a known day."
    return (
        f"Of {count(e.n, 'change')} of the latest source of contacts who closed, {percent(e.value, 1)} came "
        "after the day of closing: these are not part of the way to it."
    )
