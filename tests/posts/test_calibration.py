"""A small calibration study; the whole one is `benchmarks/posts_calibration.py`."""

import pytest

from benchmarks.posts_calibration import study
from engagement_utils.posts.sample.generate import Truth
from engagement_utils.posts.settings import Settings

QUICK = Settings(resamples=99)


def test_few_reports_claim_time_where_there_is_none() -> None:
    found = study(Truth(), 25, QUICK)
    # of 25 data sets at 5 %, more than 4 with a chance of 0.7 %
    assert found.rates["time"].value <= 4 / 25
    assert found.coverage["difference of two groups"].value == pytest.approx(0.95, abs=0.03)
    assert found.coverage["mean of an hour or weekday"].value == pytest.approx(0.95, abs=0.03)
    assert found.coverage["partially pooled mean of an hour or weekday"].value > 0.92


def test_planted_formats_and_domains_are_found() -> None:
    found = study(Truth(posts=1000, hours=4000), 4, QUICK)
    assert found.rates["format"].value == 1
    assert found.rates["domain"].value >= 3 / 4


def test_a_planted_hour_is_found() -> None:
    found = study(Truth(posts=2500, hours=4000, hour_effect=8.0), 2, QUICK)
    assert found.rates["time"].value == 1
    assert found.rates["planted window"].value == 1
