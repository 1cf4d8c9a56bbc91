"""The nine faults of the published pipeline: what is done here instead, and what these data show of each."""

import pandas as pd

from engagement_utils.profiles.backtest import LEAKING, WITHOUT
from engagement_utils.profiles.claimed import PREFIX
from engagement_utils.profiles.errors import error, squared_share
from engagement_utils.profiles.exploration import Exploration
from engagement_utils.profiles.models import MODEL
from engagement_utils.profiles.questions.giants import TOP
from engagement_utils.profiles.weekly import Window, sunday
from engagement_utils.report.wording import count, day, number, percent

COLUMNS = ("number", "fault", "here", "evidence")


def faults(
    weeks: pd.DataFrame,
    split: pd.DataFrame,
    exploration: Exploration,
    span: Window,
    reloaded: float,
    *,
    level: float,
) -> pd.DataFrame:
    """One row a fault: number, fault, here, evidence.

    Args:
        weeks: from `claimed.claimed_weeks`, with `followers_last` and `days` of our weeks.
        split: forecasts of the published split, with columns leak, honest, model, trailing.
        reloaded: largest difference between forecasts of the model in memory and of the saved one.
    """
    first = split[split["horizon"] == split["horizon"].min()]
    rows = [
        (
            "Leak: the calendar month's mean",
            "the last 28 days, known at prediction time",
            _leak(weeks, first, level),
        ),
        ("Followers summed over the week", "a stock: the last known value", _stock(weeks)),
        ("Rows shifted, not weeks", "lags and targets by calendar week", _shifted(weeks)),
        ("Weeks counted by year, always 52", "weeks counted through, from 1970", _turn(weeks)),
        ("Missing written as 0", "missing stays missing", _zeros(weeks, exploration)),
        (
            "A scaler that is shipped and not used",
            "no scaler; what is saved is what forecasts",
            "the saved model, loaded again, forecasts the same"
            if reloaded == 0
            else f"the saved model, loaded again, differs by up to {number(reloaded, 6)} on the log scale",
        ),
        (
            "The last week taken for whole",
            "weeks that the data hold in part count nowhere",
            _last(span, exploration),
        ),
        (
            "Errors that measure a handful of giants",
            "errors by stratum, scaled errors, intervals",
            _giants(first, level),
        ),
        (
            "Models as pickles",
            "skops: no code runs on loading, foreign types are refused",
            "one trusted type beside those of scikit-learn and numpy",
        ),
    ]
    return pd.DataFrame([(i + 1, *row) for i, row in enumerate(rows)], columns=list(COLUMNS))


def _leak(weeks: pd.DataFrame, first: pd.DataFrame, level: float) -> str:
    after = weeks["days_of_month_after"] > 0
    target = weeks["days_of_month_after"] >= 7
    leak, honest = (error(first, name, "MAE", level=level).value for name in (LEAKING, WITHOUT))
    return (
        f"in {percent(after.mean())} of rows the month goes on after the prediction date, in "
        f"{percent(target.mean())} it holds the whole target week; mean absolute error {number(leak, 0)} "
        "with "
        f"it, {number(honest, 0)} without"
    )


def _stock(weeks: pd.DataFrame) -> str:
    known = weeks[(weeks["followers_last"] > 0) & (weeks[f"{PREFIX}followers"] > 0)]
    times = known[f"{PREFIX}followers"] / known["followers_last"]
    few, whole = times[known["days"] <= 3], times[known["days"] == 7]
    return (
        f"the sum is {number(few.median(), 1)} times the followers in a week with up to 3 recorded days, "
        f"{number(whole.median(), 1)} times in one with 7 (medians)"
    )


def _shifted(weeks: pd.DataFrame) -> str:
    step = weeks["next_row"].dropna()
    far = (step > 1).mean()
    return (
        f"{percent(far, 1)} of the published “7 days ahead” lie further ahead, up to "
        f"{count(int(step.max()), 'week')}"
    )


def _turn(weeks: pd.DataFrame) -> str:
    lost = int(weeks["turn_lost"].sum())
    return f"{count(lost, 'row')} after a turn of the year lose a recorded lag by that rule"


def _zeros(weeks: pd.DataFrame, exploration: Exploration) -> str:
    undefined = exploration.missing.set_index("column")["share"]["followers"]
    return (
        f"{percent(weeks['lag_missing_1'].mean(), 1)} of rows have no record the week before; followers are "
        f"undefined in {percent(undefined)} of rows"
    )


def _last(span: Window, exploration: Exploration) -> str:
    end = sunday(span.last_week)
    left = (span.last - end).days
    return (
        f"the last whole week ends on {day(end)}; {count(left, 'day')} after it and the days of a partial "
        f"first week hold {count(exploration.partial, 'row')}"
    )


def _giants(first: pd.DataFrame, level: float) -> str:
    top = squared_share(first, MODEL, TOP)
    r2 = error(first, "trailing", "R²", level=level).value
    return (
        f"{percent(TOP)} of rows hold {percent(top)} of the squared error; the trailing mean alone has an R² "
        f"of {number(r2, 2)}"
    )
