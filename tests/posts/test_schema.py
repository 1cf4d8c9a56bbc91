import pytest

from engagement_utils.errors import ParameterError
from engagement_utils.posts.schema import Layout, check, schema
from engagement_utils.posts.settings import Claimed


def required(layout: Layout) -> set[str]:
    return {c.name for c in schema(layout).columns if c.required}


def test_columns_follow_from_the_parameters() -> None:
    assert required(Layout()) == {"timestamp", "engagement_score"}
    reactions = Layout(score={"likes": 1, "shares": 3}, per="reach", time="numbers")
    assert required(reactions) == {"likes", "shares", "reach"}
    optional = {c.name for c in schema(reactions).columns} - required(reactions)
    assert optional == {"post", "hour", "weekday", "month", "format", "domain", "post_length"}
    assert required(Layout(per="follower")) == {"timestamp", "engagement_score", "followers"}


@pytest.mark.parametrize(
    ("layout", "posts", "words"),
    [
        (Layout(score={"likes": float("nan")}), "x.csv", "a finite weight"),
        (Layout(score={"likes": 0.0}), "x.csv", "not all of them 0"),
        (Layout(score={"format": 1.0}), "x.csv", "names of reaction columns"),
        (Layout(weekdays=("1", "2")), "x.csv", "7 different words"),
        (Layout(months=("1",) * 12), "x.csv", "12 different words"),
        (Layout(audience_timezone="America/Mexico"), "x.csv", "America/Mexico_City"),
        (Layout(audience_timezone="America/Mexico_City"), "x.csv", "zone of the data is not stated"),
        (
            Layout(audience_timezone="America/Mexico_City", time="numbers"),
            {"path": "x.csv", "timezone": "UTC"},
            "time: timestamp",
        ),
        (Layout(), {"path": "x.csv", "date_format": "%d/%m %H:%M"}, "has no year"),
    ],
)
def test_what_leaves_something_to_guess_is_refused(layout: Layout, posts: object, words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        check(layout, posts)  # type: ignore[arg-type]


def test_a_format_with_a_year_is_taken() -> None:
    check(Layout(), {"path": "x.csv", "date_format": "%d/%m/%Y %H:%M"})
    check(Layout(), {"path": "x.csv", "date_format": "epoch_s"})


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"hour": [9]}, "hour found; accepted: hours"),
        ({"hours": 9}, "a list"),
        ({"hours": [24]}, "from 0 to 23"),
        ({"lengths": [500, 300]}, "two rising numbers"),
    ],
)
def test_claims_are_checked(given: dict[str, object], words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        Claimed.of(given)


def test_claims_left_out_are_as_published() -> None:
    assert Claimed.of({"hours": [7]}) == Claimed(hours=(7,))
