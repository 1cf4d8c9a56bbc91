"""Sentences: right where something is planted, silent where nothing is, honest where there is too little."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from engagement_utils.profiles.outlook import Outlook, Settings

from engagement_utils.inference.verdict import CHANCE, SUPPORTED, TOO_LITTLE
from engagement_utils.profiles import exploration, findings, findings_forecast, reasons, results, views
from engagement_utils.profiles.faults import faults
from engagement_utils.profiles.models import MODEL
from engagement_utils.profiles.sample.best import best_forecasts, best_table
from engagement_utils.profiles.weekly import partial_days
from tests.profiles.conftest import FAST


@pytest.fixture(scope="module")
def measured(simulated, prepared, rows, tested, model, latest):
    """The report's results on the small data, put together from what the other tests have."""
    from engagement_utils.profiles.split import CUTOFF, cutoff_week, published_split

    best = best_table(simulated, best_forecasts(simulated)).rename(columns={"median": results.BEST})
    best["profile_id"] = best["profile_id"].astype(str)

    def with_best(table):
        keyed = table.assign(profile_id=table["profile_id"].astype(str))
        return keyed.merge(best, on=["profile_id", "week", "horizon"], how="left")

    forecasts = with_best(tested.forecasts)
    split = with_best(published_split(rows, cutoff_week(CUTOFF, prepared.span), FAST))
    partial = partial_days(prepared.days, prepared.span)
    fresh = latest[latest["behind"] == 0]
    return results.Results(
        settings=results.Settings(),
        prepared=prepared,
        exploration=exploration.explore(prepared.days, prepared.weeks, prepared.span, partial, level=0.95),
        share=1.0,
        backtest=replace(tested, forecasts=forecasts),
        chosen=dict.fromkeys((1, 2, 3, 4), MODEL),
        errors=results.errors(forecasts, 0.95),
        strata=results.by_strata(forecasts, 0.95),
        split=split,
        weeks=sampled(prepared),
        model=model,
        latest=latest,
        importance=reasons.importance(model, fresh, 1),
    )


def sampled(prepared):
    from engagement_utils.profiles.preparation import sampled_weeks

    return sampled_weeks(prepared, 1.0)


def with_forecasts(r, **columns):
    forecasts = r.forecasts.assign(**columns)
    return replace(
        r,
        backtest=replace(r.backtest, forecasts=forecasts),
        errors=results.errors(forecasts, 0.95),
        strata=results.by_strata(forecasts, 0.95),
    )


@pytest.fixture(scope="module")
def found(measured):
    return findings.answers(measured)


def test_topics_are_unique_and_at_most_six_are_main(found):
    assert sum(a.finding.main for a in found.values()) <= 6
    assert {topic: a.finding.topic for topic, a in found.items()} == {t: t for t in found}


def test_what_is_planted_is_found(found):
    for topic in ("accuracy", "way_to_best", "leak", "published_split", "sparsity", "giants"):
        assert found[topic].verdict == SUPPORTED, topic
    assert "beats every baseline" in found["accuracy"].heading
    assert "leak" in found["leak"].heading


def test_actions_stand_on_supported_findings(measured, found):
    topics = {a.topic for a in findings.actions(measured, found)}
    assert "accuracy" in topics
    assert all(found[t].verdict == SUPPORTED for t in topics)


def test_a_model_that_does_not_help_says_so_and_the_baseline_is_used(measured):
    rng = np.random.default_rng(3)
    noise = np.exp(rng.normal(0, 0.02, len(measured.forecasts)))
    same = replace(
        with_forecasts(measured, **{MODEL: measured.forecasts["regression"] * noise}),
        chosen=dict.fromkeys((1, 2, 3, 4), "regression"),
    )
    found = findings.answers(same)
    assert found["accuracy"].heading == "The model beats the best baseline at no horizon"
    assert found["accuracy_7d"].verdict in (CHANCE, SUPPORTED)
    assert "baseline is used there" in found["accuracy_7d"].finding.text
    assert "Forecast with the saved model" not in " ".join(a.text for a in findings.actions(same, found))


def test_a_model_that_is_worse_at_one_horizon_is_named(measured):
    worse = np.where(measured.forecasts["horizon"] == 2, 2.0, 1.0) * measured.forecasts[MODEL]
    found = findings.answers(
        replace(
            with_forecasts(measured, **{MODEL: worse}), chosen={1: MODEL, 2: "regression", 3: MODEL, 4: MODEL}
        )
    )
    assert found["accuracy"].heading == "The model beats every baseline at 3 of four horizons"
    assert found["accuracy_14d"].heading == "At 14 days the model is worse than linear regression"
    assert "14 days" in found["accuracy"].finding.text


def test_intervals_that_are_too_narrow_are_reported(measured):
    f = measured.forecasts
    narrow = with_forecasts(
        measured,
        low_80=f[MODEL] - (f[MODEL] - f["low_80"]) / 2,
        high_80=f[MODEL] + (f["high_80"] - f[MODEL]) / 2,
    )
    answer = findings.answers(narrow)["coverage"]
    assert answer.heading == "The intervals do not cover what they promise"
    assert answer.verdict == CHANCE


def test_without_a_leak_no_leak_is_claimed(measured):
    noise = np.exp(np.random.default_rng(4).normal(0, 0.02, len(measured.split)))
    split = measured.split.assign(leak=measured.split["honest"] * noise)
    answer = findings.answers(replace(measured, split=split))["leak"]
    assert answer.verdict == CHANCE
    assert "does not change the error" in answer.heading


def test_few_profiles_are_too_little_data(measured):
    few = sorted(measured.forecasts["profile_id"].unique())[:12]
    small = replace(
        measured,
        backtest=replace(
            measured.backtest, forecasts=measured.forecasts[measured.forecasts["profile_id"].isin(few)]
        ),
        split=measured.split[measured.split["profile_id"].isin(few)],
    )
    found = findings.answers(small)
    for topic in ("accuracy", "way_to_best", "coverage", "leak", "published_split", "accuracy_28d"):
        assert found[topic].verdict == TOO_LITTLE, topic


def test_every_figure_and_table_is_drawn(measured, found, tmp_path, monkeypatch):
    monkeypatch.setenv("ENGAGEMENT_OUTPUT_DIR", str(tmp_path))
    r = measured
    drawn = [
        views.recorded_days(r.exploration, found["sparsity"]),
        views.missing(r.exploration),
        views.sparsity(r.exploration, found["weekly"]),
        views.error_figure(r, found["accuracy"]),
        views.way_to_best(r, found["way_to_best"]),
        views.coverage(r, found["coverage"]),
        views.skills_by_stratum(r, found["strata"]),
        views.published_split(r, found["leak"]),
        views.importance(r, found["drivers"]),
    ]
    assert all(f.svg and f.alt and (tmp_path / f"{f.name}.csv").is_file() for f in drawn)
    told = faults(r.weeks, r.split, r.exploration, r.prepared.span, 0.0)
    assert told["number"].tolist() == list(range(1, 10))
    tables = [
        views.rules_table(r.exploration),
        views.followers_table(r.exploration),
        views.errors_table(r),
        views.coverage_table(r),
        views.strata_table(r),
        views.split_table(r),
        views.faults_table(told),
        views.features_table(),
    ]
    assert all(len(t.rows) for t in tables)


def test_the_forecast_report_says_what_it_can_and_cannot(prepared, model, latest, tmp_path, monkeypatch):
    from engagement_utils.profiles.outlook import _history, sentences

    from engagement_utils.profiles import bundle
    from engagement_utils.profiles.forecast import forecast

    monkeypatch.setenv("ENGAGEMENT_OUTPUT_DIR", str(tmp_path))
    bundle.save(model, {"backtest": []}, "card", tmp_path / "model", None)
    saved = bundle.load(tmp_path / "model")
    table = forecast(saved.model, latest, prepared.span.last_week)
    fresh, stale = (latest[latest["behind"] > 0]["profile_id"].iloc[0], latest["profile_id"].iloc[0])
    shown = (str(fresh), str(stale))
    told = sentences(saved, latest, table, shown)
    o = Outlook(Settings(), prepared, saved, False, latest, table, shown, told, _history(prepared, shown))
    found = findings_forecast.answers(o)
    assert {a.verdict for a in found.values()} <= {SUPPORTED, CHANCE}
    assert "stale" in found["reach"].finding.text
    assert told[shown[0]].startswith("stale")
    figures = [views.forecast_figure(o, p) for p in shown]
    assert all(f.svg for f in figures)
    assert len(views.forecast_table(o).rows) == 8
    assert len(views.reasons_table(o).rows) == 2
    assert len(views.flags_table(o).rows) == 4
    downloaded = pd.read_csv(tmp_path / "forecasts.csv")
    assert len(downloaded) == len(table)
    few = replace(o, forecasts=table[table["profile_id"].isin(sorted(table["profile_id"])[:40])])
    assert findings_forecast.answers(few)["reach"].verdict == TOO_LITTLE
