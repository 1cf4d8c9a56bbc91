"""What daily profile rows must look like, and what is counted about them."""

from engagement_utils.tables.schema import Column, Rule, Schema

# a counter that fell since the day before gives a number below 0: the row is set aside
COUNTS = {
    "followers": "followers at the end of the day",
    "posts": "posts of the day",
    "engagement": "likes and comments of the day",
    "likes": "likes of the day",
    "comments": "comments of the day",
    "reach": "accounts reached on the day",
    "impressions": "times shown on the day",
}
# "undefined" is missing, not zero
MISSING = frozenset({"undefined", "null", "NULL", "None", "NaN", "nan", "NA"})
OPTIONAL = frozenset({"likes", "comments", "reach", "impressions"})

RULES = (
    Rule(
        "engagement_is_not_the_sum",
        "engagement differs from likes plus comments; engagement as recorded counts",
        lambda t: t.engagement != t.likes + t.comments,
        action="counted",
        column="engagement",
    ),
    Rule(
        "engagement_without_posts",
        "engagement on a day without posts; it counts in the week's engagement per post",
        lambda t: (t.engagement > 0) & (t.posts == 0),
        action="counted",
        column="engagement",
    ),
    Rule(
        "posts_or_engagement_missing",
        "posts or engagement is missing; the day is recorded, but stays out of engagement per post",
        lambda t: t.posts.isnull() | t.engagement.isnull(),
        action="counted",
        column="posts",
    ),
    Rule(
        "followers_undefined",
        "followers undefined; the last defined value counts, 0 never stands in for it",
        lambda t: t.followers.isnull(),
        action="counted",
    ),
)

PROFILES = Schema(
    "profiles",
    "one row a profile and recorded day",
    (
        Column("date", "date", key=True, description="the day"),
        Column("profile_id", "string", key=True),
        *(
            Column(
                name,
                "integer",
                nullable=True,
                required=name not in OPTIONAL,
                minimum=0,
                missing=MISSING,
                description=text,
            )
            for name, text in COUNTS.items()
        ),
    ),
    RULES,
)

# forecasts of somebody else (or the known best of generated data) to compare with
REFERENCE = Schema(
    "reference",
    "one row a profile, week of origin and horizon",
    (
        Column("profile_id", "string", key=True),
        Column(
            "week", "integer", key=True, description="weeks since that of 1 January 1970, Monday to Sunday"
        ),
        Column("horizon", "integer", key=True, minimum=1, maximum=4, description="weeks ahead"),
        Column("median", "number", minimum=0, description="engagement per post"),
    ),
)
