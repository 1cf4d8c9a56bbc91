import numpy as np
import pytest
from scipy import stats

from engagement_utils.inference import proportions as module
from engagement_utils.inference.proportions import proportion, proportion_difference, rate
from tests.inference.signatures import defaults


def test_wilson_by_its_formula() -> None:
    e = proportion(22, 102)
    z, p, n = 1.959963984540054, 22 / 102, 102
    centre, half = (
        (p + z * z / 2 / n) / (1 + z * z / n),
        z / (1 + z * z / n) * np.sqrt(p * (1 - p) / n + z * z / 4 / n / n),
    )
    assert (e.value, e.n) == (p, 102)
    assert e.interval == pytest.approx((centre - half, centre + half))


def test_none_and_all_still_have_intervals() -> None:
    none, every = proportion(0, 20), proportion(20, 20)
    assert none.low == 0
    assert 0.1 < none.high < 0.2  # type: ignore[operator]
    assert every.high == 1
    assert proportion(0, 0).interval is None


def test_difference_against_newcombes_published_example() -> None:
    # Newcombe 1998, table II, case (a): 56/70 against 48/80
    e = proportion_difference(56, 70, 48, 80)
    assert e.value == pytest.approx(0.2)
    assert e.interval == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert e.p_value == pytest.approx(0.008, abs=0.002)
    assert e.n == 70


def test_small_tables_use_fishers_test() -> None:
    e = proportion_difference(3, 4, 1, 4)
    assert e.p_value == pytest.approx(0.4857, abs=1e-4)  # Fisher's tea, its own example
    assert "Fisher" in e.method


def test_rate_is_garwoods() -> None:
    e = rate(10, 2.0)
    assert e.value == 5
    assert e.interval == pytest.approx((4.795 / 2, 18.390 / 2), abs=1e-3)
    assert rate(0, 1.0).interval == pytest.approx((0, 3.6889), abs=1e-3)


@pytest.mark.parametrize("call", [lambda: proportion(3, 2), lambda: proportion(-1, 2), lambda: rate(1, 0)])
def test_impossible_counts_are_refused(call: object) -> None:
    with pytest.raises(ValueError, match="expected"):
        call()  # type: ignore[operator]


def test_what_is_taken_where_nothing_is_said() -> None:
    assert defaults(module) == {"level": {0.95}}


def test_fishers_test_is_for_expected_counts_below_five() -> None:
    # the smallest expected count is 20 times the rarer outcome's share
    assert "score" in proportion_difference(5, 20, 5, 20).method
    assert "score" in proportion_difference(15, 20, 15, 20).method
    assert "Fisher" in proportion_difference(4, 20, 5, 20).method
    assert "Fisher" in proportion_difference(16, 20, 15, 20).method


def test_fishers_p_value_is_scipys() -> None:
    e = proportion_difference(3, 12, 7, 9)
    assert e.p_value == pytest.approx(stats.fisher_exact([[3, 9], [7, 2]]).pvalue)
    assert e.value == pytest.approx(3 / 12 - 7 / 9)
    assert proportion_difference(0, 0, 1, 2).n == 0


def test_a_level_moves_every_interval() -> None:
    assert rate(10, 2.0, level=0.8).interval == pytest.approx(
        (stats.chi2.ppf(0.1, 20) / 4, stats.chi2.ppf(0.9, 22) / 4)
    )
    with pytest.raises(ValueError, match="-1 events in"):
        rate(-1, 1.0)
