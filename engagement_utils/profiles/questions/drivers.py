"""Which features move a forecast away from a profile's usual level?"""

from collections.abc import Iterable, Mapping

import pandas as pd

from engagement_utils.profiles.baselines import BASELINES
from engagement_utils.profiles.figures import share_bars
from engagement_utils.profiles.measures import PredictionMeasures
from engagement_utils.report import style
from engagement_utils.report.figure import figure
from engagement_utils.report.outputs import Figure, Output, TableView
from engagement_utils.report.question import Answer, Evidence, Question
from engagement_utils.report.table import table
from engagement_utils.report.wording import join_words, percent

# feature, or features with one meaning -> what it is; the order is that of the models
MEANINGS: Mapping[str, str] = {
    "lag_0 to lag_4": "engagement per post of the week and of the four before, by calendar week",
    "last": "the last week with posts",
    "trailing": "engagement over posts of the last 28 days",
    "level": "the anchor itself: the weighted mean with a half-life of 8 weeks",
    "trend": "the anchor above the plain mean of all weeks",
    "spread": "standard deviation between weeks, half-life 8 weeks",
    "weight": "how many weeks with posts stand behind the anchor",
    "recency": "weeks since the last week with posts",
    "posts_4": "posts of 4 weeks",
    "shown_0 to shown_3": "impressions over reach of the week and of the three before",
    "followers": "last known followers",
    "rate": "the anchor against followers",
    "season_sin, season_cos": "time of the year",
}


class Drivers(Question[PredictionMeasures]):
    """Which features move forecasts 7 days ahead?"""

    topic = "drivers"
    unit = "profile"
    main = False

    def evidence(self) -> Mapping[str, Evidence]:
        """How far forecasts move, described; nothing is known where no trees forecast."""
        empty = self.measures.importance.empty
        return {self.topic: Evidence(None, None, n=0 if empty else len(self.measures.fresh))}

    def say(self) -> Mapping[str, Answer]:
        """The two groups of features that move forecasts most."""
        shares = self.measures.importance
        if shares.empty:
            used = {BASELINES.get(u, BASELINES["regression"]) for u in self.measures.chosen.values()}
            text = (
                f"Forecasts 7 days ahead come from {join_words(sorted(used))}, which weighs no groups of "
                "features."
            )
            return {self.topic: Answer("No trees, so no groups of features to weigh", text)}
        first, second = shares.index[:2]
        text = (
            f"Forecasts 7 days ahead are moved most by {first} ({percent(shares.iloc[0], 1)} on average) and "
            f"{second} ({percent(shares.iloc[1], 1)}), measured from a profile's usual level."
        )
        verb = "move" if first.endswith("s") else "moves"
        return {self.topic: Answer(f"{first[0].upper()}{first[1:]} {verb} forecasts most", text)}

    def show(self) -> Iterable[Output]:
        """How far each group of features moves forecasts, and what the features are."""
        moved = () if self.measures.importance.empty else (self.figure(),)
        return *moved, self.features_table()

    def figure(self) -> Figure:
        """How much each group of features moves forecasts."""
        shares = self.measures.importance
        fig, ax = style.canvas(height=0.8 + 0.3 * len(shares))
        ax.margins(x=0.12)
        xlabel = "mean change of the forecast when the group is set to what is typical"
        share_bars(ax, list(shares.index), list(shares), [percent(s, 1) for s in shares], xlabel)
        return figure(
            fig,
            name="drivers",
            title="What moves forecasts, 7 days ahead",
            caption="Bars are mean absolute changes over the profiles recorded in the last week. Groups "
            "overlap, so the parts are reasons and do not add up.",
            alt=self.finding().text,
            data=shares.rename_axis("group").rename("change").reset_index(),
        )

    def features_table(self) -> TableView:
        """What the model takes."""
        return table(
            pd.DataFrame(MEANINGS.items(), columns=["feature", "meaning"]),
            name="features",
            title="Features, all known at the end of the week of the forecast",
            columns={"feature": "Feature", "meaning": "What it is"},
            caption="Engagement per post y enters as log(1 + y), measured from the anchor.",
            save=False,
        )
