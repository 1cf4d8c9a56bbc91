"""Clicks by rating."""


def test_every_session_with_a_recommendation_counts_once(stock_report):
    q = stock_report.ratings
    given = (stock_report.measures.sessions["recommendations"] > 0).sum()
    assert q.data["sessions"].sum() == given
    assert q.whole_rates.drop(columns="rating").to_numpy().sum() == given


def test_dense_ratings_are_a_difference_of_shares(stock_report):
    q = stock_report.ratings
    inside = q.given["per_session_ctr"].between(0.5, 1.5)
    middle = q.given["feedback_rating"].isin((2, 3))
    assert abs(q.dense.value - (middle[inside].mean() - middle[~inside].mean())) < 1e-12
