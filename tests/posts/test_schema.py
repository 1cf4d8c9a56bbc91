from engagement_utils.posts.schema import schemas
from engagement_utils.posts.settings import Settings


def required(settings: Settings) -> set[str]:
    return {c.name for c in schemas(settings)["posts"].columns if c.required}


def test_columns_follow_from_the_parameters() -> None:
    assert required(Settings()) == {"timestamp", "engagement_score"}
    reactions = Settings(score={"likes": 1, "shares": 3}, per="reach", time="numbers")
    assert required(reactions) == {"likes", "shares", "reach"}
    optional = {c.name for c in schemas(reactions)["posts"].columns} - required(reactions)
    assert optional == {"post", "hour", "weekday", "month", "format", "domain", "post_length"}
    assert required(Settings(per="follower")) == {"timestamp", "engagement_score", "followers"}
