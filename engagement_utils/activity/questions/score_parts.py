"""What is the engagement score made of, and how many published click-through rates are cut to 0?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from engagement_utils.activity.figures import kept_figure
from engagement_utils.activity.measures import Measures
from engagement_utils.activity.scores import CORRECTED, PUBLISHED, Score
from engagement_utils.inference.bootstrap import cluster_bootstrap, cluster_totals
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.proportions import proportion
from engagement_utils.inference.samples import Floats
from engagement_utils.report import plots, style
from engagement_utils.report.outputs import Action, Figure, Output, TableView
from engagement_utils.report.question import Answer, Claim, Evidence, Question
from engagement_utils.report.table import Col, table
from engagement_utils.report.wording import count, number, percent, with_interval

EVEN = 1 / len(PUBLISHED.parts)
LENGTH, SENT = (label for _, label in PUBLISHED.parts[:2])


@dataclass(frozen=True)
class Composition:
    """Of one score: how much of its variance each part is.

    Attributes:
        shares: by part's label; they add up to 1.
        frame: part, share, low, high, with_score (correlation with the score), with_rest (with the score
            without that part).
    """

    score: Score
    shares: dict[str, Estimate]
    frame: pd.DataFrame


class ScoreParts(Question[Measures]):
    """What is the engagement score made of?"""

    topic = "score_parts"
    unit = "user"

    @cached_property
    def compositions(self) -> Mapping[str, Composition]:
        """Both scores by key, whichever are shown."""
        m = self.measures
        return {
            s.key: composition(m.sessions, s, level=self.level, seed=m.settings.seed)
            for s in (PUBLISHED, CORRECTED)
        }

    def length_share(self, score: Score) -> Estimate:
        """Session length's share of a score's variance."""
        return self.compositions[score.key].shares[LENGTH]

    @cached_property
    def truncated(self) -> Estimate:
        """Share of all sessions with a click whose published rate is 0 all the same."""
        clicked = self.measures.sessions.query("resources_clicked > 0")
        return proportion(int((clicked["per_session_ctr"] == 0).sum()), len(clicked), level=self.level)

    def evidence(self) -> Mapping[str, Evidence]:
        """Session length's share against an even one; the rates of 0 are counted."""
        return {
            "score_parts": Evidence(self.length_share(PUBLISHED), EVEN),
            "truncated_rate": Evidence(self.truncated, None),
        }

    def say(self) -> Mapping[str, Answer]:
        """What the scores are made of, and what the division of whole numbers costs."""
        return {"score_parts": self._parts(), "truncated_rate": self._truncated()}

    def _parts(self) -> Answer:
        j, fair, even = self.judged(), self.length_share(CORRECTED), percent(EVEN)
        plain = j.estimate
        whole = (
            f"Session length is {with_interval(plain, percent=True)} of the published score's variance and "
            f"{with_interval(fair, percent=True)} of the corrected one's"
        )
        why = "it is one of the five summands, so its correlation with the score is arithmetic"
        if j.too_little:
            text = (
                f"{count(plain.n, 'user')} are too few to say how much of the score is session length; {why}."
            )
            return Answer("Too few users to say what the score is made of", text)
        if j.chance:
            text = f"{whole}, which five equal parts ({even}) would give too; {why}."
            return Answer("Session length weighs about as much as the other parts", text)
        if plain.value > EVEN:
            text = f"{whole}, where five equal parts would give {even}: {why}."
            return Answer(f"{percent(plain.value)} of the published score is session length", text)
        text = f"{whole}, less than the {even} of five equal parts; {why}."
        return Answer(f"Session length is only {percent(plain.value)} of the published score", text)

    def _truncated(self) -> Answer:
        e = self.truncated
        if self.judged("truncated_rate").too_little:
            text = f"{count(e.n, 'session')} with a click are too few to say."
            return Answer("Too few sessions with a click", text)
        return Answer(
            f"{percent(e.value)} of the sessions with a click have a published rate of 0",
            f"{with_interval(e, percent=True)} of the sessions with a click have a published click-through "
            "rate of 0, because PostgreSQL divides whole numbers by cutting the fraction off.",
        )

    def show(self) -> Iterable[Output]:
        """The parts drawn, the rates of 0, the parts in numbers."""
        return self.figure(), self.finding("truncated_rate"), self.table()

    def action(self) -> Action | None:
        """To rank by the corrected score."""
        plain, fair = (self.length_share(s).value for s in (PUBLISHED, CORRECTED))
        if not plain > fair:
            return None
        text = "Rank by the corrected score, or say that the published one ranks by minutes."
        return Action(
            text, self.topic, f"Session length then weighs {percent(fair)} instead of {percent(plain)}."
        )

    def claims(self) -> Iterable[Claim]:
        """On the score's correlation with its own parts."""
        parts = self.compositions[PUBLISHED.key].frame.set_index("part")
        length, sent = parts.loc[LENGTH], parts.loc[SENT]
        return (
            Claim(
                5,
                "User engagement is highly correlated with session_length and messages_sent.",
                f"both are summands of the score: {number(length['with_score'], 2)} and "
                f"{number(sent['with_score'], 2)} with it, {number(length['with_rest'], 2)} and "
                f"{number(sent['with_rest'], 2)} with the rest of it",
                self.measures.counted.users,
                verdict="true by construction",
            ),
        )

    def figure(self) -> Figure:
        """Share of every part in the variance of both scores."""
        scores = (PUBLISHED, CORRECTED)
        labels = [label for _, label in PUBLISHED.parts]
        fig, axes = style.canvas(1, 2, height=plots.height_for(len(labels)) + 0.3, sharey=True, sharex=True)
        for ax, score in zip(axes, scores, strict=True):
            shares = self.compositions[score.key].shares
            plots.interval_bars(
                ax,
                labels,
                [shares[label] for label in labels],
                xlabel=f"share of the {score.label}",
                percent=True,
                order="given",
                reference=(EVEN, ""),
                noun="users",
            )
            ax.set_title(score.label.capitalize(), pad=14)
        frame = pd.concat(
            [self.compositions[s.key].frame.assign(score=s.key) for s in scores], ignore_index=True
        )
        return kept_figure(
            fig,
            name="score_parts",
            title="What the scores are made of",
            caption="Shares of the score's variance (covariance of part and score over the score's "
            f"variance), with {self.interval}s over users; the dashed line is an even fifth.",
            alt=self.finding().text,
            data=frame,
        )

    def table(self) -> TableView:
        """Every part of both scores: its share, and its correlation with the rest."""
        frame = self.compositions[PUBLISHED.key].frame.merge(
            self.compositions[CORRECTED.key].frame, on="part", suffixes=("_published", "_corrected")
        )
        return table(
            frame,
            name="score_parts_table",
            title="What the scores are made of",
            columns={
                "part": "Part",
                "share_published": Col(
                    "Published share",
                    percent=True,
                    digits=1,
                    interval_with=("low_published", "high_published"),
                ),
                "with_score_published": "Correlation with the score",
                "with_rest_published": "with the rest of it",
                "share_corrected": Col(
                    "Corrected share",
                    percent=True,
                    digits=1,
                    interval_with=("low_corrected", "high_corrected"),
                ),
                "with_rest_corrected": "Correlation with the rest",
            },
        )


def _share(n: Floats, x: Floats, y: Floats, xy: Floats, yy: Floats) -> Floats:
    with np.errstate(all="ignore"):
        return (xy - x * y / n) / (yy - y * y / n)


def composition(sessions: pd.DataFrame, score: Score, *, level: float, seed: int) -> Composition:
    """Share of each part in the score's variance: cov(weight * part, score) / var(score).

    The shares add up to 1 since the score is the sum of its parts. Intervals resample users. A part that
    lies against the others can have a negative share.
    """
    parts = {label: score.weight * sessions[c].to_numpy(dtype=float) for c, label in score.parts}
    # the sum itself: the published score is it, rounded
    whole = np.sum(list(parts.values()), axis=0)
    users = sessions["user_id"].to_numpy()
    y = whole - whole.mean()
    shares, rows = {}, []
    for label, part in parts.items():
        x = part - part.mean()
        totals = cluster_totals(users, np.ones(x.size), x, y, x * y, y * y)
        share = cluster_bootstrap(_share, *totals, level=level, seed=seed, resamples=1000)
        shares[label] = share
        rows.append((label, share.value, share.low, share.high, _correlation(x, y), _correlation(x, y - x)))
    names = ["part", "share", "low", "high", "with_score", "with_rest"]
    return Composition(score, shares, pd.DataFrame(rows, columns=names))


def _correlation(x: Floats, y: Floats) -> float:
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return float("nan")
    return float(np.corrcoef(x, y)[0, 1])
