"""Is a ping that a user watches more fully also one that the user acts on?"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import pairwise

import numpy as np
import pandas as pd

from engagement_utils.inference.bootstrap import cluster_totals
from engagement_utils.inference.clustered import clustered_auc, share
from engagement_utils.inference.estimate import Estimate
from engagement_utils.pings.measures import Measures
from engagement_utils.report import plots, style
from engagement_utils.report.figure import figure
from engagement_utils.report.intervals import estimates_frame
from engagement_utils.report.outputs import Action, Figure, Output
from engagement_utils.report.question import Answer, Claim, Evidence, Question
from engagement_utils.report.wording import count, number, percent, tested, with_interval

BANDS = (0.0, 0.25, 0.5, 0.75, 1.0)  # of the mean watch-time ratio of a pair's views
STRONG = 0.7  # AUC from which discrimination is called acceptable (Hosmer and Lemeshow 2000, section 5.2.4)


class Acting(Question[Measures]):
    """Is a ping that a user watches more fully also one that the user acts on?"""

    topic = "watching_and_acting"
    unit = "user"

    @cached_property
    def viewed(self) -> pd.DataFrame:
        """The (user, ping) pairs with a view, and whether they `acted`: like, comment, share or follow."""
        pairs = self.measures.pairs
        viewed = pairs[pairs["view"] == 1]
        return viewed.assign(acted=(viewed["reaction"] + viewed["follow"]) > 0)

    @cached_property
    def auc(self) -> Estimate:
        """Probability that of two random pairs the acting one has the higher ratio; 0.5 says nothing."""
        v = self.viewed
        return clustered_auc(v["view_ratio"], v["acted"], v["user_id"], level=self.level)

    @cached_property
    def bands(self) -> pd.DataFrame:
        """A row a quarter of the ratio: band, pairs, acted, and share (an `Estimate`)."""
        v = self.viewed
        acted = v["acted"].to_numpy()
        ratio = v["view_ratio"].to_numpy(dtype="float64")
        band = np.clip(np.searchsorted(BANDS, ratio, side="right") - 1, 0, len(BANDS) - 2)
        rows = []
        for i, (low, high) in enumerate(pairwise(BANDS)):
            inside = band == i
            ones = np.ones(int(inside.sum()))
            x, m = cluster_totals(v["user_id"][inside], acted[inside].astype(float), ones)
            name = f"{low:.0%} to {high:.0%}" if i == len(BANDS) - 2 else f"{low:.0%} to under {high:.0%}"
            rows.append((name, int(m.sum()), int(x.sum()), share(x, m, level=self.level)))
        return pd.DataFrame(rows, columns=["band", "pairs", "acted", "share"])

    def evidence(self) -> Mapping[str, Evidence]:
        """The area under the ROC curve against one half."""
        return {self.topic: Evidence(self.auc, 0.5)}

    def say(self) -> Mapping[str, Answer]:
        """Whether acting pairs were watched more fully, or less."""
        j = self.judged()
        if j.too_little:
            acted = int(self.viewed["acted"].sum())
            pairs = count(len(self.viewed), "viewed (user, ping) pair")
            few = f"Only {number(acted)} of {pairs} with an action"
            return {
                self.topic: Answer(
                    "Too few actions to say whether watching predicts acting",
                    f"{few}: too little to say whether these were watched more fully.",
                )
            }
        order = (
            "a pair that acts was watched more fully than one that does not in "
            f"{with_interval(j.estimate, percent=True)} of cases, where chance gives 50%{tested(j.estimate)}"
        )
        if j.chance:
            heading = "Watch time does not tell who acts, as far as these data show"
            return {self.topic: Answer(heading, f"Watching does not reliably predict acting: {order}.")}
        if j.estimate.value > 0.5:
            heading, what = "Pairs that act were watched more fully", "Watching goes with acting"
        else:
            heading, what = "Pairs that act were watched less fully", "Acting goes with shorter watching"
        return {self.topic: Answer(heading, f"{what}: {order}.")}

    def show(self) -> Iterable[Output]:
        """The share that acts, by how fully the pair was watched."""
        return (self.figure(),)

    def action(self) -> Action | None:
        """To use the ratio as an early sign."""
        auc = self.auc.value
        if not auc > 0.5:
            return None
        text = "Use the watch-time ratio as an early sign of who acts, beside other signs."
        gain = f"It puts {percent(auc)} of acting pairs above a pair that does not act; chance does 50%."
        return Action(text, self.topic, gain)

    def claims(self) -> Iterable[Claim]:
        """On the discriminatory power of watch time."""
        return (
            Claim(
                2,
                "Watch-time alone already shows strong discriminatory power.",
                f"an acting pair was watched more fully in {with_interval(self.auc, percent=True)} of cases; "
                f"chance gives 50%, and from {percent(STRONG)} it is called strong",
                self.auc.n,
                {self.topic: self.auc.value >= STRONG},
            ),
        )

    def figure(self) -> Figure:
        """Share of viewed pairs with an action, by how fully they were watched."""
        labels, estimates = self.bands["band"].tolist(), self.bands["share"].tolist()
        fig, ax = style.canvas(height=plots.height_for(len(labels)))
        overall = float(self.viewed["acted"].mean()) if len(self.viewed) else 0.0
        plots.interval_bars(
            ax,
            labels,
            estimates,
            xlabel="share of viewed (user, ping) pairs with an action",
            percent=True,
            order="given",
            reference=(overall, f"all pairs {percent(overall)}"),
            noun="users",
        )
        frame = estimates_frame(labels, estimates, "watch_time_ratio")
        frame[["pairs", "acted"]] = self.bands[["pairs", "acted"]]
        return figure(
            fig,
            name="acting_by_watching",
            title="Actions by how fully a pair was watched",
            caption="Rows are bands of the mean watch-time ratio of a pair's views; bars are "
            f"{self.interval}s with users as independent units.",
            alt=self.finding().text,
            data=frame,
        )
