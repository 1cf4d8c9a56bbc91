"""The funnel impression -> view -> reaction -> follow, on (user, ping) pairs and on events."""

from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from engagement_utils.inference.estimate import Estimate
from engagement_utils.pings.events import FOLLOW, IMPRESSION, REACTIONS, VIEW
from engagement_utils.pings.shares import share

# stage -> event types that reach it
STAGES: dict[str, tuple[str, ...]] = {
    "impression": (IMPRESSION,),
    "view": (VIEW,),
    "reaction": REACTIONS,
    "follow": (FOLLOW,),
}


@dataclass(frozen=True)
class Funnel:
    """The four stages in order.

    Attributes:
        stages: stage, pairs (with it), events, pairs_with_before (with the stage before it too) and
            without_before (recorded without it).
        rates: of the pairs with the stage before, the share that reaches the stage too; None for the first
            stage. Intervals with users as clusters.
        out_of_order: of the pairs with a view, a reaction or a follow, the share without the stage before:
            1 where stages do not nest at all.
    """

    stages: pd.DataFrame
    rates: tuple[Estimate | None, ...]
    out_of_order: Estimate

    @property
    def view_rate(self) -> Estimate:
        """Share of the pairs with an impression that have a view."""
        return self._rate(1)

    @property
    def reaction_rate(self) -> Estimate:
        """Share of the pairs with a view that have a like, comment or share."""
        return self._rate(2)

    def _rate(self, stage: int) -> Estimate:
        rate = self.rates[stage]
        assert rate is not None  # only the first stage has none
        return rate


def funnel(users: pd.DataFrame, by_type: pd.DataFrame, *, level: float = 0.95) -> Funnel:
    """Count the stages.

    Args:
        users: the collected `metrics.user_funnel`.
        by_type: the collected `metrics.events_by_type`.
    """
    events = by_type.set_index("event_type")["events"]
    names = list(STAGES)
    rows = []
    rates: list[Estimate | None] = []
    for i, stage in enumerate(names):
        pairs = int(users[stage].sum())
        both = users[f"{stage}_of_{names[i - 1]}"] if i else users[stage]
        rates.append(share(both, users[names[i - 1]], level=level) if i else None)
        count = int(sum(events.get(kind, 0) for kind in STAGES[stage]))
        rows.append((stage, pairs, count, int(both.sum()), pairs - int(both.sum())))
    columns = ["stage", "pairs", "events", "pairs_with_before", "without_before"]
    later = users[names[1:]].sum(axis=1)
    nested = users[[f"{b}_of_{a}" for a, b in pairwise(names)]].sum(axis=1)
    missing = share(later - nested, later, level=level)
    return Funnel(pd.DataFrame(rows, columns=columns), tuple(rates), missing)
