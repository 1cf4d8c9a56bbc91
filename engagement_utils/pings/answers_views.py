"""What views say: shape of the ratio, completing and skipping, acting, the funnel."""

from math import isfinite

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.verdict import CHANCE, SUPPORTED, TOO_LITTLE, Verdict, judge
from engagement_utils.pings.results import Results
from engagement_utils.report.answer import Answer, answer, tested
from engagement_utils.report.wording import count, number, percent, with_interval


def shape(r: Results) -> Answer:
    """Which way the watch-time ratio of views leans."""
    w, topic = r.watching, "watch_ratio_shape"
    skew, verdict = w.skewness, judge(w.skewness, minimum_n=r.settings.minimum_n)
    if not isfinite(skew.value):
        text = f"With {count(w.views, 'view')} there is no saying which way the watch-time ratio leans."
        heading = "Too few views to say how fully they are watched"
        return answer(topic, heading, text, skew, TOO_LITTLE, main=True)
    mean, median = float(w.distribution["mean"]), float(w.distribution["50%"])
    side = "below" if mean < median else "above" if mean > median else "at"
    leans = "left" if skew.value < 0 else "right"
    facts = f"mean {number(mean, 2)} lies {side} median {number(median, 2)}"
    if verdict == SUPPORTED:
        mass = "near full watches" if leans == "left" else "near short watches"
        heading = f"Views are {leans}-skewed: their mass lies {mass}"
        text = (
            f"The watch-time ratio of views is {leans}-skewed, its mass {mass}: its {facts}, "
            f"and its skewness is {with_interval(skew)}."
        )
        return answer(topic, heading, text, skew, verdict, main=True)
    if (skew.value < 0) != (mean < median):
        leans = "neither way"
    heading = f"Half of the views pass {percent(median)} of the ping; the ratio leans {leans}"
    why = "with few users behind it" if verdict == TOO_LITTLE else "which does not exclude symmetry"
    text = (
        f"In these {count(w.views, 'view')} the watch-time ratio leans {leans}: its {facts}, "
        f"and its skewness is {with_interval(skew)}, {why}."
    )
    return answer(topic, heading, text, skew, verdict, main=True)


def _against_even(e: Estimate, even: float, minimum_n: int) -> tuple[str, Verdict]:
    """How a share of views compares with watching spread evenly from 0 to 1, and the verdict."""
    verdict = judge(e, null=even, minimum_n=minimum_n)
    if verdict == SUPPORTED:
        side = "more" if e.value > even else "fewer"
        return f"{side} than the {percent(even)} that watching spread evenly would give", verdict
    if verdict == CHANCE:
        return f"which watching spread evenly ({percent(even)}) would give too", verdict
    return f"from too few users ({number(e.n)}) to compare with anything", verdict


def completion(r: Results) -> Answer:
    """How many views reach the end."""
    w = r.watching
    does = f"reach {percent(w.completion)} of the ping"
    return _share(r, "completion", does, w.completed, 1 - w.completion)


def skipping(r: Results) -> Answer:
    """How many views stop early."""
    w = r.watching
    return _share(r, "skipping", f"stop within the first {percent(w.skip)} of the ping", w.skipped, w.skip)


def _share(r: Results, topic: str, does: str, e: Estimate, even: float) -> Answer:
    if not r.watching.views:
        return answer(topic, "There are no views", f"There are no views that could {does}.", e, TOO_LITTLE)
    words, verdict = _against_even(e, even, r.settings.minimum_n)
    text = f"{with_interval(e, percent=True)} of views {does}, {words}."
    return answer(topic, f"{percent(e.value)} of views {does}", text, e, verdict)


def acting(r: Results, e: Estimate) -> Answer:
    """Whether watching goes with acting; `e` is the AUC with its adjusted p-value."""
    d, topic = r.discrimination, "watching_and_acting"
    verdict = judge(e, null=0.5, minimum_n=r.settings.minimum_n)
    few = f"Only {number(d.acted)} of {count(d.viewed, 'viewed (user, ping) pair')} with an action"
    if verdict == TOO_LITTLE:
        heading = "Too few actions to say whether watching predicts acting"
        return answer(
            topic,
            heading,
            f"{few}: too little to say whether these were watched more fully.",
            e,
            verdict,
            main=True,
        )
    order = (
        f"a pair that acts was watched more fully than one that does not in {with_interval(e, percent=True)} "
        f"of cases, where chance gives 50%{tested(e)}"
    )
    if verdict == CHANCE:
        heading = "Watch time does not tell who acts, as far as these data show"
        text = f"Watching does not reliably predict acting: {order}."
    elif e.value > 0.5:
        heading = "Pairs that act were watched more fully"
        text = f"Watching goes with acting: {order}."
    else:
        heading = "Pairs that act were watched less fully"
        text = f"Acting goes with shorter watching: {order}."
    return answer(topic, heading, text, e, verdict, main=True)


def funnel(r: Results) -> Answer:
    """Whether the events form a funnel, and its rates where they do."""
    f, topic = r.funnel, "funnel"
    e = f.out_of_order
    verdict = judge(e, null=0.5, minimum_n=r.settings.minimum_n)
    pairs = f.stages.set_index("stage")
    unseen = f"{number(pairs['without_before']['view'])} of {count(pairs['pairs']['view'], 'viewed pair')}"
    share = with_interval(e, percent=True)
    if verdict == SUPPORTED and e.value < 0.5:
        heading = f"{percent(f.view_rate.value)} of impressions lead to a view"
        text = (
            f"Of the (user, ping) pairs with an impression {with_interval(f.view_rate, percent=True)} have a "
            f"view, and of those with a view {with_interval(f.reaction_rate, percent=True)} a reaction."
        )
    elif verdict == SUPPORTED:
        heading = "The recorded events do not form a funnel"
        text = (
            f"Views, reactions and follows are mostly recorded without the stage before them, {share}: "
            f"{unseen} have no impression, so the rates describe the log and not the audience."
        )
    elif verdict == CHANCE:
        heading = "Many events are recorded without the stage before them"
        text = (
            f"Of the views, reactions and follows {share} lack the stage before: {unseen} have no impression."
        )
    else:
        heading = "Too few users to follow a funnel"
        text = f"With {count(e.n, 'user')} behind views, reactions and follows, the funnel cannot be judged."
    return answer(topic, heading, text, e, verdict)
