"""What only the three tables together show of the data's quality."""

from collections.abc import Mapping

from engagement_utils.activity.results import Results
from engagement_utils.activity.schema import top_rating
from engagement_utils.report.wording import count, number
from engagement_utils.tables.quality import Reason


def reasons(r: Results) -> Mapping[str, tuple[Reason, ...]]:
    """Further remarks by input, as `report.quality.quality` takes them."""
    c = r.counted
    without = c.users - c.recommended
    best = top_rating(r.settings.rating_scale)
    at_top = int((r.sessions["feedback_rating"] == best).sum())
    stray = f"user without any session: {count(c.strangers, 'user')}; kept in the types, in no session"
    return {
        "activity": (
            Reason("user without any recommendation", "counted", without),
            Reason(f"rating of {best}, the top of the stated scale", "counted", at_top),
        ),
        "recommendations": (Reason(stray, "counted", c.stray),),
    }


def remarks(r: Results) -> list[str]:
    """Sentences for the data quality section: the rating scale, and the key that is not there."""
    above = int((r.sessions["feedback_rating"] > 5).sum())
    scale = f"Ratings are read on the stated scale {r.settings.rating_scale}"
    if above:
        scale += f"; {count(above, 'session')} have a rating above 5, which a scale from 1 to 5 does not have"
    said = [f"{scale}."]
    if r.moderators is not None:
        said.append(
            "No table has a key between moderators and sessions, users or recommendations, so nothing here "
            "says which moderator led which session, and no moderator is judged by the sessions' scores."
        )
    if r.moderators is not None and r.moderators.unranked:
        said.append(f"{count(r.moderators.unranked, 'moderator')} without a session are not ranked.")
    if r.sampled:
        said.append(
            f"Weekly means, session times and types rest on all {number(r.counted.sessions)} sessions, "
            f"everything else on an even choice of {number(len(r.sessions))} of them."
        )
    return said
