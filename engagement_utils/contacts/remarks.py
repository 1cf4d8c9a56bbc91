"""What only the domain sees of the data's quality: values that cannot be read, days that cannot be."""

from collections.abc import Mapping

from engagement_utils.contacts.results import Results
from engagement_utils.tables.quality import Reason

WORDS = {
    "create_date_unread": "the creation date cannot be read",
    "close_date_unread": "the closing date cannot be read",
    "unknown_stage": "the lifecycle stage is missing or unknown",
    "likelihood_unusable": "the likelihood to close is above its scale",
    "closed_before_created": "closed before it was created, taken as not closed",
    "closed_later": "the closing date is after the day looked at, taken as open",
}


def remarks(r: Results) -> list[Reason]:
    """Counted peculiarities of the contacts, and what the segmentations leave unknown."""
    found = [Reason(text, "counted", r.counts[key]) for key, text in WORDS.items()]
    numbers = sum(n for key, n in r.counts.items() if key.endswith("_unread") and key not in WORDS)
    found.append(Reason("a count cannot be read, taken as 0", "counted", numbers))
    left = r.counts["contacts"] - r.counts["cohort"]
    found.append(Reason("not of the owner, or in a lifecycle stage that is left out", "counted", left))
    unknown = (
        (r.contacts["geo_segment"] == "2-unknown").sum(),
        (r.contacts["entry"].astype(str) == "3-unknown").sum(),
    )
    found.append(Reason("of the cohort, without a known place", "counted", int(unknown[0])))
    found.append(Reason("of the cohort, without a known entry channel", "counted", int(unknown[1])))
    return found


def by_table(r: Results) -> Mapping[str, list[Reason]]:
    """The remarks on each table that was read."""
    found = {"contacts": remarks(r)}
    if r.timing is not None:
        t = r.timing
        found["history"] = [
            Reason(
                "of a stage or latest source of the cohort, a value without a time",
                "counted",
                t.values - t.timed,
            ),
            Reason("a stage that ends before it begins, left out", "counted", t.backwards),
        ]
    return found
