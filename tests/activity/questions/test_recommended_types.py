"""Scores by the combination of types."""


def test_all_types_lead_and_it_is_no_effect(stock_report):
    q = stock_report.recommended_types
    assert q.said["combinations"].heading == "Users with blog + podcast + video score higher"
    assert "no effect" in q.finding().text
    assert q.told("combinations")[0] == "blog + podcast + video"


def test_combinations_count_only_behind_the_score_s_own_test(stock_report, null_report):
    for report in (stock_report, null_report):
        for topic in report.recommended_types.by_score:
            judged = report.judged(topic)
            ps = [b.estimate.p_value for b in judged.behind.values() if b.estimate.p_value is not None]
            assert all(p >= judged.estimate.p_value for p in ps)
    assert null_report.recommended_types.told("combinations") == []


def test_every_user_is_in_one_combination(stock_report):
    frame = stock_report.recommended_types.frame("combinations")
    assert frame["users"].sum() == stock_report.measures.counted.users
