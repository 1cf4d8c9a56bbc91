import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.meta_analysis import combine_effects

from engagement_utils.inference import pooling as module
from engagement_utils.inference.pooling import shrink, shrink_means
from tests.inference.signatures import defaults

Y = np.array([0.2, 0.9, 0.5, 1.4, 0.1, 0.7])
V = np.array([0.05, 0.02, 0.2, 0.1, 0.01, 0.03])
N = [4, 10, 1, 2, 20, 7]


def test_morris_by_the_formula() -> None:
    out = shrink(Y, V, N)
    tau2 = combine_effects(Y, V, method_re="iterated").tau2
    w = 1 / (V + tau2)
    mu = (w * Y).sum() / w.sum()
    b = (3 / 5) * V / (V + tau2)
    assert [s.value for s in out] == pytest.approx((1 - b) * Y + b * mu)
    assert [s.weight for s in out] == pytest.approx(1 - b)
    assert [s.raw for s in out] == Y.tolist()
    assert [s.n for s in out] == N
    assert all(s.low < s.value < s.high for s in out)


def test_equal_groups_collapse_to_the_mean_but_keep_a_width() -> None:
    out = shrink([1.0, 1.0, 1.0, 1.0, 1.0], [0.5] * 5, [3] * 5, tau="dersimonian-laird")
    assert [s.value for s in out] == pytest.approx([1.0] * 5)
    assert all(s.high - s.low > 0.5 for s in out)


def test_few_groups_are_left_alone() -> None:
    out = shrink(Y[:3], V[:3], N[:3])
    assert [s.value for s in out] == Y[:3].tolist()
    assert out[0].estimate.interval == pytest.approx(
        (0.2 - 1.96 * 0.05**0.5, 0.2 + 1.96 * 0.05**0.5), abs=1e-4
    )
    assert shrink([], [], []) == []


def test_smaller_groups_are_pulled_further() -> None:
    rng = np.random.default_rng(0)
    groups = [
        rng.normal(m, 1, n) for m, n in zip(rng.normal(0, 0.5, 8), (1, 2, 4, 8, 16, 32, 64, 128), strict=True)
    ]
    weights = [s.weight for s in shrink_means(groups)]
    assert weights == sorted(weights)
    assert weights[0] < 0.6 < 0.9 < weights[-1]


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: shrink_means([[1.0, 2.0], []]), "group 2 is empty"),
        (lambda: shrink_means([[1.0], [2.0]]), "no spread"),
        (lambda: shrink([1.0], [0.0], [1]), "more than 0"),
        (lambda: shrink([1.0], [1.0, 2.0], [1]), "same number"),
    ],
)
def test_unusable_groups_are_refused(call: object, match: str) -> None:
    with pytest.raises(ValueError, match=match):
        call()  # type: ignore[operator]


def test_what_is_taken_where_nothing_is_said() -> None:
    assert defaults(module) == {"level": {0.95}, "tau": {"paule-mandel"}}


def test_morris_variance_by_the_formula() -> None:
    out = shrink(Y, V, N, level=0.9)
    k, tau2 = 6, combine_effects(Y, V, method_re="iterated").tau2
    w = 1 / (V + tau2)
    mu = (w * Y).sum() / w.sum()
    b = (k - 3) / (k - 1) * V / (V + tau2)
    unknown = 2 / (k - 3) * b**2 * (Y - mu) ** 2 * (V.mean() + tau2) / (V + tau2)
    half = stats.norm.ppf(0.95) * np.sqrt(V * (1 - b * (k - 1) / k) + unknown)
    assert [(s.high - s.low) / 2 for s in out] == pytest.approx(half)
    other = shrink(Y, V, N, tau="dersimonian-laird")
    assert [s.value for s in other] != pytest.approx([s.value for s in out], rel=1e-6)


def test_four_groups_are_the_fewest_to_learn_from() -> None:
    assert shrink(Y[:4], V[:4], N[:4])[2].weight < 1
    assert shrink(Y[:3], V[:3], N[:3])[2].weight == 1


def test_means_share_the_variance_within_groups() -> None:
    groups = [[1.0, 3.0], [2.0, 2.0, 5.0], [4.0], [0.0, 1.0], [6.0, 9.0]]
    n = np.array([2, 3, 1, 2, 2])
    within = sum(np.sum((np.array(g) - np.mean(g)) ** 2) for g in groups) / (10 - 5)
    expected = shrink([np.mean(g) for g in groups], within / n, n)
    assert shrink_means(groups) == expected
