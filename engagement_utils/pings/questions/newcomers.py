"""Do users who signed up shortly before the last event engage in another way than the others?"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.means import mean
from engagement_utils.inference.permutation import two_groups
from engagement_utils.inference.power import sample_size
from engagement_utils.inference.samples import Floats
from engagement_utils.pings.measures import Measures
from engagement_utils.report import style
from engagement_utils.report.figure import figure
from engagement_utils.report.outputs import Figure, Output, TableView
from engagement_utils.report.question import Answer, Claim, Evidence, Question
from engagement_utils.report.table import Col, table
from engagement_utils.report.wording import count, day, number, tested, with_interval

SMALLEST_EFFECT = 0.03  # in standard deviations: below it "so many would be needed" tells nobody anything
MAX_POINTS = 300  # users drawn as points in a group; above it the points would be a block of ink


class Measure(NamedTuple):
    """One measure of a user: its column, its name in a table and in a sentence, words for a difference."""

    column: str
    label: str
    what: str
    digits: int
    more: str
    fewer: str
    axis: str = ""  # of its panel; "" where it has none


MEASURES: Mapping[str, Measure] = {
    "new_vs_existing": Measure(
        "avg_watch_time_ratio",
        "seconds watched over seconds offered, all engaging events",
        "share of the offered seconds that is watched",
        2,
        "New users watch more of what they engage with",
        "New users watch less of what they engage with",
        "share of offered seconds watched",
    ),
    "new_vs_existing_pings": Measure(
        "n_interacted_pings",
        "pings interacted with",
        "number of pings interacted with",
        1,
        "New users interact with more pings",
        "New users interact with fewer pings",
        "pings interacted with",
    ),
    "new_vs_existing_views": Measure(
        "mean_view_ratio",
        "mean watch-time ratio of own views",
        "mean watch-time ratio over own views",
        2,
        "New users watch their views more fully",
        "New users watch their views less fully",
    ),
}


class Newcomers(Question[Measures]):
    """Do new users engage in another way than existing ones?"""

    topic = "new_vs_existing"
    unit = "user"

    @cached_property
    def users(self) -> pd.DataFrame:
        """One row a user: user_id, signup_date, is_new, and the measures as far as they are known."""
        users = self.measures.users
        frame = users[
            ["user_id", "signup_date", "is_new", "avg_watch_time_ratio", "n_interacted_pings"]
        ].copy()
        # the published quotient counts 0 s for every like, so it falls with liking: the views alone beside it
        frame["mean_view_ratio"] = users["view_ratio"] / users["views"].where(users["views"] > 0)
        return frame

    def groups(self, measure: Measure) -> "tuple[pd.Series[float], pd.Series[float]]":
        """The measure of new and of existing users, those without it left out."""
        known = self.users.dropna(subset=[measure.column])
        new = known["is_new"]
        return known.loc[new, measure.column], known.loc[~new, measure.column]

    @cached_property
    def means(self) -> Mapping[str, tuple[Estimate, Estimate]]:
        """(new, existing) by topic."""
        return {
            topic: (mean(new, level=self.level), mean(existing, level=self.level))
            for topic, measure in MEASURES.items()
            for new, existing in [self.groups(measure)]
        }

    @cached_property
    def differences(self) -> Mapping[str, Estimate]:
        """New less existing users by topic, Welch's interval and permutation test."""
        return {topic: self._difference(*self.groups(measure)) for topic, measure in MEASURES.items()}

    def _difference(self, new: "pd.Series[float]", existing: "pd.Series[float]") -> Estimate:
        n = min(len(new), len(existing))
        if n < 2:
            value = float(new.mean() - existing.mean()) if n else float("nan")
            return Estimate(value, None, None, n, self.level, None, "too few users for a test")
        return two_groups(new, existing, level=self.level, seed=self.measures.settings.seed)

    def evidence(self) -> Mapping[str, Evidence]:
        """The difference of means in each measure against 0."""
        return {topic: Evidence(e, 0.0) for topic, e in self.differences.items()}

    def say(self) -> Mapping[str, Answer]:
        """A sentence a measure."""
        return {topic: self._said(topic, measure) for topic, measure in MEASURES.items()}

    def _said(self, topic: str, m: Measure) -> Answer:
        j, (new, existing) = self.judged(topic), self.means[topic]
        e = j.estimate
        if min(new.n, existing.n) == 0:
            since = (
                f"{count(new.n, 'user')} of {number(new.n + existing.n)} signed up on "
                f"{day(self.measures.first_new)} or later"
            )
            heading = "There are no two groups of users to compare"
            return Answer(heading, f"{since}: nothing to compare in the {m.what}.")
        values = f"{number(new.value, m.digits)} against {number(existing.value, m.digits)}"
        difference = f"a difference of {with_interval(e)}{tested(e)}"
        if j.too_little:
            few, many = ("new", "existing") if new.n <= existing.n else ("existing", "new")
            smaller, larger = sorted((new.n, existing.n))
            are = "is" if smaller == 1 else "are"
            heading = (
                f"{count(smaller, f'{few} user')} {are} too few to compare with {number(larger)} {many} ones"
            )
            enough = self.needed(topic)
            plan = (
                f"; about {number(enough)} users in each group would show a difference as large"
                if enough
                else ""
            )
            text = (
                f"The {m.what} is {number(new.value, m.digits)} for {count(new.n, 'new user')} and "
                f"{number(existing.value, m.digits)} for {number(existing.n)} existing ones, "
                f"too few to compare{plan}."
            )
            return Answer(heading, text)
        if j.chance:
            text = f"New and existing users do not reliably differ in the {m.what}: {values}, {difference}."
            return Answer("New and existing users cannot be told apart", text)
        heading = f"{m.more if e.value > 0 else m.fewer} than existing ones"
        return Answer(heading, f"{heading}: their {m.what} is {values}, {difference}.")

    def needed(self, topic: str) -> int | None:
        """Users in each group with which a difference as large as the observed one shows; None where tiny."""
        difference, sd = self.differences[topic].value, float(self.users[MEASURES[topic].column].std())
        if not sd > 0 or not abs(difference) / sd > SMALLEST_EFFECT:
            return None
        return sample_size(difference, sd, alpha=self.report.alpha)

    def show(self) -> Iterable[Output]:
        """Both published measures drawn, the other two findings, all means."""
        others = (self.finding(topic) for topic in MEASURES if topic != self.topic)
        return self.figure(), *others, self.table()

    def claims(self) -> Iterable[Claim]:
        """On new users, and the same read the other way round."""
        ratio, pings = self.differences["new_vs_existing"], self.differences["new_vs_existing_pings"]
        compared = (
            f"new less existing users: ratio {with_interval(ratio)}, pings {with_interval(pings)}"
            if ratio.n
            else "no two groups of users to compare"
        )
        rests_on = {"new_vs_existing": ratio.value > 0, "new_vs_existing_pings": pings.value < 0}
        return (
            Claim(
                3, "New users watch more deeply but interact with fewer pings.", compared, ratio.n, rests_on
            ),
            Claim(
                4,
                "Existing users browse more widely but watch less deeply.",
                "the same comparison, read the other way round",
                ratio.n,
                rests_on,
            ),
        )

    def figure(self) -> Figure:
        """Every user as a point, the groups' means with intervals, in both published measures."""
        drawn = {topic: m for topic, m in MEASURES.items() if m.axis}
        fig, axes = style.canvas(1, len(drawn), height=2.3, sharey=True)
        for ax, (topic, measure) in zip(axes, drawn.items(), strict=True):
            for y, (values, average) in enumerate(zip(self.groups(measure), self.means[topic], strict=True)):
                _points(ax, np.asarray(values, dtype=np.float64), y)
                _mean(ax, average, y)
            ax.set(xlabel=measure.axis, ylim=(1.55, -0.55))
            ax.set_xlim(left=0)
            style.grid(ax, "x")
        counts = [e.n for e in self.means[self.topic]]
        names = [f"{name}\nn = {number(c)}" for name, c in zip(("new", "existing"), counts, strict=True)]
        axes[0].set_yticks(range(2), names, color=style.INK)
        return figure(
            fig,
            name="new_vs_existing",
            title="New and existing users",
            caption="Grey points are users"
            + (f" ({MAX_POINTS} drawn a group)" if max(counts) > MAX_POINTS else "")
            + f", dots means with {self.t_interval}s.",
            alt=self.finding().text,
            data=self.users.drop(columns=["user_id"]).sort_values(["is_new", "signup_date"], kind="stable"),
        )

    def table(self) -> TableView:
        """New and existing users in each measure, with the difference and its interval."""
        rows = []
        for topic, measure in MEASURES.items():
            (new, existing), d = self.means[topic], self.differences[topic]
            values = (new.value, new.n, existing.value, existing.n)
            rows.append((measure.label, *values, d.value, d.low, d.high, d.p_value))
        columns = [
            "measure",
            "new",
            "new_users",
            "existing",
            "existing_users",
            "difference",
            "low",
            "high",
            "p",
        ]
        return table(
            pd.DataFrame(rows, columns=columns),
            name="new_vs_existing_means",
            title="Means over users",
            columns={
                "measure": "Measure",
                "new": Col("New", digits=6),
                "new_users": "New users",
                "existing": Col("Existing", digits=6),
                "existing_users": "Existing users",
                "difference": Col("Difference", digits=2, interval_with=("low", "high")),
                "p": Col("p", kind="p"),
            },
            caption="Users without such events count as 0, as published; p before adjustment, by "
            "permutation.",
        )


def _points(ax: Axes, values: Floats, y: int) -> None:
    """Users as quiet points, spread a little so that equal ones show."""
    places = np.linspace(0, values.size - 1, min(values.size, MAX_POINTS)).astype(int)
    shown = np.sort(values)[places]
    spread = 0.16 + 0.2 * ((np.arange(shown.size) * 0.618) % 1)
    ax.plot(shown, y + spread, "o", ms=4, color=style.QUIET, alpha=0.6, mew=0)


def _mean(ax: Axes, mean: Estimate, y: int) -> None:
    if not np.isfinite(mean.value):
        return
    if mean.interval:
        ax.plot(np.clip(mean.interval, 0, None), (y, y), color=style.HIGHLIGHT, lw=2)
    face = style.HIGHLIGHT if mean.interval else style.GROUND
    ax.plot(mean.value, y, "o", ms=7, mfc=face, mec=style.HIGHLIGHT, mew=1.5)
