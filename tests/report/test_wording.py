from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

from engagement_utils.inference.estimate import Estimate
from engagement_utils.report import wording as w


@pytest.mark.parametrize(
    ("args", "text"),
    [
        ((12345.678,), "12,346"),
        ((0.034567,), "0.0346"),
        ((5.128,), "5.13"),
        ((42.0,), "42"),
        ((-1.5,), "−1.50"),
        ((-0.001, 2), "0.00"),
        ((1234567, 0), "1,234,567"),
        ((0.5, 1, 3, "s"), "0.5 s"),
        ((12, 0, 3, "%"), "12%"),
        ((None,), "–"),
        ((float("nan"),), "–"),
        ((float("-inf"),), "−∞"),
        ((np.int64(7),), "7"),
        ((0,), "0"),
    ],
)
def test_number(args: tuple, text: str) -> None:
    assert w.number(*args) == text


def test_percent() -> None:
    assert w.percent(0.584) == "58%"
    assert w.percent(0.0049, 1) == "0.5%"
    assert w.percent(None) == "–"


@pytest.mark.parametrize(
    ("estimate", "percent", "text"),
    [
        (Estimate(9.83, 5.2, 14.4, 75), False, "10 (95% interval 5 to 14)"),
        (Estimate(0.5833, 0.5128, 0.6316, 20), True, "58% (95% interval 51% to 63%)"),
        (Estimate(0.5833, 0.5128, 0.6316, 20), False, "0.58 (95% interval 0.51 to 0.63)"),
        (Estimate(-0.21, -0.52, 0.08, 102, 0.9), False, "−0.2 (90% interval −0.5 to 0.1)"),
        (Estimate(1234.5, 1000.0, 1500.0, 20), False, "1,234 (95% interval 1,000 to 1,500)"),
        (Estimate(0.25, None, None, 2), True, "25%"),
    ],
)
def test_what_the_interval_supports(estimate: Estimate, percent: bool, text: str) -> None:
    assert w.with_interval(estimate, percent=percent) == text
    assert text.startswith(w.rounded(estimate, percent=percent))


def test_units_stand_once() -> None:
    assert w.with_interval(Estimate(10, 5, 15, 20), "s") == "10 s (95% interval 5 to 15 s)"
    assert w.interval(0.1, 0.2, percent=True) == "10% to 20%"


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (0.0004, "p < 0.001"),
        (0.0042, "p = 0.004"),
        (0.034, "p = 0.03"),
        (0.0496, "p = 0.050"),
        (0.052, "p = 0.052"),
        (0.43, "p = 0.43"),
        (0.999, "p > 0.99"),
        (1.0, "p > 0.99"),
        (None, ""),
        (float("nan"), ""),
    ],
)
def test_p_value(p: float | None, text: str) -> None:
    assert w.p_value(p) == text


def test_counts_and_plurals() -> None:
    assert w.count(1, "post") == "1 post"
    assert w.count(1900, "post") == "1,900 posts"
    assert w.count(0, "category") == "0 categories"
    assert w.count(2, "day") == "2 days"
    assert w.count(3, "hash") == "3 hashes"
    assert w.count(2, "person", "people") == "2 people"


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        ("2025-06-01", "2025-08-02", "1 Jun to 2 Aug 2025"),
        (date(2024, 2, 1), datetime(2024, 2, 9, 14, 30), "1 to 9 Feb 2024"),
        ("2024-12-28", "2025-01-03", "28 Dec 2024 to 3 Jan 2025"),
        ("2024-01-05", "2025-01-05", "5 Jan 2024 to 5 Jan 2025"),
        (pd.Timestamp("2025-06-01 03:00"), "2025-06-01", "1 Jun 2025"),
    ],
)
def test_date_range(start: object, end: object, text: str) -> None:
    assert w.date_range(start, end) == text  # type: ignore[arg-type]


def test_join_words() -> None:
    assert [w.join_words(x) for x in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert w.join_words(["a", "b"], "or") == "a or b"
