"""The one import of a notebook with questions of its own."""

import inspect

import pytest

from engagement_utils.report import own
from engagement_utils.report.outputs import Header
from engagement_utils.report.own import Report, Settings, proportion, two_groups

ESTIMATORS = (
    own.bootstrap,
    own.cluster_bootstrap,
    own.correlation,
    own.mean,
    own.mean_difference,
    own.proportion,
    own.proportion_difference,
    own.quantile,
    own.rate,
    own.ratio_of_sums,
    own.two_groups,
)


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda f: f.__name__)
def test_every_estimator_takes_the_level(estimator: object) -> None:
    assert "level" in inspect.signature(estimator).parameters  # type: ignore[arg-type]
    assert estimator.__name__ in own.__all__  # type: ignore[attr-defined]


def test_questions_without_a_domain_are_asked_adjusted_and_shown() -> None:
    settings = Settings.of({"level": 0.9, "minimum_n": 5, "seed": 0, "other": 1})
    report: Report[None] = Report(None, settings)
    words = {"supported": ("More", "{estimate}{p}."), "chance": ("Same", "{estimate}{p}.")}
    few = ("Few", "{value}.")
    apart = two_groups(range(20), range(30, 50), level=0.9)
    alike = two_groups(range(20), range(1, 21), level=0.9)
    first = report.ask("apart", apart, null=0.0, unit="post", too_little=few, **words)
    second = report.ask("alike", alike, null=0.0, unit="post", too_little=few, **words)
    third = report.ask("rare", proportion(1, 4), null=None, unit="post", too_little=few, described=few)
    assert [q.answer[0].plain for q in (first, second, third)] == ["More", "Same", "Few"]
    assert "90% interval" in first.finding().text
    # of two tests, the smaller p-value counts twice
    assert first.finding().p_value == pytest.approx(2 * (apart.p_value or 0))
    assert isinstance(own.header(None, None, {"post": 40}), Header)
