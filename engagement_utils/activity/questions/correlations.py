"""Which measures of a session go together, beyond those that are computed from each other?"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import combinations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from engagement_utils.activity.figures import kept_figure
from engagement_utils.activity.measures import Measures
from engagement_utils.activity.questions.recommended_types import short
from engagement_utils.activity.scores import RESAMPLES
from engagement_utils.activity.scoring import NO_TYPES
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.means import mean
from engagement_utils.inference.permutation import correlation
from engagement_utils.inference.samples import Floats
from engagement_utils.report import plots, style
from engagement_utils.report.labels import number_axis, wrapped
from engagement_utils.report.outputs import Figure, Output, TableView
from engagement_utils.report.question import Answer, Evidence, Question
from engagement_utils.report.table import Col, table
from engagement_utils.report.wording import join_words, number

MEASURES = {
    "session_length": "session length",
    "messages_sent": "messages sent",
    "feedback_rating": "feedback rating",
    "resources_clicked": "resources clicked",
    "per_session_ctr": "click-through rate",
}
# a part of one of these is a part of the other: their correlation is arithmetic, at least in part
CLICKS = ("resources_clicked", "per_session_ctr")
MOST_POINTS = 5_000
FEW = 5  # sessions below which a mean goes without interval: it would fill the panel
BINS = 14  # of a panel of the pair plot, at most


def _pair(sessions: pd.DataFrame, a: str, b: str, level: float, seed: int) -> Estimate:
    """Correlation of two measures over users, each the mean of a user's sessions."""
    means = sessions.groupby("user_id")[[a, b]].mean()
    return correlation(means[a], means[b], level=level, seed=seed, resamples=RESAMPLES)


def _any_of(tests: Mapping[str, Estimate]) -> Evidence:
    """Whether any of the correlations holds; the strongest stands for them."""
    sizes = {name: abs(e.value) if np.isfinite(e.value) else 0.0 for name, e in tests.items()}
    return Evidence.of_any(tests, max(sizes, key=lambda name: sizes[name]))


class Correlations(Question[Measures]):
    """Which measures of a session go together?"""

    topic = "links"
    unit = "user"
    main = False

    @cached_property
    def matrix(self) -> pd.DataFrame:
        """Pearson correlations of measures and scores over sessions."""
        columns = {**MEASURES, **{s.column: s.label for s in self.measures.scores}}
        numbers = self.measures.sessions[list(columns)].astype(float).rename(columns=columns)
        with np.errstate(all="ignore"):
            return numbers.corr()

    @cached_property
    def part_whole(self) -> pd.DataFrame:
        """True where one of a pair of the matrix is computed from the other."""
        labels = list(self.matrix)
        marked = pd.DataFrame(False, index=labels, columns=labels)
        for s in self.measures.scores:
            marked.loc[s.label, :] = True
            marked.loc[:, s.label] = True
        first, second = (MEASURES[c] for c in CLICKS)
        marked.loc[first, second] = marked.loc[second, first] = True
        return marked

    @cached_property
    def pairs(self) -> Mapping[str, tuple[str, str, Estimate]]:
        """The pairs that are no part and whole: both measures, and their correlation over users."""
        m = self.measures
        return {
            f"{MEASURES[a]} with {MEASURES[b]}": (a, b, _pair(m.sessions, a, b, self.level, m.settings.seed))
            for a, b in combinations(MEASURES, 2)
            if {a, b} != set(CLICKS)
        }

    def evidence(self) -> Mapping[str, Evidence]:
        """Whether any pair goes together; behind it each pair's correlation against 0."""
        return {self.topic: _any_of({name: e for name, (_, _, e) in self.pairs.items()})}

    def say(self) -> Mapping[str, Answer]:
        """The pairs that go together, the strongest first."""
        j = self.judged()
        whole = "A score's own correlation with its parts says nothing: they are its summands."
        told = sorted(
            (n for n, p in j.behind.items() if p.supported), key=lambda n: -abs(j.behind[n].estimate.value)
        )
        if not (j.supported and told):
            text = f"No two measures of a session reliably go together. {whole}"
            return {self.topic: Answer("No two measures reliably go together", text)}
        words = [f"{name} ({number(j.behind[name].estimate.value, 2)})" for name in told]
        named = join_words(words) if len(words) <= 3 else f"{', '.join(words[:3])} and {len(words) - 3} more"
        text = f"{number(len(told))} of {number(len(j.behind))} pairs reliably go together: {named}. {whole}"
        first, _, second = told[0].partition(" with ")
        return {self.topic: Answer(f"{first.capitalize()} and {second} go together", text)}

    def show(self) -> Iterable[Output]:
        """The matrix, every measure against every other, the tested pairs."""
        return self.heatmap(), self.pair_plot(), self.table()

    @property
    def data(self) -> pd.DataFrame:
        """A row a pair: first, second, correlation, low, high, n, p_value (adjusted), verdict."""
        rows = []
        for name, (a, b, _) in self.pairs.items():
            j = self.judged().behind[name]
            e = j.estimate
            rows.append((MEASURES[a], MEASURES[b], e.value, e.low, e.high, e.n, e.p_value, j.verdict))
        names = ["first", "second", "correlation", "low", "high", "n", "p_value", "verdict"]
        return pd.DataFrame(rows, columns=names)

    def table(self) -> TableView:
        """Pairs of measures, without those of a part and its whole."""
        return table(
            self.data,
            name="correlations_table",
            title="Pairs of measures that are no part and whole",
            columns={
                "first": "Measure",
                "second": "with",
                "correlation": Col("Correlation", interval_with=("low", "high")),
                "n": "Users",
                "p_value": Col("p", kind="p"),
                "verdict": "Verdict",
            },
        )

    def heatmap(self) -> Figure:
        """The correlation heatmap; cells of a part with its whole are marked."""
        names = [str(name) for name in self.matrix]
        k = len(names)
        fig, ax = style.canvas(height=1.1 + 0.52 * k)
        n = np.full((k, k), len(self.measures.sessions))
        plots.annotated_heatmap(
            ax,
            self.matrix.to_numpy(),
            n,
            rows=names,
            columns=[wrapped(name.replace("click-through", "click"), 11) for name in names],
            label="Pearson correlation",
            centre=0.0,
            digits=2,
        )
        marked = self.part_whole.to_numpy()
        for i, j in zip(*np.nonzero(marked & ~np.eye(k, dtype=bool)), strict=True):
            ax.add_patch(Rectangle((j - 0.46, i - 0.46), 0.92, 0.92, fill=False, ec=style.INK, lw=1.6))
        told = sum(j.supported for j in self.judged().behind.values())
        tested = f"{number(told)} of {number(len(self.pairs))} pairs of measures"
        return kept_figure(
            fig,
            name="correlations",
            title="Correlations of the measures of a session",
            caption="Framed cells are a part with its whole: one of the two is computed from the other, so "
            "their correlation says nothing about users.",
            alt=f"Heatmap of {k} measures; {tested} go together reliably. {self.finding().text}",
            data=self.matrix.rename_axis("measure").reset_index(),
        )

    def pair_plot(self) -> Figure:
        """Every measure against every other: densities below, correlations above, histograms between."""
        names = list(MEASURES)
        k = len(names)
        fig, axes = style.canvas(k, k, height=7.0)
        data = {name: self.measures.sessions[name].to_numpy(dtype=float) for name in names}
        edges = {name: _edges(values) for name, values in data.items()}
        for i, j in np.ndindex(k, k):
            ax, y, x = axes[i, j], names[i], names[j]
            ax.grid(False)
            ax.set(xlim=(edges[x][0], edges[x][-1]))
            if i == j:
                ax.hist(data[x], bins=edges[x], color=style.HIGHLIGHT)
                ax.set_yticks([])
            elif i > j:
                counts, _, _ = np.histogram2d(data[x], data[y], bins=(edges[x], edges[y]))
                filled = np.ma.masked_equal(counts.T, 0)
                ax.pcolormesh(edges[x], edges[y], filled, cmap=style.SEQUENTIAL, rasterized=False)
                ax.set(ylim=(edges[y][0], edges[y][-1]))
            else:
                value = self.matrix.loc[MEASURES[y], MEASURES[x]]
                ax.text(0.5, 0.5, number(value, 2), transform=ax.transAxes, ha="center", va="center", size=11)
                ax.set_yticks([])
                ax.spines["bottom"].set_visible(False)
            ax.tick_params(labelbottom=i == k - 1, labelleft=j == 0 and i > 0)
            ax.xaxis.set_major_locator(MaxNLocator(3, integer=True))
            if i > j:
                ax.yaxis.set_major_locator(MaxNLocator(3, integer=True))
            if i == k - 1:
                ax.set_xlabel(wrapped(MEASURES[x], 13))
            if j == 0:
                ax.set_ylabel(wrapped(MEASURES[y], 13))
        fig.align_ylabels(axes[:, 0])
        return kept_figure(
            fig,
            name="pair_plot",
            title="Every measure of a session against every other",
            caption="Below the diagonal darker cells hold more of the "
            f"{number(len(self.measures.sessions))} sessions; on it each measure's own distribution; above "
            "it Pearson's correlation.",
            alt=self.finding().text,
        )


class MessagesAndClicks(Question[Measures]):
    """Do messages go with clicks, for users who were recommended a type?"""

    topic = "messages_and_clicks"
    unit = "user"
    main = False

    @cached_property
    def sessions(self) -> Mapping[str, pd.DataFrame]:
        """Sessions of users who were recommended a type, by type; a user with two types belongs to both."""
        m = self.measures
        given = m.sessions["combination"].map(lambda c: c.split(" + "))
        found = {k: m.sessions[given.map(lambda c, k=k: k in c).astype(bool)] for k in [*m.types, NO_TYPES]}
        return {kind: frame for kind, frame in found.items() if len(frame)}

    def evidence(self) -> Mapping[str, Evidence]:
        """Whether the two go together for any type; behind it the correlation of each against 0."""
        seed = self.measures.settings.seed
        tests = {
            kind: _pair(frame, "messages_sent", "resources_clicked", self.level, seed)
            for kind, frame in self.sessions.items()
        }
        return {self.topic: _any_of(tests)}

    def say(self) -> Mapping[str, Answer]:
        """The types for whose users they go together."""
        behind = self.judged().behind
        told = [short(kind) for kind, j in behind.items() if j.supported]
        words = [
            f"{short(kind)} {number(j.estimate.value, 2)} (n = {number(j.estimate.n)})"
            for kind, j in behind.items()
        ]
        values = f"the correlations are {join_words(words)}"
        if not (self.judged().supported and told):
            heading = "Messages and clicks do not reliably go together for any type"
            text = f"For no recommended type do messages and clicks reliably go together: {values}."
        else:
            names = join_words(told)
            heading = f"Messages and clicks go together for users with {names}"
            text = (
                f"Messages sent and resources clicked reliably go together for users with {names}: {values}."
            )
        return {self.topic: Answer(heading, text)}

    def show(self) -> Iterable[Output]:
        """A panel a type."""
        return (self.figure(),)

    def figure(self) -> Figure:
        """Messages sent against resources clicked, a panel a recommended type."""
        kinds = list(self.sessions)
        columns = min(4, len(kinds))
        rows = -(-len(kinds) // columns)
        fig, axes = style.canvas(
            rows, columns, height=0.6 + 2.6 * rows, sharey=True, sharex=True, squeeze=False
        )
        frames, total = [], len(self.measures.sessions)
        for ax, kind in zip(axes.flat, kinds, strict=False):
            frame = self.sessions[kind]
            drawn = _messages(ax, frame, points=total <= MOST_POINTS, level=self.level)
            frames.append(drawn.assign(type=kind))
            ax.set_title(f"{wrapped(short(kind), 18)}\nn = {number(len(frame))}", fontsize=style.SIZE)
        for ax in axes.flat[len(kinds) :]:
            ax.set_visible(False)
        fig.supxlabel("resources clicked", fontsize=style.SIZE, color=style.INK)
        axes[0, 0].set_ylabel("messages sent")
        return kept_figure(
            fig,
            name="messages_and_clicks",
            title="Messages sent against resources clicked, by recommended type",
            caption="Grey points are sessions, moved a little sideways so that equal ones show; dots are "
            f"means with {self.t_interval}s, hollow below {FEW} sessions. A user with two types is in both "
            "panels.",
            alt=self.finding().text,
            data=pd.concat(frames, ignore_index=True),
        )


def _edges(values: Floats) -> Floats:
    """Bins around whole numbers, as many as there are values, else fourteen."""
    low, high = values.min(), values.max()
    if high - low < BINS:
        return np.arange(low - 0.5, high + 1.0)
    return np.linspace(low, high, BINS + 1)


def _messages(ax: Axes, frame: pd.DataFrame, *, points: bool, level: float) -> pd.DataFrame:
    clicks, sent = frame["resources_clicked"].to_numpy(), frame["messages_sent"].to_numpy(dtype=float)
    if points:
        spread = ((np.arange(clicks.size) * 0.618) % 1 - 0.5) * 0.6
        ax.plot(clicks + spread, sent, "o", ms=2.5, color=style.QUIET, alpha=0.5, mew=0)
    rows = []
    for value in np.unique(clicks):
        own = sent[clicks == value]
        few = Estimate(float(own.mean()), None, None, own.size, level)
        e = mean(own, level=level) if own.size >= FEW else few
        rows.append((int(value), e.n, e.value, e.low, e.high))
        if e.interval:
            ax.plot((value, value), e.interval, color=style.HIGHLIGHT, lw=2)
        ax.plot(value, e.value, "o", ms=5, mec=style.HIGHLIGHT, mfc=style.HIGHLIGHT if e.interval else "none")
    ax.locator_params(axis="x", nbins=4, integer=True)
    number_axis(ax.xaxis)
    number_axis(ax.yaxis)
    return pd.DataFrame(rows, columns=["resources_clicked", "sessions", "mean_messages", "low", "high"])
