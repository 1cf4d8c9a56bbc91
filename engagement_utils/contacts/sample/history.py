"""When the generated contacts' stages and latest sources were set, as a pull from HubSpot writes it."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

WAY = ("lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity")  # to a customer
# a stage as it is written -> how many stages of the way lie behind it; others are on no way
BEHIND = {
    **dict.fromkeys(("MQL", "marketingqualifiedlead"), 1),
    "salesqualifiedlead": 2,
    **dict.fromkeys(("opportunity", "Oportunidad"), 3),
    **dict.fromkeys(("customer", "Cliente"), 4),
}
SEPARATOR = " // "
SOONER = 0.5  # times the share of their way for which contacts of segment A stay leads
UNTIMED = 0.02  # share of values without a time
PROPERTIES = ("Lifecycle Stage", "Latest Traffic Source")


def with_way(stage: NDArray[np.object_], chance: NDArray[np.float64]) -> NDArray[np.object_]:
    """Stages as histories: `lead`, each later stage of the way in half of the cases, then the stage itself.

    Args:
        chance: uniform on 0 to 1, which decides on the stages between.
    """
    bits = (8 * chance).astype(int)
    behind = pd.Series(stage).map(BEHIND).fillna(0).astype(int).to_numpy()
    text = stage
    for place in (3, 2, 1, 0):
        passed = behind > place
        if place:  # everyone was a lead
            passed &= (bits >> (place - 1)) & 1 == 1
        text = np.where(passed, WAY[place] + SEPARATOR + text, text)
    return text


def history(export: pd.DataFrame, truth: pd.DataFrame, as_of: np.datetime64, seed: int) -> pd.DataFrame:
    """A row a value of both properties: contact_id, property, position, value, time (UTC, some unknown).

    A contact is a lead from the day of its creation on and a customer from that of its closing; what lies
    between is divided at random. Latest sources change at random from the creation to `as_of`.

    Args:
        export, truth: from `sample.generate`.
    """
    rng = np.random.default_rng(seed)
    return pd.concat([_times(rng, export[name], truth, as_of) for name in PROPERTIES], ignore_index=True)


def _times(
    rng: np.random.Generator, texts: "pd.Series[str]", truth: pd.DataFrame, as_of: np.datetime64
) -> pd.DataFrame:
    stages = texts.name == PROPERTIES[0]
    long = truth.assign(value=texts.str.split(SEPARATOR)).explode("value")
    long = long[long["value"] != ""]
    contact = long["contact_id"]
    position, last = long.groupby(contact).cumcount() + 1, ~contact.duplicated(keep="last")
    ends = long["closed_on"].notna() & stages
    piece = pd.Series(rng.exponential(size=len(long)), index=position.index)
    piece *= np.where(stages & (position == 1) & (long["segment"] == "A"), SOONER, 1.0)
    piece = piece.where(~(last & ends), 0.0)  # nothing comes behind the closing
    total = piece.groupby(contact).transform("sum")
    before = piece.groupby(contact).cumsum() - piece
    span = long["closed_on"].where(ends, as_of) - long["created"]
    passed = (span.dt.total_seconds() * before / total.where(total > 0, 1.0)).round()
    time = long["created"] + pd.to_timedelta(passed, unit="s")
    known = rng.random(len(long)) >= UNTIMED
    return pd.DataFrame(
        {
            "contact_id": contact,
            "property": texts.name,
            "position": position,
            "value": long["value"],
            "time": time.dt.strftime("%Y-%m-%dT%H:%M:%SZ").where(known, ""),
        }
    )
