"""The API: started for real and asked, its limits and errors, and schemathesis on its whole schema."""

import json
import os
import socket
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import httpx
import numpy as np
import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings

from engagement_utils.profiles import forecast
from engagement_utils.profiles.serving import bundle
from engagement_utils.profiles.serving.api import create_app
from engagement_utils.profiles.serving.shapes import MAX_BYTES, MAX_PROFILES, MAX_ROWS
from engagement_utils.profiles.weekly import sunday

ROOT = Path(__file__).parents[3]
CONFORM = [
    schemathesis.checks.not_a_server_error,
    schemathesis.checks.content_type_conformance,
    schemathesis.checks.response_schema_conformance,
    schemathesis.checks.status_code_conformance,
]


@pytest.fixture(scope="module")
def folder(model, latest, tmp_path_factory):
    place = tmp_path_factory.mktemp("served") / "model"
    bundle.save(model, {"backtest": []}, "# A card\n", place, latest)
    return place


@pytest.fixture(scope="module")
def client(folder):
    with TestClient(create_app(folder), raise_server_exceptions=False) as found:
        yield found


@pytest.fixture(scope="module")
def table(model, latest, prepared):
    return forecast.forecast(model, latest, prepared.span.last_week)


@pytest.fixture(scope="module")
def recent(latest):
    """An id that is forecast by the model."""
    return str(latest.loc[(latest["behind"] == 0) & (latest["values"] > 20), "profile_id"].iloc[0])


def rows_of(daily, profile):
    part = daily[daily["profile_id"] == profile]
    columns = ["date", "profile_id", "followers", "posts", "engagement", "reach", "impressions"]
    text = part[columns].assign(date=part["date"].astype(str)).to_json(orient="records")
    found = json.loads(text)
    for row in found:
        if row["followers"] != "undefined":
            row["followers"] = int(row["followers"])
    return found


def test_the_command_serves_a_saved_model(folder, recent, table):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = "from engagement_utils.profiles.serving.commands import serve; serve()"
    command = [sys.executable, "-c", code, "--model", str(folder), "--port", str(port)]
    with subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(ROOT)}) as server:
        try:
            url = f"http://127.0.0.1:{port}"
            health = _wait(server, f"{url}/health")
            assert health["status"] == "ok"
            assert health["known_profiles"] == table["profile_id"].nunique()
            found = httpx.post(f"{url}/forecasts", json={"profiles": [recent]}, timeout=30)
            assert found.status_code == 200
            rows = found.json()["profiles"][0]["forecasts"]
            expected = table[table["profile_id"] == recent]
            np.testing.assert_allclose([r["forecast"] for r in rows], expected["forecast"], rtol=1e-6)
            assert httpx.get(f"{url}/model/card", timeout=30).text.startswith("# A card")
        finally:
            server.terminate()


def _wait(server, url):
    for _ in range(300):
        assert server.poll() is None, "the service stopped"
        try:
            return httpx.get(url, timeout=5).json()
        except httpx.TransportError:
            time.sleep(0.2)
    msg = "the service did not answer within a minute"
    raise AssertionError(msg)


def test_daily_rows_are_forecast_as_the_report_does(client, daily, recent, table):
    rows = rows_of(daily, recent)
    found = client.post("/forecasts", json={"rows": rows, "as_of": "2024-12-31"})
    assert found.status_code == 200, found.text
    given = found.json()["profiles"][0]
    assert given["profile_id"] == recent
    expected = table[table["profile_id"] == recent]
    for column in ("forecast", "low_80", "high_80", "low_95", "high_95"):
        np.testing.assert_allclose(
            [r[column] for r in given["forecasts"]], expected[column], rtol=1e-4, err_msg=column
        )
    assert [r["horizon_days"] for r in given["forecasts"]] == [7, 14, 21, 28]
    assert given["forecasts"][0]["week_ending"] == str(expected["week_ending"].iloc[0])


def test_rows_in_any_order_and_twice_give_the_same(client, daily, recent):
    rows = rows_of(daily, recent)
    first = client.post("/forecasts", json={"rows": rows, "as_of": "2024-12-31"}).json()
    other = client.post("/forecasts", json={"rows": [*rows, *rows][::-1], "as_of": "2024-12-31"})
    # of days twice on record the first counts, and they are the same here
    assert other.json()["profiles"] == first["profiles"]


def test_a_history_that_is_missing_is_flagged(client, prepared):
    last = sunday(prepared.span.last_week)

    def ask(*records):
        rows = [
            {"date": str(last - timedelta(days=back)), "profile_id": "p", "posts": posts, "engagement": 50}
            for back, posts in records
        ]
        body = {"rows": rows, "as_of": str(last)}
        return client.post("/forecasts", json=body).json()["profiles"][0]["forecasts"][0]

    assert ask((0, 1))["flag"] == "short history"
    assert ask((0, 1))["low_80"] is not None
    stale = ask((60, 1))
    assert (stale["flag"], stale["forecast"], stale["low_80"]) == ("stale", pytest.approx(50), None)
    nothing = ask((0, 0))
    assert (nothing["flag"], nothing["forecast"]) == ("no history", None)
    rows = [{"date": str(last + timedelta(days=1)), "profile_id": "p", "posts": 1, "engagement": 50}]
    found = client.post("/forecasts", json={"rows": rows})  # its week is not whole yet
    assert {r["flag"] for r in found.json()["profiles"][0]["forecasts"]} == {"no history"}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"profiles": ["nobody"]}, 404, "unknown_profile"),
        ({}, 422, "invalid_request"),
        ({"profiles": ["a"], "rows": []}, 422, "invalid_request"),
        ({"profiles": ["a"] * (MAX_PROFILES + 1)}, 422, "invalid_request"),
        ({"rows": [{"date": "2024-12-29", "profile_id": "a", "posts": -1}]}, 422, "invalid_request"),
        ({"rows": [{"date": "2024-12-29", "profile_id": "a", "engagment": 1}]}, 422, "invalid_request"),
        ({"rows": [{"date": "2024-12-29", "profile_id": "a<b"}]}, 422, "invalid_request"),
        ({"rows": [{"date": "2020-12-29", "profile_id": "a"}]}, 422, "model_does_not_fit"),
        ({"rows": [{"date": "2026-12-29", "profile_id": "a"}]}, 422, "model_does_not_fit"),
        (
            {"rows": [{"date": "2025-01-05", "profile_id": "a"}], "as_of": "2024-12-31"},
            422,
            "invalid_request",
        ),
        (
            {"rows": [{"date": "2024-12-29", "profile_id": "a"}] * (MAX_ROWS + 1)},
            422,
            "invalid_request",
        ),
    ],
)
def test_errors_have_one_shape(client, body, status, code):
    found = client.post("/forecasts", json=body)
    assert found.status_code == status
    error = found.json()["error"]
    assert error["code"] == code
    assert error["message"]
    assert set(error) == {"code", "message", "details"}


def test_a_body_over_the_limit_is_refused(client):
    found = client.post("/forecasts", content=b" " * (MAX_BYTES + 1))
    assert (found.status_code, found.json()["error"]["code"]) == (413, "too_large")

    def chunks():
        for _ in range(MAX_BYTES // 100_000 + 2):
            yield b" " * 100_000

    assert client.post("/forecasts", content=chunks()).status_code == 413


def test_other_paths_methods_and_bodies_are_refused(client):
    assert client.get("/nowhere").json()["error"]["code"] == "not_found"
    assert client.get("/forecasts").json()["error"]["code"] == "method_not_allowed"
    assert client.post("/forecasts", content=b"{no json").json()["error"]["code"] == "invalid_request"


def test_the_model_and_its_schema_can_be_read(client, model):
    about = client.get("/model").json()
    assert about["window"]["last_week"] == model.last_week
    schema = client.get("/openapi.json").json()
    assert set(schema["paths"]) == {"/health", "/model", "/model/card", "/forecasts"}
    assert schema["components"]["schemas"]["ForecastRequest"]["additionalProperties"] is False


@pytest.mark.parametrize(
    "body",
    [
        '{"rows": [{"date": "2024-12-29", "profile_id": "a", "posts": 1, "posts": 2, "engagement": 60}]}',
        '{"rows": [{"date": 1735430400, "profile_id": "a", "posts": "5", "engagement": 60.0}]}',
        '{"rows": [{"date": "2024-12-29", "profile_id": "a", "posts": "undefined", "likes": true}]}',
        '\ufeff{"rows": [{"date": "2024-12-29", "profile_id": "a"}]}',
        '{"rows": [{"date": "2024-02-30", "profile_id": "a<", "posts": 1.5, "engagement": NaN, "x": 1}]}',
        '{"rows": [{"date": "2024-12-29", "profile_id": "a", "posts": 1000000000001}], "as_of": "1"}',
        '{"rows": [[]], "profiles": {}}',
        '{"profiles": ["a"',
        "[1]",
        "",
    ],
)
def test_both_ways_to_read_a_body_answer_the_same(client, body):
    """A media type with a parameter is read by FastAPI itself."""
    straight, careful = (
        client.post("/forecasts", content=body.encode(), headers={"content-type": f"application/json{more}"})
        for more in ("", "; charset=utf-8")
    )
    assert straight.status_code == careful.status_code
    assert straight.json() == careful.json()


def fuzz(app, mode, examples):
    """Generated requests over all operations: no server error, and each answer is as described."""
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    asked = []

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=schema.as_strategy(generation_mode=mode))
    def ask(case):
        response = case.call()
        assert response.status_code < 500, response.text
        if response.status_code != 405:  # methods outside the schema have no description in it
            case.validate_response(response, checks=CONFORM)
        asked.append(response.status_code)

    ask()
    return asked


def test_schemathesis_finds_no_server_error(folder):
    app = create_app(folder)
    valid = fuzz(app, schemathesis.GenerationMode.POSITIVE, 60)
    assert 200 in valid
    invalid = fuzz(app, schemathesis.GenerationMode.NEGATIVE, 60)
    assert 422 in invalid


@pytest.mark.slow
def test_schemathesis_finds_no_server_error_in_many_requests(folder):
    app = create_app(folder)
    for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE):
        assert len(fuzz(app, mode, 1500)) >= 500
