"""Scoring: equal to the seed's SQL on a real PostgreSQL, to numpy by hand, and the same on every engine."""

from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engagement_utils.activity import scoring
from engagement_utils.tables.collecting import collect
from engagement_utils.tables.engines import connect
from engagement_utils.tables.reading import read_tables
from tests.activity.conftest import read

SQL = [
    part.strip()
    for part in (Path(__file__).parent / "published.sql").read_text(encoding="utf-8").split(";")
    if part.strip()
]
SOURCES = {
    "activity": "user_activity",
    "recommendations": "recommendations",
    "moderators": "moderator_performance",
}


def _awkward() -> dict[str, pd.DataFrame]:
    """Rows on the edges of the published cases: halves to round, more clicks than minutes, many types."""
    rng = np.random.default_rng(3)
    n = 400
    users = [f"u{k}" for k in range(n)]
    activity = pd.DataFrame(
        {
            "user_id": users,
            "session_id": [f"s{k}" for k in range(n)],
            "timestamp": pd.date_range("2024-01-01 23:59:59", periods=n, freq="13h"),
            "session_length": rng.integers(1, 9, n),
            "messages_sent": rng.integers(0, 4, n),
            "feedback_rating": rng.integers(1, 7, n),
            "resources_clicked": rng.integers(0, 20, n),
        }
    )
    m = 900
    recommendations = pd.DataFrame(
        {
            "recommendation_id": [f"r{k}" for k in range(m)],
            "user_id": rng.choice([*users[: n // 2], "stranger"], m),
            "recommendation_type": rng.choice(["blog", "podcast", "video", "a b"], m),
            # thousandths in steps of five: many means end in a half
            "click_through_rate": (rng.integers(0, 201, m) * 5) / 1000,
            "feedback_score": (rng.integers(200, 1001, m) * 5) / 1000,
        }
    )
    moderators = pd.DataFrame(
        {
            "moderator_id": [f"m{k}" for k in range(300)],
            "chat_sessions_moderated": rng.integers(0, 500, 300),
            "avg_response_time": rng.integers(0, 4000, 300) / 100,
            # 0.33 times a multiple of 0.5 ends in a half of a hundredth
            "user_satisfaction_score": rng.integers(2, 11, 300) / 2,
        }
    )
    return {"activity": activity, "recommendations": recommendations, "moderators": moderators}


@pytest.fixture(scope="module", params=["stock", "awkward"])
def frames(request, generated):
    return generated if request.param == "stock" else _awkward()


@pytest.fixture(scope="module")
def dataset(frames, tmp_path_factory):
    folder = tmp_path_factory.mktemp("published")
    paths = {}
    for name, frame in frames.items():
        paths[name] = str(folder / f"{name}.csv")
        frame.to_csv(paths[name], index=False)
    return read(paths, folder)


@pytest.fixture(scope="module", params=["double precision", "numeric"])
def on_server(request, frames, postgres_url):
    """Answers of the published SQL, on tables whose fractions are floats, or decimals."""
    connection = connect(postgres_url)
    kinds = {"int64": "integer", "float64": request.param, "datetime64[us]": "timestamp"}
    with connection.con.cursor() as cursor:
        for name, table in SOURCES.items():
            frame = frames[name]
            columns = ", ".join(f'"{c}" {kinds.get(str(t), "text")}' for c, t in frame.dtypes.items())
            cursor.execute(f"CREATE TEMP TABLE {table} ({columns})")
            with cursor.copy(f"COPY {table} FROM STDIN (FORMAT csv)") as copy:
                copy.write(frame.to_csv(index=False, header=False))
        answers = []
        for query in SQL:
            cursor.execute(query)
            names = [d.name for d in cursor.description]
            answers.append(pd.DataFrame(cursor.fetchall(), columns=names))
        cursor.execute(f"DROP TABLE {', '.join(SOURCES.values())}")
    connection.con.commit()
    connection.disconnect()
    return answers


def _text(frame: pd.DataFrame, by: str) -> pd.DataFrame:
    """Every value as the text that a reader sees, to the last digit; arrays in the types' order."""

    def shown(value: object) -> str:
        if isinstance(value, list | np.ndarray):
            return " ".join(sorted(map(str, value)))
        if value is None or (isinstance(value, float | Decimal) and value != value):
            return "null"
        return str(value.date()) if isinstance(value, pd.Timestamp) else str(value)

    texts = pd.DataFrame({c: [shown(v) for v in frame[c]] for c in frame.columns})
    return texts.sort_values(by, ignore_index=True)


@pytest.mark.engines
@pytest.mark.xdist_group("postgres")
def test_every_session_is_scored_as_the_published_query_scores_it(dataset, on_server):
    types = scoring.recommendation_types(dataset["recommendations"])
    ours = scoring.score_sessions(dataset["activity"], dataset["recommendations"], types).to_pandas()
    theirs = on_server[0]
    assert len(ours) == len(theirs) >= 400
    ours["date"] = pd.to_datetime(ours["date"])
    expected = _text(theirs, "session_id")
    pd.testing.assert_frame_equal(_text(ours[list(theirs.columns)], "session_id"), expected)
    assert set(expected["per_session_ctr"]) > {"0", "1"}


@pytest.mark.engines
@pytest.mark.xdist_group("postgres")
def test_every_moderator_is_scored_as_the_published_query_scores_them(dataset, frames, on_server):
    ours = scoring.score_moderators(dataset["moderators"]).to_pandas()
    theirs = on_server[1]
    key = ["moderator_id", "moderator_performance_score"]
    assert len(ours) == len(theirs) == len(frames["moderators"])
    pd.testing.assert_frame_equal(_text(ours[key], key[0]), _text(theirs[key], key[0]))


@pytest.mark.engines
@pytest.mark.xdist_group("postgres")
def test_every_type_is_aggregated_as_the_published_query_does(dataset, on_server):
    ours = scoring.aggregate_recommendations(dataset["recommendations"]).to_pandas()
    theirs = on_server[2]
    pd.testing.assert_frame_equal(
        _text(ours[list(theirs.columns)], "recommendation_type"), _text(theirs, "recommendation_type")
    )


def test_the_three_cases_of_the_click_through_rate(tmp_path):
    sessions = ["a,s1,2024-01-01,5,1,3,6", "a2,s2,2024-01-01,5,1,3,4", "b,s3,2024-01-01,5,1,3,0"]
    sessions += ["b2,s4,2024-01-01,5,1,3,5"]
    columns = "user_id,session_id,timestamp,session_length,messages_sent,feedback_rating,resources_clicked"
    (tmp_path / "activity.csv").write_text("\n".join([columns, *sessions]) + "\n")
    rows = ["r1,b,blog,0.5,3", "r2,b2,blog,0.5,3", "r3,b2,video,0.5,3", "r4,b2,video,0.1,4"]
    columns = "recommendation_id,user_id,recommendation_type,click_through_rate,feedback_score"
    (tmp_path / "recommendations.csv").write_text("\n".join([columns, *rows]) + "\n")
    tables = read({n: str(tmp_path / f"{n}.csv") for n in ("activity", "recommendations")}, tmp_path)
    types = scoring.recommendation_types(tables["recommendations"])
    found = scoring.score_sessions(tables["activity"], tables["recommendations"], types).to_pandas()
    found = found.set_index("user_id").sort_index()
    # 6 clicks in 5 minutes, 4 in 5, no click, 5 clicks on 3 recommendations
    assert found["per_session_ctr"].to_dict() == {"a": 1, "a2": 0, "b": 0, "b2": 1}
    assert found["combination"].to_dict() == {
        "a": "none",
        "a2": "none",
        "b": "blog",
        "b2": "blog + video",
    }
    assert found["user_engagement_score"]["b2"] == Decimal("3.00")
    assert found["avg_recommendation_ctr"]["b2"] == Decimal("0.37")


def test_more_than_eight_types_fold_into_other(tmp_path):
    columns = "recommendation_id,user_id,recommendation_type,click_through_rate,feedback_score"
    rows = [f"r{k},u,type{k % 11:02d},0.5,3" for k in range(100)]
    (tmp_path / "recommendations.csv").write_text("\n".join([columns, *rows]) + "\n")
    from engagement_utils.activity import schema

    paths = {"recommendations": str(tmp_path / "recommendations.csv")}
    table = read_tables(paths, {"recommendations": schema.RECOMMENDATIONS}, aside=tmp_path)["recommendations"]
    types = scoring.recommendation_types(table)
    assert len(types) == 8
    assert types[0] == "other"
    user = scoring.user_recommendations(table, types).to_pandas().iloc[0]
    assert user["combination"] == " + ".join(types)
    assert user["recommendations"] == 100


@pytest.fixture(scope="module")
def expected(generated):
    """Both scores by hand, in numpy."""
    a, r = generated["activity"], generated["recommendations"]
    n = a["user_id"].map(r["user_id"].value_counts()).fillna(0).to_numpy(dtype=int)
    clicks, minutes = a["resources_clicked"].to_numpy(), a["session_length"].to_numpy()
    ctr = np.where(n == 0, clicks // minutes, clicks // np.maximum(n, 1))
    plain = ["session_length", "messages_sent", "feedback_rating", "resources_clicked"]
    a = a.assign(published=(a[plain].sum(axis=1) + ctr) * 2 / 10)
    z = ((a[plain] - a[plain].mean()) / a[plain].std(ddof=1)).sum(axis=1).to_numpy(copy=True)
    real = np.where(n == 0, clicks / minutes, clicks / np.maximum(n, 1))
    for group in (n == 0, n > 0):
        z[group] += (real[group] - real[group].mean()) / real[group].std(ddof=1)
    return a.assign(corrected=50 + 10 * z / 5).set_index("session_id").sort_index()


def test_both_scores_equal_those_computed_by_hand(tables, expected):
    types = scoring.recommendation_types(tables["recommendations"])
    assert types == ["blog", "podcast", "video"]
    scored = scoring.score_sessions(tables["activity"], tables["recommendations"], types)
    found = collect(scoring.correct_sessions(scored), by=["session_id"]).set_index("session_id")
    np.testing.assert_array_equal(found["user_engagement_score"], expected["published"].round(2))
    np.testing.assert_allclose(found["corrected_score"], expected["corrected"], rtol=0, atol=1e-8)
    assert found["corrected_score"].mean() == pytest.approx(50, abs=1e-6)


def test_moderators_and_types_equal_those_computed_by_hand(tables, generated):
    found = collect(scoring.score_moderators(tables["moderators"]), by=["moderator_id"])
    m = generated["moderators"]
    total = m["chat_sessions_moderated"] * 10**2 + (m["avg_response_time"] * 100).round()
    hundredths = (total + (m["user_satisfaction_score"] * 100).round()).astype(int) * 33
    cents = (hundredths * 2 + 100) // 200
    np.testing.assert_array_equal(found["moderator_performance_score"], cents / 100)
    types = collect(scoring.aggregate_recommendations(tables["recommendations"]), by=["recommendation_type"])
    by = generated["recommendations"].groupby("recommendation_type")
    assert types["total_recommended"].tolist() == by.size().tolist()
    assert types["avg_ctr"].tolist() == [1.0, 1.0, 1.0]
    pd.testing.assert_series_equal(
        types["avg_feedback_score"],
        by["feedback_score"].mean().round(2).reset_index(drop=True),
        check_names=False,
    )
