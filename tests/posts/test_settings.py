from typing import Any

import pytest

from engagement_utils.errors import ParameterError
from engagement_utils.posts.settings import Claimed, Settings

ZONED = {"path": "x.csv", "timezone": "UTC"}


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"score": {"likes": float("nan")}}, "a finite weight"),
        ({"score": {"likes": 0.0}}, "not all of them 0"),
        ({"score": {"format": 1.0}}, "names of reaction columns"),
        ({"weekdays": ("1", "2")}, "7 different words"),
        ({"months": ("1",) * 12}, "12 different words"),
        ({"audience_timezone": "America/Mexico"}, "America/Mexico_City"),
        ({"audience_timezone": "America/Mexico_City"}, "zone of the data is not stated"),
        ({"audience_timezone": "America/Mexico_City", "time": "numbers", "posts": ZONED}, "time: timestamp"),
        ({"posts": {"path": "x.csv", "date_format": "%d/%m %H:%M"}}, "has no year"),
    ],
)
def test_what_leaves_something_to_guess_is_refused(choices: dict[str, Any], words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        Settings(**{"posts": "x.csv", **choices})


@pytest.mark.parametrize("form", ["%d/%m/%Y %H:%M", "epoch_s"])
def test_a_format_with_a_year_is_taken(form: str) -> None:
    assert Settings(posts={"path": "x.csv", "date_format": form}).unit == "points"


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
        Settings(claimed=given)


def test_claims_left_out_are_as_published() -> None:
    assert Settings(claimed={"hours": [7]}).claims == Claimed(hours=(7,))
