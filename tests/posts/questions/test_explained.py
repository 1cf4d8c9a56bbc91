import numpy as np
import pandas as pd
import pytest

from engagement_utils.inference.verdict import CHANCE, SUPPORTED, TOO_LITTLE
from engagement_utils.posts.report import PostReport
from engagement_utils.report.exports import downloads_dir
from tests.posts.conftest import named, report_of


def test_its_interval_is_held_against_nothing(stock: PostReport, planted: PostReport) -> None:
    assert (stock.findings["explained"].verdict, planted.findings["explained"].verdict) == (CHANCE, SUPPORTED)
    assert stock.explained.stated["explained"].null == 0.0
    text = planted.findings["explained"].text
    assert "most of it is lost without format (" in text
    few = report_of("sample:posts/posts_150.csv", minimum_n=151)
    assert few.findings["explained"].verdict == TOO_LITTLE


def test_every_analysed_post_is_for_download(stock: PostReport) -> None:
    posts = stock.explained.posts
    assert len(posts) == 150
    np.testing.assert_allclose(posts["score"] - posts["expected"], posts["resonance"], atol=1e-6)
    assert posts["resonance"].is_monotonic_decreasing


def test_every_test_of_the_report_is_in_one_table(planted: PostReport) -> None:
    view = named(list(planted.explained.details))["tests"]
    frame = pd.read_csv(downloads_dir() / view.data).set_index("factor")
    assert set(frame.index) == {
        *("format", "domain", "length", "day of the week", "hour of the day", "week", "time as a whole")
    }
    for factor, topic in {"format": "format", "length": "length", "hour of the day": "time/hour"}.items():
        p = planted.judged(topic).estimate.p_value
        assert frame.loc[factor, "p_adjusted"] == pytest.approx(p)
