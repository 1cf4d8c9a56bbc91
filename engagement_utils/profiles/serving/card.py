"""The model card: what a saved model was made from, how well it does, what it is not for; saving with it."""

from typing import Any

import pandas as pd

from engagement_utils.profiles.baselines import BASELINES
from engagement_utils.profiles.errors import COVERAGE, WITH_INTERVALS
from engagement_utils.profiles.features import FEATURES, MAX_STALE
from engagement_utils.profiles.intervals import INTERVALS
from engagement_utils.profiles.models import MODEL, Model
from engagement_utils.profiles.serving.bundle import reloaded, save, versions
from engagement_utils.profiles.weekly import monday, sunday
from engagement_utils.report.exports import downloads_dir, private_dir
from engagement_utils.report.wording import day, number, percent

MEASURES = ("MAE", "WAPE", "MASE", *WITH_INTERVALS)
FOLDER = "model"


def facts(errors: pd.DataFrame) -> dict[str, Any]:
    """What `model.json` says of the backtest.

    Args:
        errors: `profiles.errors.error_table` of the model, overall and by stratum.
    """
    kept = errors[(errors["predictor"] == MODEL) & errors["measure"].isin(MEASURES)]
    rows = [
        {
            "horizon_days": 7 * int(r["horizon"]),
            "stratum": r["group"],
            "measure": r["measure"],
            "value": round(float(r["value"]), 6),
            "rows": int(r["rows"]),
        }
        for r in kept.to_dict("records")
    ]
    return {"backtest": rows}


def card(model: Model, errors: pd.DataFrame) -> str:
    """The card as Markdown."""
    use = ", ".join(f"{7 * h.weeks} days: {_method(h.use, model.kind)}" for h in model.horizons)
    head = [
        "# Engagement forecast: model card",
        "",
        "- **Forecasts**: engagement (likes and comments) per post of a profile's calendar week that ends 7, "
        f"14, 21 and 28 days after the week of the forecast, with {INTERVALS}.",
        f"- **Used at each horizon**: {use}.",
        f"- **Learned from**: {number(model.rows)} weeks of {number(model.profiles)} profiles, "
        f"{day(monday(model.first_week))} to {day(sunday(model.last_week))}.",
        f"- **Features**: {', '.join(FEATURES)}.",
        f"- **Versions**: {', '.join(f'{k} {v}' for k, v in versions().items())}.",
        "- **Not for**: profiles without a recorded day for more than "
        f"{MAX_STALE} weeks, effects of posting more or otherwise, single posts, other networks.",
        "- **Intervals** are calibrated on the last eight target weeks by conformal prediction; they hold on "
        "average over profiles like these, and not when the network changes.",
        "",
        "## Errors in the rolling-origin backtest",
        "",
        "| days | stratum | rows | " + " | ".join(_label(m) for m in MEASURES) + " |",
        "|---:|---|---:|" + "---:|" * len(MEASURES),
    ]
    kept = errors[errors["predictor"] == MODEL]
    body = []
    for key, part in kept.groupby(["horizon", "group"], sort=False):
        horizon, group = key if isinstance(key, tuple) else (key, "")
        values = dict(zip(part["measure"], part["value"], strict=True))
        cells = " | ".join(_cell(m, values.get(m)) for m in MEASURES)
        body.append(f"| {7 * int(str(horizon))} | {group} | {number(int(part['rows'].iloc[0]))} | {cells} |")
    return "\n".join([*head, *body, ""])


def _label(measure: str) -> str:
    return f"{percent(COVERAGE[measure])} covers" if measure in COVERAGE else measure


def _cell(measure: str, value: float | None) -> str:
    if value is None:
        return "–"
    return percent(value, 1) if measure in ("WAPE", *COVERAGE) else number(value, 2)


def _method(use: str, kind: str) -> str:
    if use != MODEL:
        return f"{BASELINES[use]} (the model does not beat it)"
    return "gradient boosting" if kind == "ours" else "published linear regression"


def save_model(model: Model, errors: pd.DataFrame, latest: pd.DataFrame, *, publish_profiles: bool) -> float:
    """Write the model with its card to `model` among the downloads.

    Args:
        errors: as for `facts`; latest: every profile's latest row.
        publish_profiles: write these there too, so that the API knows their ids; else the model with its
            profiles is written to `model` in the private folder, which no site holds.

    Returns:
        the largest difference between its forecasts and those of the model loaded again, as z.
    """
    about, text = facts(errors), card(model, errors)
    open_to_all = downloads_dir() / FOLDER
    save(model, about, text, open_to_all, latest if publish_profiles else None)
    if not publish_profiles:
        save(model, about, text, private_dir() / FOLDER, latest)
    return reloaded(model, open_to_all, latest)
