"""What the comparison of new and existing users says."""

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.power import sample_size
from engagement_utils.inference.verdict import CHANCE, TOO_LITTLE, judge
from engagement_utils.pings.results import Results
from engagement_utils.report.answer import Answer, answer, tested
from engagement_utils.report.wording import count, day, number, with_interval

SMALLEST_EFFECT = 0.03  # in standard deviations: below it "so many would be needed" tells nobody anything

# measure -> topic, what is compared, digits, and heading words for more and for fewer
MEASURES = {
    "avg_watch_time_ratio": (
        "new_vs_existing",
        "share of the offered seconds that is watched",
        2,
        "New users watch more of what they engage with",
        "New users watch less of what they engage with",
    ),
    "n_interacted_pings": (
        "new_vs_existing_pings",
        "number of pings interacted with",
        1,
        "New users interact with more pings",
        "New users interact with fewer pings",
    ),
    "mean_view_ratio": (
        "new_vs_existing_views",
        "mean watch-time ratio over own views",
        2,
        "New users watch their views more fully",
        "New users watch their views less fully",
    ),
}


def needed(r: Results, measure: str) -> int | None:
    """Users in each group with which a difference as large as the observed one shows; None where tiny."""
    difference, sd = r.newcomers.differences[measure].value, float(r.newcomers.users[measure].std())
    if not sd > 0 or not abs(difference) / sd > SMALLEST_EFFECT:
        return None
    return sample_size(difference, sd)


def newcomers(r: Results, measure: str, e: Estimate) -> Answer:
    """New against existing users in one measure; `e` is the difference with its adjusted p-value."""
    n = r.newcomers
    topic, what, digits, more, less = MEASURES[measure]
    new, existing = n.means[measure]
    verdict = judge(e, minimum_n=r.settings.minimum_n)
    main = topic == "new_vs_existing"
    if min(new.n, existing.n) == 0:
        heading = "There are no two groups of users to compare"
        since = (
            f"{count(new.n, 'user')} of {number(new.n + existing.n)} signed up on {day(n.first_new)} or later"
        )
        return answer(topic, heading, f"{since}: nothing to compare in the {what}.", e, TOO_LITTLE, main=main)
    values = f"{number(new.value, digits)} against {number(existing.value, digits)}"
    difference = f"a difference of {with_interval(e)}{tested(e)}"
    if verdict == TOO_LITTLE:
        few, many = ("new", "existing") if new.n <= existing.n else ("existing", "new")
        smaller, larger = sorted((new.n, existing.n))
        are = "is" if smaller == 1 else "are"
        heading = (
            f"{count(smaller, f'{few} user')} {are} too few to compare with {number(larger)} {many} ones"
        )
        enough = needed(r, measure)
        plan = (
            f"; about {number(enough)} users in each group would show a difference as large" if enough else ""
        )
        text = (
            f"The {what} is {number(new.value, digits)} for {count(new.n, 'new user')} and "
            f"{number(existing.value, digits)} for {number(existing.n)} existing ones, "
            f"too few to compare{plan}."
        )
    elif verdict == CHANCE:
        heading = "New and existing users cannot be told apart"
        text = f"New and existing users do not reliably differ in the {what}: {values}, {difference}."
    else:
        heading = f"{more if e.value > 0 else less} than existing ones"
        text = f"{heading}: their {what} is {values}, {difference}."
    return answer(topic, heading, text, e, verdict, main=main)
