import hashlib
import time

from tests.suite.conftest import Desk


def test_for_each_makes_the_product(ping: Desk) -> None:
    ping.yaml(
        "ping.yml",
        "title: 'Pings at {campus}'\nfor_each:\n"
        "  campus: [QRO, Ciudad de México]\n  new_user_days: [7, 28]\n",
    )
    jobs = ping.plan()
    assert [j.name for j in jobs] == [
        "ping-ciudad-de-mexico-28",
        "ping-ciudad-de-mexico-7",
        "ping-qro-28",
        "ping-qro-7",
    ]
    assert jobs[-1].title == "Pings at QRO"
    assert jobs[-1].parameters["campus"] == "QRO"
    assert jobs[-1].member == {"campus": "QRO", "new_user_days": 7}
    assert {j.family for j in jobs} == {"ping"}


def test_a_title_without_a_field_is_followed_by_the_values(ping: Desk) -> None:
    ping.yaml("ping.yml", "for_each: {since: [2024-01-31], campus: [北京]}\n")
    (job,) = ping.plan()
    assert job.title == "Ping · 2024-01-31, 北京"
    assert job.name == f"ping-2024-01-31-{hashlib.sha256('北京'.encode()).hexdigest()[:8]}"


def test_members_of_one_name_across_keys(ping: Desk) -> None:
    ping.notebook("two", "a: str = ''\nb: str = ''")
    ping.yaml("two.yml", "for_each: {a: [x, x-y], b: [y-z, z]}\n")
    assert "both make two-x-y-z" in ping.problem()


def test_a_product_without_end_is_refused(ping: Desk) -> None:
    values = list(range(100))
    ping.notebook("many", "a: int = 0\nb: int = 0\nc: int = 0")
    ping.yaml("many.yml", f"for_each: {{a: {values}, b: {values}, c: {values}}}\n")
    assert "makes 1,000,000 reports; accepted: at most 2,000" in ping.problem()


def test_two_hundred_members_are_planned_at_once(ping: Desk) -> None:
    ping.yaml("ping.yml", f"for_each:\n  campus: [{', '.join(f'c{i}' for i in range(200))}]\n")
    begun = time.process_time()
    assert len(ping.plan()) == 200
    assert time.process_time() - begun < 1
