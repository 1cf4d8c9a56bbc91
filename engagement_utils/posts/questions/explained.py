"""How much of the score is known before a post goes out, and which posts beat what is expected of them?"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from engagement_utils.posts.factors import TIME
from engagement_utils.posts.measures import HISTOGRAM, score_edges
from engagement_utils.posts.questions.base import WORDS, PostQuestion, short
from engagement_utils.posts.windows import DAY_NAMES
from engagement_utils.report import plots, style
from engagement_utils.report.exports import save_csv
from engagement_utils.report.figure import figure
from engagement_utils.report.outputs import Figure, Output, TableView
from engagement_utils.report.question import Answer, Evidence
from engagement_utils.report.section import Sentence, note
from engagement_utils.report.table import Col, table
from engagement_utils.report.wording import count, interval, join_words, number, percent, with_interval
from engagement_utils.tables.collecting import DECIMALS

EXTREMES = 5  # posts shown at each end


class Explained(PostQuestion):
    """How much of the score do all factors explain in posts that the model has not seen?"""

    topic = "explained"
    name = "What explains the score"

    def missing(self) -> str:
        """Without any factor."""
        return "" if self.measures.resonance.shares else "the data hold the score alone"

    def evidence(self) -> Mapping[str, Evidence]:
        """The share of the variance out of sample; its interval over posts is held against 0, no gain."""
        return {self.topic: Evidence(self.measures.resonance.explained, 0.0)}

    def say(self) -> Mapping[str, Answer]:
        """The share, and the factors that it is lost without."""
        j = self.judged()
        e = j.estimate
        explain = f"All factors together explain {with_interval(e, percent=True)} of the variance in posts "
        if j.supported and e.value > 0:
            share = number(100 * e.value, 0, unit="%")
            heading = f"All that is known of a post explains {share} of its score"
            text = f"{explain}that the model has not seen; most of it is lost without {self._best()}."
        elif j.too_little:
            heading = "Too few posts to say what explains the score"
            text = f"{explain}that the model has not seen, but {count(e.n, 'post')} are too few to judge."
        elif j.supported:
            heading = "What is known of a post does not predict its score"
            text = f"{explain}that the model has not seen: it predicts them worse than the mean of all does."
        else:
            heading = "What is known of a post does not reliably predict its score"
            text = f"{explain}that the model has not seen, which may be chance."
        return {self.topic: Answer(heading, text)}

    def _best(self) -> str:
        """The two factors without which most is lost."""
        shares = sorted(self.measures.resonance.shares.items(), key=lambda kv: -kv[1].value)[:2]
        parts = []
        for factor, s in shares:
            ends = f", {interval(s.interval[0] * 100, s.interval[1] * 100, 1, '%')}" if s.interval else ""
            parts.append(f"{short(factor)} ({percent(s.value, 1)}{ends})")
        return join_words(parts)

    def show(self) -> Iterable[Output | Sentence]:
        """What each factor explains, how scores are spread, every test, and the posts that stand out."""
        yield (
            self.shares()
            if self.held
            else note("The shares of variance are left out: the data hold the score alone.")
        )
        yield self.histogram()
        yield self.tests()
        yield self.resonance()

    def shares(self) -> Figure:
        """How much of the variance goes without each factor."""
        model = self.measures.resonance
        labels = ["all together", *(WORDS.get(f, f) for f in model.shares)]
        estimates = [model.explained, *model.shares.values()]
        fig, ax = style.canvas(height=plots.height_for(len(labels)))
        plots.interval_bars(
            ax,
            labels,
            estimates,
            xlabel="share of the variance of scores, out of sample",
            percent=True,
            reference=(0.0, "nothing"),
            noun="posts",
        )
        rows = [(label, e.value, e.low, e.high, e.n) for label, e in zip(labels, estimates, strict=True)]
        return figure(
            fig,
            name="shares",
            title="What each factor explains in posts that the model has not seen",
            caption=f"Share of the variance lost without the factor, {self.interval}s; below 0 the factor "
            "only adds noise.",
            alt=f"{count(len(model.shares), 'factor')} ranked by the variance they explain. {self.sentence}",
            data=pd.DataFrame(rows, columns=["factor", "share", "low", "high", "posts"]),
        )

    def histogram(self) -> Figure:
        """The distribution of all scores in 20 bins."""
        m, total = self.measures, self.measures.total
        at, frame = score_edges(total, HISTOGRAM), m.by["histogram"]
        counts = np.bincount(frame["bin"], frame["n"], HISTOGRAM)
        fig, ax = style.canvas(height=2.9)
        marks = {"mean": float(total["mean"]), "median": float(total["p50"])}
        plots.histogram(
            ax, at, counts, xlabel=f"score ({self.score_unit})", ylabel="posts", marks=marks, label_bars=False
        )
        ax.yaxis.set_major_locator(MaxNLocator(5, integer=True))
        spread = f"{number(float(total['p05']), 0)} and {number(float(total['p95']), 0)}"
        return figure(
            fig,
            name="score_histogram",
            title="How scores are spread",
            caption=f"Posts in {HISTOGRAM} equal bins; nine in ten score between {spread} {self.score_unit}.",
            alt=f"Histogram of {count(m.n, 'score')}, mean {number(marks['mean'], 1)}, median "
            f"{number(marks['median'], 1)}.",
            data=pd.DataFrame({"bin_left": at[:-1], "bin_right": at[1:], "n": counts.astype("int64")}),
        )

    def _p(self, factor: str) -> float | None:
        """The adjusted p-value of a factor's own test."""
        topic = f"time/{factor}" if factor in TIME else short(factor)
        return self.judged(topic).estimate.p_value

    def tests(self) -> TableView:
        """Every omnibus test of the report, its adjusted p-value, and the factor's share of the variance."""
        m = self.measures
        rows: list[tuple[Any, ...]] = [
            (
                WORDS.get(f, f),
                len(m.design.factors[f].levels) or None,
                s.value,
                s.low,
                s.high,
                self._p(f),
                s.n,
            )
            for f, s in m.resonance.shares.items()
        ]
        if m.timing.tests:
            p = self.judged("time").estimate.p_value
            rows.append(("time as a whole", None, None, None, None, p, m.design.n))
        frame = pd.DataFrame(rows, columns=["factor", "levels", "share", "low", "high", "p_adjusted", "n"])
        return table(
            frame.astype({"levels": "float64", "share": "float64"}),
            name="tests",
            title="Does it matter at all?",
            columns={
                "factor": "Factor",
                "levels": Col("Levels", digits=0),
                "share": Col("Variance explained out of sample", digits=1, percent=True),
                "p_adjusted": Col("p, adjusted", kind="p"),
                "n": "Posts",
            },
            caption="Permutation tests on ranks beside the other factors; p-values are adjusted over the "
            "whole report.",
        )

    @property
    def posts(self) -> pd.DataFrame:
        """A row an analysed post, highest resonance first: what it is, score, expected, resonance, in_sds."""
        model = self.measures.resonance
        kept = ["post", "day", "hour", "weekday", "month", "format", "domain", "post_length", "score"]
        frame = self.measures.design.posts[kept].copy()
        frame["weekday"] = [None if pd.isna(d) else DAY_NAMES[int(d)] for d in frame["weekday"]]
        frame["expected"] = model.expected.round(DECIMALS)
        frame["resonance"] = model.excess.round(DECIMALS)
        frame["in_sds"] = (model.excess / model.excess.std(ddof=1)).round(DECIMALS)
        used = [c for c in frame.columns if frame[c].notna().any()]
        return frame.sort_values("resonance", ascending=False, ignore_index=True, kind="stable")[used]

    def resonance(self) -> TableView:
        """The posts that beat, or miss, their expectation most; every analysed post in the download."""
        full = self.posts
        some = full if len(full) <= 2 * EXTREMES else pd.concat([full.head(EXTREMES), full.tail(EXTREMES)])
        labels: dict[str, Col | str] = {
            "post": "Post",
            "day": "Day",
            "hour": Col("Hour", digits=0),
            "weekday": "Weekday",
            "format": "Format",
            "domain": "Domain",
            "post_length": Col("Length", "words", digits=0),
            "score": Col("Score", self.score_unit, digits=1),
            "expected": Col("Expected", digits=1),
            "resonance": Col("Resonance", digits=1),
        }
        if "day" in some:
            labels.pop("weekday")
        view = table(
            some.reset_index(drop=True),
            name="resonance",
            title=f"The {count(EXTREMES, 'post')} that beat their expectation most, and the {EXTREMES} that "
            "miss it most",
            columns={k: v for k, v in labels.items() if k in some},
            caption=f"Resonance is score less expectation; the download has {number(len(full))} posts.",
            save=False,
        )
        return replace(view, data=save_csv(full, "resonance"))
