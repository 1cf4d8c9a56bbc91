"""Contact-level lists for the private folder, and one workbook of aggregates a segmentation for readers."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pandas.api.types import is_float_dtype

from engagement_utils.contacts.closing import BUCKETS, OPEN, SPEEDS
from engagement_utils.contacts.geography import TIERS
from engagement_utils.contacts.history import with_histories
from engagement_utils.contacts.measures import OFFLINE_COUNTS, Measures
from engagement_utils.contacts.platforms import KEYS, NAMES
from engagement_utils.contacts.privacy import hidden
from engagement_utils.contacts.schema import CLICKS, EMAILS, ENGAGEMENT, SOURCES
from engagement_utils.contacts.segments import scores
from engagement_utils.contacts.stages import STAGES, UNKNOWN_STAGE
from engagement_utils.inference.proportions import proportion
from engagement_utils.report.exports import save_csv
from engagement_utils.report.wording import interval_name
from engagement_utils.report.workbook import Sheet, save_workbook

if TYPE_CHECKING:
    from engagement_utils.contacts.report import ContactReport

DATES = ("create_date", "close_date", "first_conversion_date", "recent_conversion_date")
# segmentation -> column, file names, title, further columns of its list
SEGMENTATIONS: Mapping[int, tuple[str, str]] = {
    1: ("segment", "Cluster 1: social engagement"),
    2: ("geo_segment", "Cluster 2: geography and engagement"),
    3: ("entry", "Cluster 3: entry channel"),
}
# natural orders; other labels stand in alphabetical order
ORDERS: Mapping[str, Sequence[str]] = {
    "stage": (*STAGES, UNKNOWN_STAGE),
    "bucket": (*(words for *_, words in BUCKETS), "day unknown", OPEN),
    "speed": (*SPEEDS[:3], "day unknown", OPEN),
    "offline_count": OFFLINE_COUNTS,
    "tier": TIERS,
}
EXTRA: Mapping[int, tuple[str, ...]] = {1: (), 2: ("geo_score",), 3: ()}


def source_texts(m: Measures) -> pd.DataFrame:
    """One row a contact: current sources, and their histories as `<name>_hist_all`."""
    names = ("contact_id", *SOURCES, *(f"{n}_hist_all" for n in SOURCES))
    return with_histories(m.raw, SOURCES).select(*names).to_pandas()


def with_texts(m: Measures) -> pd.DataFrame:
    """The cohort with its sources, their histories and the published scores, a row a contact."""
    rows = m.contacts.merge(source_texts(m), on="contact_id", how="left", validate="one_to_one")
    rows.index = m.contacts.index
    rows = rows.join(scores(rows))
    rows["segment_overlay"] = rows["segment"] + " " + rows["platform_tag"].astype(str)
    return rows.rename(columns={k: f"mentions_{k}" for k in KEYS})


def contact_list(rows: pd.DataFrame, number: int) -> pd.DataFrame:
    """One row a contact with the published columns: ids, clicks and engagement, scores, sources, cluster
    results, lifecycle, dates, academic period. Cluster 1 holds the socially engaged contacts alone.

    Args:
        rows: what `with_texts` gives.
    """
    label = SEGMENTATIONS[number][0]
    names = [
        "contact_id",
        label,
        *(n for n in ("segment", "geo_segment", "entry") if n != label),
        "segment_overlay",
        "platform_tag",
        *CLICKS,
        "social_clicks_total",
        *ENGAGEMENT,
        *EMAILS,
        "log_engagement",
        "log_social_clicks",
        *EXTRA[number],
        "platform_mentions",
        *(f"mentions_{k}" for k in KEYS),
        "tier",
        "state",
        *SOURCES,
        *(f"{n}_hist_all" for n in SOURCES),
        "offline_when",
        "offline_count",
        "stage",
        "likelihood",
        "converted",
        "days_to_close",
        "bucket",
        "speed",
        *DATES,
        "period",
    ]
    return rows.loc[rows["is_social"], names] if number == 1 else rows[names]


def save_lists(m: Measures) -> list[str]:
    """Write `segments_cluster1_overlay.csv` and its two siblings to the private folder; their names."""
    rows = with_texts(m)
    return [
        save_csv(contact_list(rows, i), f"segments_cluster{i}_overlay", private=True) for i in SEGMENTATIONS
    ]


def save_workbooks(r: "ContactReport", notes: Sequence[str]) -> list[str]:
    """Write one workbook of aggregates a segmentation to the downloads; their names.

    Groups under the minimum size have no numbers.
    """
    shared = shared_sheets(r)
    return [
        save_workbook(
            {**sheets(r.measures, i), **shared},
            f"social_clusters_{i}",
            title=title,
            notes=[*notes, *label_notes(label)],
        )
        for i, (label, title) in SEGMENTATIONS.items()
    ]


def label_notes(label: str) -> list[str]:
    """What the segments of a label are."""
    words = {
        "segment": "1A, 1B: k-means on scaled features; 1A has the higher log engagement plus log clicks.",
        "geo_segment": "2A/2B domestic, 2C/2D international, 2E/2F local; the first has the higher score.",
        "entry": "3A digital, 3B event, 3C messaging, 3D niche; by first conversion, else first activity.",
    }
    return [words[label]]


def sheets(m: Measures, number: int) -> dict[str, Sheet]:
    """The sheets of a segmentation's workbook that are its own."""
    label, title = SEGMENTATIONS[number]
    rows = m.social if number == 1 else m.contacts
    rows = rows.assign(**{n: rows[n].astype(str) for n in (label, "platform_tag", "stage", "period")})
    rows["overlay"] = rows[label] + " " + rows["platform_tag"]
    labels = (label, "platform_tag", "overlay", *(n for n in ORDERS), "offline_when", "period")
    rows = rows.astype(dict.fromkeys(labels, "category"))  # grouping by categories is quick
    minimum = m.settings.minimum_group
    made = {
        "Summary": _sheet(
            _summary(rows, label, m),
            f"{title}: sizes and conversion",
            f"Shares from 0 to 1, {interval_name(m.settings.level, 'Wilson')}s",
        ),
        "Means": _sheet(_means(rows, label, minimum), "Mean measures a contact"),
    }
    for name, column, what in (
        ("Platforms", "platform_tag", "platform"),
        ("Lifecycle", "stage", "lifecycle stage"),
        ("Time to close", "bucket", "days to close"),
        ("Speed", "speed", "published speed class"),
        ("Offline touch", "offline_when", "offline touch"),
        ("Offline count", "offline_count", "number of offline touches"),
        ("Tiers", "tier", "geographic tier"),
        ("Entry periods", "period", "entry period"),
    ):
        counts, shares = _crossed(rows, column, label, minimum)
        made[f"{name} counts"] = _sheet(
            counts, f"Contacts by {what} and segment", f"Cells under {minimum} are empty"
        )
        made[f"{name} shares"] = _sheet(shares, f"Share of the segment by {what}", "From 0 to 1")
    overlay, _ = _crossed(rows, "overlay", label, minimum)
    made["Overlay counts"] = _sheet(overlay, "Contacts by segment and platform")
    made["Months"] = _sheet(_months(rows, label, minimum), "New contacts by month and segment")
    return made


def shared_sheets(r: "ContactReport") -> dict[str, Sheet]:
    """The sheets that are the same in every workbook."""
    made = {}
    for question, sheet, title in (
        (r.platform, "Conversion by platform", "Conversion by platform"),
        (r.speed, "Fast closers by platform", "Closed within 30 days by platform"),
        (r.period, "Conversion by period", "Conversion by entry period"),
    ):
        made[sheet] = _sheet(question.data, f"{title}, socially engaged contacts")
    closers = r.speed.classes_frame()
    made["Closers by platform"] = _sheet(closers, "Fast and slow closers by platform, social contacts")
    if r.likelihood.calibration is not None:
        table = r.likelihood.calibration.table
        made["Likelihood"] = _sheet(table, "Likelihood to close and observed conversion")
    if r.stage_times.timing is not None:
        table = r.stage_times.timing.table
        made["Stage times"] = _sheet(table, "Stays in lifecycle stages, Kaplan-Meier shares")
    made["Crossed"] = _sheet(r.entry.crossing_frame(), "The three segmentations crossed")
    made["Methods"] = _sheet(_methods(r), "How it was measured")
    return made


def _sheet(data: pd.DataFrame, title: str, note: str = "") -> Sheet:
    """A sheet whose counts are whole numbers, though some are hidden, with headers for readers."""
    readable = {str(name).replace("_", " "): _whole(column) for name, column in data.items()}
    return Sheet(pd.DataFrame(readable, copy=False), title, note)


def _whole(column: "pd.Series[Any]") -> "pd.Series[Any]":
    if not is_float_dtype(column.dtype):
        return column
    known = column.to_numpy(dtype="float64")
    known = known[~np.isnan(known)]
    counts = known.size > 0 and known.max() > 1 and not (known % 1).any()
    return column.astype("Int64") if counts else column


def _summary(rows: pd.DataFrame, label: str, m: Measures) -> pd.DataFrame:
    by = rows.groupby(label, observed=True)["converted"].agg(contacts="size", converted="sum")
    found = [proportion(int(x), int(n), level=m.settings.level) for n, x in by.itertuples(index=False)]
    frame = by.reset_index().rename(columns={label: "segment"})
    frame["share_of_all"] = frame["contacts"] / len(rows)
    frame["conversion"], frame["low"], frame["high"] = (
        [getattr(e, a) for e in found] for a in ("value", "low", "high")
    )
    return hidden(
        frame,
        "contacts",
        ["converted", "share_of_all", "conversion", "low", "high"],
        m.settings.minimum_group,
    )


def _means(rows: pd.DataFrame, label: str, minimum: int) -> pd.DataFrame:
    names = [*CLICKS, "social_clicks_total", *ENGAGEMENT, *EMAILS, "platforms", "likelihood", "days_to_close"]
    by = rows.groupby(label, observed=True)
    frame = by[names].mean()
    frame.insert(0, "contacts", by.size())
    return hidden(frame.reset_index().rename(columns={label: "segment"}), "contacts", names, minimum)


def _crossed(rows: pd.DataFrame, column: str, label: str, minimum: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    counts = _counted(rows[column], rows[label])
    known = [v for v in ORDERS.get(column, ()) if v in counts.index]
    counts = counts.reindex([*known, *(v for v in counts.index if v not in known)])
    small = (counts > 0) & (counts < minimum)
    shares = (counts / counts.sum()).mask(small)
    return counts.astype("float64").mask(small).reset_index(names=column), shares.reset_index(names=column)


def _counted(down: "pd.Series[Any]", across: "pd.Series[Any]") -> pd.DataFrame:
    """Rows by two categories, those that occur; `pd.crosstab` takes longer than all that is done with it."""
    shape = len(down.cat.categories), len(across.cat.categories)
    y, x = down.cat.codes.to_numpy(), across.cat.codes.to_numpy()
    both = (y >= 0) & (x >= 0)
    pairs = np.ravel_multi_index((y[both], x[both]), shape)
    counts = np.bincount(pairs, minlength=shape[0] * shape[1]).reshape(shape)
    seen = np.flatnonzero(counts.any(axis=1)), np.flatnonzero(counts.any(axis=0))
    index, columns = (side.cat.categories[at] for side, at in zip((down, across), seen, strict=True))
    return pd.DataFrame(counts[np.ix_(*seen)], index, columns.astype(str))


def _months(rows: pd.DataFrame, label: str, minimum: int) -> pd.DataFrame:
    days = rows["create_date"].to_numpy()
    month = pd.Series(days.astype("datetime64[M]").astype(days.dtype), index=rows.index)
    counts = pd.crosstab(month, rows[label]).rename(columns=str)
    small = (counts > 0) & (counts < minimum)
    return counts.astype("float64").mask(small).reset_index(names="month")


def _methods(r: "ContactReport") -> pd.DataFrame:
    m, s = r.measures, r.measures.settings
    rows = [
        ("Contacts read", f"{m.counts['contacts']:,}"),
        ("Cohort", f"owner {s.owner or 'any'}; without {', '.join(s.left_out_stages) or 'nothing'}"),
        ("Socially engaged", "social clicks, a platform mention, or a social keyword in a source field"),
        ("Platforms", ", ".join(NAMES.values())),
        (
            "Segments",
            f"k-means, k = {m.clustering.k}, seed {s.seed}; verdict: {r.judged('structure').verdict}",
        ),
        ("Looked at on", f"{m.as_of:%Y-%m-%d}"),
        ("Minimum group", f"{s.minimum_group} contacts"),
    ]
    return pd.DataFrame(rows, columns=["what", "how"])
