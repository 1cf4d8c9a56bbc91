"""Figures and tables of the data before any model: recorded days, what is missing, strata, weeks."""

import numpy as np
import pandas as pd

from engagement_utils.profiles.exploration import Exploration
from engagement_utils.report import style
from engagement_utils.report.answer import Answer
from engagement_utils.report.figure import figure
from engagement_utils.report.labels import number_axis
from engagement_utils.report.outputs import Figure, TableView
from engagement_utils.report.table import Col, table
from engagement_utils.report.wording import count, join_words, number, percent


def recorded_days(x: Exploration, found: Answer) -> Figure:
    """Profiles by recorded days of the last year: the published histogram."""
    fig, ax = style.canvas(height=2.8)
    bars = ax.bar(x.layers["layer"], x.layers["profiles"], color=style.HIGHLIGHT, width=0.8)
    ax.bar_label(
        bars, [number(n) for n in x.layers["profiles"]], fontsize=style.SMALL, color=style.INK, padding=2
    )
    ax.set(xlabel="recorded days in the last 365 days", ylabel="profiles")
    ax.margins(y=0.14)
    number_axis(ax.yaxis)
    return figure(
        fig,
        name="recorded_days",
        title="Profiles by recorded days in a year",
        caption=f"Bars count the {count(int(x.layers['profiles'].sum()), 'profile')} with a record in "
        "the last "
        "365 days of the data. The strata are the published ones.",
        alt=f"{found.finding.text} The bars fall from {number(int(x.layers['profiles'].iloc[0]))} "
        "profiles under "
        f"50 days to {number(int(x.layers['profiles'].iloc[-1]))} recorded every day.",
        data=x.layers,
    )


def missing(x: Exploration) -> Figure:
    """Share of rows without a value by column, and profiles by how their followers are missing."""
    fig, (left, right) = style.canvas(1, 2, height=2.5)
    panels = (
        (left, x.missing["column"], x.missing["share"], x.missing["rows"], "share of rows without a value"),
        (right, x.patterns["pattern"], x.patterns["share"], x.patterns["profiles"], "share of profiles"),
    )
    for ax, names, shares, counts, label in panels:
        bars = ax.barh(list(names), shares, color=style.HIGHLIGHT, height=0.6)
        texts = [f"{percent(s)} ({number(n)})" if n else "none" for s, n in zip(shares, counts, strict=True)]
        ax.bar_label(bars, texts, fontsize=style.SMALL, color=style.INK, padding=3)
        ax.set(xlabel=label, xlim=(0, 1.0))
        ax.margins(x=0.3)
        ax.set_xlim(0, max(0.01, float(max(shares))) * 1.6)
        ax.invert_yaxis()
        ax.tick_params(axis="y", labelcolor=style.INK)
        number_axis(ax.xaxis, percent=True)
        style.grid(ax, "x")
    first = x.missing.sort_values("share", ascending=False).iloc[0]
    kinds = [f"{percent(p.share)} have {p.pattern}" for p in x.patterns.itertuples()]
    return figure(
        fig,
        name="missing",
        title="What is missing",
        caption=f"Left, rows of {number(x.rows)} without a value (“undefined” is missing, not 0). Right, "
        "profiles "
        "by how their followers are missing.",
        alt=f"{first['column']} is missing most often, in {percent(first['share'])} of rows. Of the "
        "profiles, "
        f"{join_words(kinds)}.",
        data=x.missing,
    )


def sparsity(x: Exploration, found: Answer) -> Figure:
    """Share of days and of weeks with a record, by stratum of recorded days."""
    fig, ax = style.canvas(height=0.9 + 0.32 * len(x.sparsity))
    y = np.arange(len(x.sparsity))
    series = (("days", "days", style.QUIET), ("weeks", "weeks", style.HIGHLIGHT))
    ax.hlines(y, x.sparsity["days"], x.sparsity["weeks"], color=style.GRID, lw=2, zorder=1)
    for column, label, color in series:
        ax.plot(x.sparsity[column], y, "o", color=color, ms=7, label=f"{label} with a record")
    ax.plot(
        x.sparsity["posts_weeks"],
        y,
        "o",
        mfc=style.GROUND,
        mec=style.HIGHLIGHT,
        ms=7,
        label="weeks with posts",
    )
    ax.set_yticks(y, x.sparsity["stratum"], color=style.INK)
    ax.set(ylim=(len(x.sparsity) - 0.5, -0.6), xlim=(0, 1.03), ylabel="recorded days in a year")
    ax.set_xlabel("share between a profile's first and last record")
    right = ax.get_yaxis_transform()
    for place, n in zip(y, x.sparsity["profiles"], strict=True):
        ax.text(1.02, place, number(n), transform=right, va="center", fontsize=style.SMALL, color=style.MUTED)
    ax.text(1.02, -0.95, "profiles", transform=right, va="center", fontsize=style.SMALL, color=style.MUTED)
    number_axis(ax.xaxis, percent=True)
    style.grid(ax, "x")
    ax.legend(loc="lower center", bbox_to_anchor=(0.45, 1.02), ncols=3)
    return figure(
        fig,
        name="sparsity",
        title="Days and weeks with a record",
        caption="Grey dots are shares of days, coloured dots of calendar weeks, hollow dots of weeks "
        "with posts, "
        "of all profiles of a stratum together.",
        alt=found.finding.text,
        data=x.sparsity,
    )


def rules_table(x: Exploration) -> TableView:
    """What weeks are made by, beside the rules of reading, and how often each rule applied."""
    rows = [
        ("a week that the data hold only in part counts nowhere", "days recorded in it", x.partial),
        ("a week without a recorded day is missing, never 0", "gaps of a week or longer", x.gaps),
        (
            "followers that fall by more than half are an error, and believed a week later",
            "weeks of profiles",
            x.fell,
        ),
    ]
    return table(
        pd.DataFrame(rows, columns=["rule", "what", "count"]),
        name="rules",
        title="Rules for weeks, and how often they applied",
        columns={"rule": "Rule", "what": "Counted", "count": "Count"},
        caption="Rows that are set aside or counted in reading are under data quality.",
    )


def followers_table(x: Exploration) -> TableView:
    """Profiles by follower stratum."""
    return table(
        x.followers,
        name="follower_strata",
        title="Profiles by last known followers",
        columns={
            "stratum": "Followers",
            "profiles": "Profiles",
            "per_post": Col("Engagement per post", "median", digits=0),
            "days": Col("Recorded days", "median", digits=0),
        },
        caption="The published strata; “unknown” are profiles whose followers are never defined.",
    )
