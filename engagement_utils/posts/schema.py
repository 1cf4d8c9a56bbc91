"""What a table of posts must and may hold, as the settings say that it is written."""

from datetime import datetime

from engagement_utils.posts.settings import PER_COLUMNS, SCORE, Settings
from engagement_utils.tables.schema import Column, Rule, Schema


def schemas(settings: Settings) -> dict[str, Schema]:
    """The schema of the posts, by table name, as `tables.reading.read_named` takes it."""
    divisor = PER_COLUMNS.get(settings.per)
    weights = settings.score or {SCORE: 1.0}
    score = [Column(SCORE, "number", description="the score of the post")] if SCORE in weights else []
    reactions = [Column(n, "number", minimum=0, description="reactions") for n in weights if n != SCORE]
    columns = (
        Column("post", "string", required=False, nullable=True, description="name or number of the post"),
        *_time(settings),
        Column("format", "string", required=False, nullable=True, description="kind of post"),
        Column("domain", "string", required=False, nullable=True, description="what the post is about"),
        Column(
            "post_length", "number", required=False, nullable=True, minimum=0, description="length in words"
        ),
        *score,
        *reactions,
        *([Column(divisor, "number", minimum=0)] if divisor else []),
    )
    rules = (
        [
            Rule(
                "nothing_to_divide_by",
                f"{divisor} is 0, so there is no score",
                lambda t: t[divisor] == 0,
                column=divisor,
            )
        ]
        if divisor
        else []
    )
    return {"posts": Schema("posts", "one row a post", columns, tuple(rules), duplicates="counted")}


def _time(settings: Settings) -> list[Column]:
    if settings.time == "timestamp":
        return [
            Column(
                "timestamp", "timestamp", minimum=datetime(1990, 1, 1), description="when it was published"
            )
        ]
    return [
        Column("hour", "integer", required=False, minimum=0, maximum=23, description="of the day"),
        Column("weekday", "string", required=False, accepts=frozenset(settings.weekdays)),
        Column("month", "string", required=False, accepts=frozenset(settings.months)),
    ]
