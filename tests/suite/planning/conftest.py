"""A desk with a notebook that most tests of planning use."""

import pytest

from tests.suite.conftest import Desk

PING = """\
users: Table = "users.csv"  # one row a user
new_user_days: int = 7
campus: str = ""
since: date | None = None
weights: dict[str, float] = {"like": 1}
ratio: Annotated[float, Ge(0), Le(1)] = 0.5
"""


@pytest.fixture
def ping(desk: Desk) -> Desk:
    """A desk with the notebook `ping` and its table."""
    desk.notebook("ping", PING)
    desk.yaml("users.csv", "user_id\n")
    return desk
