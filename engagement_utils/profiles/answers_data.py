"""What the data, the intervals and the strata say."""

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.verdict import CHANCE, SUPPORTED, TOO_LITTLE, Verdict, judge
from engagement_utils.profiles.baselines import BASELINES
from engagement_utils.profiles.errors import error, skill
from engagement_utils.profiles.models import MODEL
from engagement_utils.profiles.results import Results, squared_share
from engagement_utils.profiles.strata import STRATA
from engagement_utils.report.answer import Answer, answer
from engagement_utils.report.wording import count, join_words, number, percent, with_interval

OVERALL, WITHIN = 0.02, 0.05  # how far coverage may be off, overall and in a stratum
ENOUGH = 200  # rows that a stratum needs for it
TOP = 0.01


def sparse(r: Results) -> Answer:
    """How many days of the year are recorded."""
    e = r.exploration.under_50
    n = r.settings.minimum_n
    share = with_interval(e, percent=True)
    if e.n < n:
        verdict: Verdict = TOO_LITTLE
        heading = "Too few profiles to say how sparse records are"
    elif (e.low or 0.0) > 0.5:
        verdict, heading = SUPPORTED, "Most profiles have fewer than 50 recorded days in a year"
    elif (e.high or 1.0) < 0.5:
        verdict, heading = SUPPORTED, "Most profiles have 50 recorded days in a year or more"
    else:
        verdict, heading = CHANCE, "About half of the profiles have fewer than 50 recorded days in a year"
    text = (
        f"{share} of {count(e.n, 'profile')} recorded in the last 365 days have fewer than 50 recorded "
        "days in "
        f"them; records break off for a week or longer {number(r.exploration.gaps)} times."
    )
    return answer("sparsity", heading, text, e, verdict)


def weeks(r: Results) -> Answer:
    """What weekly sums do to sparsity."""
    table = r.exploration.sparsity
    first = table.iloc[0]
    text = (
        f"Between first and last record of the sparsest profiles ({first['stratum']} days a year), "
        f"{percent(first['days'])} of days but {percent(first['weeks'])} of weeks have a record, and "
        f"{percent(first['posts_weeks'])} have posts."
    )
    heading = f"Weeks fill the gaps: {percent(first['days'])} of days, but {percent(first['weeks'])} of weeks"
    enough = int(first["profiles"]) >= r.settings.minimum_n
    return answer(
        "weekly", heading, text, None, SUPPORTED if enough else TOO_LITTLE, n=int(first["profiles"])
    )


def giants(r: Results) -> Answer:
    """What a plain squared error measures."""
    share = squared_share(r.forecasts, TOP)
    first = r.at(1)
    r2 = error(first, "trailing", "R²").value
    text = (
        f"{percent(TOP)} of the rows hold {percent(share)} of the squared error, and the trailing mean "
        "alone has "
        f"an R² of {number(r2, 2)}: both say little about most profiles."
    )
    heading = f"Squared errors measure a handful of giants: {percent(TOP)} of rows hold {percent(share)}"
    if share < 0.2:
        heading = "Squared errors are spread over many profiles"
        text = f"{percent(TOP)} of the rows hold {percent(share)} of the squared error."
    enough = first["profile_id"].nunique() >= r.settings.minimum_n
    return answer("giants", heading, text, None, SUPPORTED if enough else TOO_LITTLE, n=len(first))


def off(r: Results) -> tuple[float, float, str]:
    """The largest distance of coverage from its level: overall, in a stratum of 200 rows, and which one."""
    tables = {"": r.errors, "strata": r.strata}
    worst = dict.fromkeys(tables, (0.0, ""))
    for name, table in tables.items():
        for level in (80, 95):
            part = table[(table["measure"] == f"coverage_{level}") & (table["rows"] >= ENOUGH)]
            for row in part.to_dict("records"):
                distance = abs(float(row["value"]) - level / 100)
                if distance > worst[name][0]:
                    worst[name] = (distance, f"{row['group']} at {7 * row['horizon']} days, {level}%")
    return worst[""][0], worst["strata"][0], worst["strata"][1]


def coverage(r: Results) -> Answer:
    """Whether the intervals cover what they promise."""
    overall, within, where = off(r)
    e80 = error(r.at(1), MODEL, "coverage_80", level=r.settings.level)
    e95 = error(r.at(1), MODEL, "coverage_95", level=r.settings.level)
    text = (
        f"The 80% interval covers {with_interval(e80, percent=True)} of what came 7 days later, the 95% "
        "interval "
        f"{percent(e95.value, 1)}; over all horizons coverage is off by at most {number(overall * 100, 1)} "
        f"points overall and {number(within * 100, 1)} in a stratum of {ENOUGH} rows or more ({where})."
    )
    if e80.n < r.settings.minimum_n:
        return answer("coverage", "Too few profiles to judge the intervals", text, e80, TOO_LITTLE, main=True)
    held = overall <= OVERALL and within <= WITHIN
    heading = (
        "The intervals cover what they promise, overall and in every stratum"
        if held
        else "The intervals cover what they promise overall, but not in every stratum"
        if overall <= OVERALL
        else "The intervals do not cover what they promise"
    )
    return answer("coverage", heading, text, e80, SUPPORTED if held else CHANCE, main=True)


def stratum_skills(r: Results, by: str, horizon: int) -> dict[str, Estimate]:
    """By stratum, how much smaller the model's absolute error is than that of the best baseline there."""
    part, found = r.at(horizon), {}
    for name in STRATA[by]:
        rows = part[part[f"stratum_{by}"] == name]
        if rows["profile_id"].nunique() < 2:
            continue
        best = min(BASELINES, key=lambda b: error(rows, b, "MAE").value)
        found[name] = skill(rows, MODEL, best, "MAE", level=r.settings.level)
    return found


def strata(r: Results, tested: dict[str, Estimate]) -> Answer:
    """Whether the model helps in every stratum; `tested` are the skills with adjusted p-values."""
    verdicts = {name: judge(e, minimum_n=r.settings.minimum_n) for name, e in tested.items()}
    wins = [n for n, v in verdicts.items() if v == SUPPORTED and tested[n].value > 0]
    losses = [n for n, v in verdicts.items() if v == SUPPORTED and tested[n].value <= 0]
    open_ = [n for n in tested if n not in wins and n not in losses]
    least = min(tested, key=lambda n: tested[n].value)
    e = tested[least]
    text = (
        f"In {len(wins)} of {len(tested)} strata the model errs less than the best baseline there, 7 "
        "days ahead"
        + (f"; not clear for {join_words(open_)}" if open_ else "")
        + (f"; worse for {join_words(losses)}" if losses else "")
        + f". Least is gained for {least}: {with_interval(e, percent=True)}."
    )
    if len(wins) == len(tested):
        heading = "The model helps in every stratum"
    elif wins:
        heading = f"The model helps in {len(wins)} of {len(tested)} strata"
    else:
        heading = "In no stratum is it clear that the model helps"
    verdict: Verdict = SUPPORTED if wins else CHANCE
    if all(v == TOO_LITTLE for v in verdicts.values()):
        verdict = TOO_LITTLE
    return answer("strata", heading, text, e, verdict)


def drivers(r: Results) -> Answer:
    """What moves forecasts."""
    if r.importance.empty:
        used = join_words(sorted({BASELINES.get(u, "linear regression") for u in r.chosen.values()}))
        text = f"Forecasts 7 days ahead come from {used}, which weighs no groups of features."
        return answer("drivers", "No trees, so no groups of features to weigh", text, None, TOO_LITTLE)
    first, second = r.importance.index[:2]
    text = (
        f"Forecasts 7 days ahead are moved most by {first} ({percent(r.importance.iloc[0], 1)} on "
        "average) and "
        f"{second} ({percent(r.importance.iloc[1], 1)}), measured from a profile's usual level."
    )
    fresh = int((r.latest["behind"] == 0).sum())
    verdict = SUPPORTED if fresh >= r.settings.minimum_n else TOO_LITTLE
    heading = (
        f"{first[0].upper()}{first[1:]} moves forecasts most"
        if not first.endswith("s")
        else (f"{first[0].upper()}{first[1:]} move forecasts most")
    )
    return answer("drivers", heading, text, None, verdict, n=fresh)
