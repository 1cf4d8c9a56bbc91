"""The reports on profiles: how well engagement is predicted, and what comes in the next four weeks."""

import pandas as pd

from engagement_utils.profiles.errors import error
from engagement_utils.profiles.forecast import FLAGS
from engagement_utils.profiles.intervals import INNER
from engagement_utils.profiles.measures import (
    ForecastMeasures,
    ForecastSettings,
    PredictionMeasures,
    PredictionSettings,
)
from engagement_utils.profiles.models import MODEL
from engagement_utils.profiles.questions.accuracy import Accuracy, WayToBest
from engagement_utils.profiles.questions.coverage import Coverage
from engagement_utils.profiles.questions.drivers import Drivers
from engagement_utils.profiles.questions.leak import Leak
from engagement_utils.profiles.questions.reach import Reach
from engagement_utils.profiles.questions.sparsity import Sparsity, Weekly
from engagement_utils.profiles.questions.strata import Giants, Strata
from engagement_utils.profiles.questions.turning import Turning
from engagement_utils.profiles.questions.width import Direction, Width
from engagement_utils.profiles.schema import PROFILES, REFERENCE
from engagement_utils.report.header import header, key_figure
from engagement_utils.report.outputs import Header, TableView
from engagement_utils.report.report import Report, Settings
from engagement_utils.report.table import table
from engagement_utils.tables.reading import Dataset
from engagement_utils.tables.schema import Schema

__all__ = ["ForecastReport", "ForecastSettings", "PredictionReport", "PredictionSettings", "schemas"]


def schemas(settings: Settings) -> dict[str, Schema]:
    """The schemas by table name, as `tables.reading.read_tables` takes them; forecasts have no reference."""
    reference = {"reference": REFERENCE} if isinstance(settings, PredictionSettings) else {}
    return {"profiles": PROFILES, **reference}


class PredictionReport(Report[PredictionMeasures]):
    """How well is a post's engagement predicted, and is a model better than a simple rule?"""

    sparsity: Sparsity
    weekly: Weekly
    accuracy: Accuracy
    way_to_best: WayToBest
    coverage: Coverage
    strata: Strata
    giants: Giants
    leak: Leak
    drivers: Drivers

    def __init__(self, data: Dataset, settings: PredictionSettings) -> None:
        super().__init__(PredictionMeasures(data, settings), settings, data.quality)

    def header(self) -> Header:
        """Data window, counts and key figures."""
        m = self.measures
        wape = error(m.at(1), MODEL, "WAPE", level=self.level)
        covered = next(iter(self.coverage.covered.values()))
        figures = [
            key_figure("Less error than the best baseline, 7 days", self.accuracy.skills[1], percent=True),
            key_figure("Error over engagement, 7 days", wape, percent=True),
            key_figure(f"Covered by the {INNER}", covered, percent=True),
            key_figure("Under 50 recorded days in a year", m.exploration.under_50, percent=True),
        ]
        counts = {"day": m.exploration.rows, "profile": len(m.exploration.recorded)}
        return header(m.prepared.span.first, m.prepared.span.last, counts, figures)

    def save_model(self) -> None:
        """Save the model with its card among the downloads, where the forecast report and the API find it."""
        self.measures.saved  # noqa: B018


class ForecastReport(Report[ForecastMeasures]):
    """What will posts of these profiles get in the next four weeks?"""

    reach: Reach
    width: Width
    direction: Direction
    turning: Turning

    def __init__(self, data: Dataset, settings: ForecastSettings) -> None:
        super().__init__(ForecastMeasures(data, settings), settings, data.quality)

    def header(self) -> Header:
        """Data window, counts and key figures."""
        m = self.measures
        figures = [
            key_figure("Profiles forecast", self.reach.able),
            key_figure("Stale profiles", m.flagged("stale")),
        ]
        if len(m.first):
            median = float(m.first["forecast"].median())
            figures.append(key_figure("Median forecast, 7 days", median, digits=0, unit="a post"))
        return header(m.prepared.span.first, m.prepared.span.last, {"profile": len(m.next_week)}, figures)

    @property
    def flags(self) -> TableView:
        """What flags mean and how many profiles have them."""
        rows = [(flag or "none", self.measures.flagged(flag), text) for flag, text in FLAGS.items()]
        return table(
            pd.DataFrame(rows, columns=["flag", "profiles", "meaning"]),
            name="flags",
            title="Profiles by flag",
            columns={"flag": "Flag", "profiles": "Profiles", "meaning": "What it means"},
        )

    @property
    def model(self) -> TableView:
        """The model that forecasts; its versions and hash differ between machines."""
        about = self.measures.bundle.facts
        facts = {
            "learned from": f"{about['window']['first_day']} to {about['window']['last_day']}",
            "profiles": about["profiles"],
            "weeks of profiles": about["rows"],
            "versions": ", ".join(f"{k} {v}" for k, v in sorted(about["versions"].items())),
            "SHA-256": about["sha256"],
        }
        trained = self.measures.settings.model is None
        return table(
            pd.DataFrame([(key, str(value)) for key, value in facts.items()], columns=["what", "value"]),
            name="model",
            title="The model",
            columns={"what": "What", "value": "Value"},
            caption="Trained by this report, as no saved model was given." if trained else "",
        )
