"""Does the likelihood to close mean what it says?"""

from collections.abc import Iterable, Mapping
from functools import cached_property

import numpy as np
import pandas as pd

from engagement_utils.contacts.likelihood import Calibration, calibration
from engagement_utils.contacts.measures import Measures
from engagement_utils.contacts.moments import days_between
from engagement_utils.report import style
from engagement_utils.report.figure import figure
from engagement_utils.report.labels import number_axis
from engagement_utils.report.outputs import Action, Figure, Output
from engagement_utils.report.question import Answer, Evidence, Question
from engagement_utils.report.wording import number, percent, points

ORDERS = 0.6  # AUC from which a likelihood is worth sorting by; 0.5 is chance


class Likelihood(Question[Measures]):
    """Does the likelihood to close mean what it says?"""

    topic = "likelihood"
    unit = "contact"

    @cached_property
    def calibration(self) -> Calibration | None:
        """Predicted beside observed, of contacts old enough to have closed; None where these are too few."""
        m = self.measures
        ages = days_between(pd.Series(m.as_of, index=m.social.index), m.social["create_date"])
        seen = m.social[ages >= m.settings.follow_up_days]
        return calibration(seen["likelihood"], seen["converted"], m.settings.minimum_group, level=self.level)

    def evidence(self) -> Mapping[str, Evidence]:
        """Mean likelihood less the share that converted, against 0."""
        if self.calibration is None:
            return {self.topic: Evidence(None, None)}
        return {self.topic: Evidence(self.calibration.excess, 0.0)}

    def say(self) -> Mapping[str, Answer]:
        """Whether it promises too much."""
        c = self.calibration
        if c is None:
            text = "Too few contacts have a likelihood to close and enough time behind them to check it."
            return {self.topic: Answer("Too few likelihoods to check", text)}
        j = self.judged()
        weights = c.table["contacts"].to_numpy(dtype=float)
        mean, share = (
            float(np.average(c.table[n].to_numpy(dtype=float), weights=weights))
            for n in ("predicted", "share")
        )
        promise = f"a mean likelihood of {percent(mean)} where {percent(share)} converted"
        heading, order = "The likelihood to close is right on average", "its AUC is"
        if j.supported:
            heading = f"The likelihood to close promises too {'much' if j.estimate.value > 0 else 'little'}"
            order = "it orders contacts with an AUC of"
        text = (
            f"{heading}: {promise}, a difference of {points(j.estimate)}; {order} "
            f"{number(c.auc, 2)} (0.5 is chance)."
        )
        return {self.topic: Answer(heading, text)}

    def show(self) -> Iterable[Output]:
        """Promise against outcome."""
        return () if self.calibration is None else (self.figure(self.calibration),)

    def action(self) -> Action | None:
        """To read it as an order, or to leave it aside."""
        if self.calibration is None:
            return None
        text = (
            "Read the likelihood to close as an order of contacts, not a chance; use the calibrated shares."
            if self.calibration.auc >= ORDERS
            else "Leave the likelihood to close aside: it is off, and it does not order contacts either."
        )
        off = number(abs(self.calibration.excess.value) * 100, 0)
        return Action(text, self.topic, f"It is off by {off} points on average.")

    def figure(self, found: Calibration) -> Figure:
        """Observed conversion against the mean likelihood, a dot a band."""
        t = found.table
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
            caption=f"Dots are bands of likelihood, bars {self.wilson_interval}s; on the dashed line promise "
            "and outcome agree.",
            alt=self.finding().text,
            data=t,
        )
