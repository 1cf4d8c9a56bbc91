"""How often structure is claimed: in contacts with two planted segments, and in contacts of one population.

`python -m benchmarks.contacts_structure [--seeds 20]` writes its table to docs/benchmarks/contacts.md.
"""

import argparse

import pandas as pd

from benchmarks import page
from engagement_utils.contacts.sample.generate import Truth, generate
from engagement_utils.contacts.structure import structure

CONTACTS = 2500  # a data set
CLICKS = ["Facebook Clicks", "Twitter Clicks", "LinkedIn Clicks", "Broadcast Clicks"]
COUNTS = {
    "num_sessions": "Número de sesiones",
    "num_pageviews": "Number of Pageviews",
    "forms_submitted": "Number of Form Submissions",
}


def social(truth: Truth) -> pd.DataFrame:
    """The counts of the socially engaged contacts, without the detour over a file."""
    frame, planted = generate(truth)
    counts = {ours: frame[theirs].str.split(" // ").str[-1].astype(float) for ours, theirs in COUNTS.items()}
    counts["social_clicks_total"] = frame[CLICKS].sum(axis=1).astype(float)
    return pd.DataFrame(counts)[(planted["segment"] != "").to_numpy()]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=20)
    given = parser.parse_args()
    rows = []
    for name, segments in (("one population", False), ("two segments", True)):
        found = [
            structure(social(Truth(CONTACTS, seed=s, segments=segments)), seed=s).k
            for s in range(given.seeds)
        ]
        claimed, two = sum(k > 1 for k in found), sum(k == 2 for k in found)
        rows.append((name, str(given.seeds), str(claimed), str(two)))
        print(rows[-1], flush=True)
    text = page.table(("planted", "data sets", "structure claimed", "k = 2"), rows)
    page.write("contacts", "structure", text)


if __name__ == "__main__":
    main()
