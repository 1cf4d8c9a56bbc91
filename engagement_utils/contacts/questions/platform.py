"""Do contacts of one platform convert more often, and close faster, than the others?"""

from collections.abc import Iterable

import pandas as pd

from engagement_utils.contacts.closing import FAST, SPEEDS
from engagement_utils.contacts.privacy import hidden
from engagement_utils.contacts.questions.comparison import Comparison
from engagement_utils.report.outputs import Action, Output, TableView
from engagement_utils.report.table import Col, table
from engagement_utils.report.wording import percent


class Platform(Comparison):
    """Do contacts of one platform convert more often than the others?"""

    topic = "platform"
    main = True
    what, column = "platform", "Platform"
    stands_out = "Contacts tagged {group} convert {side} often"
    none_does = "No platform converts reliably better than another"
    title = table_title = "Conversion by platform"

    def rows(self) -> "tuple[pd.Series[str], pd.Series[bool]]":
        """Socially engaged contacts by the platform mentioned most often."""
        return self.measures.social["platform_tag"], self.measures.social["converted"]


class Speed(Comparison):
    """Of those who close, who closes within 30 days?"""

    topic = "speed"
    main = True
    what, column = "platform", "Platform"
    stands_out = "Contacts tagged {group} close fast {side} often"
    none_does = "No platform closes reliably faster than another"
    title = "Closed within 30 days, of those who closed"
    table_title = "Closed within 30 days, by platform"
    xlabel = "share closed within 30 days"
    outcome = "close within 30 days"

    def rows(self) -> "tuple[pd.Series[str], pd.Series[bool]]":
        """Socially engaged contacts who closed, by platform."""
        closed = self.measures.social[self.measures.social["closed"]]
        return closed["platform_tag"], closed["speed"] == FAST

    def show(self) -> Iterable[Output]:
        """Shares, and all three classes by platform."""
        return *super().show(), self.classes()

    def action(self) -> Action | None:
        """Where quick answers matter."""
        fast = [g for g, e in self.told.items() if e.value > 0]
        if not fast:
            return None
        share = percent(self.groups.shares[fast[0]].value)
        text = f"Plan for quick answers to contacts tagged {fast[0]}."
        return Action(text, self.topic, f"{share} of those who close do so within 30 days.")

    def classes_frame(self) -> pd.DataFrame:
        """Closed social contacts by platform tag (rows) and speed class (columns), small cells missing."""
        closed = self.measures.social[self.measures.social["closed"]]
        frame = pd.crosstab(closed["platform_tag"].astype(str), closed["speed"])
        frame = frame.reindex(columns=list(SPEEDS[:3]), fill_value=0).rename(columns=str)
        minimum = self.measures.settings.minimum_group
        frame = frame[frame.sum(axis=1) >= minimum].reset_index(names="platform")
        for name in SPEEDS[:3]:
            frame = hidden(frame, name, [], minimum)
        return frame

    def classes(self) -> TableView:
        """Fast, medium and slow closers by platform."""
        cols: dict[str, Col | str] = {
            "platform": "Platform",
            "fast": Col("Fast (under 30 days)", digits=0),
            "medium": Col("Medium (30 to 90)", digits=0),
            "slow": Col("Slow (above 90)", digits=0),
        }
        caption = f"Cells of fewer than {self.measures.settings.minimum_group} contacts are not shown."
        title = "Fast and slow closers by platform"
        return table(self.classes_frame(), name="platform_speeds", title=title, columns=cols, caption=caption)
