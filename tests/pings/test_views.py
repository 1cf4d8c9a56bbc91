"""Figures and tables: all can be drawn, say what they show, and leave their numbers behind."""

import pandas as pd
import pytest
from engagement_utils.pings.events import EVENT_WEIGHTS

from engagement_utils.errors import TableError
from engagement_utils.pings import findings, results, views, views_tables
from tests.pings.conftest import read


def figures(r, found):
    yield from views.watching(r, found["watch_ratio_shape"])
    yield views.top_pings(r, found["top_under_users"])
    yield views.rank_stability(r, found["top_under_users"])
    yield views.weight_schemes(r, found["top_under_weights"])
    yield views.lorenz(r, found["concentration"])
    yield views.newcomers(r, found["new_vs_existing"])
    yield views.acting(r, found["watching_and_acting"])
    yield views.funnel(r, found["funnel"])
    for by, grouping in r.groups.items():
        if grouping.shrunken:
            yield views.groups(r, grouping, found[f"groups_{by}"])


def tables(r, found):
    yield from (views_tables.scored_events(r), views_tables.engagement(r), views_tables.event_types(r))
    yield from (views_tables.ratio_distribution(r), views_tables.top_pings(r), views_tables.newcomers(r))
    yield from (views_tables.weight_schemes(r), views_tables.funnel(r))
    yield from (views_tables.groups(r, g) for g in r.groups.values())
    yield views_tables.published_claims(r, found)


def test_every_figure_is_drawn_with_words_and_numbers(golden_results, golden_answers, downloads):
    drawn = list(figures(golden_results, golden_answers))
    assert len({f.name for f in drawn}) == len(drawn) == 13
    for f in drawn:
        assert f.svg.lstrip().startswith(("<?xml", "<svg"))
        assert len(f.alt) > 30
        assert len(pd.read_csv(downloads / f.data)) > 0


def test_tables_show_the_published_digits(golden_results, golden_answers, downloads):
    shown = {t.name: t for t in tables(golden_results, golden_answers)}
    text = shown["watch_ratio_distribution"].plain()
    assert all(value in text for value in ("102", "0.600621", "0.292695", "0.625160", "0.968304"))
    assert "10.081481" in shown["ping_ranking"].plain()
    assert "0.349595" in shown["new_vs_existing_means"].plain()
    assert len(pd.read_csv(downloads / shown["scored_events"].data)) == 250
    assert len(pd.read_csv(downloads / shown["user_ping_engagement"].data)) == 219


def test_above_the_limit_events_stay_in_the_engine(golden_results, downloads):
    small = results.Settings(max_event_rows=100)
    limited = type(golden_results)(**{**vars(golden_results), "settings": small})
    view = views_tables.scored_events(limited)
    assert (view.data, len(view.rows)) == ("", views_tables.SHOWN)
    assert view.rows == views_tables.scored_events(golden_results).rows


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
    r = results.measure(read(write(*ODD[case]), tmp_path / "aside"), results.Settings())
    found = findings.answers(r)
    assert all(a.heading and a.finding.payload for a in found.values())
    assert findings.header(r).payload
    assert all(shown.payload for shown in tables(r, found))
    if case == "long names":  # drawing takes most of the time
        assert all(figure.payload for figure in figures(r, found))
    if case == "one like":
        assert views.watching(r, found["watch_ratio_shape"]) == []
        assert views.lorenz(r, found["concentration"]).payload


def test_events_worth_nothing_are_a_clear_error(write, tmp_path):
    tables = read(write(USERS, PINGS, [("u0", "p1", "impression", 0, NOON)]), tmp_path / "aside")
    with pytest.raises(TableError, match="a score above 0"):
        results.measure(tables, results.Settings())
