"""Everything the report shows, measured once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pandas as pd
from ibis.backends import BaseBackend
from ibis.expr.types import Table as IbisTable

from engagement_utils.contacts import detection, metrics, platforms, published, segments
from engagement_utils.contacts.actions import ranked
from engagement_utils.contacts.closing import FAST, Curve, curve, difference_at, log_rank, with_closing
from engagement_utils.contacts.comparing import Comparison, compare
from engagement_utils.contacts.features import FEATURES
from engagement_utils.contacts.likelihood import Calibration, calibration, to_unit
from engagement_utils.contacts.platforms import KEYS
from engagement_utils.contacts.rules import Rules, rules
from engagement_utils.contacts.segments import NOT_SOCIAL, Clustering
from engagement_utils.contacts.structure import Structure, structure
from engagement_utils.contacts.timing import Timing, moments, timing
from engagement_utils.contacts.touch import journeys, with_offline
from engagement_utils.errors import TableError
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.means import mean_difference
from engagement_utils.inference.multiple import adjusted
from engagement_utils.inference.proportions import proportion, proportion_difference

SMALLEST_COHORT = 20


@dataclass(frozen=True)
class Settings:
    """The report's choices; the notebook's parameters of the same names say what they mean."""

    cohort: metrics.Cohort = field(default_factory=metrics.Cohort)
    features: tuple[str, ...] = FEATURES
    k: int | None = 2
    high_share: float = 0.5
    follow_up_days: int = 180
    minimum_group: int = 10
    as_of: date | None = None
    seed: int = 0


@dataclass(frozen=True)
class Results:
    """What the report shows and its findings state.

    Attributes:
        raw: the contact table as it was read, on the engine.
        counts: of the whole table, see `metrics.counts`; with what could not be used.
        contacts: the cohort, a row a contact, with segments, closing and touches.
        as_of: the day on which contacts are looked at.
        clustering, structure, rules: of the socially engaged contacts.
        profile: mean measures by social segment.
        comparisons: outcome by group, p-values adjusted for the whole report.
        gap: conversion of 1A less that of the other segments; rate: conversion by social segment.
        curves: share closed by day; closing: 1A less the last segment at 90 days.
        emails: emails opened, 1A less the other segments.
        timing: when stages and sources changed; None without a table of history times.
    """

    settings: Settings
    raw: IbisTable
    counts: Mapping[str, int]
    contacts: pd.DataFrame
    as_of: pd.Timestamp
    clustering: Clustering
    structure: Structure
    rules: Rules
    detection: pd.DataFrame
    published: pd.DataFrame
    agreement: pd.DataFrame
    comparisons: Mapping[str, Comparison]
    rate: Mapping[str, Estimate]
    gap: Estimate
    curves: list[Curve]
    closing: Estimate
    calibration: Calibration | None
    journeys: pd.DataFrame
    actions: pd.DataFrame
    emails: Estimate
    timing: Timing | None = None

    @property
    def social(self) -> pd.DataFrame:
        """The socially engaged contacts."""
        return self.contacts[self.contacts["is_social"]]

    @property
    def names(self) -> list[str]:
        """The social segments, 1A first."""
        return segments.social_names(self.clustering.k)


def measure(
    con: BaseBackend,
    raw: IbisTable,
    settings: Settings,
    *,
    history: IbisTable | None = None,
    headers: Mapping[str, str] | None = None,
) -> Results:
    """Measure everything.

    Args:
        con, raw: connection and contact table of `tables.reading.read_tables`.
        history: a table of the schema `HISTORY` with the times of property values.
        headers: our column name to the export's header, by which `history` may call properties.

    Raises:
        TableError: too few contacts in the cohort, or too few of them socially engaged.
    """
    s = settings
    table = metrics.measures(con, raw, s.cohort)
    counts = dict(metrics.counts(table))
    contacts = metrics.cohort(table, s.cohort.criteria)
    _check(contacts, counts, s)
    contacts["likelihood"], counts["likelihood_unusable"] = to_unit(contacts["likelihood"])
    as_of = metrics.last_day(contacts, s.as_of)
    contacts = with_offline(with_closing(contacts, as_of))
    days = metrics.days_between(contacts["close_date"], contacts["create_date"])
    counts["closed_before_created"] = int((days < 0).sum())
    counts["closed_later"] = int((contacts["close_date"] > as_of).sum())
    contacts["platforms"] = (contacts[list(KEYS)] > 0).sum(axis=1)
    social = contacts[contacts["is_social"]]
    found = structure(social, s.features, seed=s.seed)
    scaled = segments.scaled_features(social, s.features)
    # without structure, auto still shows the two published segments, and says what they are worth
    k = s.k if s.k is not None else max(2, found.k)
    clustering = segments.cluster(social, scaled, k, s.seed)
    names = segments.social_names(clustering.k)
    contacts["segment"] = NOT_SOCIAL
    contacts.loc[social.index, "segment"] = [names[i] for i in clustering.labels]
    contacts["geo_segment"] = segments.geo_segments(contacts, s.high_share).astype(str)
    contacts["geo_score"] = segments.geo_score(contacts)
    social = contacts[contacts["is_social"]]
    comparisons = _comparisons(contacts, social, s)
    first, rest = social[social["segment"] == "1A"], social[social["segment"] != "1A"]
    gap = proportion_difference(
        int(first["converted"].sum()), len(first), int(rest["converted"].sum()), len(rest)
    )
    emails = mean_difference(first["emails_opened"], rest["emails_opened"])
    curves, closing = _curves(social, names)
    seen = social[
        metrics.days_between(pd.Series(as_of, index=social.index), social["create_date"]) >= s.follow_up_days
    ]
    calibrated = calibration(seen["likelihood"], seen["converted"], s.minimum_group)
    timed = None
    if history is not None:
        timed = timing(moments(con, raw, history, headers), contacts, as_of, s.minimum_group)
    single = [gap, closing, emails, *([timed.gap] if timed else [])]
    comparisons, (gap, closing, emails, *more) = _adjusted(comparisons, single)
    rate = {n: _rate(social[social["segment"] == n]) for n in names}
    texts = detection.labelled()
    return Results(
        settings=s,
        raw=raw,
        counts=counts,
        contacts=contacts,
        as_of=as_of,
        clustering=clustering,
        structure=found,
        rules=rules(social, clustering.labels, names, s.minimum_group, seed=s.seed),
        detection=detection.scores(texts, platforms.detect),
        published=detection.scores(texts, published.detect),
        agreement=detection.agreement(contacts),
        comparisons=comparisons,
        rate=rate,
        gap=gap,
        curves=curves,
        closing=closing,
        calibration=calibrated,
        journeys=journeys(contacts, s.minimum_group),
        actions=ranked(social, curves, s.minimum_group),
        emails=emails,
        timing=timed.adjusted(more[0].p_value) if timed else None,
    )


def _check(contacts: pd.DataFrame, counts: Mapping[str, int], s: Settings) -> None:
    social = int(contacts["is_social"].sum())
    if min(len(contacts), social) < SMALLEST_COHORT:
        msg = (
            f"contacts: {counts['contacts']:,} read, {counts['owned']:,} owned by {s.cohort.owner!r}, "
            f"{counts['cohort']:,} of these in the lifecycle stages looked at, {social:,} of these socially "
            f"engaged; at least {SMALLEST_COHORT} are needed (parameters: owner, left_out_stages)"
        )
        raise TableError(msg)


def _rate(rows: pd.DataFrame) -> Estimate:
    return proportion(int(rows["converted"].sum()), len(rows))


def _comparisons(contacts: pd.DataFrame, social: pd.DataFrame, s: Settings) -> dict[str, Comparison]:
    closed = social[social["closed"]]
    known = contacts[contacts["entry"] != "3-unknown"]
    tiers = contacts[contacts["geo_segment"] != "2-unknown"]
    by = {
        "platform": ("close", social["platform_tag"], social["converted"]),
        "geography": ("close", tiers["geo_segment"], tiers["converted"]),
        "entry": ("close", known["entry"], known["converted"]),
        "offline": ("close", social["offline_when"], social["converted"]),
        "offline_count": ("close", social["offline_count"], social["converted"]),
        "period": ("close", social["period"].astype(object), social["converted"]),
        "speed": ("close within 30 days", closed["platform_tag"], closed["speed"] == FAST),
    }
    return {n: compare(n, what, labels, y.to_numpy(), s.minimum_group) for n, (what, labels, y) in by.items()}


def _curves(social: pd.DataFrame, names: list[str]) -> tuple[list[Curve], Estimate]:
    rows = {n: social[social["segment"] == n] for n in names}
    made = {n: curve(n, f["followed"], f["closed"]) for n, f in rows.items()}
    curves = [c for c in made.values() if c is not None]
    first, last = made[names[0]], made[names[-1]]
    if first is None or last is None:
        return curves, Estimate(float("nan"), None, None, 0, 0.95, None, "Kaplan-Meier")
    p = log_rank(social["followed"], social["closed"], social["segment"])
    return curves, difference_at(first, last, 90, p)


def _adjusted(
    comparisons: Mapping[str, Comparison], single: list[Estimate]
) -> tuple[dict[str, Comparison], list[Estimate]]:
    """All p-values of the report, adjusted together."""
    keys = [(n, g) for n, c in comparisons.items() for g in c.differences]
    ps = adjusted([*(comparisons[n].differences[g].p_value for n, g in keys), *(e.p_value for e in single)])
    by = dict(zip(keys, ps, strict=False))
    done = {n: c.adjusted({g: by[n, g] for g in c.differences}) for n, c in comparisons.items()}
    return done, [e.with_p_value(p) for e, p in zip(single, ps[len(keys) :], strict=True)]
