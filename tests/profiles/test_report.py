"""The two reports: what is planted is found, level and smallest n reach all sentences."""

import re
from dataclasses import asdict, replace
from pathlib import Path

import pandas as pd

from engagement_utils.inference.verdict import CHANCE, DESCRIBED, SUPPORTED, TOO_LITTLE
from engagement_utils.profiles.measures import PredictionSettings
from engagement_utils.profiles.report import ForecastReport, ForecastSettings, schemas
from engagement_utils.profiles.serving import bundle
from engagement_utils.report.exports import downloads_dir, private_dir
from engagement_utils.report.outputs import Figure, TableView
from engagement_utils.suite.planning.parameters import read_parameters
from tests.profiles.conftest import altered, shown

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
# what forecasts' own intervals aim at, whatever the report's level
PROMISED = re.compile(
    r"the 95% interval \d|, 95%\)|95% interval covers|and 95% intervals|95% from|<svg.*?</svg>", re.S
)
COUNTED = {"sparsity", "weekly", "coverage", "giants", "drivers"}


def spoken(report):
    """Every sentence, caption and alternative text of a report."""
    texts = [str(vars(f)) for f in report.findings.values()] + [f"{a.text} {a.gain}" for a in report.actions]
    texts += [str(vars(o)) for outputs in shown(report).values() for o in outputs]
    return " ".join([*texts, str(report.header())])


def test_defaults_of_the_prediction_notebook_and_settings_agree():
    declared = {p.name: p.default for p in read_parameters(NOTEBOOKS / "engagement_prediction.ipynb").items}
    settings = asdict(PredictionSettings())
    assert {name: declared[name] for name in settings} == settings
    assert set(declared) - set(settings) == {"profiles", "reference", "engine"}
    assert set(schemas(PredictionSettings())) == {"profiles", "reference"}


def test_defaults_of_the_forecast_notebook_and_settings_agree():
    declared = {p.name: p.default for p in read_parameters(NOTEBOOKS / "engagement_forecast.ipynb").items}
    settings = asdict(ForecastSettings())
    settings["show"] = list(settings["show"])
    assert {name: declared[name] for name in settings} == settings
    assert set(declared) - set(settings) == {"profiles", "engine"}
    assert set(schemas(ForecastSettings())) == {"profiles"}


def test_what_is_planted_is_found_and_what_is_counted_is_described(prediction):
    found = prediction.findings
    assert sum(f.main for f in found.values()) == 4
    for topic in ("accuracy", "way_to_best", "leak", "published_split", "strata"):
        assert found[topic].verdict == SUPPORTED, topic
    assert {topic for topic, f in found.items() if f.verdict == DESCRIBED} == COUNTED


def test_actions_stand_on_findings_that_carry_them(prediction):
    topics = [a.topic for a in prediction.actions]
    assert topics == ["sparsity", "accuracy", "giants", "leak"]
    assert all(prediction.findings[t].verdict in (SUPPORTED, DESCRIBED) for t in topics)


def test_few_profiles_are_too_little_data(prediction):
    m = prediction.measures
    few = sorted(m.forecasts["profile_id"].unique())[:12]
    rows = m.forecasts[m.forecasts["profile_id"].isin(few)]
    small = altered(
        prediction,
        backtest=replace(m.backtest, forecasts=rows),
        split=m.split[m.split["profile_id"].isin(few)],
    )
    tested = ("accuracy", "way_to_best", "coverage", "leak", "published_split", "accuracy_28d", "strata")
    for topic in (*tested, "giants"):
        assert small.findings[topic].verdict == TOO_LITTLE, topic


def test_every_view_of_the_prediction_is_drawn(prediction):
    outputs = [o for section in shown(prediction).values() for o in section]
    drawn = [o for o in outputs if isinstance(o, Figure)]
    assert {f.name for f in drawn} == {
        "recorded_days",
        "missing",
        "sparsity",
        "errors",
        "way_to_best",
        "coverage",
        "skill_by_stratum",
        "published_split",
        "drivers",
    }
    assert all(f.svg and f.alt and (downloads_dir() / f"{f.name}.csv").is_file() for f in drawn)
    tables = {o.name: o for o in outputs if isinstance(o, TableView)}
    assert set(tables) == {
        "follower_strata",
        "rules",
        "errors_by_horizon",
        "coverage_overall",
        "errors_by_stratum",
        "errors_published_split",
        "published_faults",
        "features",
    }
    assert all(len(t.rows) for t in tables.values())


def test_level_and_smallest_n_reach_every_sentence(prediction, dataset, saved):
    settings = {"level": 0.9, "minimum_n": 100_000}
    for report in (
        altered(prediction, PredictionSettings(**settings)),
        ForecastReport(dataset, ForecastSettings(model=saved, plots=1, **settings)),
    ):
        assert {f.verdict for f in report.findings.values()} == {TOO_LITTLE}
        assert report.actions == ()
        said = spoken(report)
        # short pieces, as pytest compares long texts for minutes
        assert re.findall(r".{0,60}(?:95% (?:\w+ )?interval|supported).{0,20}", PROMISED.sub("", said)) == []
    usual = altered(prediction, PredictionSettings(level=0.9))
    assert "bars 90% intervals over profiles" in spoken(usual)
    assert usual.findings["accuracy"].verdict == SUPPORTED
    assert "(90% interval" in usual.findings["accuracy_7d"].text


def test_the_model_is_saved_for_readers_and_with_its_profiles_where_they_are_kept(prediction, latest):
    prediction.measures.__dict__.pop("saved", None)
    prediction.save_model()
    folder = downloads_dir() / "model"
    assert len(bundle.load(folder).known) == len(latest)
    assert prediction.measures.saved == 0.0
    private = altered(prediction, PredictionSettings(publish_profiles=False))
    private.save_model()
    assert bundle.load(folder).known is None
    assert len(bundle.load(private_dir() / "model").known) == len(latest)


def test_the_forecast_report_says_what_it_can_and_cannot(ahead):
    found = ahead.findings
    verdicts = {topic: f.verdict for topic, f in found.items()}
    assert verdicts.pop("direction") in (SUPPORTED, CHANCE)
    assert verdicts == {"reach": DESCRIBED, "width": DESCRIBED, "turning": DESCRIBED}
    assert [t for t, f in found.items() if f.main] == ["reach", "width", "direction"]
    assert "stale" in found["reach"].text
    stale, _ = ahead.measures.shown
    assert ahead.measures.reasons[stale].startswith("stale")
    assert [a.topic for a in ahead.actions] == ["reach", "width"]


def test_every_view_of_the_forecast_is_drawn(ahead):
    outputs = [o for section in shown(ahead).values() for o in section]
    assert len([o for o in outputs if isinstance(o, Figure) and o.svg]) == 2
    tables = {o.name: o for o in outputs if isinstance(o, TableView)}
    assert len(tables["forecasts"].rows) == 8
    assert len(tables["reasons"].rows) == 2
    assert len(ahead.flags.rows) == 4
    assert ahead.model.caption == ""
    downloaded = pd.read_csv(downloads_dir() / "forecasts.csv")
    assert len(downloaded) == len(ahead.measures.forecasts)
    assert [k.label for k in ahead.header().key_figures] == [
        "Profiles forecast",
        "Stale profiles",
        "Median forecast, 7 days",
    ]


def test_a_model_of_its_own_is_named(dataset):
    report = ForecastReport(dataset, ForecastSettings(plots=1))
    assert report.model.caption == "Trained by this report, as no saved model was given."
