"""How well are platforms found in the sources, and do clicks confirm what is found?"""

from collections.abc import Iterable, Mapping
from functools import cached_property

import pandas as pd

from engagement_utils.contacts import detection, platforms
from engagement_utils.contacts.measures import Measures
from engagement_utils.contacts.privacy import hidden
from engagement_utils.inference.estimate import Estimate
from engagement_utils.report.outputs import Output, TableView
from engagement_utils.report.question import Answer, Evidence, Question
from engagement_utils.report.table import Col, table
from engagement_utils.report.wording import count, number, percent, with_interval


class Detection(Question[Measures]):
    """How well are platforms found in the sources?"""

    topic = "detection"
    unit = "mention"
    main = False

    @cached_property
    def scores(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Precision and recall on labelled texts: by whole words, and by the published substring rule."""
        texts = detection.labelled()
        ours, theirs = (
            detection.scores(texts, r, level=self.level) for r in (platforms.detect, detection.by_substrings)
        )
        return ours, theirs

    def evidence(self) -> Mapping[str, Evidence]:
        """The precision over all platforms against that of the published rule."""
        ours, theirs = (found.iloc[-1] for found in self.scores)
        return {self.topic: Evidence(ours["precision_estimate"], float(theirs["precision"]))}

    def say(self) -> Mapping[str, Answer]:
        """Precision and recall beside the published rule."""
        ours, theirs = (found.iloc[-1] for found in self.scores)
        text = (
            "On the labelled source texts, platforms are found with precision "
            f"{with_interval(ours['precision_estimate'], percent=True)} and "
            f"recall {with_interval(ours['recall_estimate'], percent=True)}; the published substring "
            f"rule reaches {percent(theirs['precision'])} and {percent(theirs['recall'])}."
        )
        better = "misfires less than" if self.judged().supported else "is no better than"
        return {self.topic: Answer(f"Platform detection {better} the published rule", text)}

    def show(self) -> Iterable[Output]:
        """Every platform."""
        return (self.table(),)

    def table(self) -> TableView:
        """Precision and recall by platform, beside the published rule."""
        ours, theirs = self.scores
        frame = ours[["platform", "labelled", "precision", "recall"]].copy()
        frame["published_precision"], frame["published_recall"] = theirs["precision"], theirs["recall"]
        cols: dict[str, Col | str] = {
            "platform": "Platform",
            "labelled": "Labelled",
            "precision": Col("Precision", percent=True, digits=1),
            "recall": Col("Recall", percent=True, digits=1),
            "published_precision": Col("Precision, published rule", percent=True, digits=1),
            "published_recall": Col("Recall, published rule", percent=True, digits=1),
        }
        return table(
            frame,
            name="platform_detection",
            title="Platform detection on labelled source texts",
            columns=cols,
            strong=[len(frame) - 1],
            folded=False,
        )


class Clicks(Question[Measures]):
    """Do clicks confirm mentions?"""

    topic = "clicks"
    unit = "contact"
    main = False

    @cached_property
    def agreement(self) -> pd.DataFrame:
        """Clicks beside mentions for the platforms that have both."""
        return detection.agreement(self.measures.contacts, level=self.level)

    @property
    def biggest(self) -> pd.Series:
        """The platform with most clicks."""
        return self.agreement.sort_values("clicked", ascending=False, kind="stable").iloc[0]

    @property
    def base(self) -> float:
        """Share of all contacts with a mention of that platform."""
        return float(self.biggest["mentioned"]) / len(self.measures.contacts)

    def evidence(self) -> Mapping[str, Evidence]:
        """Of those with a click on that platform, the share with a mention, against that of all contacts."""
        e: Estimate = self.biggest["confirmed"]
        return {self.topic: Evidence(e, self.base, undecidable=not self.agreement["clicked"].any())}

    def say(self) -> Mapping[str, Answer]:
        """Whether both signals point the same way."""
        clicked, both = (int(self.agreement[c].sum()) for c in ("clicked", "both"))
        if not clicked:
            text = (
                "No contact has clicks on Facebook, LinkedIn or Twitter/X, so mentions cannot be "
                "checked by clicks."
            )
            return {self.topic: Answer("There are no clicks to check mentions by", text)}
        j = self.judged()
        text = (
            f"Of {count(j.estimate.n, 'contact')} with a click on {self.biggest['platform']}, "
            f"{with_interval(j.estimate, percent=True)} also have a mention of it, against "
            f"{percent(self.base)} of all contacts; over the three platforms with clicks it is "
            f"{number(both)} of {number(clicked)}."
        )
        same = j.supported and j.estimate.value > self.base
        heading = "Clicks and mentions point the same way" if same else "Clicks do not confirm mentions"
        return {self.topic: Answer(heading, text)}

    def show(self) -> Iterable[Output]:
        """The platforms that have both."""
        return (self.table(),)

    def table(self) -> TableView:
        """Clicks beside mentions."""
        a = self.agreement
        frame = a[["platform", "clicked", "mentioned", "both", "kappa"]].copy()
        frame["confirmed"] = [e.value for e in a["confirmed"]]
        frame["low"], frame["high"] = [e.low for e in a["confirmed"]], [e.high for e in a["confirmed"]]
        for n in ("clicked", "mentioned", "both"):
            frame = hidden(
                frame, n, ["confirmed", "low", "high", "kappa"], self.measures.settings.minimum_group
            )
        cols: dict[str, Col | str] = {
            "platform": "Platform",
            "clicked": Col("With a click", digits=0),
            "mentioned": Col("With a mention", digits=0),
            "both": Col("Both", digits=0),
            "confirmed": Col("Clicks with a mention", percent=True, digits=0, interval_with=("low", "high")),
            "kappa": Col("Kappa"),
        }
        return table(frame, name="clicks_and_mentions", title="Clicks beside mentions", columns=cols)
