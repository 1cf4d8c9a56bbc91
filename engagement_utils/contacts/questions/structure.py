"""Do the socially engaged contacts fall into segments at all?"""

from collections.abc import Iterable, Mapping

from engagement_utils.contacts.measures import Measures
from engagement_utils.contacts.structure import STABLE, SUBSTANTIAL
from engagement_utils.report import style
from engagement_utils.report.figure import figure
from engagement_utils.report.labels import number_axis
from engagement_utils.report.outputs import Figure, Output, TableView
from engagement_utils.report.question import Answer, Evidence, Question
from engagement_utils.report.table import Col, table
from engagement_utils.report.wording import count, number, percent, tested, with_interval


class Structure(Question[Measures]):
    """Do the socially engaged contacts fall into segments at all?"""

    topic = "structure"
    unit = "contact"

    def evidence(self) -> Mapping[str, Evidence]:
        """The gap of the best number of segments against one population without any.

        No number of segments is stable and substantial: no structure, whatever the gap.
        """
        s = self.measures.structure
        e = s.estimate(s.k if s.k > 1 else self.measures.clustering.k, self.level)
        return {self.topic: Evidence(e, 0.0, holds=None if s.k > 1 else False, undecidable=s.table.empty)}

    def say(self) -> Mapping[str, Answer]:
        """Whether they do, and by what."""
        s, k, j = self.measures.structure, self.measures.clustering.k, self.judged()
        contacts = count(len(self.measures.social), "socially engaged contact")
        if j.too_little:
            text = f"{contacts} are too few, or too much alike, to say whether they fall into segments."
            return {self.topic: Answer("Too few contacts to look for segments", text)}
        gap = f"gap of {with_interval(j.estimate)}{tested(j.estimate)}"
        if j.chance:
            best = s.table.sort_values("silhouette", kind="stable").iloc[-1]
            text = (
                f"No stable structure: {contacts} form one cloud, in which no number of segments from 2 to "
                f"{s.table['k'].max():.0f} passes all three checks (largest silhouette "
                f"{number(best['silhouette'], 2)}, {gap} for k = {k}); the segments below cut it by level of "
                "engagement alone."
            )
            return {self.topic: Answer("No stable structure: the segments are cuts through one cloud", text)}
        row = s.table[s.table["k"] == s.k].iloc[0]
        agrees = "as the published rule has it" if s.k == k else f"while the report is set to {k}"
        text = (
            f"{contacts} fall into {s.k} segments, {agrees}: silhouette {number(row['silhouette'], 2)}, "
            f"{percent(row['stable'])} overlap in resamples for the least stable one, and a {gap} "
            "against one population."
        )
        return {self.topic: Answer(f"The data hold {s.k} social segments", text)}

    def show(self) -> Iterable[Output]:
        """The three checks, drawn and in numbers."""
        return (*([] if self.measures.structure.table.empty else [self.figure()]), self.table())

    def figure(self) -> Figure:
        """Silhouette, gap and stability for each number of segments."""
        t = self.measures.structure.table
        fig, axes = style.canvas(1, 3, height=2.5)
        panels = (
            ("silhouette", "silhouette", SUBSTANTIAL),
            ("gap", "gap", 0.0),
            ("stable", "overlap in resamples", STABLE),
        )
        for ax, (column, label, limit) in zip(axes, panels, strict=True):
            ax.plot(t["k"], t[column], color=style.HIGHLIGHT, marker="o", ms=4)
            if column == "gap":
                ends = [self.measures.structure.estimate(k, self.level) for k in t["k"]]
                low, high = ([getattr(e, end) for e in ends] for end in ("low", "high"))
                ax.fill_between(t["k"], low, high, color=style.HIGHLIGHT, alpha=0.2, lw=0)
            ax.axhline(limit, color=style.MUTED, lw=1, ls=(0, (4, 3)))
            ax.set(xlabel="segments (k)", ylabel=label, xticks=list(t["k"]))
            ax.set_ylim(
                min(0.0, float(t[column].min()) * 1.2) - 0.02,
                max(limit, float(t[column].max())) * 1.12 + 0.03,
            )
            number_axis(ax.yaxis)
        return figure(
            fig,
            name="structure",
            title="How many segments do the data hold?",
            caption="Dashed lines are what a real segmentation passes: silhouette 0.25, a gap above 0 (band: "
            f"{percent(self.level)}), and three quarters of overlap of the least stable segment in "
            "resamples.",
            alt=self.finding().text,
            data=t,
        )

    def table(self) -> TableView:
        """The three checks for each k."""
        cols: dict[str, Col | str] = {
            "k": Col("k", digits=0),
            "silhouette": Col("Silhouette"),
            "gap": Col("Gap"),
            "gap_se": Col("Standard error", digits=3),
            "stability": Col("Mean overlap"),
            "stable": Col("Least overlap"),
            "p_value": Col("p", kind="p"),
        }
        return table(
            self.measures.structure.table,
            name="structure_table",
            title="Checks of the number of segments",
            columns=cols,
        )
