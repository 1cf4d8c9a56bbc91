"""The report on ping engagement: its questions in order, its key figures, and its events as tables."""

from collections.abc import Mapping

import ibis.expr.types as ir

from engagement_utils.pings.measures import Measures, Settings, pair_engagement
from engagement_utils.pings.questions.acting import Acting
from engagement_utils.pings.questions.concentration import Concentration
from engagement_utils.pings.questions.funnel import Funnel
from engagement_utils.pings.questions.groups import Groups
from engagement_utils.pings.questions.newcomers import Newcomers
from engagement_utils.pings.questions.top_pings import TopPings
from engagement_utils.pings.questions.watching import Watching
from engagement_utils.pings.schema import schemas
from engagement_utils.report.header import header, key_figure
from engagement_utils.report.outputs import Header, TableView
from engagement_utils.report.report import Report
from engagement_utils.report.section import Outputs
from engagement_utils.report.table import Col, table
from engagement_utils.report.wording import number, percent
from engagement_utils.tables.collecting import collect
from engagement_utils.tables.reading import Dataset

__all__ = ["PingReport", "Settings", "schemas"]

SHOWN = 5  # rows of the tables that a download holds in full


class PingReport(Report[Measures]):
    """Which pings engage, whom, and how sure is that?"""

    watching: Watching
    top_pings: TopPings
    concentration: Concentration
    newcomers: Newcomers
    groups: Groups
    acting: Acting
    funnel: Funnel

    claims_caption = "n counts users, for the long tail pings."

    def __init__(self, data: Dataset, settings: Settings) -> None:
        super().__init__(Measures(data, settings), settings, data.quality)

    def header(self) -> Header:
        """Data window, counts and key figures."""
        m, w, c = self.measures, self.watching, self.concentration
        figures = [
            key_figure("Events a day", float(m.by_day["events"].mean()), digits=1, trend=m.by_day["events"]),
            key_figure("Mean watch-time ratio", w.mean, percent=True),
            key_figure(f"Views that reach {percent(m.settings.completion_ratio)}", w.completed, percent=True),
            key_figure(f"Engagement of the top {c.k}", c.top, percent=True),
        ]
        counts = {"event": m.events, "user": len(m.users), "ping": len(m.totals)}
        return header(m.window.first, m.window.last, counts, figures)

    @property
    def rows(self) -> Outputs:
        """The first scored events and (user, ping) pairs; all of them in the downloads."""
        m = self.measures
        events: dict[str, Col | str] = {
            "user_id": "User",
            "ping_id": "Ping",
            "event_type": "Event",
            "watch_time_sec": Col("Watched", "s", digits=0),
            "event_timestamp": "Time",
            "event_weight": Col("Weight", digits=1),
            "duration_sec": Col("Duration", "s", digits=0),
            "watch_time_ratio": Col("Ratio", digits=6),
            "interaction_score": Col("Score", digits=6),
        }
        pairs: dict[str, Col | str] = {
            "user_id": "User",
            "ping_id": "Ping",
            "watch_time_sec": Col("Watched", "s", digits=0),
            "duration_sec": Col("Duration", "s", digits=0),
            "watch_time_ratio": Col("Ratio", digits=6),
            "engagement_score": Col("Engagement", digits=6),
        }
        order = ["event_timestamp", "user_id", "ping_id", "event_type"]
        scored = self._large(m.scored, order, "scored_events", "Scored events, oldest first", events)
        title = "Engagement by user and ping"
        name, by = "user_ping_engagement", ["user_id", "ping_id"]
        return Outputs((scored, self._large(pair_engagement(m.scored), by, name, title, pairs)))

    def _large(
        self, rows: ir.Table, order: list[str], name: str, title: str, columns: Mapping[str, Col | str]
    ) -> TableView:
        """A table of as many rows as events: above the limit only its first rows leave the engine."""
        most = self.measures.settings.max_event_rows
        if self.measures.events <= most:
            frame = collect(rows, by=order)
            return table(frame, name=name, title=title, columns=columns, max_rows=SHOWN)
        frame = collect(rows.order_by(order).limit(SHOWN), by=order)
        caption = f"The first {SHOWN} rows; with over {number(most)} events there is no download."
        return table(frame, name=name, title=title, columns=columns, caption=caption, save=False)
