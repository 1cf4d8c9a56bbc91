"""From the contact table to one row of measures a contact, as Ibis expressions with one collect.

`Measures` is what the questions share: the cohort with its segments, closing and touches.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from engagement_utils.contacts import history, platforms, segments
from engagement_utils.contacts.actions import ranked
from engagement_utils.contacts.closing import Curve, curve, with_closing
from engagement_utils.contacts.entry import NO_DOOR, door
from engagement_utils.contacts.features import FEATURES
from engagement_utils.contacts.geography import is_mexico, place, state_of
from engagement_utils.contacts.likelihood import to_unit
from engagement_utils.contacts.moments import days_between, to_date, to_number
from engagement_utils.contacts.schema import CLICKS, COUNTS, DATES, PLACES, SOURCES
from engagement_utils.contacts.segments import NOT_SOCIAL, Clustering
from engagement_utils.contacts.stages import NO_CHANNEL, UNKNOWN_STAGE, channel_of, stage_of
from engagement_utils.contacts.structure import Structure, structure
from engagement_utils.contacts.words import folded, plain
from engagement_utils.errors import TableError
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.proportions import proportion
from engagement_utils.report.report import Settings as ReportSettings
from engagement_utils.tables.backend import kept
from engagement_utils.tables.reading import Dataset

if TYPE_CHECKING:
    from ibis.backends import BaseBackend


CRITERIA = ("clicks", "platform", "keyword")
SMALLEST_COHORT = 20
OFFLINE_TIMES = ("never", "original only", "latest only", "throughout")
OFFLINE_COUNTS = ("0", "1-2", "3-5", "6+")


@dataclass(frozen=True)
class Settings(ReportSettings):
    """The report's choices; the notebook's parameters of the same names say what they mean."""

    aliases: Mapping[str, Sequence[str]] = field(default_factory=dict)
    owner: str = "APREU"
    left_out_stages: tuple[str, ...] = ("other", "subscriber")
    criteria: tuple[str, ...] = CRITERIA
    social_keywords: tuple[str, ...] = platforms.SOCIAL_KEYWORDS
    day_first: bool = True
    features: tuple[str, ...] = FEATURES
    k: int | Literal["auto"] = 2
    high_share: float = 0.5
    follow_up_days: int = 180
    minimum_group: int = 10
    as_of: date | None = None


class Lookup(NamedTuple):
    """What to know of the values of some columns: `<column>_<fact>`, by a rule on `words.plain` text."""

    columns: Sequence[str]
    fact: str
    rule: Callable[[ir.StringValue], ir.Value]


def texts_of(con: "BaseBackend", columns: Sequence[ir.Table]) -> ir.Table:
    """The distinct texts of one-column tables, as `value`, with their plain form."""
    every = [t.select(value=t[t.columns[0]]) for t in columns]
    values = (ibis.union(*every) if len(every) > 1 else every[0]).distinct()
    values = values.filter(values["value"].notnull())
    return kept(con, values.mutate(plain=plain(values["value"])), "texts")


def looked_up(con: "BaseBackend", t: ir.Table, lookups: Sequence[Lookup]) -> ir.Table:
    """`t` with facts about values. Each distinct value is looked at once: values repeat, rules cost."""
    joined = t
    for columns, fact, rule in lookups:
        texts = texts_of(con, [t.select(c) for c in columns])
        known = kept(con, texts.select("value", fact=rule(texts["plain"])), fact)
        for column in columns:
            right = known.select(**{f"{column}__value": known["value"], f"{column}_{fact}": known["fact"]})
            joined = joined.left_join(right, t[column] == right[f"{column}__value"])
    found = [f"{column}_{fact}" for columns, fact, _ in lookups for column in columns]
    return kept(con, joined.select(*t.columns, *found), "known")


def mentions(con: "BaseBackend", contacts: ir.Table, keywords: Sequence[str]) -> ir.Table:
    """One row a contact with a source: values that mention each platform, a keyword, or offline.

    A value counts once a platform, however often it repeats the name. Histories repeat as well: each distinct
    one is taken apart once, and each distinct value in it is looked at once.
    """
    every = [
        contacts.select("contact_id", property=ibis.literal(n), text=contacts[n].cast("string"))
        for n in SOURCES
    ]
    long = ibis.union(*every)
    texts = kept(con, long.filter(long["text"].notnull()).select("text").distinct(), "histories")
    values = kept(con, texts.select("text", value=history.values(texts["text"]).unnest()), "values")
    flagged = kept(con, platforms.detect(texts_of(con, [values.select("value")]), keywords), "flagged")
    found = values.inner_join(flagged, "value")
    # sums of integers are wider than 64 bits on some engines, and such numbers are slow in pandas
    flags = (*platforms.KEYS, "social_keyword")
    counted = found.group_by("text").agg(
        **{k: found[k].sum().cast("int32") for k in (*flags, "offline")}, steps=found.count().cast("int32")
    )
    rows = long.inner_join(kept(con, counted, "counted"), "text")
    original, latest = rows.property == "original_source", rows.property == "latest_source"
    grouped = rows.group_by("contact_id").agg(
        **{k: rows[k].sum().cast("int32") for k in flags},
        offline_original=rows.offline.sum(where=original).cast("int32"),
        offline_latest=rows.offline.sum(where=latest).cast("int32"),
        source_steps=rows.steps.sum(where=latest).cast("int32"),
    )
    return kept(con, grouped, "mentions")


def base(con: "BaseBackend", contacts: ir.Table, c: Settings) -> ir.Table:
    """One row a contact: owner and stage checks, counts, dates, place, entry, channels, period.

    No column holds text that a person wrote: every label comes from a closed list.
    """
    single = ("lifecycle_stage", "propiedad_del_contacto", "original_source", "latest_source")
    names = (*COUNTS, *DATES, *PLACES, *single, "likelihood_to_close", "periodo_de_ingreso")
    now = {n: history.current(contacts[n]) for n in names}
    # the oldest value is the first conversion, or the first activity
    first = {n: history.oldest(contacts[n]) for n in ("first_conversion", "apreu_activities")}
    t = kept(con, contacts.select("contact_id", **now, **first), "current")
    lookups = (
        Lookup(DATES, "day", lambda v: to_date(v, day_first=c.day_first)),
        Lookup(("estado_de_procedencia", "prep_state", "prep_city", "ip_state"), "state", state_of),
        Lookup(("prep_country", "ip_country"), "mexico", is_mexico),
        Lookup(("first_conversion", "apreu_activities"), "door", door),
        Lookup(("original_source", "latest_source"), "channel", channel_of),
        Lookup(("lifecycle_stage",), "stage", stage_of),
        Lookup(("propiedad_del_contacto",), "owner", lambda v: v.re_replace("[-_]+", " ")),
    )
    t = looked_up(con, t, lookups)
    numbers = {f"{n}_number": to_number(t[n]) for n in COUNTS}
    t = kept(
        con, t.mutate(**numbers, likelihood=to_number(t.likelihood_to_close.replace("%", "").strip())), "read"
    )
    period = t.periodo_de_ingreso.re_extract(r"^(20[0-9]{2}(?:05|10|35|60|75))(?:\.0)?$", 1)
    owner = (t.propiedad_del_contacto_owner == folded(c.owner)).fill_null(False)
    return t.select(
        "contact_id",
        is_owned=owner if c.owner else ibis.literal(True),
        stage=t.lifecycle_stage_stage.fill_null(UNKNOWN_STAGE),
        **{n: t[f"{n}_number"] for n in COUNTS},
        likelihood=t.likelihood,
        **{n: t[f"{n}_day"] for n in DATES},
        **{f"{n}_unread": t[n].notnull() & t[f"{n}_day"].isnull() for n in DATES[:2]},
        **{f"{n}_unread": t[n].notnull() & t[f"{n}_number"].isnull() for n in COUNTS},
        **place(t),
        entry=ibis.coalesce(t.first_conversion_door, t.apreu_activities_door, ibis.literal(NO_DOOR)),
        original=t.original_source_channel.fill_null(NO_CHANNEL),
        latest=t.latest_source_channel.fill_null(NO_CHANNEL),
        period=(period != "").ifelse(period, None),
    )


def measures(con: "BaseBackend", contacts: ir.Table, c: Settings) -> ir.Table:
    """`base` with `mentions`, kept on the engine; contacts without a source value have 0 mentions."""
    found = mentions(con, contacts, c.social_keywords)
    t = base(con, contacts, c).left_join(found, "contact_id").drop("contact_id_right")
    names = [n for n in found.columns if n != "contact_id"]
    t = kept(con, t.mutate(**{n: t[n].fill_null(0) for n in (*names, *COUNTS)}), "measured")
    most = ibis.greatest(*(t[k] for k in platforms.KEYS))
    total = sum((t[k] for k in platforms.KEYS[1:]), t[platforms.KEYS[0]])
    t = kept(con, t.mutate(most_mentions=most, platform_mentions=total), "counted")
    most = t.most_mentions
    clicks = sum((t[k] for k in CLICKS[1:]), t[CLICKS[0]])
    leading = [(t[k] == most).ifelse(1, 0) for k in platforms.KEYS]
    leaders = sum(leading[1:], leading[0])
    tag = ibis.cases(
        (most == 0, platforms.NO_PLATFORM),
        (leaders > 1, platforms.MIXED),
        *((t[k] == most, platforms.NAMES[k]) for k in platforms.KEYS),
        else_=platforms.NO_PLATFORM,
    )
    inside = t.is_owned & t.stage.notin(c.left_out_stages) if c.left_out_stages else t.is_owned
    return t.mutate(
        social_clicks_total=clicks,
        platform_tag=tag,
        by_clicks=clicks > 0,
        by_platform=t.platform_mentions > 0,
        by_keyword=t.social_keyword > 0,
        in_cohort=inside,
    ).drop("most_mentions")


def cohort(table: ir.Table, criteria: Sequence[str] = CRITERIA) -> pd.DataFrame:
    """The cohort in pandas, sorted by id: numbers as float64 or int, labels as categories."""
    inside = table.filter(table.in_cohort).drop("is_owned", "in_cohort", "social_keyword")
    inside = inside.drop(*(n for n in inside.columns if n.endswith("_unread")))
    frame = inside.order_by("contact_id").to_pandas()
    for name in ("stage", "tier", "state", "entry", "original", "latest", "period", "platform_tag"):
        frame[name] = frame[name].astype("category")
    for name in DATES:
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[us]")  # engines differ in the unit
    frame["is_social"] = frame[[f"by_{name}" for name in criteria]].any(axis=1)
    return frame


def counts(table: ir.Table) -> Mapping[str, int]:
    """What the whole table holds: contacts, owned, in the cohort, values that cannot be read."""
    unread = [n for n in table.columns if n.endswith("_unread")]
    row = table.agg(
        contacts=table.count(),
        owned=table.is_owned.sum(),
        cohort=table.in_cohort.sum(),
        unknown_stage=(table.stage == "unknown").sum(),
        **{n: table[n].sum() for n in unread},
    ).to_pandas()
    return {k: int(v) if pd.notna(v) else 0 for k, v in row.iloc[0].items()}


def last_day(frame: pd.DataFrame, as_of: date | None) -> pd.Timestamp:
    """The day on which contacts are looked at: `as_of`, else that of the newest contact."""
    if as_of is not None:
        return pd.Timestamp(as_of)
    return pd.Timestamp(frame["create_date"].max())


def with_offline(contacts: pd.DataFrame) -> pd.DataFrame:
    """Add offline_when (never, original only, latest only, throughout) and offline_count (bands)."""
    frame = contacts.copy()
    original, latest = frame["offline_original"] > 0, frame["offline_latest"] > 0
    when = np.select(
        [original & latest, original, latest], ["throughout", "original only", "latest only"], "never"
    )
    total = frame["offline_original"] + frame["offline_latest"]
    frame["offline_when"] = when
    frame["offline_count"] = np.select([total == 0, total <= 2, total <= 5], OFFLINE_COUNTS[:3], "6+")
    return frame


class Measures:
    """What the questions share; the cohort is measured at once, the rest when it is first wanted.

    Args:
        data: contacts and perhaps history: what `tables.reading.read_tables` gives.
        headers: our column name to the export's header, by which `history` may call properties.

    Raises:
        TableError: too few contacts in the cohort, or too few of them socially engaged.
    """

    def __init__(self, data: Dataset, settings: Settings, headers: Mapping[str, str]) -> None:
        s = self.settings = settings
        self.data, self.headers, self.raw = data, headers, data["contacts"]
        table = measures(data.connection, self.raw, s)
        self.counts = dict(counts(table))
        contacts = cohort(table, s.criteria)
        self._check(contacts)
        contacts["likelihood"], self.counts["likelihood_unusable"] = to_unit(contacts["likelihood"])
        self.as_of = last_day(contacts, s.as_of)
        contacts = with_offline(with_closing(contacts, self.as_of))
        days = days_between(contacts["close_date"], contacts["create_date"])
        self.counts["closed_before_created"] = int((days < 0).sum())
        self.counts["closed_later"] = int((contacts["close_date"] > self.as_of).sum())
        contacts["platforms"] = (contacts[list(platforms.KEYS)] > 0).sum(axis=1)
        social = contacts[contacts["is_social"]]
        self.structure: Structure = structure(social, s.features, seed=s.seed)
        # without structure, auto still shows the two published segments, and says what they are worth
        k = max(2, self.structure.k) if s.k == "auto" else s.k
        scaled = segments.scaled_features(social, s.features)
        self.clustering: Clustering = segments.cluster(social, scaled, k, s.seed)
        contacts["segment"] = NOT_SOCIAL
        contacts.loc[social.index, "segment"] = [self.names[i] for i in self.clustering.labels]
        contacts["geo_segment"] = segments.geo_segments(contacts, s.high_share).astype(str)
        contacts["geo_score"] = segments.geo_score(contacts)
        self.contacts: pd.DataFrame = contacts

    def _check(self, contacts: pd.DataFrame) -> None:
        social, c = int(contacts["is_social"].sum()), self.counts
        if min(len(contacts), social) < SMALLEST_COHORT:
            msg = (
                f"contacts: {c['contacts']:,} read, {c['owned']:,} owned by {self.settings.owner!r}, "
                f"{c['cohort']:,} of these in the lifecycle stages looked at, {social:,} of these socially "
                f"engaged; at least {SMALLEST_COHORT} are needed (parameters: owner, left_out_stages)"
            )
            raise TableError(msg)

    @property
    def names(self) -> list[str]:
        """The social segments, 1A first."""
        return segments.social_names(self.clustering.k)

    @cached_property
    def social(self) -> pd.DataFrame:
        """The socially engaged contacts."""
        return self.contacts[self.contacts["is_social"]]

    @cached_property
    def rate(self) -> Mapping[str, Estimate]:
        """Conversion by social segment."""
        rows = {n: self.social.loc[self.social["segment"] == n, "converted"] for n in self.names}
        return {n: proportion(int(y.sum()), len(y), level=self.settings.level) for n, y in rows.items()}

    @cached_property
    def curves(self) -> Mapping[str, Curve]:
        """Share closed by day of each social segment in which somebody closed."""
        rows = {n: self.social[self.social["segment"] == n] for n in self.names}
        found = {n: curve(n, f["followed"], f["closed"], level=self.settings.level) for n, f in rows.items()}
        return {n: c for n, c in found.items() if c is not None}

    @cached_property
    def actions(self) -> pd.DataFrame:
        """The published actions with what they can bring, largest first."""
        return ranked(self.social, list(self.curves.values()), self.settings.minimum_group)
