from datetime import date

import pandas as pd
import pytest

from engagement_utils.inference.estimate import Estimate
from engagement_utils.report.header import header, key_figure


def test_header_formats_counts_and_dates() -> None:
    figures = [
        key_figure("watched", Estimate(0.5833, 0.51, 0.63, 20), percent=True),
        key_figure("views", 1234),
        key_figure("median", 12.3456, unit="s", trend=[1, 2.5]),
        key_figure("best day", "Tuesday", change="was Monday"),
        key_figure("share", 0.0512, percent=True, digits=1),
    ]
    out = header(pd.Timestamp("2024-02-01 03:00"), date(2024, 2, 9), {"event": 1250, "user": 1}, figures)
    assert (out.start, out.end) == ("2024-02-01", "2024-02-09")
    assert out.counts == (("1,250", "events"), ("1", "user"))
    assert [(k.value, k.unit) for k in out.key_figures] == [
        ("58", "%"),
        ("1,234", ""),
        ("12.3", "s"),
        ("Tuesday", ""),
        ("5.1", "%"),
    ]
    assert out.key_figures[2].trend == (1.0, 2.5)
    assert out.payload["counts"] == [["1,250", "events"], ["1", "user"]]


def test_no_dates() -> None:
    assert header(None, None, {"contact": 3}).plain() == "no dates · 3 contacts"


def test_mistakes() -> None:
    with pytest.raises(ValueError, match="ends"):
        header("2024-02-09", "2024-02-01", {})
    with pytest.raises(ValueError, match="at most 5"):
        header(None, None, {}, [key_figure("x", 1)] * 6)
