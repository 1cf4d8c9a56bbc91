"""The event types of ping interactions: what each is worth, and which role it plays."""

from collections.abc import Mapping

# the published weights of one event, before its watch-time ratio is added
EVENT_WEIGHTS: Mapping[str, float] = {
    "impression": 0.0,
    "view": 0.2,
    "like": 1.0,
    "comment": 1.5,
    "share": 2.0,
    "follow_creator": 2.5,
}

IMPRESSION = "impression"
VIEW = "view"
REACTIONS = ("like", "comment", "share")
FOLLOW = "follow_creator"
# the events that the published comparison of new and existing users counts
ENGAGING = (VIEW, *REACTIONS)
