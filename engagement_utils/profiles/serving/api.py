"""Forecasts over HTTP: FastAPI on a saved model. Nothing is fetched from another host, and nothing is
stored.
"""

import gc
import os
from collections.abc import Callable, Coroutine, Sequence
from datetime import date
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from fastapi.routing import APIRoute
from numpy.typing import NDArray
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engagement_utils.errors import EngagementError
from engagement_utils.profiles.forecast import forecast
from engagement_utils.profiles.intervals import INTERVALS
from engagement_utils.profiles.serving import single
from engagement_utils.profiles.serving.bundle import MOST_WEEKS, Bundle, load
from engagement_utils.profiles.serving.shapes import (
    MAX_BYTES,
    MAX_PROFILES,
    DailyRow,
    ForecastRequest,
    ForecastResponse,
    Health,
    refusals,
)
from engagement_utils.profiles.weekly import sunday

MODEL_VARIABLE = "ENGAGEMENT_MODEL"
_COUNTS_OF = attrgetter(*single.COUNTS)


class MarkdownResponse(PlainTextResponse):
    """Markdown as text."""

    media_type = "text/markdown"


class StraightRoute(APIRoute):
    """Reads a JSON body from its bytes into the shapes in one step.

    What that step does not take goes FastAPI's own way (JSON to dictionaries, these to shapes), which takes
    twice as long and says what is wrong.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What answers a request."""
        careful = super().get_route_handler()
        if self.body_field is None:
            return careful

        async def handler(request: Request) -> Response:
            if request.headers.get("content-type") == "application/json":
                try:
                    asked = ForecastRequest.model_validate_json(await request.body())
                except ValidationError:
                    return await careful(request)
                found: Response = await self.endpoint(asked)
                return found
            return await careful(request)

        return handler


class RefusalError(EngagementError):
    """A request that is refused, with its status and code."""

    def __init__(self, status: int, code: str, message: str, details: list[dict[str, str]] | None = None):
        super().__init__(message)
        self.status, self.code, self.details = status, code, details or []


def app_from_environment() -> FastAPI:
    """The app on the model that the environment names; what uvicorn's workers start."""
    app = create_app(Path(os.environ[MODEL_VARIABLE]))
    # libraries and model stay: looking through them for garbage stops all answers for a tenth of a second
    gc.collect()
    gc.freeze()
    return app


def create_app(folder: Path) -> FastAPI:
    """The app on a saved model.

    Raises:
        ModelError: the model cannot be loaded.
    """
    import sklearn

    # scikit-learn's checks cost more than the trees; what is forecast from is made here, finite or NaN
    sklearn.set_config(assume_finite=True, skip_parameter_validation=True)
    bundle = load(folder)
    card = (folder / "card.md").read_text(encoding="utf-8")
    known = known_forecasts(bundle)
    app = FastAPI(
        title="Engagement forecasts",
        version=str(bundle.facts["format"]),
        description=f"Engagement per post of the next four calendar weeks, with {INTERVALS}.",
        docs_url=None,  # their pages load from another host
        redoc_url=None,
    )
    app.router.route_class = StraightRoute
    app.add_middleware(BodyLimit)
    _handle_errors(app)

    @app.get("/health", summary="Whether the service answers", response_model=Health)
    async def health() -> Response:
        about = bundle.facts
        return JSONResponse(
            {
                "status": "ok",
                "model": about["sha256"],
                "learned_up_to": about["window"]["last_day"],
                "known_profiles": len(known),
            }
        )

    @app.get("/model", summary="The model card as data")
    async def model() -> dict[str, Any]:
        return dict(bundle.facts)

    @app.get("/model/card", summary="The model card as Markdown", response_class=MarkdownResponse)
    async def model_card() -> MarkdownResponse:
        return MarkdownResponse(card)

    @app.post(
        "/forecasts",
        summary="Forecast known profiles, or profiles whose rows are sent",
        response_model=ForecastResponse,
        responses=refusals(400, 404, 413, 422, 500),
    )
    async def forecasts(request: ForecastRequest) -> Response:
        if request.profiles is not None:
            found = _of_known(request.profiles, known)
        else:
            found = _of_rows(bundle, request.rows or [], request.as_of)
        return JSONResponse({"model": bundle.facts["sha256"], "profiles": found})

    return app


def known_forecasts(bundle: Bundle) -> dict[str, list[dict[str, Any]]]:
    """The forecasts of the profiles that were saved with the model, at the end of its training data."""
    if bundle.known is None:
        return {}
    table = forecast(bundle.model, bundle.known, bundle.model.last_week)
    table["week_ending"] = [d.isoformat() for d in table["week_ending"]]
    ids = table.pop("profile_id").astype(str).tolist()
    found: dict[str, list[dict[str, Any]]] = {}
    for profile, row in zip(ids, table.to_dict("records"), strict=True):
        plain = {str(k): None if isinstance(v, float) and np.isnan(v) else v for k, v in row.items()}
        found.setdefault(profile, []).append(plain)
    return found


def _of_known(ids: list[str], known: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    unknown = [i for i in ids if i not in known]
    if unknown:
        details = [{"where": i, "message": "no such profile was saved with the model"} for i in unknown[:10]]
        msg = f"{len(unknown)} of {len(ids)} profiles are unknown; send their daily rows instead"
        raise RefusalError(404, "unknown_profile", msg, details)
    return [{"profile_id": i, "forecasts": known[i]} for i in ids]


def _of_rows(bundle: Bundle, rows: list[DailyRow], as_of: date | None) -> list[dict[str, Any]]:
    end = as_of or max(r.date for r in rows)
    last_week, learned = single.last_whole_week(end), bundle.model.last_week
    if not learned <= last_week <= learned + MOST_WEEKS:
        msg = (
            f"forecasts at the end of the week to {sunday(last_week)}; accepted: from {sunday(learned)}, up "
            f"to which the model has learned, to {MOST_WEEKS} weeks later. as_of says up to when the rows "
            "tell"
        )
        raise RefusalError(422, "model_does_not_fit", msg)
    late = next((i for i, row in enumerate(rows) if row.date > end), None)
    if late is not None:
        where = [{"where": f"rows.{late}.date", "message": f"after as_of, {end}"}]
        raise RefusalError(422, "invalid_request", "a row lies after as_of", where)
    by_profile: dict[str, dict[date, DailyRow]] = {}
    for row in rows:  # of days that are there twice, the first counts
        by_profile.setdefault(row.profile_id, {}).setdefault(row.date, row)
    if len(by_profile) > MAX_PROFILES:
        msg = f"rows of {len(by_profile)} profiles; accepted: at most {MAX_PROFILES} in a request"
        raise RefusalError(422, "invalid_request", msg)
    return [
        {"profile_id": i, "forecasts": _of_days(bundle, days, last_week)} for i, days in by_profile.items()
    ]


def _of_days(bundle: Bundle, days: dict[date, DailyRow], last_week: int) -> list[dict[str, Any]]:
    columns = zip(*map(_COUNTS_OF, days.values()), strict=True)
    counts = {name: _numbers(column) for name, column in zip(single.COUNTS, columns, strict=True)}
    weeks = single.weeks_of(list(days), counts, last_week)
    return single.forecast_one(bundle.model, weeks, last_week)


def _numbers(column: Sequence[int | str | None]) -> NDArray[np.float64]:
    """Counts as numbers; null and "undefined" are NaN."""
    if "undefined" in column:
        column = [None if isinstance(value, str) else value for value in column]
    return np.array(column, dtype=float)


def _error(status: int, code: str, message: str, details: list[dict[str, str]] | None = None) -> JSONResponse:
    body = {"code": code, "message": message, "details": details or []}
    return JSONResponse({"error": body}, status_code=status)


def _handle_errors(app: FastAPI) -> None:
    """Every error has the same shape, and repeats nothing that was sent."""

    @app.exception_handler(RefusalError)
    async def refused(request: Request, error: RefusalError) -> JSONResponse:
        return _error(error.status, error.code, str(error), error.details)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        details = [{"where": _where(e["loc"]), "message": _plain(e["msg"])} for e in error.errors()[:20]]
        return _error(422, "invalid_request", "the request is not what is accepted", details)

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> JSONResponse:
        codes = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}
        found = _error(error.status_code, codes.get(error.status_code, "refused"), _plain(str(error.detail)))
        found.headers.update(error.headers or {})
        return found

    @app.exception_handler(Exception)
    async def fault(request: Request, error: Exception) -> JSONResponse:
        return _error(500, "internal_error", "a fault of the service; the log of the service has its cause")


def _plain(text: str) -> str:
    """Text that can be sent: lone surrogates cannot."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _where(location: tuple[Any, ...] | list[Any]) -> str:
    return _plain(".".join(str(part) for part in location))[:200]


class BodyLimit:
    """Refuses bodies over the limit, whether announced or not."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > MAX_BYTES:
            await self._refuse(scope, receive, send)
            return
        body, more = bytearray(), True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return  # the client is gone
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > MAX_BYTES:
                await self._refuse(scope, receive, send)
                return
        sent = False

        async def replay() -> Message:
            nonlocal sent
            if sent:
                return await receive()
            sent = True
            return {"type": "http.request", "body": bytes(body), "more_body": False}

        await self.app(scope, replay, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        msg = f"the body is larger than {MAX_BYTES:,} bytes"
        await _error(413, "too_large", msg)(scope, receive, send)
