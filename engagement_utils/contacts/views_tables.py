"""The tables of the report; every group has at least the minimum size."""

import pandas as pd

from engagement_utils.contacts.answers_groups import shown
from engagement_utils.contacts.closing import SPEEDS
from engagement_utils.contacts.comparing import Comparison
from engagement_utils.contacts.privacy import hidden
from engagement_utils.contacts.results import Results
from engagement_utils.report.outputs import TableView
from engagement_utils.report.table import Col, table

PROFILE = {
    "social_clicks_total": Col("Social clicks", digits=1),
    "num_sessions": Col("Sessions", digits=1),
    "num_pageviews": Col("Page views", digits=1),
    "forms_submitted": Col("Forms", digits=1),
    "platforms": Col("Platforms", digits=2),
    "emails_opened": Col("Emails opened", digits=1),
    "likelihood": Col("Likelihood", percent=True, digits=0),
}


def columns(headers: pd.DataFrame) -> TableView:
    """Which header was taken for which column."""
    shown_ = headers.assign(header=headers["header"].fillna("–"))
    return table(
        shown_,
        name="columns",
        title="Columns and the headers they were found under",
        columns={"column": "Column", "header": "Header in the export", "how": "Found by"},
        printed=False,
    )


def profile(r: Results) -> TableView:
    """Segment sizes, mean measures, conversion."""
    frame = profile_frame(r)
    cols: dict[str, Col | str] = {
        "segment": "Segment",
        "contacts": Col("Contacts", digits=0),
        **{n: c for n, c in PROFILE.items() if n not in ("platforms", "emails_opened")},
        "converted": Col("Converted", percent=True, digits=1, interval_with=("low", "high")),
    }
    return table(
        frame,
        name="segment_profiles",
        title="Mean measures of the social segments",
        columns=cols,
        folded=False,
        caption="Converted with 95% Wilson intervals.",
    )


def profile_frame(r: Results) -> pd.DataFrame:
    """A row a social segment: contacts, means of `PROFILE`, conversion with bounds."""
    social = r.social
    means = social.groupby("segment")[list(PROFILE)].mean()
    rows = []
    for name in r.names:
        e = r.rate[name]
        rows.append(
            {
                "segment": name,
                "contacts": e.n,
                **means.loc[name],
                "converted": e.value,
                "low": e.low,
                "high": e.high,
            }
        )
    return hidden(
        pd.DataFrame(rows), "contacts", [*PROFILE, "converted", "low", "high"], r.settings.minimum_group
    )


def rules(r: Results) -> TableView:
    """The rules that rebuild the segments."""
    cols: dict[str, Col | str] = {
        "segment": "Segment",
        "rule": "Rule",
        "contacts": Col("Contacts", digits=0),
        "right": Col("Right", percent=True, digits=0),
    }
    return table(
        r.rules.table,
        name="segment_rules",
        title="Rules that rebuild the segments as lists",
        columns=cols,
        folded=False,
    )


def structure(r: Results) -> TableView:
    """The three checks for each k."""
    cols: dict[str, Col | str] = {
        "k": Col("k", digits=0),
        "silhouette": Col("Silhouette"),
        "gap": Col("Gap"),
        "gap_se": Col("Standard error", digits=3),
        "stability": Col("Mean overlap"),
        "stable": Col("Least overlap"),
        "p_value": Col("p", kind="p"),
    }
    return table(
        r.structure.table, name="structure_table", title="Checks of the number of segments", columns=cols
    )


def detection(r: Results) -> TableView:
    """Precision and recall by platform, beside the published rule."""
    ours, theirs = r.detection, r.published
    frame = ours[["platform", "labelled", "precision", "recall"]].copy()
    frame["published_precision"], frame["published_recall"] = theirs["precision"], theirs["recall"]
    cols: dict[str, Col | str] = {
        "platform": "Platform",
        "labelled": "Labelled",
        "precision": Col("Precision", percent=True, digits=1),
        "recall": Col("Recall", percent=True, digits=1),
        "published_precision": Col("Precision, published rule", percent=True, digits=1),
        "published_recall": Col("Recall, published rule", percent=True, digits=1),
    }
    return table(
        frame,
        name="platform_detection",
        title="Platform detection on labelled source texts",
        columns=cols,
        strong=[len(frame) - 1],
        folded=False,
    )


def agreement(r: Results) -> TableView:
    """Clicks beside mentions."""
    a = r.agreement
    frame = a[["platform", "clicked", "mentioned", "both", "kappa"]].copy()
    frame["confirmed"] = [e.value for e in a["confirmed"]]
    frame["low"], frame["high"] = [e.low for e in a["confirmed"]], [e.high for e in a["confirmed"]]
    for n in ("clicked", "mentioned", "both"):
        frame = hidden(frame, n, ["confirmed", "low", "high", "kappa"], r.settings.minimum_group)
    cols: dict[str, Col | str] = {
        "platform": "Platform",
        "clicked": Col("With a click", digits=0),
        "mentioned": Col("With a mention", digits=0),
        "both": Col("Both", digits=0),
        "confirmed": Col("Clicks with a mention", percent=True, digits=0, interval_with=("low", "high")),
        "kappa": Col("Kappa"),
    }
    return table(frame, name="clicks_and_mentions", title="Clicks beside mentions", columns=cols)


def comparison(r: Results, name: str, title: str, group: str) -> TableView:
    """Shares by group and their difference to all other contacts."""
    c: Comparison = r.comparisons[name]
    frame = c.table
    frame["group"] = [shown(name, g) for g in frame["group"]]
    cols: dict[str, Col | str] = {
        "group": group,
        "contacts": Col("Contacts", digits=0),
        "share": Col("Share", percent=True, digits=1, interval_with=("low", "high")),
        "difference": Col(
            "Against others",
            unit="points",
            percent=True,
            digits=1,
            interval_with=("difference_low", "difference_high"),
        ),
        "p": Col("p", kind="p"),
    }
    return table(
        frame,
        name=f"{name}_table",
        title=title,
        columns=cols,
        caption="p adjusted for all tests of the report.",
    )


def buckets(r: Results) -> TableView:
    """The published buckets of days to close, by segment."""
    order = [
        "under 30 days",
        "30 to 90 days",
        "91 to 180 days",
        "above 180 days",
        "day unknown",
        "still open",
    ]
    return _counts(r, "bucket", order, "days_to_close", "Days to close by segment", "Days to close")


def speeds(r: Results) -> TableView:
    """The published speed classes, by segment."""
    order = ["fast", "medium", "slow", "day unknown", "still open"]
    return _counts(r, "speed", order, "speed_classes", "Speed classes by segment", "Class")


def platform_speeds_frame(r: Results) -> pd.DataFrame:
    """Closed social contacts by platform tag (rows) and speed class (columns), small cells missing."""
    closed = r.social[r.social["closed"]]
    frame = pd.crosstab(closed["platform_tag"].astype(str), closed["speed"])
    frame = frame.reindex(columns=list(SPEEDS[:3]), fill_value=0).rename(columns=str)
    minimum = r.settings.minimum_group
    frame = frame[frame.sum(axis=1) >= minimum].reset_index(names="platform")
    for name in SPEEDS[:3]:
        frame = hidden(frame, name, [], minimum)
    return frame


def platform_speeds(r: Results) -> TableView:
    """Fast, medium and slow closers by platform."""
    cols: dict[str, Col | str] = {
        "platform": "Platform",
        "fast": Col("Fast (under 30 days)", digits=0),
        "medium": Col("Medium (30 to 90)", digits=0),
        "slow": Col("Slow (above 90)", digits=0),
    }
    caption = f"Cells of fewer than {r.settings.minimum_group} contacts are not shown."
    title = "Fast and slow closers by platform"
    frame = platform_speeds_frame(r)
    return table(frame, name="platform_speeds", title=title, columns=cols, caption=caption)


def stages(r: Results) -> TableView:
    """Current lifecycle stage, by segment."""
    order = [
        "lead",
        "marketing qualified",
        "sales qualified",
        "opportunity",
        "customer",
        "evangelist",
        "unknown",
    ]
    return _counts(r, "stage", order, "lifecycle_stages", "Lifecycle stage by segment", "Stage")


def counted(r: Results, column: str, order: list[str]) -> pd.DataFrame:
    """Contacts by a label (rows) and social segment (columns), small cells missing."""
    frame = pd.crosstab(r.social[column].astype(str), r.social["segment"]).reindex(order).fillna(0)
    frame = frame[frame.sum(axis=1) > 0].rename(columns=str).reset_index(names="group")
    for name in r.names:
        frame = hidden(frame, name, [], r.settings.minimum_group)
    return frame


def _counts(r: Results, column: str, order: list[str], name: str, title: str, label: str) -> TableView:
    cols: dict[str, Col | str] = {"group": label, **{n: Col(n, digits=0) for n in r.names}}
    caption = f"Cells of fewer than {r.settings.minimum_group} contacts are not shown."
    return table(counted(r, column, order), name=name, title=title, columns=cols, caption=caption)


def crossing_frame(r: Results) -> pd.DataFrame:
    """Contacts and conversion by social segment, geography segment and entry channel; small cells missing."""
    by = r.contacts.assign(entry=r.contacts["entry"].astype(str)).groupby(["segment", "geo_segment", "entry"])
    frame = by["converted"].agg(contacts="size", converted="mean").reset_index()
    return hidden(frame, "contacts", ["converted"], r.settings.minimum_group)


def crossing(r: Results) -> TableView:
    """The three segmentations crossed, largest groups first."""
    frame = crossing_frame(r).sort_values("contacts", ascending=False, kind="stable", ignore_index=True)
    cols: dict[str, Col | str] = {
        "segment": "Social",
        "geo_segment": "Geography",
        "entry": "Entry",
        "contacts": Col("Contacts", digits=0),
        "converted": Col("Converted", percent=True, digits=1),
    }
    caption = f"Groups of fewer than {r.settings.minimum_group} contacts have no numbers."
    return table(
        frame,
        name="segments_crossed",
        title="The three segmentations crossed",
        columns=cols,
        max_rows=15,
        caption=caption,
    )


def actions(r: Results) -> TableView:
    """The published actions, ranked."""
    cols: dict[str, Col | str] = {
        "rank": "Rank",
        "segment": "Segment",
        "action": "Published action",
        "whom": "Whom it suits",
        "reach": "Open contacts",
        "at_stake": Col("Closings at stake", digits=0, interval_with=("low", "high")),
    }
    return table(
        r.actions,
        name="marketing_actions",
        title="Published marketing actions, ranked by what they can bring",
        columns=cols,
        folded=False,
    )
