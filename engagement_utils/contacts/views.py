"""The figures of the report."""

import itertools
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from engagement_utils.contacts.answers_groups import shown
from engagement_utils.contacts.closing import Curve
from engagement_utils.contacts.results import Results
from engagement_utils.contacts.stages import FUNNEL
from engagement_utils.inference.proportions import proportion
from engagement_utils.report import plots, style
from engagement_utils.report.answer import Answer
from engagement_utils.report.figure import figure
from engagement_utils.report.labels import number_axis
from engagement_utils.report.outputs import Figure
from engagement_utils.report.wording import number, percent

TITLES: Mapping[str, tuple[str, str]] = {
    "platform": ("Conversion by platform", "share converted"),
    "geography": ("Conversion by geography and engagement", "share converted"),
    "entry": ("Conversion by entry channel", "share converted"),
    "offline": ("Conversion by offline touch", "share converted"),
    "period": ("Conversion by entry period", "share converted"),
    "speed": ("Closed within 30 days, of those who closed", "share closed within 30 days"),
}


def comparison(r: Results, name: str, found: Answer) -> Figure:
    """Shares by group with intervals, against the share of all."""
    c = r.comparisons[name]
    title, xlabel = TITLES[name]
    labels = [shown(name, g) for g in c.shares]
    total = sum(e.n * e.value for e in c.shares.values()) / max(sum(e.n for e in c.shares.values()), 1)
    fig, ax = style.canvas(height=plots.height_for(len(labels)))
    plots.interval_bars(
        ax,
        labels,
        list(c.shares.values()),
        xlabel=xlabel,
        percent=True,
        order="given" if name in ("geography", "period") else "value",
        reference=(total, f"all {percent(total)}"),
        highlight=[shown(name, g) for g in c.supported],
        noun="contacts",
    )
    firm = "Coloured groups differ from all others by more than chance explains. " if c.supported else ""
    return figure(
        fig,
        name=f"by_{name}",
        title=title,
        caption=f"Dots are shares, bars 95% Wilson intervals. {firm}The dashed line is the share of all.",
        alt=found.finding.text,
        data=c.table,
    )


def structure(r: Results, found: Answer) -> Figure:
    """Silhouette, gap and stability for each number of segments."""
    t = r.structure.table
    fig, axes = style.canvas(1, 3, height=2.5)
    panels = (
        ("silhouette", "silhouette", 0.25),
        ("gap", "gap", 0.0),
        ("stable", "overlap in resamples", 0.75),
    )
    for ax, (column, label, limit) in zip(axes, panels, strict=True):
        ax.plot(t["k"], t[column], color=style.HIGHLIGHT, marker="o", ms=4)
        if column == "gap":
            low, high = t["gap"] - 1.96 * t["gap_se"], t["gap"] + 1.96 * t["gap_se"]
            ax.fill_between(t["k"], low, high, color=style.HIGHLIGHT, alpha=0.2, lw=0)
        ax.axhline(limit, color=style.MUTED, lw=1, ls=(0, (4, 3)))
        ax.set(xlabel="segments (k)", ylabel=label, xticks=list(t["k"]))
        ax.set_ylim(
            min(0.0, float(t[column].min()) * 1.2) - 0.02, max(limit, float(t[column].max())) * 1.12 + 0.03
        )
        number_axis(ax.yaxis)
    return figure(
        fig,
        name="structure",
        title="How many segments do the data hold?",
        caption="Dashed lines are what a real segmentation passes: silhouette 0.25, a gap above 0 (band: "
        "95%), and "
        "three quarters of overlap of the least stable segment in resamples.",
        alt=found.finding.text,
        data=t,
    )


def platform_mix(r: Results) -> Figure:
    """Share of each segment's contacts by platform tag."""
    social = r.social
    sizes = pd.crosstab(social["platform_tag"].astype(str), social["segment"])
    shares = sizes / sizes.sum()
    # a bar of a few contacts is no bar
    few = sizes < r.settings.minimum_group
    sizes, shares = (
        t.mask(few).dropna(how="all").sort_values("1A", ascending=False) for t in (sizes, shares)
    )
    fig, ax = style.canvas(height=0.9 + 0.27 * len(sizes))
    for i, name in enumerate(r.names):
        y = np.arange(len(sizes)) + (i - (len(r.names) - 1) / 2) * 0.28
        ax.barh(
            y,
            shares[name],
            height=0.26,
            color=style.PALETTE[i],
            label=f"{name} (n = {number(r.rate[name].n)})",
        )
    ax.set_yticks(range(len(sizes)), list(sizes.index))
    ax.invert_yaxis()
    ax.set_xlabel("share of the segment's contacts")
    number_axis(ax.xaxis, percent=True)
    style.grid(ax, "x")
    ax.legend(loc="lower right")
    top = sizes.index[0]
    return figure(
        fig,
        name="platform_mix",
        title="Platforms of the social segments",
        caption="A contact's platform is the one mentioned most often in its sources. Bars of fewer than "
        f"{r.settings.minimum_group} contacts are left out.",
        alt=f"{top} leads with {percent(shares.loc[top, '1A'])} of 1A; "
        f"{percent(shares.loc[top, r.names[-1]])} of {r.names[-1]} have it.",
        data=sizes.rename(columns=str).reset_index(names="platform"),
    )


def funnel(r: Results) -> Figure:
    """How many cohort contacts reached each lifecycle stage or a later one."""
    at = r.contacts["stage"].astype(str).replace("evangelist", "customer").value_counts()
    counts = [int(sum(at.get(s, 0) for s in FUNNEL[i:])) for i in range(len(FUNNEL))]
    # the stages that enough contacts reached
    stages = FUNNEL[: max(1, sum(n >= r.settings.minimum_group for n in counts))]
    counts = counts[: len(stages)]
    pairs = itertools.pairwise(counts)
    rates = [None, *(proportion(b, a) if a else None for a, b in pairs)]
    fig, axes = style.canvas(1, 2, height=2.5, sharey=True, width_ratios=(3, 2))
    plots.funnel(axes, list(stages), counts, rates, noun="contacts")
    data = pd.DataFrame({"stage": stages, "reached": counts})
    return figure(
        fig,
        name="lifecycle_funnel",
        title="Lifecycle: who is at a stage or beyond it",
        caption="Bars count contacts whose current stage is this one or a later one; dots are shares of the "
        "stage "
        "before with 95% intervals.",
        alt=f"Of {number(counts[0])} contacts {number(counts[-1])} reached the stage {stages[-1]}.",
        data=data,
    )


def steps(ax: Axes, found: Sequence[Curve]) -> pd.DataFrame:
    """Draw curves with their bands and names; what was drawn: name, day, share, standard_error."""
    rows = []
    limit = max(float(np.quantile(c.days, 0.98)) for c in found)
    ends = np.sort([c.at(limit)[0] for c in found])
    top = max(float(c.high[c.days <= limit].max(initial=0)) for c in found)
    apart = bool((np.diff(ends) > 0.12 * top).all())  # names at the ends would touch
    for c, color in zip(found, style.PALETTE, strict=False):
        inside = c.days <= limit
        # the curve stands still behind its last event, as long as contacts were followed
        days = np.append(c.days[inside], max(c.days[inside][-1:].max(initial=0), min(limit, c.until)))
        share, low, high = (
            np.append(v[inside], v[inside][-1:].max(initial=0)) for v in (c.closed, c.low, c.high)
        )
        ax.step(days, share, where="post", color=color, label=f"{c.name} (n = {number(c.n)})")
        ax.fill_between(days, low, high, step="post", color=color, alpha=0.2, lw=0)
        if apart:
            plots.end_label(ax, days[-1], share[-1], f"{c.name}\nn = {number(c.n)}", color=color)
        grid = np.arange(0, limit + 1, 10)
        rows += [(c.name, int(d), c.at(d)[0], c.at(d)[1]) for d in grid]
    if not apart:
        ax.legend(loc="lower right")
    ax.set_ylim(bottom=0)
    number_axis(ax.xaxis)
    number_axis(ax.yaxis, percent=True)
    return pd.DataFrame(rows, columns=["name", "day", "share", "standard_error"])


def curves(r: Results, found: Answer) -> Figure:
    """Share closed by days since creation, Kaplan-Meier."""
    fig, ax = style.canvas(height=3.0)
    data = steps(ax, r.curves)
    for day in (30, 90):
        ax.axvline(day, color=style.MUTED, lw=1, ls=(0, (4, 3)))
    ax.set(xlabel="days since creation", ylabel="share closed")
    return figure(
        fig,
        name="time_to_close",
        title="Share closed by days since creation",
        caption="Kaplan-Meier curves with pointwise 95% bands; open contacts count as long as they were "
        "followed. "
        "Dashed lines: the published classes, fast under 30 days and slow above 90.",
        alt=found.finding.text,
        data=data.rename(columns={"name": "segment", "share": "share_closed"}),
    )


def calibration(r: Results, found: Answer) -> Figure | None:
    """Observed conversion against the mean likelihood, a dot a band."""
    if r.calibration is None:
        return None
    t = r.calibration.table
    fig, ax = style.canvas(height=3.2)
    top = float(max(t["predicted"].max(), t["high"].max())) * 1.06
    ax.plot((0, top), (0, top), color=style.MUTED, lw=1, ls=(0, (4, 3)))
    ax.errorbar(
        t["predicted"],
        t["share"],
        yerr=[t["share"] - t["low"], t["high"] - t["share"]],
        fmt="o",
        color=style.HIGHLIGHT,
    )
    ax.set(xlabel="mean likelihood to close", ylabel="share converted", xlim=(0, top), ylim=(0, top))
    number_axis(ax.xaxis, percent=True)
    number_axis(ax.yaxis, percent=True)
    ax.set_yticks([t for t in ax.get_yticks() if 0 < t <= top])  # one 0% in the corner is enough
    return figure(
        fig,
        name="likelihood_calibration",
        title="Likelihood to close against what happened",
        caption="Dots are bands of likelihood, bars 95% Wilson intervals; on the dashed line promise and "
        "outcome agree.",
        alt=found.finding.text,
        data=t,
    )


def journeys(r: Results) -> Figure | None:
    """Conversion by original and latest traffic source; small pairs are hatched or blank."""
    t = r.journeys
    if len(t) < 2:
        return None
    rows, columns = _by_size(t, "original"), _by_size(t, "latest")
    shares = t.pivot(index="original", columns="latest", values="share").reindex(index=rows, columns=columns)
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
        minimum_n=max(30, r.settings.minimum_group),
        percent=True,
        xlabel="latest traffic source",
    )
    most = t.sort_values("contacts", ascending=False, kind="stable").iloc[0]
    return figure(
        fig,
        name="journeys",
        title="Conversion by the way from the original source (rows) to the latest",
        caption=f"Pairs of fewer than {max(30, r.settings.minimum_group)} contacts are hatched, those of "
        "fewer than "
        f"{r.settings.minimum_group} left out.",
        alt=f"The most frequent way is from {most['original']} to {most['latest']}, "
        f"{number(most['contacts'])} contacts, "
        f"{percent(most['share'])} converted.",
        data=t,
    )


def _by_size(t: pd.DataFrame, column: str) -> list[str]:
    return list(t.groupby(column)["contacts"].sum().sort_values(ascending=False, kind="stable").index)
