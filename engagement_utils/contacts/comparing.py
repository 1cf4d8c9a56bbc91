"""Shares of contacts by group, each with an interval and compared with all other contacts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from engagement_utils.contacts.privacy import merged
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.proportions import proportion, proportion_difference
from engagement_utils.inference.verdict import SUPPORTED, judge


@dataclass(frozen=True)
class Comparison:
    """An outcome by group.

    Attributes:
        name: of the comparison. outcome: what the share is of, such as "close".
        shares, differences: group -> estimate; a difference is to all other contacts.
    """

    name: str
    outcome: str
    shares: Mapping[str, Estimate]
    differences: Mapping[str, Estimate]

    @property
    def supported(self) -> dict[str, Estimate]:
        """Differences that chance does not explain, largest first."""
        firm = {g: e for g, e in self.differences.items() if judge(e) == SUPPORTED}
        return dict(sorted(firm.items(), key=lambda item: -item[1].value))

    @property
    def table(self) -> pd.DataFrame:
        """A row a group: group, contacts, share, low, high, difference with its bounds, p."""
        rows = []
        for group, share in self.shares.items():
            d = self.differences[group]
            rows.append(
                (group, share.n, share.value, share.low, share.high, d.value, d.low, d.high, d.p_value)
            )
        names = [
            "group",
            "contacts",
            "share",
            "low",
            "high",
            "difference",
            "difference_low",
            "difference_high",
            "p",
        ]
        return pd.DataFrame(rows, columns=names)

    def adjusted(self, p_values: Mapping[str, float | None]) -> "Comparison":
        """With p-values adjusted for the whole report."""
        return replace(
            self, differences={g: e.with_p_value(p_values[g]) for g, e in self.differences.items()}
        )


def compare(
    name: str, outcome: str, labels: "pd.Series[str]", happened: np.ndarray, minimum: int
) -> Comparison:
    """Share of contacts to whom `happened`, by label; small groups are merged, missing labels left out.

    Groups stand in the order of their labels, "smaller groups" last.
    """
    groups = merged(labels, minimum)
    frame = pd.DataFrame({"group": groups.to_numpy(), "happened": np.asarray(happened, dtype=bool)}).dropna()
    by = frame.groupby("group", observed=True)["happened"].agg(["sum", "size"])
    total, all_rows = int(by["sum"].sum()), int(by["size"].sum())
    shares, differences = {}, {}
    for group in sorted(by.index, key=lambda g: (g == "smaller groups", str(g))):
        x, n = int(by.loc[group, "sum"]), int(by.loc[group, "size"])
        shares[str(group)] = proportion(x, n)
        differences[str(group)] = proportion_difference(x, n, total - x, all_rows - n)
    return Comparison(name, outcome, shares, differences)
