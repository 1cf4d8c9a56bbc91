"""When stages and sources changed: from a table of history times, where there is one."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
from ibis.backends import BaseBackend
from ibis.expr.types import Table as IbisTable

from engagement_utils.contacts import history
from engagement_utils.contacts.closing import Curve, curve, difference_at, log_rank
from engagement_utils.contacts.moments import days_between
from engagement_utils.contacts.stages import FUNNEL, channel_of, stage_of
from engagement_utils.contacts.words import plain
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.proportions import proportion
from engagement_utils.tables.backend import kept

TIMED = ("lifecycle_stage", "latest_source")
DAYS = 90  # within which segments are compared


@dataclass(frozen=True)
class Timing:
    """When the cohort's stages and latest sources changed.

    Attributes:
        table: a row a stage of the funnel that enough contacts were in: stage, stays, left (how many ended),
            within_30, within_90 (shares that ended by then, Kaplan-Meier), low, high (of within_90), median
            (days by which half have ended; nan where fewer have).
        curves: share of stays that ended by day, a curve a stage; stays that go on are censored.
        stage: the stage with most stays of socially engaged contacts, and
        gap: share of its stays that ended within 90 days, 1A less the other social contacts.
        after_closing: share of changes of the latest source that came after the day of closing, of contacts
            who closed.
        values, timed: values of both properties, and those with a time; backwards: stays whose end is before
            their start, left out.
    """

    table: pd.DataFrame
    curves: list[Curve]
    stage: str
    gap: Estimate
    after_closing: Estimate
    values: int
    timed: int
    backwards: int


def moments(
    con: BaseBackend, raw: IbisTable, times: IbisTable, headers: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """A row a value of a stage or latest source: contact_id, property, position, label, time (UTC, or NaT).

    Args:
        raw, times: the contact table and one of the schema `HISTORY`.
        headers: our column name to the header that the export has for it; see `history.named`.
    """
    known = kept(con, history.named(times, TIMED, headers or {}), "times")
    long = kept(con, history.long_table(raw, TIMED, known), "moments")
    long = long.mutate(plain=plain(long["value"]))
    stage = long["property"] == "lifecycle_stage"
    label = stage.ifelse(stage_of(long["plain"]), channel_of(long["plain"]))
    rows = long.select("contact_id", "property", "position", label=label, time=long["time"])
    frame = rows.order_by("contact_id", "property", "position").to_pandas()
    frame["time"] = pd.to_datetime(frame["time"])
    return frame


def stays(moments: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """A row a stay in a stage: contact_id, label, days (negative where times run backwards), left.

    A stay begins with the first of equal values in a row and ends with the next other value; one that ends
    after `as_of`, or not at all, is followed to `as_of`. Stays without a known start or a known end are left
    out, as are those that begin after `as_of`.
    """
    rows = moments[moments["property"] == "lifecycle_stage"]
    same = (rows["contact_id"] == rows["contact_id"].shift()) & (rows["label"] == rows["label"].shift())
    rows = rows[~same]
    more = rows["contact_id"] == rows["contact_id"].shift(-1)
    end = rows["time"].shift(-1).where(more)
    last = as_of + pd.Timedelta(days=1)  # the whole day counts
    left = more & (end < last)
    days = days_between(end.where(left, last), rows["time"])
    known = rows["time"].notna() & (rows["time"] < last) & (~more | end.notna())
    return rows.assign(days=days, left=left).loc[known, ["contact_id", "label", "days", "left"]]


def timing(
    moments: pd.DataFrame, contacts: pd.DataFrame, as_of: pd.Timestamp, minimum: int, *, level: float
) -> Timing | None:
    """What the moments of the cohort say; None where no stage or source of it has a time.

    Args:
        moments: what `moments` gives.
        contacts: the cohort with segment, is_social, closed and close_date.
        minimum: contacts below which a stage is not shown.
    """
    own = moments[moments["contact_id"].isin(contacts["contact_id"])]
    if own["time"].notna().sum() == 0:
        return None
    every = stays(own, as_of)
    backwards = every["days"] < 0
    every = every[~backwards].merge(
        contacts[["contact_id", "segment", "is_social"]], on="contact_id", validate="many_to_one"
    )
    table, curves = _by_stage(every, minimum, level)
    stage, gap = _gap(every[every["is_social"]], level)
    return Timing(
        table=table,
        curves=curves,
        stage=stage,
        gap=gap,
        after_closing=_after_closing(own, contacts, level),
        values=len(own),
        timed=int(own["time"].notna().sum()),
        backwards=int(backwards.sum()),
    )


def _by_stage(every: pd.DataFrame, minimum: int, level: float) -> tuple[pd.DataFrame, list[Curve]]:
    rows, curves = [], []
    for stage in FUNNEL[:-1]:  # nobody is expected to leave the last one
        inside = every[every["label"] == stage]
        found = curve(stage, inside["days"], inside["left"], level=level)
        if found is None or inside["contact_id"].nunique() < minimum:
            continue
        curves.append(found)
        share, error = found.at(DAYS)
        half = found.days[found.closed >= 0.5]
        rows.append(
            {
                "stage": stage,
                "stays": len(inside),
                "left": int(inside["left"].sum()),
                "within_30": found.at(30)[0],
                "within_90": share,
                "low": max(0.0, share - found.z * error),
                "high": min(1.0, share + found.z * error),
                "median": float(half[0]) if half.size else float("nan"),
            }
        )
    names = ["stage", "stays", "left", "within_30", "within_90", "low", "high", "median"]
    return pd.DataFrame(rows, columns=names), curves


def _gap(social: pd.DataFrame, level: float) -> tuple[str, Estimate]:
    """The stage with most stays, and 1A less the others in it."""
    inside = social[social["label"].isin(FUNNEL[:-1])]
    nothing = Estimate.unknown(0, level, "Kaplan-Meier")
    if inside.empty:
        return "", nothing
    stage = str(inside["label"].value_counts().reindex(FUNNEL[:-1]).idxmax())
    inside = inside[inside["label"] == stage]
    group = (inside["segment"] == "1A").map({True: "1A", False: "other"})
    first, other = (
        curve(g, inside["days"][group == g], inside["left"][group == g], level=level) for g in ("1A", "other")
    )
    if first is None or other is None:
        return stage, nothing
    return stage, difference_at(first, other, DAYS, log_rank(inside["days"], inside["left"], group))


def _after_closing(own: pd.DataFrame, contacts: pd.DataFrame, level: float) -> Estimate:
    """Of the changes of the latest source of contacts who closed, those on a later day."""
    closed = contacts.loc[contacts["closed"], ["contact_id", "close_date"]]
    rows = own[(own["property"] == "latest_source") & (own["position"] > 1) & own["time"].notna()]
    rows = rows.merge(closed, on="contact_id", validate="many_to_one")
    later = rows["time"].dt.normalize() > rows["close_date"]
    return proportion(int(later.sum()), len(rows), level=level)
