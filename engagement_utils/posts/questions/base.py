"""What questions on posts share: their words, what stands where data lack, and means by group."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from engagement_utils.inference.estimate import Estimate
from engagement_utils.posts.measures import Measures
from engagement_utils.posts.windows import DAYS
from engagement_utils.report import plots, style
from engagement_utils.report.figure import figure
from engagement_utils.report.outputs import Figure
from engagement_utils.report.question import Answer, Evidence, Question
from engagement_utils.report.section import Outputs, Sentence, note
from engagement_utils.report.wording import count, join_words, number, p_value, percent, plural_of

MOST = 12  # groups a figure names; the download has all
NOTHING = 0.0005  # a share of variance that is printed as 0
WORDS = {"post_length": "length", "hour": "hour of the day", "weekday": "day of the week"}


def capital(text: str) -> str:
    """The text with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def short(factor: str) -> str:
    """A factor in a list of them."""
    return "length" if factor == "post_length" else factor


def beside(factors: tuple[str, ...]) -> str:
    """ ", format and domain held equal", or nothing."""
    return f", {join_words([short(f) for f in factors])} held equal" if factors else ""


def biggest(frame: pd.DataFrame) -> pd.DataFrame:
    """The groups with the most posts, at most `MOST`, in the order given."""
    if len(frame) <= MOST:
        return frame
    return frame.loc[sorted(frame.nlargest(MOST, "n", keep="first").index)]


class PostQuestion(Question[Measures]):
    """A question on posts; what the data hold is drawn also where it is too little to be tested."""

    unit = "post"

    @property
    def details(self) -> Outputs:
        """Figures, further findings and tables, each that lacks its data as a sentence."""
        return Outputs(self.show())

    def draw_week(
        self, ax: Axes, frame: pd.DataFrame, rows: Sequence[int], labels: Sequence[str], **look: Any
    ) -> NDArray[np.int64]:
        """A map with a column a weekday: a cell a row of `frame`, in the row of `labels` that `rows` numbers.

        Args:
            look: column (of the means) and what `plots.annotated_heatmap` takes.

        Returns:
            Posts by cell.
        """
        values = np.full((len(labels), len(DAYS)), np.nan)
        n = np.zeros((len(labels), len(DAYS)), dtype="int64")
        at = (list(rows), frame["weekday"].to_numpy(dtype="int64"))
        values[at], n[at] = frame[look.pop("column", "mean")], frame["n"]
        look = {"minimum_n": self.measures.settings.cell_minimum, **look}
        plots.annotated_heatmap(
            ax,
            values,
            n,
            rows=labels,
            columns=DAYS,
            label="mean score",
            unit=self.score_unit,
            show_n=True,
            **look,
        )
        return n

    @property
    def score_unit(self) -> str:
        """Of the score, in words."""
        return self.measures.settings.unit

    @property
    def sentence(self) -> str:
        """The finding's, or why there is none."""
        return self.finding().text if self.held else f"{self.name} is left out: {self.missing()}."

    def why_missing(self, part: str) -> str:
        """Why a factor cannot be compared."""
        few = f"there are not two {plural_of(short(part))} with enough posts"
        return self.measures.posts.missing.get(part, few)

    def left_out(self, what: str, *parts: str) -> Sentence | None:
        """What stands in the place of `what` where the data lack one of these parts; else None."""
        lacking = [p for p in parts if p in self.measures.posts.missing]
        return note(f"{what} is left out: {self.why_missing(lacking[0])}.") if lacking else None

    def means_figure(
        self,
        frame: pd.DataFrame,
        labels: Sequence[str],
        *,
        name: str,
        title: str,
        alt: str,
        caption: str = "{}.",
        data: pd.DataFrame | None = None,
    ) -> Figure:
        """One row a group, in the order given: raw mean with interval, partially pooled mean as a diamond.

        Raw means of fewer than `cell_minimum` posts are hollow and have no interval.

        Args:
            caption: with {} where it is said what is drawn.
            data: for download, where it is not `frame`.
        """
        m = self.measures
        firm = (frame["n"] >= m.settings.cell_minimum) & frame[["low", "high"]].notna().all(axis=1)
        low, high = (frame[c].astype(object).where(firm, None) for c in ("low", "high"))
        rows = zip(frame["mean"], low, high, frame["n"], strict=True)
        estimates = [Estimate(*row, level=self.level) for row in rows]
        fig, ax = style.canvas(height=plots.height_for(len(labels)) + 0.35)
        plots.interval_bars(
            ax,
            labels,
            estimates,
            xlabel="mean score",
            unit=self.score_unit,
            order="given",
            reference=(float(m.total["mean"]), "all posts"),
            noun="posts",
        )
        if frame["shrunken"].notna().all() and len(frame) > 3:
            below = [i + 0.26 for i in range(len(frame))]
            ax.plot(frame["shrunken"], below, "D", ms=4, color=style.PALETTE[1], ls="")
        drawn = f"Dots are raw means with {self.interval}s, diamonds are partially pooled means"
        return figure(
            fig,
            name=name,
            title=title,
            caption=caption.format(drawn),
            alt=f"{alt}. {self.sentence}",
            data=frame if data is None else data,
        )


class TimeFactor(PostQuestion):
    """Do scores differ by the hour, the weekday, the week or the month? It rests on a test behind `time`."""

    main = False

    def missing(self) -> str:
        """Without two hours (weekdays, ...) that have enough posts."""
        return "" if self.topic in self.measures.timing.tests else self.why_missing(self.topic)

    def evidence(self) -> Mapping[str, Evidence]:
        """None of its own."""
        return {}

    def say(self) -> Mapping[str, Answer]:
        """Whether scores differ, and the share of the variance that the factor explains."""
        rests_on = f"time/{self.topic}"
        j, word, many = self.judged(rests_on), WORDS.get(self.topic, self.topic), plural_of(self.topic)
        e, posts = j.estimate, count(j.estimate.n, "post")
        if j.too_little:
            text = f"{posts} are too few to compare {many}."
            return {self.topic: Answer(f"Too few posts to compare {many}", text, rests_on=rests_on)}
        share = percent(e.value, 1) if e.value >= NOTHING else "none"
        explains = f"it explains {share} of the variance out of sample"
        if e.interval and max(map(abs, e.interval)) >= NOTHING:
            low, high = (number(end * 100, 1, unit="%") for end in e.interval)
            explains += f" ({self.interval} {low} to {high})"
        if j.supported:
            text = f"The {word} makes a difference ({p_value(e.p_value)}): {explains}{self.extremes()}."
        else:
            text = f"The {word} makes no reliable difference ({p_value(e.p_value)}, {posts}): {explains}."
        return {self.topic: Answer(self.heading(j.supported), text, rests_on=rests_on)}

    def heading(self, differ: bool) -> str:
        """Whether scores differ."""
        word = WORDS.get(self.topic, self.topic)
        return (
            f"Scores differ by {word}"
            if differ
            else f"The {word} makes no difference that chance does not explain"
        )

    def extremes(self) -> str:
        """What is highest and lowest, where it is worth a word."""
        return ""
