"""The report on contacts: its questions in order, its key figures, and what it hands out."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from engagement_utils.contacts import deliverables
from engagement_utils.contacts.headers import resolved
from engagement_utils.contacts.measures import Measures, Settings
from engagement_utils.contacts.privacy import public_quality
from engagement_utils.contacts.questions.closing import Closing
from engagement_utils.contacts.questions.conversion import Conversion
from engagement_utils.contacts.questions.detection import Clicks, Detection
from engagement_utils.contacts.questions.entry import Entry, Geography, Period
from engagement_utils.contacts.questions.likelihood import Likelihood
from engagement_utils.contacts.questions.offline import Offline
from engagement_utils.contacts.questions.platform import Platform, Speed
from engagement_utils.contacts.questions.segment_rules import SegmentRules
from engagement_utils.contacts.questions.stage_times import StageTimes
from engagement_utils.contacts.questions.structure import Structure
from engagement_utils.contacts.schema import CONTACTS, HISTORY
from engagement_utils.report.exports import private_dir
from engagement_utils.report.header import header, key_figure
from engagement_utils.report.outputs import Header
from engagement_utils.report.report import Report
from engagement_utils.report.section import Outputs, Section, heading
from engagement_utils.report.table import Col, table
from engagement_utils.tables.quality import Reason
from engagement_utils.tables.reading import Dataset, read_tables

__all__ = ["ContactReport", "Settings", "read"]

WORDS = {
    "create_date_unread": "the creation date cannot be read",
    "close_date_unread": "the closing date cannot be read",
    "unknown_stage": "the lifecycle stage is missing or unknown",
    "likelihood_unusable": "the likelihood to close is above its scale",
    "closed_before_created": "closed before it was created, taken as not closed",
    "closed_later": "the closing date is after the day looked at, taken as open",
}


class Contacts(NamedTuple):
    """The tables that were read, our column names to their headers, and how each header was found."""

    tables: Dataset
    headers: Mapping[str, str]
    columns: pd.DataFrame


def read(names: Mapping[str, Any]) -> Contacts:
    """The tables that a notebook's names hold, their headers recognised; rows set aside stay private.

    Raises:
        TableError: a table is unusable, or two headers fit one column.
    """
    spec, columns = resolved(names["contacts"], names["aliases"])
    history = names["history"]
    tables = {"contacts": spec} | ({"history": history} if history is not None else {})
    schemas = {"contacts": CONTACTS, "history": HISTORY}
    data = read_tables(tables, schemas, engine=names["engine"], aside=private_dir() / "set_aside")
    return Contacts(data, spec.columns, columns)


class ContactReport(Report[Measures]):
    """Which contacts engage through social platforms, do their segments hold, and who of them closes?"""

    structure: Structure
    conversion: Conversion
    rules: SegmentRules
    closing: Closing
    stage_times: StageTimes
    speed: Speed
    likelihood: Likelihood
    platform: Platform
    detection: Detection
    clicks: Clicks
    geography: Geography
    entry: Entry
    offline: Offline
    period: Period

    def __init__(self, data: Contacts, settings: Settings) -> None:
        measures = Measures(data.tables, settings, data.headers)
        super().__init__(measures, settings, public_quality(data.tables.quality))
        self._columns = data.columns

    def header(self) -> Header:
        """Window, counts and key figures."""
        m = self.measures
        created = m.contacts["create_date"].dropna()
        monthly = created.dt.to_period("M").value_counts().sort_index()
        counts = {
            "contact": m.counts["contacts"],
            "cohort contact": len(m.contacts),
            "social contact": len(m.social),
        }
        last = m.names[-1]
        figures = [
            key_figure("New contacts a month", float(monthly.mean()), digits=0, trend=monthly),
            key_figure("Socially engaged", len(m.social) / len(m.contacts), percent=True),
            key_figure("In segment 1A", m.rate["1A"].n / len(m.social), percent=True),
            key_figure("1A converted", m.rate["1A"], percent=True),
            key_figure(f"{last} converted", m.rate[last], percent=True),
        ]
        return header(created.min(), m.as_of, counts, figures)

    def reasons(self) -> Mapping[str, Sequence[Reason]]:
        """The remarks on each table that was read."""
        found = {"contacts": self._of_contacts()}
        if (t := self.stage_times.timing) is not None:
            found["history"] = [
                Reason(
                    "of a stage or latest source of the cohort, a value without a time",
                    "counted",
                    t.values - t.timed,
                ),
                Reason("a stage that ends before it begins, left out", "counted", t.backwards),
            ]
        return found

    def _of_contacts(self) -> list[Reason]:
        """Counted peculiarities of the contacts, and what the segmentations leave unknown."""
        m = self.measures
        found = [Reason(text, "counted", m.counts[key]) for key, text in WORDS.items()]
        numbers = sum(n for key, n in m.counts.items() if key.endswith("_unread") and key not in WORDS)
        found.append(Reason("a count cannot be read, taken as 0", "counted", numbers))
        left = m.counts["contacts"] - m.counts["cohort"]
        found.append(Reason("not of the owner, or in a lifecycle stage that is left out", "counted", left))
        unknown = (
            (m.contacts["geo_segment"] == "2-unknown").sum(),
            (m.contacts["entry"].astype(str) == "3-unknown").sum(),
        )
        found.append(Reason("of the cohort, without a known place", "counted", int(unknown[0])))
        found.append(Reason("of the cohort, without a known entry channel", "counted", int(unknown[1])))
        return found

    @property
    def marketing(self) -> "Marketing":
        """The published actions, attached to the open contacts whom they suit."""
        return Marketing(self.measures.actions)

    @property
    def files(self) -> Outputs:
        """Write the private lists and the workbooks of aggregates; shows which header was taken for what."""
        deliverables.save_lists(self.measures)
        deliverables.save_workbooks(self, ["Groups under the minimum size have no numbers."])
        view = table(
            self._columns.assign(header=self._columns["header"].fillna("–")),
            name="columns",
            title="Columns and the headers they were found under",
            columns={"column": "Column", "header": "Header in the export", "how": "Found by"},
            printed=False,
        )
        return Outputs((view,))


class Marketing(Section):
    """The published marketing actions, ranked; nothing is tested."""

    def __init__(self, actions: pd.DataFrame) -> None:
        self.data = actions

    @property
    def answer(self) -> Outputs:
        """How many groups they reach."""
        return Outputs((heading(f"The published actions reach {len(self.data)} groups of open contacts"),))

    @property
    def details(self) -> Outputs:
        """The actions."""
        view = table(
            self.data,
            name="marketing_actions",
            title="Published marketing actions, ranked by what they can bring",
            columns={
                "rank": "Rank",
                "segment": "Segment",
                "action": "Published action",
                "whom": "Whom it suits",
                "reach": "Open contacts",
                "at_stake": Col("Closings at stake", digits=0, interval_with=("low", "high")),
            },
            folded=False,
        )
        return Outputs((view,))
