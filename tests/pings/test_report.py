"""The report: right on the golden data, silent where nothing is planted, and not where it is."""

from dataclasses import asdict, replace
from pathlib import Path

import pandas as pd
import pytest

from engagement_utils.errors import TableError
from engagement_utils.inference.verdict import CHANCE, SUPPORTED, TOO_LITTLE
from engagement_utils.pings.measures import EVENT_WEIGHTS
from engagement_utils.pings.report import SHOWN, PingReport, Settings
from engagement_utils.report.outputs import Figure, TableView
from engagement_utils.report.report import CONTRADICTED
from engagement_utils.suite.planning.parameters import read_parameters
from tests.pings.conftest import SAMPLE, read

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "ping_engagement.ipynb"
# what chance alone must not support; the rest describes (completing, skipping) or is firm by design (weights)
TESTED = {
    "watch_ratio_shape",
    "concentration",
    "concentration_gini",
    "new_vs_existing",
    "new_vs_existing_pings",
    "new_vs_existing_views",
    "groups",
    "groups_category",
    "groups_main_hashtag",
    "groups_creator_id",
    "groups_duration_band",
    "watching_and_acting",
}


def outputs(report, kind):
    return [o for q in report.asked for o in q.details if isinstance(o, kind)]


def test_defaults_of_notebook_and_settings_agree():
    declared = {p.name: p.default for p in read_parameters(NOTEBOOK).items}
    settings = asdict(Settings())
    settings["duration_bands"] = list(settings["duration_bands"])
    assert {name: declared[name] for name in settings} == settings
    assert set(declared) - set(settings) == {"users", "pings", "interactions", "engine"}


def test_topics_and_main_points(golden_report):
    findings = golden_report.findings
    assert set(findings) >= TESTED
    assert [t for t, f in findings.items() if f.main] == [
        "watch_ratio_shape",
        "top_under_users",
        "concentration",
        "new_vs_existing",
        "groups",
        "watching_and_acting",
    ]


def test_golden_findings(golden_report):
    found = golden_report.findings
    for topic in ("new_vs_existing", "new_vs_existing_pings", "new_vs_existing_views"):
        assert (found[topic].verdict, found[topic].n) == (TOO_LITTLE, 3)
    assert "0.42 for 3 new users and 0.35 for 17 existing ones" in found["new_vs_existing"].text
    assert found["concentration"].verdict == CHANCE
    assert found["concentration"].text.startswith(
        "There is no long tail beyond chance: the top 10 of 40 pings"
    )
    assert "97 of 102 viewed pairs have no impression" in found["funnel"].text


def test_golden_claims(golden_report):
    verdicts = golden_report.claims.data["verdict"].tolist()
    assert verdicts == [SUPPORTED, CHANCE, TOO_LITTLE, TOO_LITTLE, CHANCE, CHANCE]
    assert golden_report.claims.heading == "These data support 1 of 6 published claims"


def test_nothing_planted_nothing_supported(null_report):
    found = null_report.findings
    assert [t for t in TESTED if found[t].verdict == SUPPORTED] == []
    assert null_report.actions == ()


def test_everything_planted_everything_supported(planted_report):
    planted = {
        "watch_ratio_shape": "left-skewed, its mass near full watches",
        "completion": "more than the 5%",
        "skipping": "fewer than the 10%",
        "concentration": "concentrated beyond chance",
        "concentration_gini": "more than",
        "new_vs_existing": "New users watch more of what they engage with than existing ones",
        "new_vs_existing_views": "New users watch their views more fully",
        "groups_category": "highest is “beauty”",
        "watching_and_acting": "Watching goes with acting",
        "top_under_users": "hold",
    }
    found = planted_report.findings
    for topic, words in planted.items():
        assert found[topic].verdict == SUPPORTED, topic
        assert words in found[topic].text, topic
    assert planted_report.funnel.said["funnel"].heading.endswith("of impressions lead to a view")


def test_planted_claims(planted_report):
    verdicts = planted_report.claims.data["verdict"].tolist()
    # a link between watching and acting, but a weak one; left-skewed, not right-skewed
    assert verdicts[0] == verdicts[4] == SUPPORTED
    assert verdicts[1] == verdicts[5] == CONTRADICTED


def test_actions_rest_on_findings_that_carry_them(golden_report, planted_report):
    for report in (golden_report, planted_report):
        for action in report.actions:
            assert report.findings[action.topic].verdict == SUPPORTED
            assert action.gain
    topics = {a.topic for a in planted_report.actions}
    assert {"concentration", "groups_category", "watching_and_acting"} <= topics


def test_header_counts_and_window(golden_report):
    plain = golden_report.header().plain()
    assert plain.startswith("2024-02-01 to 2024-02-29 · 250 events · 20 users · 40 pings")


def test_every_figure_is_drawn_with_words_and_numbers(golden_report, downloads):
    drawn = outputs(golden_report, Figure)
    assert len({f.name for f in drawn}) == len(drawn) == 13
    for f in drawn:
        assert f.svg.lstrip().startswith(("<?xml", "<svg"))
        assert len(f.alt) > 30
        assert len(pd.read_csv(downloads / f.data)) > 0


def test_tables_show_the_published_digits(golden_report, downloads):
    shown = {t.name: t for t in [*outputs(golden_report, TableView), *golden_report.rows]}
    text = shown["watch_ratio_distribution"].plain()
    assert all(value in text for value in ("102", "0.600621", "0.292695", "0.625160", "0.968304"))
    assert "10.081481" in shown["ping_ranking"].plain()
    assert "0.349595" in shown["new_vs_existing_means"].plain()
    assert len(pd.read_csv(downloads / shown["scored_events"].data)) == 250
    assert len(pd.read_csv(downloads / shown["user_ping_engagement"].data)) == 219


def test_above_the_limit_events_stay_in_the_engine(golden_report, tmp_path, downloads):
    limited = PingReport(read(SAMPLE, tmp_path), Settings(max_event_rows=100)).rows[0]
    assert (limited.data, len(limited.rows)) == ("", SHOWN)
    assert limited.rows == golden_report.rows[0].rows


@pytest.mark.parametrize(("choice", "word"), [({"level": 0.8}, "80%"), ({"level": 0.9}, "90%")])
def test_the_level_reaches_every_sentence_caption_and_verdict(choice, word, tmp_path, downloads):
    report = PingReport(read(SAMPLE, tmp_path), replace(Settings(), **choice))
    said = " ".join(f.text for f in report.findings.values())
    drawn = " ".join(f.caption for f in outputs(report, Figure))
    assert f"({word} interval" in said
    assert f"{word} interval" in drawn
    rest = said.replace("95% of the ping", "")
    assert "95%" not in rest + drawn
    assert report.alpha == pytest.approx(1 - choice["level"])


def test_the_minimum_n_reaches_every_verdict(planted_report):
    few = PingReport(
        planted_report.measures.tables, replace(planted_report.measures.settings, minimum_n=100_000)
    )
    assert {f.verdict for f in few.findings.values()} == {TOO_LITTLE}
    assert few.actions == ()
    assert set(few.claims.data["verdict"]) == {TOO_LITTLE}


NOON = "2024-02-01 12:00:00"
USERS = [(f"u{i}", "2024-01-01") for i in range(12)]
PINGS = [(f"p{i}", "c", None, None, 10 * i, "2024-01-01") for i in range(3)]
LONG = [
    (
        f"a ping with a very long name {i} and more",
        f"creator of many words {i % 3}",
        f"#t/<b>{i % 4}",
        "k & <i>",
        20,
        "2024-01-01",
    )
    for i in range(30)
]
ODD = {
    "one like": (USERS[:3], PINGS, [("u0", "p1", "like", 0, NOON)]),
    "one view": (USERS[:3], PINGS, [("u0", "p1", "view", 5, NOON)]),
    "no duration": (USERS, PINGS, [("u0", "p0", "view", 5, NOON), ("u1", "p0", "like", 0, NOON)]),
    "full views": (USERS, PINGS, [(f"u{i}", "p1", "view", 50, NOON) for i in range(12)]),
    "two pings": (USERS, PINGS[1:], [("u0", "p1", "view", 5, NOON), ("u1", "p2", "share", 0, NOON)]),
    "all users new": ([(u, "2024-01-31") for u, _ in USERS], PINGS, [("u0", "p1", "view", 5, NOON)]),
    "long names": (
        USERS,
        LONG,
        [
            (f"u{(i * 7) % 12}", LONG[(i * 7) % 30][0], list(EVENT_WEIGHTS)[i % 6], i % 9, NOON)
            for i in range(120)
        ],
    ),
}


@pytest.mark.parametrize("case", list(ODD))
def test_odd_data_make_a_whole_report(case, write, tmp_path, downloads):
    report = PingReport(read(write(*ODD[case]), tmp_path / "aside"), Settings())
    assert all(q.said[q.topic].heading for q in report.asked)
    assert all(f.payload for f in report.findings.values())
    assert report.header().payload
    assert len(report.claims.data) == 6
    if case in ("long names", "one like"):  # drawing takes most of the time
        assert all(o.payload for q in report.asked for o in q.details)
    if case == "one like":
        assert not [f for f in report.watching.details if isinstance(f, Figure)]


def test_events_worth_nothing_are_a_clear_error(write, tmp_path):
    tables = read(write(USERS, PINGS, [("u0", "p1", "impression", 0, NOON)]), tmp_path / "aside")
    with pytest.raises(TableError, match="a score above 0"):
        PingReport(tables, Settings())
