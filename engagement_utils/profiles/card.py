"""The model card: what a saved model was made from, how well it does, and what it is not for."""

from typing import Any

import pandas as pd

from engagement_utils.profiles.baselines import BASELINES
from engagement_utils.profiles.bundle import versions
from engagement_utils.profiles.features import FEATURES, MAX_STALE
from engagement_utils.profiles.models import MODEL, Model
from engagement_utils.profiles.weekly import monday, sunday
from engagement_utils.report.wording import day, number, percent

MEASURES = ("MAE", "WAPE", "MASE", "pinball", "coverage_80", "coverage_95")


def facts(errors: pd.DataFrame) -> dict[str, Any]:
    """What `model.json` says of the backtest.

    Args:
        errors: `errors.error_table` of the model, overall and by stratum.
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
        "14, 21 and 28 days after the week of the forecast, with 80% and 95% intervals.",
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
        "| days | stratum | rows | " + " | ".join(_LABELS[m] for m in MEASURES) + " |",
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


_LABELS = {
    "MAE": "MAE",
    "WAPE": "WAPE",
    "MASE": "MASE",
    "pinball": "pinball",
    "coverage_80": "80% covers",
    "coverage_95": "95% covers",
}


def _cell(measure: str, value: float | None) -> str:
    if value is None:
        return "–"
    return percent(value, 1) if measure in ("WAPE", "coverage_80", "coverage_95") else number(value, 2)


def _method(use: str, kind: str) -> str:
    if use != MODEL:
        return f"{BASELINES[use]} (the model does not beat it)"
    return "gradient boosting" if kind == "ours" else "published linear regression"
