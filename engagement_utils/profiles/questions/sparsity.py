"""How much of a profile's life is on record?"""

from collections.abc import Iterable, Mapping

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
            bars = ax.barh(list(frame[name]), shares, color=style.HIGHLIGHT, height=0.6)
            texts = [
                f"{percent(s)} ({number(n)})" if n else "none" for s, n in zip(shares, counts, strict=True)
            ]
            ax.bar_label(bars, texts, fontsize=style.SMALL, color=style.INK, padding=3)
            ax.set(xlabel=label, xlim=(0, 1.0))
            ax.margins(x=0.3)
            ax.set_xlim(0, max(0.01, float(max(shares))) * 1.6)
            ax.invert_yaxis()
            ax.tick_params(axis="y", labelcolor=style.INK)
            number_axis(ax.xaxis, percent=True)
            style.grid(ax, "x")
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
