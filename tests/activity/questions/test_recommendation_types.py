"""Types of recommendation."""


def test_video_leads(stock_report):
    q = stock_report.recommendation_types
    assert q.said["types_ctr"].heading == "Video recommendations have the highest click-through rate"
    assert "video" in q.action().text


def test_the_published_mean_rate_hides_every_difference(stock_report, downloads):
    assert [row[3] for row in stock_report.recommendation_types.aggregated().rows] == ["1", "1", "1"]


def test_each_user_counts_once_a_type(stock_report):
    q = stock_report.recommendation_types
    given = stock_report.measures.tables["recommendations"].to_pandas()
    pairs = given.drop_duplicates(["user_id", "recommendation_type"])
    assert {k: v.size for k, v in q.values["types_ctr"].items()} == pairs[
        "recommendation_type"
    ].value_counts().to_dict()
    assert len(q.data) == 6
