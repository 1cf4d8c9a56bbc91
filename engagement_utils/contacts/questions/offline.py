"""Do offline touches go with conversion, and which way leads there?"""

from collections.abc import Iterable
from functools import cached_property

import pandas as pd

from engagement_utils.contacts.questions.comparison import Comparison
from engagement_utils.report import plots, style
from engagement_utils.report.figure import figure
from engagement_utils.report.outputs import Figure, Output
from engagement_utils.report.wording import number, percent


class Offline(Comparison):
    """Do offline touches go with conversion?"""

    topic = "offline"
    what, column = "kind of offline touch", "Offline touch"
    stands_out = "Contacts with offline touches {group} convert {side} often"
    none_does = "Offline touches do not go with conversion, as far as these data show"
    title = table_title = "Conversion by offline touch"

    def rows(self) -> "tuple[pd.Series[str], pd.Series[bool]]":
        """Socially engaged contacts by when they had an offline source."""
        return self.measures.social["offline_when"], self.measures.social["converted"]

    @cached_property
    def ways(self) -> pd.DataFrame:
        """A row a way: original and latest channel, contacts, share (converted); small ones are left out."""
        by = self.measures.contacts.groupby(["original", "latest"], observed=True)["converted"]
        pairs = by.agg(contacts="size", share="mean").reset_index().astype({"original": str, "latest": str})
        return pairs[pairs["contacts"] >= self.measures.settings.minimum_group]

    def show(self) -> Iterable[Output]:
        """Shares, and the way from the original source to the latest."""
        drawn, *rest = super().show()
        return drawn, *([self.journeys()] if len(self.ways) > 1 else []), *rest

    def journeys(self) -> Figure:
        """Conversion by original and latest traffic source; small pairs are hatched or blank."""
        t = self.ways
        rows, columns = _by_size(t, "original"), _by_size(t, "latest")
        shares = t.pivot(index="original", columns="latest", values="share").reindex(
            index=rows, columns=columns
        )
        sizes = t.pivot(index="original", columns="latest", values="contacts").reindex(
            index=rows, columns=columns
        )
        fig, ax = style.canvas(height=0.95 + 0.36 * len(rows))
        plots.annotated_heatmap(
            ax,
            shares.to_numpy(),
            sizes.fillna(0).to_numpy().astype(int),
            rows=rows,
            columns=[c.replace(" ", "\n") for c in columns],
            label="share converted",
            minimum_n=max(30, self.measures.settings.minimum_group),
            percent=True,
            xlabel="latest traffic source",
        )
        most = t.sort_values("contacts", ascending=False, kind="stable").iloc[0]
        return figure(
            fig,
            name="journeys",
            title="Conversion by the way from the original source (rows) to the latest",
            caption=f"Pairs of fewer than {max(30, self.measures.settings.minimum_group)} contacts are "
            f"hatched, those of fewer than {self.measures.settings.minimum_group} left out.",
            alt=f"The most frequent way is from {most['original']} to {most['latest']}, "
            f"{number(most['contacts'])} contacts, {percent(most['share'])} converted.",
            data=t,
        )


def _by_size(t: pd.DataFrame, column: str) -> list[str]:
    return list(t.groupby(column)["contacts"].sum().sort_values(ascending=False, kind="stable").index)
