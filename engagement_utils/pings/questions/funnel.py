"""How many (user, ping) pairs go from an impression to a view, a reaction and a follow?"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import pairwise

import pandas as pd

from engagement_utils.inference.clustered import share
from engagement_utils.inference.estimate import Estimate
from engagement_utils.pings.measures import (
    FOLLOW,
    IMPRESSION,
    REACTIONS,
    VIEW,
    Measures,
    pair_stages,
    user_funnel,
)
from engagement_utils.report import plots, style
from engagement_utils.report.figure import figure
from engagement_utils.report.outputs import Action, Figure, Output, TableView
from engagement_utils.report.question import Answer, Evidence, Question
from engagement_utils.report.table import table
from engagement_utils.report.wording import count, number, percent, with_interval
from engagement_utils.tables.collecting import collect

# stage -> event types that reach it
STAGES: dict[str, tuple[str, ...]] = {
    "impression": (IMPRESSION,),
    "view": (VIEW,),
    "reaction": REACTIONS,
    "follow": (FOLLOW,),
}


class Funnel(Question[Measures]):
    """Do the events form a funnel, and at which rates do pairs go on?"""

    topic = "funnel"
    unit = "user"
    main = False

    @cached_property
    def users(self) -> pd.DataFrame:
        """One row a user: `user_funnel`."""
        return collect(user_funnel(pair_stages(self.measures.scored)), by=["user_id"])

    @cached_property
    def stages(self) -> pd.DataFrame:
        """stage, pairs (with it), events, pairs_with_before (with the one before it too), without_before."""
        events = self.measures.by_type.set_index("event_type")["events"]
        rows = []
        for before, stage in zip([None, *STAGES], STAGES, strict=False):
            pairs = int(self.users[stage].sum())
            both = int(self.users[f"{stage}_of_{before}"].sum()) if before else pairs
            seen = int(sum(events.get(kind, 0) for kind in STAGES[stage]))
            rows.append((stage, pairs, seen, both, pairs - both))
        columns = ["stage", "pairs", "events", "pairs_with_before", "without_before"]
        return pd.DataFrame(rows, columns=columns)

    @cached_property
    def rates(self) -> Mapping[str, Estimate]:
        """Of the pairs with the stage before, the share that reaches the stage too; users as clusters."""
        users = self.users
        return {b: share(users[f"{b}_of_{a}"], users[a], level=self.level) for a, b in pairwise(STAGES)}

    @cached_property
    def out_of_order(self) -> Estimate:
        """Of the pairs with a view, reaction or follow, the share without the stage before; 1: none nests."""
        later = self.users[list(STAGES)[1:]].sum(axis=1)
        nested = self.users[[f"{b}_of_{a}" for a, b in pairwise(STAGES)]].sum(axis=1)
        return share(later - nested, later, level=self.level)

    def evidence(self) -> Mapping[str, Evidence]:
        """The share of steps without the one before, against one half."""
        return {self.topic: Evidence(self.out_of_order, 0.5)}

    def say(self) -> Mapping[str, Answer]:
        """Whether the events form a funnel, and its rates where they do."""
        j = self.judged()
        e, pairs = j.estimate, self.stages.set_index("stage")
        unseen = (
            f"{number(pairs['without_before']['view'])} of {count(pairs['pairs']['view'], 'viewed pair')}"
        )
        missing = with_interval(e, percent=True)
        if j.supported and e.value < 0.5:
            view, reaction = (self.rates[stage] for stage in ("view", "reaction"))
            heading = f"{percent(view.value)} of impressions lead to a view"
            text = (
                f"Of the (user, ping) pairs with an impression {with_interval(view, percent=True)} have a "
                f"view, and of those with a view {with_interval(reaction, percent=True)} a reaction."
            )
        elif j.supported:
            heading = "The recorded events do not form a funnel"
            text = (
                f"Views, reactions and follows are mostly recorded without the stage before them, {missing}: "
                f"{unseen} have no impression, so the rates describe the log and not the audience."
            )
        elif j.chance:
            heading = "Many events are recorded without the stage before them"
            text = (
                f"Of the views, reactions and follows {missing} lack the stage before: "
                f"{unseen} have no impression."
            )
        else:
            heading = "Too few users to follow a funnel"
            text = (
                f"With {count(e.n, 'user')} behind views, reactions and follows, the funnel cannot be judged."
            )
        return {self.topic: Answer(heading, text)}

    def show(self) -> Iterable[Output]:
        """Pairs at each stage, drawn and counted."""
        return self.figure(), self.table()

    def action(self) -> Action | None:
        """To look at the log where it has no funnel."""
        missing = self.out_of_order.value
        if not missing > 0.5:
            return None
        text = "Check how impressions and views are logged before any rate along the funnel is read."
        return Action(text, self.topic, f"It concerns {percent(missing)} of the later steps.")

    def figure(self) -> Figure:
        """Pairs at each stage, and the share of the stage before that goes on."""
        stages, rates = self.stages, (None, *self.rates.values())
        fig, axes = style.canvas(1, 2, height=2.6, sharey=True, width_ratios=(3, 2))
        plots.funnel(
            axes,
            stages["stage"].tolist(),
            stages["pairs"].tolist(),
            rates,
            noun="(user, ping) pairs",
            rate_label="of the stage before",
        )
        columns = pd.DataFrame(
            [(e.value, e.low, e.high) if e else (None, None, None) for e in rates],
            columns=["rate", "low", "high"],
        )
        return figure(
            fig,
            name="funnel",
            title="Pairs with an impression, a view, a reaction and a follow",
            caption="Left, (user, ping) pairs that have the stage at all; right, of the pairs with the stage "
            f"before it, the share that has it too, with {self.interval}s (users as units).",
            alt=self.finding().text,
            data=pd.concat([stages, columns], axis=1),
        )

    def table(self) -> TableView:
        """Pairs and events at each stage."""
        return table(
            self.stages,
            name="funnel_stages",
            title="Stages on (user, ping) pairs",
            columns={
                "stage": "Stage",
                "pairs": "Pairs",
                "events": "Events",
                "pairs_with_before": "With the stage before",
                "without_before": "Without it",
            },
            save=False,  # the figure's download has the same numbers
        )
