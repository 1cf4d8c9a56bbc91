"""What sessions, recommendations and moderators must look like."""

from typing import TYPE_CHECKING, Literal

from engagement_utils.tables.schema import Column, Rule, Schema

if TYPE_CHECKING:
    from engagement_utils.activity.measures import Settings

RatingScale = Literal["1-5", "1-6"]
OutsideScale = Literal["set aside", "keep"]

MOST = 10_000_000  # of counts and minutes: above it a value is an error, and exact sums would overflow
SCALE = (1, 5)  # of a recommendation's feedback and a moderator's satisfaction

RECOMMENDATIONS = Schema(
    "recommendations",
    "one row a recommendation made to a user",
    (
        Column("recommendation_id", "string", key=True),
        Column("user_id", "string"),
        Column("recommendation_type", "string", description="such as blog, podcast or video"),
        Column("click_through_rate", "number", minimum=0, maximum=1),
        Column("feedback_score", "number", minimum=0, maximum=10),
    ),
    rules=(
        Rule(
            "feedback_outside_scale",
            "feedback_score outside the scale from 1 to 5",
            lambda t: (t.feedback_score < SCALE[0]) | (t.feedback_score > SCALE[1]),
            action="counted",
            column="feedback_score",
        ),
    ),
)

MODERATORS = Schema(
    "moderators",
    "one row a moderator, aggregated over the chat sessions that they moderated",
    (
        Column("moderator_id", "string", key=True),
        Column("chat_sessions_moderated", "integer", minimum=0, maximum=MOST),
        Column("avg_response_time", "number", minimum=0, maximum=1_000_000, description="seconds"),
        Column("user_satisfaction_score", "number", minimum=0, maximum=10),
    ),
    rules=(
        Rule(
            "satisfaction_outside_scale",
            "user_satisfaction_score outside the scale from 1 to 5",
            lambda t: (t.user_satisfaction_score < SCALE[0]) | (t.user_satisfaction_score > SCALE[1]),
            action="counted",
            column="user_satisfaction_score",
        ),
    ),
)


def top_rating(scale: RatingScale) -> int:
    """The best rating of a scale."""
    return int(scale.partition("-")[2])


def activity(scale: RatingScale, outside: OutsideScale) -> Schema:
    """The schema of sessions; ratings outside the stated scale are set aside, or kept and counted."""
    top = top_rating(scale)
    keep = outside == "keep"
    rating = Column(
        "feedback_rating",
        "integer",
        minimum=-MOST if keep else 1,
        maximum=MOST if keep else top,
        description=f"the user's rating of the session, {scale}",
    )
    rules = (
        Rule(
            "rating_outside_scale",
            f"feedback_rating outside the stated scale {scale}; kept, as the parameter says",
            lambda t: (t.feedback_rating < 1) | (t.feedback_rating > top),
            action="counted",
            column="feedback_rating",
        ),
        Rule(
            "nothing_done",
            "session without a message and without a click",
            lambda t: (t.messages_sent == 0) & (t.resources_clicked == 0),
            action="counted",
            column="messages_sent",
        ),
    )
    return Schema(
        "activity",
        "one row a session of a user",
        (
            Column("user_id", "string"),
            Column("session_id", "string", key=True),
            Column("timestamp", "timestamp", description="when the session began"),
            # a session of no length has no clicks a minute: the published query stops on it
            Column("session_length", "integer", minimum=1, maximum=MOST, description="minutes"),
            Column("messages_sent", "integer", minimum=0, maximum=MOST),
            rating,
            Column("resources_clicked", "integer", minimum=0, maximum=MOST),
        ),
        rules=rules,
    )


def schemas(settings: "Settings") -> dict[str, Schema]:
    """The schemas by table name, as `tables.reading.read_tables` takes them; moderators are optional."""
    sessions = activity(settings.rating_scale, settings.outside_scale)
    return {"activity": sessions, "recommendations": RECOMMENDATIONS, "moderators": MODERATORS}
