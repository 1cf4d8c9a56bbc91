"""A small calibration study; the whole one is `benchmarks/posts_calibration.py`."""

import pytest

from engagement_utils.posts.calibration import study
from engagement_utils.posts.sample import Truth
from engagement_utils.posts.settings import Settings

QUICK = Settings(resamples=99)


def test_few_reports_claim_time_where_there_is_none() -> None:
    found = study(Truth(), 40, QUICK)
    # 40 data sets: 5 % and its chance, P(more than 6) < 0.01
    assert found.rates["time"].value <= 6 / 40
    assert found.coverage["difference of two groups"].value == pytest.approx(0.95, abs=0.03)
    assert found.coverage["mean of an hour or weekday"].value == pytest.approx(0.95, abs=0.03)
    assert found.coverage["partially pooled mean of an hour or weekday"].value > 0.92


def test_planted_formats_and_domains_are_found() -> None:
    found = study(Truth(posts=1000, hours=4000), 12, QUICK)
    assert found.rates["format"].value >= 11 / 12
    assert found.rates["domain"].value >= 11 / 12


def test_a_planted_hour_is_found() -> None:
    found = study(Truth(posts=2500, hours=4000, hour_effect=8.0), 3, QUICK)
    assert found.rates["time"].value == 1
    assert found.rates["planted window"].value == 1
