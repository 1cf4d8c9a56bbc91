"""The report's findings, its header and what to do."""

from collections.abc import Mapping

from engagement_utils.contacts import answers_groups, answers_segments, answers_timing
from engagement_utils.contacts.results import Results
from engagement_utils.inference.verdict import SUPPORTED
from engagement_utils.report import header as report_header
from engagement_utils.report.answer import Answer
from engagement_utils.report.outputs import Action, Header
from engagement_utils.report.wording import count, interval, number, percent

ORDERS = 0.6  # AUC from which a likelihood is worth sorting by; 0.5 is chance


def answers(r: Results) -> dict[str, Answer]:
    """All answers by topic."""
    a = answers_segments
    found = [a.structure(r), a.conversion(r), a.closing(r), a.calibrated(r), a.reproduced(r), a.detection(r)]
    found.append(a.confirmation(r))
    if r.timing is not None:
        found.append(answers_timing.stage_times(r.timing))
    groups = {n: answers_groups.group(r, n, main=n in ("platform", "speed")) for n in answers_groups.WORDS}
    return {x.finding.topic: x for x in found} | groups


def header(r: Results) -> Header:
    """Window, counts and key figures."""
    social, created = r.social, r.contacts["create_date"].dropna()
    monthly = created.dt.to_period("M").value_counts().sort_index()
    return report_header.header(
        created.min(),
        r.as_of,
        {"contact": r.counts["contacts"], "cohort contact": len(r.contacts), "social contact": len(social)},
        [
            report_header.key_figure(
                "New contacts a month", float(monthly.mean()), digits=0, trend=monthly.tolist()
            ),
            report_header.key_figure("Socially engaged", len(social) / len(r.contacts), percent=True),
            report_header.key_figure("In segment 1A", r.rate["1A"].n / len(social), percent=True),
            report_header.key_figure("1A converted", r.rate["1A"], percent=True),
            report_header.key_figure(f"{r.names[-1]} converted", r.rate[r.names[-1]], percent=True),
        ],
    )


def actions(r: Results, found: Mapping[str, Answer]) -> list[Action]:
    """What to do: from supported findings alone, each with what it is expected to bring."""
    todo = []
    if (
        found["conversion"].verdict == SUPPORTED
        and found["structure"].verdict == SUPPORTED
        and r.gap.value > 0
    ):
        for segment, stake in (
            ("1A", "of them are still expected to close: what it can hasten, or lose"),
            ("1B", "closings more at most, if they closed as 1A does from here on"),
        ):
            best = r.actions[(r.actions["segment"] == segment) & (r.actions["at_stake"] >= 1)]
            if len(best):
                row = best.iloc[0]
                text = (
                    f"{segment}: {row['action']} ({row['whom']}, {count(int(row['reach']), 'open contact')})."
                )
                gain = f"About {number(row['at_stake'], 0)} ({interval(row['low'], row['high'], 0)}) {stake}."
                todo.append(Action(text, "conversion", gain))
    if found["likelihood"].verdict == SUPPORTED and r.calibration is not None:
        e = r.calibration.excess
        text = (
            "Read the likelihood to close as an order of contacts, not a chance; use the calibrated shares."
            if r.calibration.auc >= ORDERS
            else "Leave the likelihood to close aside: it is off, and it does not order contacts either."
        )
        todo.append(
            Action(text, "likelihood", f"It is off by {number(abs(e.value) * 100, 0)} points on average.")
        )
    if found["speed"].verdict == SUPPORTED:
        firm = r.comparisons["speed"].supported
        fast = [g for g, e in firm.items() if e.value > 0]
        if fast:
            share = r.comparisons["speed"].shares[fast[0]]
            text = f"Plan for quick answers to contacts tagged {fast[0]}."
            todo.append(
                Action(text, "speed", f"{percent(share.value)} of those who close do so within 30 days.")
            )
    return todo
