from engagement_utils.posts.report import PostReport
from tests.posts.conftest import named, report_of


def test_planted_domains_lead(planted: PostReport) -> None:
    heading = planted.domain.answer[0].plain
    assert heading == "Influencer Analytics and NLP score about 8 points above the other domains"
    figure = named(list(planted.domain.details))["domain_means"]
    assert figure.alt.startswith("5 domains, highest mean ")


def test_claimed_domains_are_compared_with_the_weaker_ones(stock: PostReport) -> None:
    evidence = stock.claims.data["evidence"][2]
    assert evidence.startswith("NLP and Influencer Analytics against Forecasting and Segmentation: ")
    others = report_of("sample:posts/posts_150.csv", claimed={"weaker_domains": []}).claims.data
    assert others["evidence"][2].startswith("NLP and Influencer Analytics against the others: ")
