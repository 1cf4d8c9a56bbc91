"""The forecast report's figures and tables."""

import numpy as np
import pandas as pd

from engagement_utils.profiles.baselines import BASELINES
from engagement_utils.profiles.findings_forecast import surprises
from engagement_utils.profiles.forecast import FLAGS
from engagement_utils.profiles.outlook import Outlook, facts
from engagement_utils.profiles.weekly import sunday
from engagement_utils.report import plots, style
from engagement_utils.report.figure import figure
from engagement_utils.report.labels import number_axis
from engagement_utils.report.outputs import Figure, TableView
from engagement_utils.report.table import Col, table
from engagement_utils.report.wording import day, number

SHORT_ID = 10  # characters of an id that are shown


def short(profile: str) -> str:
    """The beginning of a long id."""
    return profile if len(profile) <= SHORT_ID + 2 else f"{profile[:SHORT_ID]}…"


def forecast_figure(o: Outlook, profile: str) -> Figure:
    """One profile: its last weeks, the forecasts, both intervals."""
    past = o.history[o.history["profile_id"] == profile]
    ahead = o.of(profile)
    ahead = ahead[ahead["forecast"].notna()]
    when = pd.to_datetime(ahead["week_ending"])
    fig, ax = style.canvas(height=2.5)
    if len(past):
        # weeks without posts leave a gap
        weeks = np.arange(past["week"].min(), past["week"].max() + 1)
        y = past.set_index("week")["y"].reindex(weeks)
        plots.trend(
            ax, pd.to_datetime([sunday(w) for w in weeks]), y, color=style.QUIET, ylabel="engagement per post"
        )
    if len(ahead):
        for level, alpha in ((95, 0.14), (80, 0.24)):
            ax.fill_between(
                when,
                ahead[f"low_{level}"].to_numpy(dtype=float),
                ahead[f"high_{level}"].to_numpy(dtype=float),
                color=style.HIGHLIGHT,
                alpha=alpha,
                lw=0,
            )
        plots.trend(ax, when, ahead["forecast"], color=style.HIGHLIGHT, ylabel="engagement per post")
    ax.set_ylim(bottom=0)
    ax.margins(x=0.03)
    ax.tick_params(axis="x", pad=8)  # a month at the left edge keeps clear of the axis' 0
    number_axis(ax.yaxis)
    return figure(
        fig,
        name=f"forecast_{_slug(profile)}",
        title=f"Profile {short(profile)}",
        caption=f"Grey, weeks with posts up to {day(sunday(o.prepared.span.last_week))}; in colour, the "
        "forecasts "
        "of the next four weeks with 80% (darker) and 95% intervals.",
        alt=f"Profile {short(profile)}: {o.reasons[profile]} {_told(ahead)}",
        data=_numbers(past, ahead),
    )


def _slug(profile: str) -> str:
    kept = "".join(c if c.isascii() and c.isalnum() else "_" for c in profile.lower())
    return kept[:24]


def _told(ahead: pd.DataFrame) -> str:
    if ahead.empty:
        return "No forecast."
    values = ", ".join(f"{number(v, 0)}" for v in ahead["forecast"])
    return f"Forecasts of the next four weeks: {values} engagement per post."


def _numbers(past: pd.DataFrame, ahead: pd.DataFrame) -> pd.DataFrame:
    """History and forecasts in one table."""
    before = pd.DataFrame(
        {"week_ending": [sunday(w) for w in past["week"]], "engagement_per_post": past["y"]}
    )
    return pd.concat([before, ahead.drop(columns="profile_id")], ignore_index=True)


def forecast_table(o: Outlook) -> TableView:
    """The shown profiles at all horizons; the download has every profile."""
    order = {p: i for i, p in enumerate(o.shown)}
    every = o.forecasts.assign(place=o.forecasts["profile_id"].map(order).fillna(len(order)))
    every = every.sort_values(["place", "profile_id", "horizon_days"], kind="stable", ignore_index=True)
    every = every.assign(profile=every["profile_id"].map(short)).drop(columns="place")
    by = every["method"].map({"model": "model", "none": "none", **BASELINES})
    every["by"] = by.where(every["flag"] == "", by + ", " + every["flag"])
    digits = 0 if every["forecast"].median() >= 20 else 1
    return table(
        every,
        name="forecasts",
        title="Forecasts of the next four weeks",
        columns={
            "profile": "Profile",
            "week_ending": Col("Week to", kind="date"),
            "forecast": Col("Engagement per post", digits=digits),
            "low_80": Col("80% from", digits=digits),
            "high_80": Col("to", digits=digits),
            "low_95": Col("95% from", digits=digits),
            "high_95": Col("to ", digits=digits),
            "by": "By",
        },
        max_rows=4 * len(o.shown),
        folded=False,
    )


def reasons_table(o: Outlook) -> TableView:
    """Why, in plain words."""
    first = o.forecasts[o.forecasts["horizon_days"] == 7].set_index("profile_id")["forecast"]
    rows = [(short(p), first[p], o.reasons[p]) for p in o.shown]
    return table(
        pd.DataFrame(rows, columns=["profile", "forecast", "reason"]),
        name="reasons",
        title="Why the next week is forecast so",
        columns={
            "profile": "Profile",
            "forecast": Col("Next week", "per post", digits=0),
            "reason": "What moves it",
        },
        caption="Each part is how far the forecast moves when that group of features is set to what is "
        "typical. "
        "Parts overlap, so they do not add up.",
        folded=False,
    )


def surprises_table(o: Outlook) -> TableView | None:
    """Profiles that leave their usual level, or None where there are none."""
    found = surprises(o)
    if found.empty:
        return None
    found = found.assign(profile=found["profile_id"].map(short))
    return table(
        found[["profile", "profile_id", "level", "forecast", "low_80", "high_80", "change"]],
        name="leaving_their_level",
        title="Profiles expected to leave their usual level",
        columns={
            "profile": "Profile",
            "level": Col("Usual level", "per post", digits=0),
            "forecast": Col("Next week", "per post", digits=0),
            "low_80": Col("80% from", digits=0),
            "high_80": Col("to", digits=0),
            "change": Col("Change", percent=True, digits=0),
        },
        max_rows=10,
    )


def flags_table(o: Outlook) -> TableView:
    """What flags mean and how many profiles have them."""
    rows = [(flag or "none", int(o.flags.get(flag, 0)), text) for flag, text in FLAGS.items()]
    return table(
        pd.DataFrame(rows, columns=["flag", "profiles", "meaning"]),
        name="flags",
        title="Profiles by flag",
        columns={"flag": "Flag", "profiles": "Profiles", "meaning": "What it means"},
    )


def model_table(o: Outlook) -> TableView:
    """The model that forecasts."""
    rows = [(key, str(value)) for key, value in facts(o.bundle).items()]
    return table(
        pd.DataFrame(rows, columns=["what", "value"]),
        name="model",
        title="The model",
        columns={"what": "What", "value": "Value"},
        caption="Trained by this report, as no saved model was given." if o.trained else "",
    )
