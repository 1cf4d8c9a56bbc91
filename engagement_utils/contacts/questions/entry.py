"""Do contacts of one place, entry channel or entry period convert more often?"""

from collections.abc import Iterable

import pandas as pd

from engagement_utils.contacts.entry import NAMES as DOORS
from engagement_utils.contacts.geography import SEGMENTS
from engagement_utils.contacts.privacy import hidden
from engagement_utils.contacts.questions.comparison import Comparison
from engagement_utils.report.outputs import Output, TableView
from engagement_utils.report.table import Col, table

TIERS = {
    s: f"{tier}, {level}"
    for tier, pair in SEGMENTS.items()
    for s, level in zip(pair, ("high", "low"), strict=True)
}
TERMS = {"05": "special", "10": "spring", "35": "summer", "60": "fall", "75": "winter"}


class Geography(Comparison):
    """Do contacts of one place and level of engagement convert more often?"""

    topic = "geography"
    what, column = "segment", "Segment"
    stands_out = "Segment {group} converts {side} often than the rest"
    none_does = "Geography segments cannot be told apart by conversion"
    title = "Conversion by geography and engagement"
    table_title = "Conversion by geography segment"
    order = "given"

    def rows(self) -> "tuple[pd.Series[str], pd.Series[bool]]":
        """Contacts of a known place by geography segment."""
        known = self.measures.contacts.query("geo_segment != '2-unknown'")
        return known["geo_segment"], known["converted"]

    def name_of(self, group: str) -> str:
        """ "2A (domestic, high)"."""
        return f"{group} ({TIERS[group]})" if group in TIERS else group


class Entry(Comparison):
    """Do contacts of one entry channel convert more often?"""

    topic = "entry"
    what, column = "entry channel", "Entry"
    stands_out = "Contacts who entered by {group} convert {side} often"
    none_does = "No entry channel converts reliably better than another"
    title = table_title = "Conversion by entry channel"

    def rows(self) -> "tuple[pd.Series[str], pd.Series[bool]]":
        """Contacts of a known entry channel."""
        known = self.measures.contacts[self.measures.contacts["entry"] != "3-unknown"]
        return known["entry"], known["converted"]

    def name_of(self, group: str) -> str:
        """ "3B (event)"."""
        return f"{group} ({DOORS[group]})" if group in DOORS else group

    def show(self) -> Iterable[Output]:
        """Shares, and the three segmentations crossed."""
        return *super().show(), self.crossing()

    def crossing_frame(self) -> pd.DataFrame:
        """Contacts and conversion by social segment, geography segment and entry channel; small cells
        missing.
        """
        contacts = self.measures.contacts
        by = contacts.assign(entry=contacts["entry"].astype(str)).groupby(["segment", "geo_segment", "entry"])
        frame = by["converted"].agg(contacts="size", converted="mean").reset_index()
        return hidden(frame, "contacts", ["converted"], self.measures.settings.minimum_group)

    def crossing(self) -> TableView:
        """The three segmentations crossed, largest groups first."""
        cols: dict[str, Col | str] = {
            "segment": "Social",
            "geo_segment": "Geography",
            "entry": "Entry",
            "contacts": Col("Contacts", digits=0),
            "converted": Col("Converted", percent=True, digits=1),
        }
        return table(
            self.crossing_frame().sort_values("contacts", ascending=False, kind="stable", ignore_index=True),
            name="segments_crossed",
            title="The three segmentations crossed",
            columns=cols,
            max_rows=15,
            caption=f"Groups of fewer than {self.measures.settings.minimum_group} contacts have no numbers.",
        )


class Period(Comparison):
    """Do entry periods differ in conversion?"""

    topic = "period"
    what, column = "entry period", "Entry period"
    stands_out = "Entry period {group} converts {side} often than the others"
    none_does = "No entry period converts reliably better than another"
    title = table_title = "Conversion by entry period"
    order = "given"

    def rows(self) -> "tuple[pd.Series[str], pd.Series[bool]]":
        """Socially engaged contacts by entry period."""
        return self.measures.social["period"].astype(object), self.measures.social["converted"]

    def name_of(self, group: str) -> str:
        """ "202460 (fall)"."""
        term = TERMS.get(group[4:])
        return f"{group} ({term})" if term else group
