"""The generated tables have the published ranges, and are the bundled ones."""

from pathlib import Path

import pandas as pd
import pytest

from engagement_utils.activity.sample import generate

DATA = Path(generate.__file__).parent
RANGES = {
    ("activity", "session_length"): (5, 141),
    ("activity", "messages_sent"): (1, 85),
    ("activity", "feedback_rating"): (1, 6),
    ("activity", "resources_clicked"): (0, 6),
    ("recommendations", "click_through_rate"): (0.1, 1.0),
    ("recommendations", "feedback_score"): (1, 5),
    ("moderators", "chat_sessions_moderated"): (17, 493),
    ("moderators", "avg_response_time"): (2, 30.71),
}


def test_published_sizes_and_ranges(generated):
    assert {name: len(frame) for name, frame in generated.items()} == {
        "activity": 1000,
        "recommendations": 500,
        "moderators": 100,
    }
    for (table, column), expected in RANGES.items():
        values = generated[table][column]
        assert (values.min(), values.max()) == expected, column
    assert generated["activity"]["user_id"].is_unique
    assert set(generated["recommendations"]["recommendation_type"]) == {"blog", "podcast", "video"}
    assert generated["recommendations"]["user_id"].duplicated().any()
    times = generated["activity"]["timestamp"]
    assert (str(times.min())[:7], str(times.max())[:7]) == ("2024-01", "2025-01")


def test_the_bundled_tables_are_the_generated_ones(tmp_path, generated):
    for name, path in generate.write(generate.Truth(), tmp_path).items():
        ours, bundled = pd.read_csv(path), pd.read_csv(DATA / f"{name}.csv")
        # another machine's mathematical library may differ in a last digit that rounding makes visible
        assert ours.shape == bundled.shape
        same = (ours == bundled).to_numpy().mean()
        assert same > 0.99


@pytest.mark.parametrize("name", sorted(generate.SAMPLES))
def test_generators_give_the_same_rows_again(name):
    pd.testing.assert_frame_equal(generate.SAMPLES[name](), generate.SAMPLES[name]())
