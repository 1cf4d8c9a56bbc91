"""What the forecast report says: which profiles it can forecast, how far from their level, how surely."""

import numpy as np
import pandas as pd

from engagement_utils.inference.means import quantile
from engagement_utils.inference.proportions import proportion
from engagement_utils.inference.verdict import CHANCE, SUPPORTED, TOO_LITTLE, judge
from engagement_utils.profiles.names import days
from engagement_utils.profiles.outlook import Outlook
from engagement_utils.profiles.weekly import sunday
from engagement_utils.report import header as report_header
from engagement_utils.report.answer import Answer, answer
from engagement_utils.report.outputs import Action, Header
from engagement_utils.report.wording import count, day, interval, number, percent, with_interval


def _first(o: Outlook) -> pd.DataFrame:
    """Forecasts by the model at 7 days, with each profile's usual level."""
    table = o.forecasts[(o.forecasts["horizon_days"] == 7) & o.forecasts["low_80"].notna()]
    level = pd.Series(np.expm1(o.latest["anchor"]).to_numpy(), index=o.latest["profile_id"])
    return table.assign(level=table["profile_id"].map(level).to_numpy())


def reach(o: Outlook) -> Answer:
    """How many profiles can be forecast."""
    first = o.forecasts[o.forecasts["horizon_days"] == 7]
    able = int(first["low_80"].notna().sum())
    e = proportion(able, len(first), level=o.settings.level)
    stale, none = (int(o.flags.get(f, 0)) for f in ("stale", "no history"))
    text = (
        f"{number(able)} of {count(len(first), 'profile')}, {with_interval(e, percent=True)}, have records "
        f"recent enough to forecast; the last trailing mean stands in for {number(stale)} that are stale; "
        f"for {number(none)} without a week with posts there is no forecast."
    )
    if e.n < o.settings.minimum_n:
        return answer("reach", f"{count(able, 'profile')} can be forecast", text, e, TOO_LITTLE, main=True)
    heading = f"{percent(e.value)} of profiles can be forecast"
    return answer("reach", heading, text, e, SUPPORTED, main=True)


def direction(o: Outlook) -> Answer:
    """Whether forecasts lie above or below what is usual for the profiles."""
    first = _first(o)
    change = (first["forecast"] / first["level"].clip(lower=1e-9) - 1).to_numpy()
    e = quantile(change, 0.5, level=o.settings.level)
    verdict = judge(e, minimum_n=o.settings.minimum_n)
    upto = day(sunday(o.prepared.span.last_week + 1))
    if verdict == SUPPORTED:
        word = "above" if e.value > 0 else "below"
        heading = f"The median profile is forecast {percent(abs(e.value), 1)} {word} its usual level"
        text = (
            f"For the week to {upto} the median profile is forecast {percent(abs(e.value), 1)} {word} "
            "its usual "
            f"level ({interval(e.low or 0, e.high or 0, 1, percent=True)}, {count(e.n, 'profile')})."
        )
    elif verdict == CHANCE:
        heading = "The next week is forecast at its usual level for the median profile"
        text = (
            f"For the week to {upto} the median profile is forecast at its usual level "
            f"(difference {with_interval(e, percent=True)}, {count(e.n, 'profile')})."
        )
    else:
        heading = "Too few profiles to say where the next week lies"
        text = f"{count(e.n, 'profile')} are too few to say where the week to {upto} lies as a whole."
    return answer("direction", heading, text, e, verdict, main=True)


def width(o: Outlook) -> Answer:
    """How wide the intervals are."""
    first = _first(o)
    forecast = first["forecast"].clip(lower=1e-9)
    upper = quantile((first["high_80"] / forecast).to_numpy(), 0.5, level=o.settings.level)
    lower = float((first["low_80"] / forecast).median()) if len(first) else float("nan")
    last = o.forecasts[(o.forecasts["horizon_days"] == 28) & o.forecasts["low_80"].notna()]
    later = float((last["high_80"] / last["forecast"].clip(lower=1e-9)).median())
    text = (
        f"The 80% interval of the next week reaches from {number(lower, 2)} to {number(upper.value, 2)} "
        "times the "
        f"forecast for the median profile; {days(4)} ahead up to {number(later, 2)} times."
    )
    heading = (
        f"A single week can come out at {number(lower, 1)} to {number(upper.value, 1)} times its forecast"
    )
    verdict = SUPPORTED if upper.n >= o.settings.minimum_n else TOO_LITTLE
    return answer("width", heading, text, upper, verdict, unit="times the forecast", main=True)


def surprises(o: Outlook) -> pd.DataFrame:
    """Profiles whose usual level lies outside the 80% interval of the next week, furthest first."""
    first = _first(o)
    outside = (first["level"] < first["low_80"]) | (first["level"] > first["high_80"])
    ratio = first["forecast"] / first["level"].clip(lower=1e-9)
    found = first.assign(change=ratio - 1)[outside]
    return found.sort_values("change", key=abs, ascending=False, kind="stable", ignore_index=True)


def turning(o: Outlook) -> Answer:
    """Profiles that the model expects to leave their usual level."""
    able, found = len(_first(o)), len(surprises(o))
    if found:
        heading = f"{count(found, 'profile')} will leave their usual level, the model expects"
        text = (
            f"For {number(found)} of {count(able, 'profile')} the usual level lies outside the 80% interval."
        )
    else:
        heading = "No profile is expected to leave its usual level"
        text = f"For none of {count(able, 'profile')} the usual level lies outside the 80% interval."
    verdict = SUPPORTED if able >= o.settings.minimum_n else TOO_LITTLE
    return answer("turning", heading, text, None, verdict, n=able)


def answers(o: Outlook) -> dict[str, Answer]:
    """Every answer by topic."""
    return {a.finding.topic: a for a in (reach(o), direction(o), width(o), turning(o))}


def header(o: Outlook) -> Header:
    """Data window, counts and key figures."""
    able = int((o.forecasts["low_80"].notna() & (o.forecasts["horizon_days"] == 7)).sum())
    first = _first(o)
    figures = [report_header.key_figure("Profiles forecast", able)]
    figures.append(report_header.key_figure("Stale profiles", int(o.flags.get("stale", 0))))
    if len(first):
        figures.append(
            report_header.key_figure(
                "Median forecast, 7 days", float(first["forecast"].median()), digits=0, unit="a post"
            )
        )
    span = o.prepared.span
    return report_header.header(span.first, span.last, {"profile": len(o.forecasts) // 4}, figures)


def actions(o: Outlook, found: dict[str, Answer]) -> list[Action]:
    """What to do: from supported findings alone."""
    todo = []
    stale = int(o.flags.get("stale", 0))
    if found["reach"].verdict == SUPPORTED and stale:
        text = f"Record the {count(stale, 'stale profile')} again before their numbers are used."
        todo.append(Action(text, "reach", "They have had no recorded day for more than four weeks."))
    if found["width"].verdict == SUPPORTED:
        text = "Plan with the intervals: a week outside the 80% interval is news, one inside it is not."
        todo.append(Action(text, "width"))
    return todo
