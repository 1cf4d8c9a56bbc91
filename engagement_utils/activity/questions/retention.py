"""Do users come back, and how often?"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from math import isfinite

import pandas as pd
from matplotlib.ticker import MaxNLocator

from engagement_utils.activity.figures import kept_figure
from engagement_utils.activity.lifecycle import Lifecycle, lifecycle
from engagement_utils.activity.measures import Measures
from engagement_utils.inference.estimate import Estimate
from engagement_utils.report import plots, style
from engagement_utils.report.labels import number_axis
from engagement_utils.report.outputs import Figure, Output, TableView
from engagement_utils.report.question import Answer, Evidence, Question
from engagement_utils.report.table import Col, table
from engagement_utils.report.wording import count, number, percent, with_interval


class Retention(Question[Measures]):
    """Do users come back?"""

    topic = "retention"
    unit = "user"
    main = False

    @cached_property
    def life(self) -> Lifecycle | None:
        """Retention, stickiness and lifecycle; None where too few users come back."""
        c, s = self.measures.counted, self.measures.settings
        if c.repeated < self.report.minimum_n:
            return None
        activity = self.measures.tables["activity"]
        return lifecycle(
            activity, c.first, c.last, event=s.active_event, interval=s.interval, level=self.level
        )

    def evidence(self) -> Mapping[str, Evidence]:
        """The share that is active in the interval after the first; it is counted."""
        c = self.measures.counted
        if self.life is None:
            repeated = Estimate(c.repeated / c.users, None, None, c.repeated, self.level)
            return {self.topic: Evidence(repeated, None, undecidable=True)}
        e = self.life.next_interval
        return {self.topic: Evidence(e, None, undecidable=not isfinite(e.value))}

    def say(self) -> Mapping[str, Answer]:
        """How many come back, or why that cannot be said."""
        return {self.topic: self._none() if self.life is None else self._share(self.life)}

    def _none(self) -> Answer:
        c = self.measures.counted
        if not c.repeated:
            text = (
                f"Each of the {number(c.users)} users has exactly one session, so nobody can be seen coming "
                "back: there is no retention, stickiness or lifecycle to show."
            )
            return Answer("Retention cannot be measured: every user has one session", text)
        text = (
            f"{count(c.repeated, 'user')} of {number(c.users)} have more than one session, fewer than "
            f"the {number(self.report.minimum_n)} that retention, stickiness and lifecycle need."
        )
        return Answer(f"Retention cannot be measured: {count(c.repeated, 'user')} came back", text)

    def _share(self, life: Lifecycle) -> Answer:
        e, unit = life.next_interval, life.interval
        if not isfinite(e.value):
            text = f"The data do not cover a whole {unit} after a user's first."
            return Answer(f"No {unit} follows a first one", text)
        what = "any session" if life.event == "session" else f"a session with a {life.event}"
        text = (
            f"{with_interval(e, percent=True)} of the users are active again in the {unit} after their first "
            f"one ({what} counts)"
        )
        if unit != "day":
            sticky = with_interval(life.sticky, percent=True)
            text += f", and an active user is active on {sticky} of its days"
        return Answer(f"{percent(e.value)} of the users come back in the next {unit}", f"{text}.")

    def show(self) -> Iterable[Output]:
        """The retention curve, users by state, and both in numbers."""
        if self.life is None:
            return ()
        life = self.life
        return self.curve(life), self.states(life), self.curve_table(life), self.states_table(life)

    def curve(self, life: Lifecycle) -> Figure:
        """Share of users active again, by intervals after their first."""
        frame = life.retention[life.retention["offset"] > 0]
        fig, ax = style.canvas(height=2.8)
        ax.fill_between(frame["offset"], frame["low"], frame["high"], color=style.HIGHLIGHT, alpha=0.2, lw=0)
        ax.plot(frame["offset"], frame["share"], "o-", color=style.HIGHLIGHT, ms=4)
        ax.set(xlabel=f"{life.interval}s after the first one", ylabel="share of users active", ylim=(0, None))
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        number_axis(ax.yaxis, percent=True)
        return kept_figure(
            fig,
            name="retention",
            title=f"Users active again, by {life.interval} after their first",
            caption=f"Of the {number(life.users)} users those whose {life.interval} the data cover whole; "
            f"the band is Wilson's {self.interval}.",
            alt=self.finding().text,
            data=life.retention,
        )

    def states(self, life: Lifecycle) -> Figure:
        """Users by state in every interval, dormant ones below the line; stickiness under them."""
        states = life.states[life.states["whole"]]
        fig, (top, below) = style.canvas(2, 1, height=4.6, sharex=True, height_ratios=(3, 2))
        days = {"day": 1, "week": 7, "month": 30}[life.interval]
        width = pd.Timedelta(days=days * 0.8)
        base = pd.Series(0, index=states.index)
        for name, color in zip(("new", "returning", "resurrected"), style.PALETTE, strict=False):
            top.bar(
                states["period"],
                states[name],
                width=width,
                bottom=base,
                align="edge",
                color=color,
                label=name,
            )
            base = base + states[name]
        top.bar(
            states["period"],
            -states["dormant"],
            width=width,
            align="edge",
            color=style.QUIET,
            alpha=0.5,
            label="dormant",
        )
        top.axhline(0, color=style.INK, lw=0.8)
        top.set_ylabel("users")
        number_axis(top.yaxis)
        fig.legend(loc="outside upper left", ncols=4, handlelength=1, columnspacing=1.2)
        s = life.stickiness
        label = f"days active\na {life.interval}"
        plots.trend(below, s["period"], s["share"], low=s["low"], high=s["high"], ylabel=label, percent=True)
        below.set_ylim(bottom=0)
        return kept_figure(
            fig,
            name="lifecycle",
            title=f"Users by state in every {life.interval}, and how many of its days they come",
            caption="Above the line active users: new, active in the interval before too (returning), or "
            "only earlier (resurrected); below it those who were active in the interval before and are not "
            f"(dormant). Bottom, stickiness with its {self.t_interval}.",
            alt=self.finding().text,
            data=life.states.merge(s, how="left", on=["period", "users"]),
        )

    def curve_table(self, life: Lifecycle) -> TableView:
        """Retention by interval."""
        return table(
            life.retention,
            name="retention_table",
            title=f"Users active again, by {life.interval} after their first",
            columns={
                "offset": f"{life.interval.capitalize()}s after the first",
                "users": "Users",
                "active": "Active",
                "share": Col("Share", percent=True, digits=0, interval_with=("low", "high")),
            },
        )

    def states_table(self, life: Lifecycle) -> TableView:
        """Users by state."""
        return table(
            life.states,
            name="lifecycle_table",
            title=f"Users by state in every {life.interval}",
            columns={
                "period": life.interval.capitalize(),
                "new": "New",
                "returning": "Returning",
                "resurrected": "Resurrected",
                "dormant": "Dormant",
                "whole": "Covered whole",
            },
            max_rows=20,
        )
