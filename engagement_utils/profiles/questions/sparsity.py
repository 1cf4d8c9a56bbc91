"""How much of a profile's life is on record, by day and by week?"""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from engagement_utils.profiles.figures import share_bars
from engagement_utils.profiles.measures import PredictionMeasures
from engagement_utils.report import style
from engagement_utils.report.figure import figure
from engagement_utils.report.labels import number_axis
from engagement_utils.report.outputs import Action, Figure, Output, TableView
from engagement_utils.report.question import Answer, Evidence, Question
from engagement_utils.report.table import Col, table
from engagement_utils.report.wording import count, join_words, number, percent, with_interval


class Sparsity(Question[PredictionMeasures]):
    """How many days of the year are recorded?"""

    topic = "sparsity"
    unit = "profile"
    main = False

    def evidence(self) -> Mapping[str, Evidence]:
        """The share of profiles with few recorded days, described."""
        return {self.topic: Evidence(self.measures.exploration.under_50, None)}

    def say(self) -> Mapping[str, Answer]:
        """Whether most profiles have few recorded days."""
        e, x = self.judged().estimate, self.measures.exploration
        if self.judged().too_little:
            heading = "Too few profiles to say how sparse records are"
        elif e.value > 0.5:
            heading = "Most profiles have fewer than 50 recorded days in a year"
        elif e.value < 0.5:
            heading = "Most profiles have 50 recorded days in a year or more"
        else:
            heading = "Half of the profiles have fewer than 50 recorded days in a year"
        text = (
            f"{with_interval(e, percent=True)} of {count(e.n, 'profile')} recorded in the last 365 days have "
            "fewer than 50 recorded days in them; records break off for a week or longer "
            f"{number(x.gaps)} times."
        )
        return {self.topic: Answer(heading, text)}

    def show(self) -> Iterable[Output]:
        """Recorded days, what is missing, and strata of followers."""
        return self.recorded_days(), self.missing_values(), self.followers_table()

    def action(self) -> Action | None:
        """To record more days, where most profiles have few."""
        share = self.measures.exploration.under_50.value
        if not share > 0.5:
            return None
        text = "Record more days of sparse profiles before asking more of a model."
        return Action(text, self.topic, f"{percent(share)} of profiles have fewer than 50 days a year.")

    def recorded_days(self) -> Figure:
        """Profiles by recorded days of the last year: the seed's histogram."""
        layers = self.measures.exploration.layers
        profiles = [int(n) for n in layers["profiles"]]
        fig, ax = style.canvas(height=2.8)
        bars = ax.bar(layers["layer"], profiles, color=style.HIGHLIGHT, width=0.8)
        texts = [number(n) for n in profiles]
        ax.bar_label(bars, texts, fontsize=style.SMALL, color=style.INK, padding=2)
        ax.set(xlabel="recorded days in the last 365 days", ylabel="profiles")
        ax.margins(y=0.14)
        number_axis(ax.yaxis)
        return figure(
            fig,
            name="recorded_days",
            title="Profiles by recorded days in a year",
            caption=f"Bars count the {count(sum(profiles), 'profile')} with a record in the last 365 days of "
            "the data. The strata are the published ones.",
            alt=f"{self.finding().text} The bars fall from {number(profiles[0])} profiles under 50 days to "
            f"{number(profiles[-1])} recorded every day.",
            data=layers,
        )

    def missing_values(self) -> Figure:
        """Share of rows without a value by column, and profiles by how their followers are missing."""
        x = self.measures.exploration
        fig, (left, right) = style.canvas(1, 2, height=2.5)
        panels = (
            (left, x.missing, "column", "rows", "share of rows without a value"),
            (right, x.patterns, "pattern", "profiles", "share of profiles"),
        )
        for ax, frame, name, counted, label in panels:
            shares, counts = frame["share"], frame[counted]
            texts = [
                f"{percent(s)} ({number(n)})" if n else "none" for s, n in zip(shares, counts, strict=True)
            ]
            share_bars(ax, list(frame[name]), list(shares), texts, label)
            ax.set_xlim(0, max(0.01, float(max(shares))) * 1.6)
        first = x.missing.sort_values("share", ascending=False).iloc[0]
        kinds = [f"{percent(p.share)} have {p.pattern}" for p in x.patterns.itertuples()]
        return figure(
            fig,
            name="missing",
            title="What is missing",
            caption=f"Left, rows of {number(x.rows)} without a value (“undefined” is missing, not 0). Right, "
            "profiles by how their followers are missing.",
            alt=f"{first['column']} is missing most often, in {percent(first['share'])} of rows. Of the "
            f"profiles, {join_words(kinds)}.",
            data=x.missing,
        )

    def followers_table(self) -> TableView:
        """Profiles by follower stratum."""
        return table(
            self.measures.exploration.followers,
            name="follower_strata",
            title="Profiles by last known followers",
            columns={
                "stratum": "Followers",
                "profiles": "Profiles",
                "per_post": Col("Engagement per post", "median", digits=0),
                "days": Col("Recorded days", "median", digits=0),
            },
            caption="The published strata; “unknown” are profiles whose followers are never defined.",
        )


class Weekly(Question[PredictionMeasures]):
    """How many gaps do calendar weeks fill?"""

    topic = "weekly"
    unit = "profile"
    main = False

    @property
    def strata(self) -> pd.DataFrame:
        """Shares of days and of weeks with a record by stratum of recorded days, the sparsest first."""
        return self.measures.exploration.sparsity

    def evidence(self) -> Mapping[str, Evidence]:
        """A count of the sparsest profiles' days and weeks."""
        return {self.topic: Evidence(None, None, n=int(self.strata["profiles"].iloc[0]))}

    def say(self) -> Mapping[str, Answer]:
        """The shares of the sparsest profiles."""
        first = self.strata.iloc[0]
        days, weeks = percent(first["days"]), percent(first["weeks"])
        text = (
            f"Between first and last record of the sparsest profiles ({first['stratum']} days a year), "
            f"{days} of days but {weeks} of weeks have a record, and {percent(first['posts_weeks'])} have "
            "posts."
        )
        return {self.topic: Answer(f"Weeks fill the gaps: {days} of days, but {weeks} of weeks", text)}

    def show(self) -> Iterable[Output]:
        """Days and weeks by stratum, and the rules that make weeks."""
        return self.figure(), self.rules_table()

    def figure(self) -> Figure:
        """Share of days and of weeks with a record, by stratum of recorded days."""
        strata = self.strata
        fig, ax = style.canvas(height=0.9 + 0.32 * len(strata))
        y = np.arange(len(strata))
        ax.hlines(y, strata["days"], strata["weeks"], color=style.GRID, lw=2, zorder=1)
        for column, color in (("days", style.QUIET), ("weeks", style.HIGHLIGHT)):
            ax.plot(strata[column], y, "o", color=color, ms=7, label=f"{column} with a record")
        hollow = {"mfc": style.GROUND, "mec": style.HIGHLIGHT}
        ax.plot(strata["posts_weeks"], y, "o", **hollow, ms=7, label="weeks with posts")
        ax.set_yticks(y, strata["stratum"], color=style.INK)
        ax.set(ylim=(len(strata) - 0.5, -0.6), xlim=(0, 1.03), ylabel="recorded days in a year")
        ax.set_xlabel("share between a profile's first and last record")
        beside = {"transform": ax.get_yaxis_transform(), "va": "center", "color": style.MUTED}
        for place, n in zip(y, strata["profiles"], strict=True):
            ax.text(1.02, place, number(n), fontsize=style.SMALL, **beside)
        ax.text(1.02, -0.95, "profiles", fontsize=style.SMALL, **beside)
        number_axis(ax.xaxis, percent=True)
        style.grid(ax, "x")
        ax.legend(loc="lower center", bbox_to_anchor=(0.45, 1.02), ncols=3)
        return figure(
            fig,
            name="sparsity",
            title="Days and weeks with a record",
            caption="Grey dots are shares of days, coloured dots of calendar weeks, hollow dots of weeks "
            "with posts, of all profiles of a stratum together.",
            alt=self.finding().text,
            data=strata,
        )

    def rules_table(self) -> TableView:
        """What weeks are made by, beside the rules of reading, and how often each rule applied."""
        x = self.measures.exploration
        fell = "followers that fall by more than half are an error, and believed a week later"
        rows = [
            ("a week that the data hold only in part counts nowhere", "days recorded in it", x.partial),
            ("a week without a recorded day is missing, never 0", "gaps of a week or longer", x.gaps),
            (fell, "weeks of profiles", x.fell),
        ]
        return table(
            pd.DataFrame(rows, columns=["rule", "what", "count"]),
            name="rules",
            title="Rules for weeks, and how often they applied",
            columns={"rule": "Rule", "what": "Counted", "count": "Count"},
            caption="Rows that are set aside or counted in reading are under data quality.",
        )
