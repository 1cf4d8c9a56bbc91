"""The report finds what was planted, and nothing where nothing was; level and smallest n reach everything."""

from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from engagement_utils.contacts import segments
from engagement_utils.contacts.actions import ranked
from engagement_utils.contacts.closing import curve, with_closing
from engagement_utils.contacts.likelihood import calibration, to_unit
from engagement_utils.contacts.lookup import show_contact_by_id, show_state
from engagement_utils.contacts.platforms import NAMES
from engagement_utils.contacts.report import Settings
from engagement_utils.errors import TableError
from engagement_utils.inference.verdict import CHANCE, SUPPORTED, TOO_LITTLE
from engagement_utils.report.outputs import Figure, TableView
from engagement_utils.suite.planning.parameters import read_parameters
from tests.contacts.conftest import reported

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "social_clusters.ipynb"


@pytest.fixture(scope="module")
def truth(planted, r):
    return planted[1].set_index("contact_id").loc[r.contacts["contact_id"]].reset_index()


def test_planted_segments_are_found(report, r, truth):
    social = r.contacts["is_social"].to_numpy()
    index = adjusted_rand_score(truth["segment"][social], r.contacts["segment"][social])
    assert index >= 0.9
    assert r.structure.k == 2
    assert report.findings["structure"].verdict == SUPPORTED
    assert report.rules.rules.fidelity.value > 0.95
    inside = (truth["segment"] == "A").to_numpy()
    assert (r.contacts["segment"][inside] == "1A").mean() > 0.95


def test_no_structure_where_none_was_planted(nothing_planted):
    finding = nothing_planted.structure.finding()
    assert finding.verdict == CHANCE
    assert finding.text.startswith("No stable structure")
    assert not [a for a in nothing_planted.actions if a.topic == "conversion"]


def test_curves_that_meet_are_drawn(nothing_planted):
    assert nothing_planted.closing.figure()._repr_mimebundle_()["image/svg+xml"]


def test_nothing_else_is_found_where_nothing_was_planted(nothing_planted):
    found = nothing_planted.findings
    for topic in ("conversion", "closing", "platform", "entry", "period", "speed", "geography"):
        assert found[topic].verdict != SUPPORTED, found[topic].text


def test_planted_effects_are_found(report):
    found = report.findings
    assert found["conversion"].verdict == found["closing"].verdict == SUPPORTED
    low, high = found["conversion"].interval
    assert low < 0.24 < high + 0.03
    assert found["likelihood"].estimate > 0
    assert found["entry"].verdict == CHANCE


def test_platforms_tiers_and_doors_are_those_planted(r, truth):
    known = (truth["platform"] != "") & (r.contacts["platform_tag"].astype(str) != "No platform").to_numpy()
    planted = truth["platform"][known].map(NAMES)
    assert (
        planted.to_numpy() == r.contacts["platform_tag"][known.to_numpy()].astype(str).to_numpy()
    ).mean() > 0.99
    assert (truth["tier"].to_numpy() == r.contacts["tier"].astype(str).to_numpy()).all()
    doors = {"digital": "3A", "event": "3B", "messaging": "3C", "niche": "3D", "unknown": "3-unknown"}
    assert (truth["channel"].map(doors).to_numpy() == r.contacts["entry"].astype(str).to_numpy()).all()


def test_geography_segments_by_hand():
    frame = pd.DataFrame(
        {
            "tier": ["local"] * 4 + ["domestic", "unknown"],
            "num_sessions": [1.0, 2, 3, 4, 9, 9],
            "num_pageviews": 0.0,
            "forms_submitted": 0.0,
        }
    )
    assert segments.geo_segments(frame, 0.5).tolist() == ["2F", "2F", "2E", "2E", "2B", "2-unknown"]


def test_closing_by_hand():
    day = pd.Timestamp
    frame = pd.DataFrame(
        {
            "create_date": [day("2024-01-01")] * 5 + [pd.NaT],
            "close_date": [
                day("2024-01-30"),
                day("2024-03-31"),
                day("2023-12-01"),
                day("2030-01-01"),
                pd.NaT,
                pd.NaT,
            ],
            "stage": ["lead", "lead", "lead", "lead", "customer", "lead"],
        }
    )
    found = with_closing(frame, day("2024-06-01"))
    assert found["speed"].tolist() == [
        "fast",
        "medium",
        "still open",
        "still open",
        "day unknown",
        "still open",
    ]
    assert found["bucket"].tolist()[:2] == ["under 30 days", "30 to 90 days"]
    assert found["converted"].tolist() == [True, True, False, False, True, False]
    assert found["followed"].fillna(-1).tolist() == [29, 90, 152, 152, -1, -1]


def test_the_curve_is_kaplan_meier():
    # by hand: 5 at risk, one closes on day 10; 3 at risk, one closes on day 30
    c = curve(
        "x",
        pd.Series([10.0, 20.0, 30.0, 40.0, 50.0]),
        pd.Series([True, False, True, False, False]),
        level=0.95,
    )
    assert c.at(9)[0] == 0
    assert c.at(10)[0] == pytest.approx(1 / 5)
    assert c.at(35)[0] == pytest.approx(1 - 4 / 5 * 2 / 3)


def test_criteria_and_features_are_choices(planted, tmp_path):
    chosen = ("log_num_sessions", "log_num_pageviews")
    report = reported(planted[0].head(1000), tmp_path, criteria=("clicks",), features=chosen, k=3)
    found = report.measures
    assert (found.social["social_clicks_total"] > 0).all()
    assert (found.contacts["by_platform"] & ~found.contacts["is_social"]).any()
    assert tuple(found.clustering.scaled.columns) == chosen
    assert found.names == ["1A", "1B", "1C"]


def test_what_is_still_to_close_by_hand():
    # of five, one closes on day 10, of the three followed to day 30 one closes
    c = curve(
        "1A",
        pd.Series([10.0, 20.0, 30.0, 40.0, 50.0]),
        pd.Series([True, False, True, False, False]),
        level=0.95,
    )
    chance, error = c.remaining(np.array([0.0, 10.0, 29.0, 30.0, 99.0]))
    assert chance == pytest.approx([1 - 4 / 5 * 2 / 3, 1 / 3, 1 / 3, 0, 0])
    # Greenwood: 1/(5*4) + 1/(3*2) from day 0, 1/(3*2) from day 10
    assert error[:2] == pytest.approx([8 / 15 * np.sqrt(1 / 20 + 1 / 6), 2 / 3 * np.sqrt(1 / 6)])
    assert error[3:] == pytest.approx([0, 0])


def test_actions_by_hand():
    days = pd.Series([10.0, 20, 30, 40, 50])
    first = curve("1A", days, pd.Series([True, False, True, False, False]), level=0.95)
    n = 12
    frame = pd.DataFrame({"segment": ["1A"] * n + ["1B"] * n, "converted": False, "followed": 15.0})
    frame = frame.assign(platforms=1, tier="local", emails_opened=0, num_sessions=1)
    found = ranked(frame, [first], 10).set_index(["segment", "action"])
    # no 1B contact closed, so all that 1A's curve still expects could be gained
    assert found["at_stake"].to_numpy() == pytest.approx(n / 3)
    assert found.loc[("1A", "APREU event invitations"), "reach"] == n
    assert ("1A", "Cross-platform retargeting campaigns") not in found.index  # too few
    assert (found["low"] <= found["at_stake"]).all()
    assert ranked(frame, [], 10).empty


def test_actions_are_ranked_by_what_they_bring(r):
    assert r.actions["at_stake"].is_monotonic_decreasing
    assert r.actions["rank"].tolist() == list(range(1, len(r.actions) + 1))
    reach = r.actions["reach"]
    assert (r.actions["at_stake"] <= reach).all()


def test_likelihood_on_both_scales():
    unit, bad = to_unit(pd.Series([20.0, 55.0, 0.5, np.nan]))
    assert unit.fillna(-1).tolist() == [0.2, 0.55, 0.005, -1]
    unit, bad = to_unit(pd.Series([0.2, 0.5, 7.0]))
    assert bad == 1
    rng = np.random.default_rng(0)
    p = pd.Series(rng.uniform(0, 1, 4000))
    c = calibration(p, pd.Series(rng.random(4000) < p), 10, level=0.95)
    assert c.excess.low < 0 < c.excess.high
    assert c.auc > 0.8
    assert (c.table["contacts"] >= 10).all()


def test_lookups(report, r):
    first = r.contacts["contact_id"].iloc[0]
    assert show_contact_by_id(first, report).loc["contact_id", "value"] == first
    with pytest.raises(TableError, match="no-such-id"):
        show_contact_by_id("no-such-id", report)
    assert (
        show_state("qro", report)["contacts"].sum()
        == (r.contacts["state"].astype(object) == "Querétaro").sum()
    )
    with pytest.raises(TableError, match="accepted: a Mexican state"):
        show_state("Atlantis", report)


def test_an_empty_cohort_says_why(small, tmp_path):
    with pytest.raises(TableError, match=r"200 read, 0 owned by 'APREU'"):
        reported(small.assign(**{"Propiedad del contacto": "Otra"}), tmp_path)


def test_defaults_of_notebook_and_settings_agree():
    declared = {p.name: p.default for p in read_parameters(NOTEBOOK).items}
    settings = {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(Settings()).items()}
    assert {name: declared[name] for name in settings} == settings
    assert set(declared) - set(settings) == {"contacts", "history", "engine"}


@pytest.mark.parametrize(("level", "word"), [(0.8, "80%"), (0.9, "90%")])
def test_the_level_reaches_every_sentence_and_caption(level, word, planted, tmp_path, monkeypatch):
    monkeypatch.setenv("ENGAGEMENT_OUTPUT_DIR", str(tmp_path / "out"))
    report = reported(planted[0].head(1500), tmp_path, level=level)
    said = " ".join(f.text for f in report.findings.values())
    outputs = [o for q in report.asked for o in q.details]
    captions = " ".join(o.caption for o in outputs if isinstance(o, Figure | TableView))
    assert f"({word} interval" in said
    assert f"{word} Wilson interval" in captions
    assert "95%" not in said + captions


def test_the_minimum_n_reaches_every_verdict(planted, tmp_path):
    few = reported(planted[0].head(1500), tmp_path, minimum_n=100_000)
    assert {f.verdict for f in few.findings.values()} == {TOO_LITTLE}
    assert few.actions == ()
