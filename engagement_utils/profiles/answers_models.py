"""What the backtest says: whether the model beats the baselines, and how far it is from the best possible."""

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.verdict import CHANCE, SUPPORTED, TOO_LITTLE, judge
from engagement_utils.profiles.baselines import BASELINES
from engagement_utils.profiles.errors import error, skill, way
from engagement_utils.profiles.features import HORIZONS
from engagement_utils.profiles.models import MODEL
from engagement_utils.profiles.names import KINDS, days
from engagement_utils.profiles.results import BEST, Results
from engagement_utils.report.answer import Answer, answer
from engagement_utils.report.wording import (
    count,
    interval,
    join_words,
    number,
    p_value,
    percent,
    with_interval,
)


def skills(r: Results) -> dict[str, Estimate]:
    """By topic, how much smaller the model's scaled error is than that of the best baseline."""
    return {
        f"accuracy_{7 * h}d": skill(
            r.at(h), MODEL, r.best_baseline(h, "MASE"), "MASE", level=r.settings.level
        )
        for h in HORIZONS
    }


def accuracy(r: Results, h: int, e: Estimate) -> Answer:
    """One horizon; `e` is the skill with its adjusted p-value."""
    baseline = r.best_baseline(h, "MASE")
    name, model = BASELINES[baseline], KINDS[r.settings.model]
    verdict = judge(e, minimum_n=r.settings.minimum_n)
    mae = error(r.at(h), MODEL, "MAE", level=r.settings.level)
    ahead = f"{days(h)} ahead"
    used = f"so the {name} baseline is used there"
    if verdict == SUPPORTED and e.value > 0:
        heading = f"At {days(h)} the model beats every baseline"
        text = (
            f"{ahead[0].upper()}{ahead[1:]} {model} errs by {with_interval(e, percent=True)} less than the "
            f"best baseline, {name}, in scaled error ({p_value(e.p_value)}); its mean absolute error is "
            f"{number(mae.value, 0)} engagement per post."
        )
    elif verdict == SUPPORTED:
        heading = f"At {days(h)} the model is worse than {name}"
        text = (
            f"{ahead[0].upper()}{ahead[1:]} {model} errs by {percent(-e.value, 1)} more than {name} in "
            "scaled "
            f"error ({p_value(e.p_value)}), {used}."
        )
    elif verdict == CHANCE:
        heading = f"At {days(h)} the model does not beat {name}"
        text = (
            f"{ahead[0].upper()}{ahead[1:]} {model} and {name} cannot be told apart in scaled error "
            f"(difference {with_interval(e, percent=True)}), {used}."
        )
    else:
        heading = f"At {days(h)} there are too few profiles to judge the model"
        text = f"{count(e.n, 'profile')} are too few to compare {model} with {name} {ahead}, {used}."
    return answer(f"accuracy_{7 * h}d", heading, text, e, verdict)


def overall(r: Results, e: dict[str, Estimate]) -> Answer:
    """All horizons in one sentence: the least of the skills stands for them."""
    wins = [h for h in HORIZONS if r.chosen[h] == MODEL]
    all_skills = {h: e[f"accuracy_{7 * h}d"] for h in HORIZONS}
    least = min(all_skills, key=lambda h: all_skills[h].value)
    estimate, name = all_skills[least], BASELINES[r.best_baseline(least, "MASE")]
    model = KINDS[r.settings.model]
    verdict = judge(estimate, minimum_n=r.settings.minimum_n)
    values = [all_skills[h].value for h in HORIZONS]
    spread = interval(min(values), max(values), 0, percent=True)
    if len(wins) == len(HORIZONS):
        heading = "The model beats every baseline at all four horizons"
        text = (
            f"{model[0].upper()}{model[1:]} errs by {spread} less than the best baseline at the four "
            "horizons; "
            f"at {days(least)}, where it gains least, by {with_interval(estimate, percent=True)} less than "
            f"{name} ({p_value(estimate.p_value)}, {count(estimate.n, 'profile')})."
        )
    elif wins:
        heading = f"The model beats every baseline at {len(wins)} of four horizons"
        lost = join_words([days(h) for h in HORIZONS if h not in wins])
        text = (
            f"{model[0].upper()}{model[1:]} beats the best baseline "
            f"{join_words([days(h) for h in wins])} ahead, "
            f"but not at {lost}, where the baseline is used instead (difference at {days(least)}: "
            f"{with_interval(estimate, percent=True)})."
        )
    else:
        heading = "The model beats the best baseline at no horizon"
        text = (
            f"{model[0].upper()}{model[1:]} does not beat the best baseline at any horizon (differences "
            f"{spread} "
            f"in scaled error), so baselines are used."
        )
        if verdict == TOO_LITTLE:
            heading = "Too few profiles to judge the model"
    return answer("accuracy", heading, text, estimate, verdict, main=True)


def ways(r: Results) -> dict[int, Estimate]:
    """By horizon, how far the model goes from the best naive baseline to the reference, in MAE."""
    return {
        h: way(
            r.at(h).dropna(subset=[BEST]),
            MODEL,
            r.best_baseline(h, "MAE", naive=True),
            BEST,
            level=r.settings.level,
        )
        for h in HORIZONS
    }


def possible(r: Results) -> Answer:
    """How much of what can be gained is gained; only with a reference."""
    found = ways(r)
    least = min(found, key=lambda h: found[h].value)
    e = found[least]
    naive = BASELINES[r.best_baseline(least, "MAE", naive=True)]
    verdict = judge(e, minimum_n=r.settings.minimum_n)
    shares = join_words([percent(found[h].value) for h in HORIZONS])
    text = (
        f"From the best naive baseline to the best possible forecast, the model goes {shares} of the way in "
        f"mean absolute error at 7, 14, 21 and 28 days; least at {days(least)}, "
        f"{with_interval(e, percent=True)} of the way from {naive}."
    )
    if verdict == SUPPORTED:
        heading = f"The model goes at least {percent(e.value)} of the way to the best possible forecast"
    elif verdict == CHANCE:
        heading = "Whether the model comes nearer to the best possible forecast is not clear"
    else:
        heading = "Too few profiles to say how near the model comes to the best possible"
    return answer("way_to_best", heading, text, e, verdict, main=True)


def splits(r: Results) -> dict[str, Estimate]:
    """On the published split at 7 days: what the leak hides, and what ours gains over the model without
    it.
    """
    if r.split is None:
        return {}
    first = r.split[r.split["horizon"] == 1]
    level = r.settings.level
    return {
        "leak": skill(first, "leak", "honest", "MAE", level=level),
        "published_split": skill(first, MODEL, "honest", "MAE", level=level),
    }


def leak(r: Results, e: Estimate) -> Answer:
    """What the published error owes to its leak; `e` is the skill of the leak."""
    first = r.split[r.split["horizon"] == 1] if r.split is not None else r.forecasts.head(0)
    errors = {name: error(first, name, "MAE").value for name in ("leak", "honest", MODEL, "trailing")}
    verdict = judge(e, minimum_n=r.settings.minimum_n)
    on = "on the published split, 7 days ahead"
    both = f"{number(errors['leak'], 0)} with it, {number(errors['honest'], 0)} without"
    if verdict == SUPPORTED and e.value > 0:
        against = "more than" if errors["honest"] > errors["trailing"] else "less than"
        heading = f"The published accuracy rests on a leak: without it the error grows by {_growth(e)}"
        text = (
            f"A leak hides {with_interval(e, percent=True)} of the published regression's error {on}: "
            f"mean absolute error {both}, {against} the {number(errors['trailing'], 0)} of the "
            "trailing "
            f"four weeks."
        )
        if BEST in first.columns and errors["leak"] < (
            best := error(first.dropna(subset=[BEST]), BEST, "MAE").value
        ):
            text = f"{text[:-1]}; with it, it beats even the best possible forecast ({number(best, 0)})."
    elif verdict == TOO_LITTLE:
        heading = "Too few profiles to say what the published leak does"
        text = f"{count(e.n, 'profile')} are too few to say what the leak does {on}: {both}."
    else:
        heading = "In these data the published leak does not change the error"
        text = f"The leak of the published regression makes no difference {on}: mean absolute error {both}."
    return answer("leak", heading, text, e, verdict, main=True)


def _growth(e: Estimate) -> str:
    return percent(1 / (1 - e.value) - 1) if e.value < 1 else "any amount"


def against_published(r: Results, e: Estimate) -> Answer:
    """Ours against the published model without its leak, on its own split."""
    verdict = judge(e, minimum_n=r.settings.minimum_n)
    model = KINDS[r.settings.model]
    what = f"{with_interval(e, percent=True)}"
    if verdict == SUPPORTED and e.value > 0:
        heading = "On the published split, too, the model errs less"
        text = f"On the published split {model} errs by {what} less than the published one without its leak."
    elif verdict == TOO_LITTLE:
        heading = "Too few profiles on the published split"
        text = f"{count(e.n, 'profile')} on the published split are too few to compare the models."
    else:
        heading = "On the published split the model is no better than the published regression"
        text = (
            f"On the published split {model} and the published regression without its leak differ by {what}."
        )
    return answer("published_split", heading, text, e, verdict)
