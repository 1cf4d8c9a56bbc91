"""What the API takes and gives: shapes with their limits, from which the OpenAPI schema is made."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

MAX_PROFILES = 100  # a request
MAX_ROWS = 5_000  # a request
MAX_BYTES = 2_000_000  # of a request's body
MOST = 10**12  # a count a day
ProfileId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:@-]{1,128}$", description="any id of these letters")]
Count = Annotated[int, Field(ge=0, le=MOST)]
Missing = Literal["undefined"]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 12, 31))]


class DailyRow(BaseModel):
    """One recorded day of a profile. What is left out, null or "undefined" is missing, not 0."""

    model_config = ConfigDict(extra="forbid")

    date: Day
    profile_id: ProfileId
    followers: Count | Missing | None = None
    posts: Count | Missing | None = None
    engagement: Count | Missing | None = None
    likes: Count | Missing | None = None
    comments: Count | Missing | None = None
    reach: Count | Missing | None = None
    impressions: Count | Missing | None = None


class ForecastRequest(BaseModel):
    """Ids of known profiles, or daily rows of any profiles: one of the two."""

    model_config = ConfigDict(extra="forbid")

    profiles: Annotated[list[ProfileId], Field(min_length=1, max_length=MAX_PROFILES)] | None = None
    rows: Annotated[list[DailyRow], Field(min_length=1, max_length=MAX_ROWS)] | None = None
    as_of: Day | None = Field(
        default=None,
        description="last day that the rows tell of: forecasts are made at the end of the last calendar week "
        "that is whole by then; without it, the last day among the rows",
    )

    @model_validator(mode="after")
    def one_of_two(self) -> "ForecastRequest":
        """Exactly one of `profiles` and `rows`, and `as_of` with rows only."""
        if (self.profiles is None) == (self.rows is None):
            msg = "accepted: either profiles or rows"
            raise ValueError(msg)
        if self.rows is None and self.as_of is not None:
            msg = "as_of goes with rows"
            raise ValueError(msg)
        return self


class Forecast(BaseModel):
    """One horizon, in engagement per post of the calendar week that ends on `week_ending`."""

    horizon_days: Literal[7, 14, 21, 28]
    week_ending: date
    forecast: float | None = Field(description="null where there is no history")
    low_80: float | None
    high_80: float | None
    low_95: float | None
    high_95: float | None
    method: str = Field(description="model, or the baseline that stands in for it")
    flag: Literal["", "short history", "stale", "no history"]


class ProfileForecast(BaseModel):
    """Four horizons of one profile."""

    profile_id: str
    forecasts: list[Forecast]


class ForecastResponse(BaseModel):
    """Forecasts in the order in which profiles were asked for."""

    model: str = Field(description="SHA-256 of the model's file")
    profiles: list[ProfileForecast]


class Health(BaseModel):
    """That the service answers, and with what."""

    status: Literal["ok"]
    model: str
    learned_up_to: date
    known_profiles: int


class ErrorDetail(BaseModel):
    """One thing that is wrong with a request."""

    where: str
    message: str


class ErrorBody(BaseModel):
    """Why a request was refused."""

    code: Literal[
        "invalid_request",
        "unknown_profile",
        "too_large",
        "model_does_not_fit",
        "not_found",
        "method_not_allowed",
        "refused",
        "internal_error",
    ]
    message: str
    details: list[ErrorDetail] = []


class ErrorResponse(BaseModel):
    """The shape of every error."""

    error: ErrorBody


def refusals(*codes: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI's `responses` for these status codes."""
    words = {
        400: "The request is not HTTP with JSON",
        404: "Unknown profile",
        413: "Over the limit on size",
        422: "The request is not what is accepted",
        500: "A fault of the service",
    }
    return {code: {"model": ErrorResponse, "description": words[code]} for code in codes}
