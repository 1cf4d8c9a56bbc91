"""The audience heatmap: its questions in order, its key figures, and what to do about the time of posting."""

from collections.abc import Iterable

import pandas as pd

from engagement_utils.posts.measures import Measures
from engagement_utils.posts.questions.domain import Domain
from engagement_utils.posts.questions.explained import Explained
from engagement_utils.posts.questions.format import Format
from engagement_utils.posts.questions.hours import Hours
from engagement_utils.posts.questions.length import Length
from engagement_utils.posts.questions.time import Time
from engagement_utils.posts.questions.trend import Trend
from engagement_utils.posts.questions.weekdays import Weekdays
from engagement_utils.posts.schema import schemas
from engagement_utils.posts.settings import Settings
from engagement_utils.report.header import header, key_figure
from engagement_utils.report.outputs import Header
from engagement_utils.report.report import Report
from engagement_utils.report.section import Sentence, note
from engagement_utils.report.wording import number, plural_of
from engagement_utils.tables.reading import Dataset

__all__ = ["PostReport", "Settings", "schemas"]


class PostReport(Report[Measures]):
    """When do posts engage, what kind of post does, and how sure is that?"""

    time: Time
    hours: Hours
    weekdays: Weekdays
    trend: Trend
    format: Format
    domain: Domain
    length: Length
    explained: Explained

    claims_caption = (
        "n counts posts on the smaller side of a comparison; for the weekly trend it counts weeks."
    )

    def __init__(self, data: Dataset, settings: Settings) -> None:
        super().__init__(Measures(data, settings), settings, data.quality)

    def header(self) -> Header:
        """Data window, counts and key figures."""
        m, weeks = self.measures, self.measures.by["week"]
        trend = weeks.loc[weeks["n"] >= m.settings.cell_minimum, "mean"]
        unit, explained = m.settings.unit, max(0.0, m.resonance.explained.value)
        figures = [
            key_figure("Mean score", float(m.total["mean"]), unit=unit, digits=1, trend=tuple(trend)),
            key_figure("Explained by all factors", explained, percent=True),
        ]
        for groups in (self.format, self.domain):
            if groups.leading:
                label = f"Leading {plural_of(groups.topic)} above others"
                figures.append(key_figure(label, groups.leading, unit=unit))
        if m.timing.tests and self.time.plan.more:
            figures.append(key_figure("Posts needed to judge hours", self.time.plan.needed))
        counts = {"post": m.n}
        counts |= {part: len(m.by[part]) for part in ("format", "domain") if m.posts.has(part)}
        first, last = (None if pd.isna(day) else str(day)[:10] for day in m.total[["first", "last"]])
        return header(first, last, counts, figures)

    @property
    def advice(self) -> Sentence:
        """When to post, where no action says so."""
        return note(self.time.advice)

    def notes(self) -> Iterable[str]:
        """Whose clock is read, and whether tests rest on a part of the posts."""
        m = self.measures
        if m.timing.tests:
            yield f"Time: {m.posts.zone}."
        if m.design.n < m.n:
            part = f"{number(m.design.n, 0)} of {number(m.n, 0)} posts"
            yield f"Tests and models rest on {part}, drawn by a hash; maps use all."
