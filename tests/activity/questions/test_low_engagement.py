"""The spread of scores over users."""


def test_bands_have_their_lower_end(stock_report):
    q = stock_report.low_engagement
    values = q.spreads["published"].values
    assert q.band(5, 10).value == ((values >= 5) & (values < 10)).mean()
    assert q.band(values.min(), values.max()).value < 1 <= q.band(values.min(), values.max() + 1).value
    assert q.spreads["published"].counts.sum() == values.size
