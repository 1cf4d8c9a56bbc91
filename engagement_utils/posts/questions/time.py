"""Is there a time of the week at which posts do better?"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

import pandas as pd
from matplotlib.figure import Figure as MplFigure

from engagement_utils.inference.estimate import Estimate
from engagement_utils.posts.questions.base import WORDS, PostQuestion, beside, capital
from engagement_utils.posts.questions.hours import LABELS
from engagement_utils.posts.windows import DAY_NAMES, Plan, Window
from engagement_utils.report import plots, style
from engagement_utils.report.exports import save_csv
from engagement_utils.report.figure import figure
from engagement_utils.report.outputs import Action, Figure, Output, TableView
from engagement_utils.report.question import Answer, Claim, Evidence
from engagement_utils.report.section import Sentence, note
from engagement_utils.report.table import Col, table
from engagement_utils.report.wording import count, join_words, number, p_value, tested, with_interval


class Time(PostQuestion):
    """Is there a time of the week at which posts do better?"""

    topic = "time"
    name = "Best time"

    def missing(self) -> str:
        """Without hours and days, or without a window that has enough posts."""
        lacks = self.measures.posts.missing
        if self.measures.timing.windows:
            return ""
        return lacks.get("hour") or lacks.get("weekday") or "no window of time has enough posts"

    @cached_property
    def stated(self) -> Mapping[str, Evidence]:
        """Also where no window can be named: hours, days and weeks are tested behind this question."""
        return self.evidence() if self.measures.timing.tests else {}

    def evidence(self) -> Mapping[str, Evidence]:
        """The window that stands out most against all other times, tested with every effect of time.

        Behind it: hour, weekday, week or month by their share of the variance, each window named, the claimed
        hours, and weeks with an event.
        """
        t, shares = self.measures.timing, self.measures.resonance.shares
        nothing = Estimate.unknown(self.measures.design.n, self.level)
        first = t.windows[0][1] if t.windows else nothing
        behind = {f: shares[f].with_p_value(p) for f, p in t.tests.items()}
        behind |= {f"window {i}": e for i, (_, e) in enumerate(t.windows, 1)}
        behind |= {name: e for name, e in {"claim": t.claim, "events": t.events}.items() if e}
        tests = {name: Evidence(e, 0.0) for name, e in behind.items()}
        return {self.topic: Evidence(first.with_p_value(t.p_value), 0.0, behind=tests)}

    @property
    def windows(self) -> Mapping[str, Window]:
        """The windows that stand out most, best first, by the topics of their tests."""
        return {f"time/window {i}": w for i, (w, _) in enumerate(self.measures.timing.windows, 1)}

    @property
    def better(self) -> Mapping[str, Window]:
        """Those that stand above all other times, chance and their choice allowed for."""
        judged = {topic: self.judged(topic) for topic in self.windows}
        clear = {topic for topic, j in judged.items() if j.supported and (j.estimate.low or 0) > 0}
        return {topic: window for topic, window in self.windows.items() if topic in clear}

    @cached_property
    def plan(self) -> Plan:
        """What the posts at hand can and cannot show."""
        sd = float(self.measures.resonance.excess.std(ddof=1))
        worthwhile = self.measures.settings.worthwhile
        return Plan.of(self.measures.design.n, sd, worthwhile, self.report.alpha)

    def say(self) -> Mapping[str, Answer]:
        """The best time windows, or that there is none."""
        return {self.topic: self._better() if self.better else self._none()}

    def _better(self) -> Answer:
        unit, found = self.score_unit, self.better
        parts = [
            f"posts {window.words} score {with_interval(e, unit)} above other times "
            f"({p_value(e.p_value)}, {count(e.n, 'post')})"
            for topic, window in found.items()
            for e in [self.judged(topic).estimate]
        ]
        return Answer(
            f"Posts do better {join_words([w.words for w in found.values()])}",
            f"{capital('; '.join(parts))}{beside(self.measures.timing.beside)}.",
            unit,
            rests_on=next(iter(found)),
        )

    def _none(self) -> Answer:
        j, plan, unit = self.judged(), self.plan, self.score_unit
        e, first = j.estimate, next(iter(self.windows.values())).words
        if j.supported:
            tests = self.measures.timing.tests
            which = [WORDS.get(f, f) for f in tests if self.judged(f"time/{f}").supported]
            differ = f", by {join_words(which)}" if which else ""
            text = (
                f"Scores change with time{differ} ({p_value(e.p_value)}), but no time window is clearly the "
                f"best: {first} lies {with_interval(e, unit)} above other times."
            )
            return Answer("Time matters, but no window is clearly the best", text, unit)
        if j.too_little:
            few = f"{count(e.n, 'post')} on one side: too few"
            text = f"The time window that stands out most, {first}, has {few}."
            return Answer("Too few posts to judge the time of posting", text, unit)
        need = (
            f"about {number(plan.needed, 0)} posts would be needed to see {self._looked_for}"
            if plan.more
            else f"these posts would have shown a two-hour window {number(plan.detectable, 1)} {unit} better"
        )
        posts = count(self.measures.design.n, "post")
        text = (
            f"No hour, day or week is reliably better than another ({p_value(e.p_value)}, {posts}); {need}."
        )
        return Answer("There is no clear best time to post", text, unit)

    def action(self) -> Action | None:
        """To post at the better times."""
        better = list(self.better.items())[:2]
        if not better:
            return None
        gains = join_words([with_interval(self.judged(t).estimate, self.score_unit) for t, _ in better], "or")
        text = f"Post {join_words([w.words for _, w in better], 'or')}."
        return Action(text, self.topic, f"Such a post scores {gains} more than one at another time.")

    @property
    def advice(self) -> str:
        """When to post, in a sentence that no action says: free choice of time, and what would settle it."""
        if not self.held:
            return "When to post is not for these data to say: they hold no time."
        if self.better:
            return (
                "The gains are what posts of that kind scored beside the others; no post was assigned by lot."
            )
        looked_for = f"{self._looked_for} than the rest of the day in four cases of five"
        if self.plan.more:
            needed = f"{number(self.plan.needed, 0)} in all, spread over the day"
            return (
                "Post when it suits you: no time is reliably better. About "
                f"{count(self.plan.more, 'more post')} ({needed}) would show {looked_for}."
            )
        return (
            "Post when it suits you: no time is reliably better, and these posts would have shown "
            f"{looked_for}."
        )

    @property
    def _looked_for(self) -> str:
        return f"a two-hour window {number(self.plan.worthwhile, significant=2)} {self.score_unit} better"

    def claims(self) -> Iterable[Claim]:
        """On peak hours."""
        text = (
            "Peak engagement windows: posts published between 9-11 AM and 8-10 PM show consistently higher "
            "interaction across weekdays."
        )
        t = self.measures.timing
        if t.claim is None:
            none = "the data hold no posts in and outside these hours"
            yield Claim(1, text, self.measures.posts.missing.get("hour", none), 0)
            return
        j = self.judged("time/claim")
        e, (better, days) = j.estimate, t.claim_days
        hours = join_words([f"{h:02d}" for h in self.measures.settings.claims.hours])
        said = f"{with_interval(e, self.score_unit)}{tested(e)}"
        evidence = f"posts in the hours {hours} against the others: {said}"
        if days:
            evidence += f"; higher on {number(better)} of {number(days)} weekdays"
        if j.supported and e.value > 0 and better < days:
            evidence += ", so not on all of them"
        yield Claim(1, text, evidence, e.n, {"time/claim": e.value > 0})

    def show(self) -> Iterable[Output | Sentence]:
        """The maps of the week, the windows that stand out, and the cells as a table."""
        yield self.left_out("The map of hours and days", "hour", "weekday") or self.raw_map()
        yield self.left_out("The pooled map of hours and days", "hour", "weekday") or self.pooled_map()
        yield (
            self.windows_figure()
            if self.held
            else note("Time windows are left out: no window has enough posts inside and outside.")
        )
        if self.measures.posts.has("hour") or self.measures.posts.has("weekday"):
            yield self.cells_table()
        else:
            yield note("The table of cells is left out: the data have neither hour nor weekday.")

    @cached_property
    def cells(self) -> pd.DataFrame:
        """Every cell of the week, as far as the data know days and hours, empty ones included."""
        m, sizes = self.measures, {"weekday": 7, "hour": 24}
        known = [part for part in sizes if m.posts.has(part)]
        grid = pd.MultiIndex.from_product([range(sizes[part]) for part in known], names=known)
        frame = m.by["cells" if len(known) == 2 else known[0]].set_index(known)
        frame = frame.reindex(grid if len(known) == 2 else grid.get_level_values(0)).reset_index()
        if "weekday" in frame:
            frame["weekday"] = [DAY_NAMES[int(d)] for d in frame["weekday"]]
        frame["n"] = frame["n"].fillna(0).astype("int64")
        return frame.assign(enough=frame["n"] >= m.settings.cell_minimum)

    def _map(self, **look: Any) -> MplFigure:
        """Both maps have one scale: the range of the raw means that enough posts stand behind."""
        frame = self.measures.by["cells"]
        firm = frame[frame["n"] >= self.measures.settings.cell_minimum]
        means = (firm if len(firm) > 1 else frame)["mean"]
        fig, ax = style.canvas(height=7.6)
        limits = (float(means.min()), float(means.max()))
        self.draw_week(ax, frame, frame["hour"].tolist(), LABELS, limits=limits, **look)
        ax.set_ylabel("hour of the day")
        return fig

    def raw_map(self) -> Figure:
        """Raw means by hour and weekday."""
        minimum, enough = self.measures.settings.cell_minimum, int(self.cells["enough"].sum())
        return figure(
            self._map(),
            name="hour_by_day",
            title="Mean score by hour and day",
            caption=f"Raw means and number of posts; cells with fewer than {minimum} posts are hatched, "
            f"cells without posts are blank. {enough} of 168 cells hold enough posts; "
            f"{self.measures.posts.zone}.",
            alt=f"Map of 24 hours by 7 days; {enough} of 168 cells are coloured, the others rest on too few "
            f"posts. {self.sentence}",
            data=self.cells,
        )

    def pooled_map(self) -> Figure | Sentence:
        """Partially pooled means by hour and weekday, in the same colours."""
        frame, unit = self.measures.by["cells"], self.score_unit
        if frame["shrunken"].isna().any():
            return note("The pooled map is left out: no hour of a day holds posts with different scores.")
        spread = number(float(frame["shrunken"].max() - frame["shrunken"].min()), 1)
        raw = number(float(frame["mean"].max() - frame["mean"].min()), 0)
        return figure(
            self._map(column="shrunken", minimum_n=1),
            name="hour_by_day_pooled",
            title="The same, each cell pulled towards the mean of all by what chance explains",
            caption=f"Empirical Bayes means and number of posts, colours as above. Raw cells span {raw} "
            f"{unit}, pooled ones {spread}: the rest is what few posts a cell do by chance.",
            alt=f"The same map after partial pooling: cells lie within {spread} {unit} of each other instead "
            f"of {raw}.",
            data=frame[["weekday", "hour", "n", "mean", "shrunken", "pooled_low", "pooled_high", "weight"]],
        )

    def windows_figure(self) -> Figure:
        """The best time windows against all other times."""
        labels = [window.words for window in self.windows.values()]
        estimates = [self.judged(topic).estimate for topic in self.windows]
        fig, ax = style.canvas(height=plots.height_for(len(labels)) + 0.3)
        plots.interval_bars(
            ax,
            labels,
            estimates,
            xlabel="score above all other times",
            unit=self.score_unit,
            order="given",
            reference=(0.0, "no better"),
            noun="posts",
        )
        rows = [(w, e.value, e.low, e.high, e.n, e.p_value) for w, e in zip(labels, estimates, strict=True)]
        clear = number(len(self.better))
        return figure(
            fig,
            name="windows",
            title="The time windows that stand out most",
            caption=f"Dots are differences to all other times, lines {self.interval}s that hold for the best "
            "of all windows at once: an interval that reaches 0 is no better time.",
            alt=f"{count(len(labels), 'window')}; {clear} clear of 0. {self.sentence}",
            data=pd.DataFrame(rows, columns=["window", "difference", "low", "high", "posts", "p_adjusted"]),
        )

    def cells_table(self) -> TableView:
        """The cells of the week with raw and partially pooled means; all of them in the download."""
        keys: dict[str, Col | str] = {"weekday": "Day", "hour": Col("Hour", digits=0)}
        top = self.cells.sort_values(["n", "mean"], ascending=False, kind="stable").head(10)
        view = table(
            top.reset_index(drop=True),
            name="cells",
            title="The cells with the most posts",
            columns={
                **{k: v for k, v in keys.items() if k in self.cells},
                "n": "Posts",
                "mean": Col("Raw mean", self.score_unit, digits=1, interval_with=("low", "high")),
                "shrunken": Col("Pooled mean", digits=1, interval_with=("pooled_low", "pooled_high")),
            },
            caption=f"Ten of {len(self.cells)} cells; the download has all.",
            save=False,
        )
        return replace(view, data=save_csv(self.cells, "cells"))
