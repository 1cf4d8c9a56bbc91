"""The one judge: level, smallest n, adjustment, verdicts, order, actions, claims, questions added later."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement_utils.errors import ParameterError
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.verdict import CHANCE, DESCRIBED, SUPPORTED, TOO_LITTLE
from engagement_utils.report.header import header
from engagement_utils.report.outputs import Action, Finding, Header
from engagement_utils.report.question import Answer, Claim, Evidence, Question
from engagement_utils.report.report import CONTRADICTED, Report, Settings
from engagement_utils.tables.quality import InputQuality, Reason

DIFFERENCE = Estimate(4.0, 1.0, 7.0, 40, p_value=0.001)


class Bare(Report[Any]):
    """A report without a question."""

    def header(self) -> Header:
        return header(None, None, {"post": 40})


class Colour(Question[Any]):
    """Does the colour of a post matter?"""

    topic = "colour"
    unit = "post"
    difference = DIFFERENCE

    def evidence(self) -> Mapping[str, Evidence]:
        share = Estimate(0.6, 0.5, 0.7, 40)
        return {"colour": Evidence(self.difference, 0.0), "colour_share": Evidence(share, None)}

    def say(self) -> Mapping[str, Answer]:
        j = self.judged()
        heading = "Red leads" if j.supported else "No colour leads" if j.chance else "Too few posts"
        return {
            "colour": Answer(heading, f"{heading}: {self.interval}."),
            "colour_share": Answer("Red is used most", "60% of the posts are red."),
        }

    def show(self) -> Iterable[Finding]:
        return (self.finding("colour_share"),)

    def action(self) -> Action:
        return Action("Use more red.", self.topic, "It brings 4 points.")

    def claims(self) -> Iterable[Claim]:
        return (Claim(2, "Red is best.", "4 points", 40, {"colour": self.difference.value > 0}),)


class Size(Question[Any]):
    """Does the size of a post matter?"""

    topic = "size"
    unit = "post"
    main = False

    def evidence(self) -> Mapping[str, Evidence]:
        pairs = {
            f"pair {i}": Evidence(Estimate(1, 0, 2, 20, p_value=p), 0.0) for i, p in enumerate((0.01, 0.3))
        }
        return {"size": Evidence(Estimate(1, -1, 3, 40, p_value=0.04), 0.0, behind=pairs)}

    def say(self) -> Mapping[str, Answer]:
        return {
            "size": Answer("Size", "Size, by its pairs."),
            "size_again": Answer("So", "Again.", rests_on="size"),
        }

    def claims(self) -> Iterable[Claim]:
        return (
            Claim(1, "Small is beautiful.", "true of any score", 40, verdict="true by construction"),
            Claim(3, "Both matter.", "both", 40, {"colour": False, "size": True}),
            Claim(4, "Nobody knows.", "no column", 0),
        )


class Both(Bare):
    """Colour, then size."""

    colour: Colour
    size: Size


class One(Bare):
    """Colour alone."""

    colour: Colour


def settings(**choices: Any) -> Settings:
    return Settings(**choices)


def report_of(kind: type[Any] = Both, **choices: Any) -> Any:
    return kind(None, settings(**choices))


def test_all_tests_of_the_report_are_adjusted_together() -> None:
    report = report_of()
    assert report.judged("colour").estimate.p_value == pytest.approx(0.002)
    assert report.judged("size").estimate.p_value == pytest.approx(0.04)
    assert report.judged("colour_share").estimate.p_value is None
    assert report_of(One).judged("colour").estimate.p_value == pytest.approx(0.001)


def test_tests_behind_a_question_are_never_clearer_than_it() -> None:
    pairs = report_of().judged("size").behind
    assert pairs["pair 0"].estimate.p_value == pytest.approx(0.04)
    assert pairs["pair 1"].verdict == CHANCE


def test_a_question_whether_any_test_holds_has_their_combined_p_value() -> None:
    class Any(Colour):
        def evidence(self) -> Mapping[str, Evidence]:
            pairs = {f"pair {p}": Evidence(Estimate(1, 0, 2, 20, p_value=p), 0.0) for p in (0.01, 0.02, 0.6)}
            return {"colour": Evidence(Estimate(1, 0, 2, 20), 0.0, any_of=True, behind=pairs)}

    class Asking(Bare):
        colour: Any

    report = report_of(Asking)
    assert report.judged("colour").estimate.p_value == pytest.approx(0.03)  # 0.01 * 3 and 0.02 * 3 / 2
    assert [j.supported for j in report.judged("colour").behind.values()] == [True, True, False]
    assert report.judged("colour/pair 0.02").supported


@pytest.mark.parametrize(("largest", "verdict"), [(9, TOO_LITTLE), (10, SUPPORTED)])
def test_one_test_with_enough_units_is_enough_for_a_question_whether_any_holds(
    largest: int, verdict: str
) -> None:
    class Any(Colour):
        def evidence(self) -> Mapping[str, Evidence]:
            tests = {
                "few": Estimate(9, 8, 10, 3, p_value=0.01),
                "most": Estimate(1, 0, 2, largest, p_value=0.01),
            }
            return {"colour": Evidence.of_any(tests, "few")}

    class Asking(Bare):
        colour: Any

    report = report_of(Asking)
    assert report.judged("colour").verdict == verdict
    assert report.judged("colour").estimate.value == 9
    assert report.judged("colour/few").too_little


@pytest.mark.parametrize(
    ("level", "minimum", "colour", "size", "share"),
    [
        (0.95, 10, SUPPORTED, SUPPORTED, DESCRIBED),
        (0.99, 10, SUPPORTED, CHANCE, DESCRIBED),
        (0.999, 10, CHANCE, CHANCE, DESCRIBED),
        (0.95, 41, TOO_LITTLE, TOO_LITTLE, TOO_LITTLE),
    ],
)
def test_level_and_smallest_n_reach_every_verdict(
    level: float, minimum: int, colour: str, size: str, share: str
) -> None:
    found = report_of(level=level, minimum_n=minimum).findings
    assert [found[t].verdict for t in ("colour", "size", "colour_share")] == [colour, size, share]
    assert f"{level * 100:g}% interval" in found["colour"].text


def test_order_main_points_and_what_rests_on_another_topic() -> None:
    found = report_of().findings
    assert list(found) == ["colour", "colour_share", "size", "size_again"]
    assert [t for t, f in found.items() if f.main] == ["colour"]
    assert found["size_again"].p_value == found["size"].p_value


def test_an_action_stands_on_a_verdict_that_carries_it() -> None:
    assert [a.topic for a in report_of().actions] == ["colour"]
    assert report_of(minimum_n=100).actions == ()
    assert report_of(level=0.999).actions == ()


@pytest.mark.parametrize(
    ("evidence", "verdict"),
    [
        (Evidence(Estimate(0.6, 0.5, 0.7, 40), None, holds=True), SUPPORTED),
        (Evidence(Estimate(0.6, 0.5, 0.7, 40), None, holds=False), CHANCE),
        (Evidence(Estimate(0.6, 0.5, 0.7, 4), None, holds=True), TOO_LITTLE),
        (Evidence(Estimate(0.6, 0.5, 0.7, 4), 0.0, minimum_n=4), SUPPORTED),
        (Evidence(Estimate(0.6, 0.5, 0.7, 40), 0.0, undecidable=True), TOO_LITTLE),
        (Evidence(Estimate(0.6, None, None, 40), 0.0), TOO_LITTLE),
        (Evidence(Estimate(0.6, 0.5, 0.7, 40), 0.55), CHANCE),
        (Evidence(None, None, n=40), DESCRIBED),
        (Evidence(None, None, n=9), TOO_LITTLE),
    ],
)
def test_every_way_to_a_verdict(evidence: Evidence, verdict: str) -> None:
    class Stated(Colour):
        def evidence(self) -> Mapping[str, Evidence]:
            return {"colour": evidence}

    class Stating(Bare):
        colour: Stated

    assert report_of(Stating).judged("colour").verdict == verdict


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8), st.floats(0.5, 0.99))
def test_only_what_is_tested_can_be_supported(ps: list[float], level: float) -> None:
    class Many(Colour):
        def evidence(self) -> Mapping[str, Evidence]:
            tested = {f"t{i}": Evidence(Estimate(1, 0, 2, 40, p_value=p), 0.0) for i, p in enumerate(ps)}
            return {"colour": Evidence(Estimate(0.9, 0.8, 1.0, 40), None), **tested}

    class Stating(Bare):
        colour: Many

    report = report_of(Stating, level=level)
    assert report.judged("colour").verdict == DESCRIBED
    for i, p in enumerate(ps):
        judged = report.judged(f"t{i}")
        assert judged.estimate.p_value >= p - 1e-12
        assert judged.supported == (judged.estimate.p_value < report.alpha)


def test_claims_stand_in_their_order_and_are_as_weak_as_their_weakest_part() -> None:
    claims = report_of().claims
    assert claims.data["claim"].tolist() == [
        "Small is beautiful.",
        "Red is best.",
        "Both matter.",
        "Nobody knows.",
    ]
    verdicts = claims.data["verdict"].tolist()
    assert verdicts == ["true by construction", SUPPORTED, CONTRADICTED, TOO_LITTLE]
    assert claims.heading == "These data support 1 of 4 published claims and contradict 1"
    assert report_of(minimum_n=100).claims.heading == "These data support 0 of 4 published claims"


def test_a_topic_is_stated_once() -> None:
    class Twice(Bare):
        colour: Colour
        again: Colour

    with pytest.raises(ValueError, match="'colour' is stated twice"):
        report_of(Twice).judged("colour")


WORDS = {
    "supported": ("Monday leads", "Monday scores {estimate} more."),
    "chance": ("No day leads", "No day is told apart: {value}."),
    "too_little": ("Too few posts", "Too few posts: {estimate}."),
}


def test_a_question_of_a_notebook_s_own_is_judged_with_the_rest() -> None:
    report = report_of()
    monday = report.ask("monday", Estimate(2, 1, 3, 40, p_value=0.03), null=0.0, unit="post", **WORDS)
    assert monday.finding().text == "Monday scores 2 (95% interval 1 to 3) more."
    assert monday.finding().p_value == pytest.approx(0.04)  # 0.03 and 0.04 of three tests
    assert monday.answer[0].plain == "Monday leads"
    assert "monday" in report.findings
    assert not monday.finding().main
    assert report.questions["topic"].tolist() == ["colour", "size", "monday"]


def test_a_question_of_a_notebook_s_own_may_be_a_share_and_a_main_point() -> None:
    report = report_of()
    words = {**WORDS, "supported": ("{value}", "{estimate}{p}.")}
    share = Estimate(0.4, 0.3, 0.5, 40, p_value=0.03)
    asked = report.ask("share", share, null=0.2, unit="post", percent=True, main=True, **words)
    assert asked.answer[0].plain == "40%"
    # p is the adjusted one: 0.03 and 0.04 of three tests
    assert asked.finding().text == "40% (95% interval 30% to 50%), p = 0.04."
    assert report.findings["share"].main


def test_what_a_question_of_one_s_own_needs() -> None:
    report = report_of()
    estimate = Estimate(2, 1, 3, 40)
    with pytest.raises(ValueError, match="asked twice"):
        report.ask("colour", estimate, null=0.0, unit="post", **WORDS)
    with pytest.raises(ValueError, match="no heading or sentence for 'too little data'"):
        report.ask("x", estimate, null=0.0, unit="post", **{**WORDS, "too_little": ("", "")})
    with pytest.raises(ValueError, match="for 'described'"):
        report.ask("x", estimate, null=None, unit="post", **WORDS)
    _ = report.findings
    with pytest.raises(ValueError, match="after answers were given"):
        report.ask("x", estimate, null=0.0, unit="post", **WORDS)


def test_the_questions_are_there_to_see() -> None:
    asked = report_of().questions
    assert asked["question"].tolist() == [
        "Does the colour of a post matter?",
        "Does the size of a post matter?",
    ]
    assert asked["main"].tolist() == [True, False]


def test_remarks_and_quality() -> None:
    class Told(One):
        def notes(self) -> Iterable[str]:
            return ("Time: UTC.",)

        def reasons(self) -> Mapping[str, list[Reason]]:
            return {"posts": [Reason("a post without a colour", "counted", 3)]}

    report = Told(None, settings(), [InputQuality("posts", "posts.csv", 40, 0)])
    assert [n.plain for n in report.remarks] == ["Time: UTC."]
    assert report.quality.inputs[0].reasons[0].rows == 3


def test_reasons_of_the_domain_join_those_of_their_input() -> None:
    pings = InputQuality("pings", "pings.csv", 40, 0)
    set_aside = Reason("unknown event", "set aside", 3)
    events = InputQuality("interactions", "i.csv", 1250, 3, (set_aside,), "aside.csv")
    longer = Reason("watched longer than it lasts", "counted", 4)

    class Told(Bare):
        extra: Mapping[str, list[Reason]] = {"interactions": [longer, Reason("never seen", "counted", 0)]}

        def reasons(self) -> Mapping[str, list[Reason]]:
            return self.extra

    out = Told(None, settings(), [pings, events]).quality
    assert [r.rule for r in out.inputs[1].reasons] == ["unknown event", "watched longer than it lasts"]
    assert out.inputs[0] == pings
    assert out.payload["inputs"][1]["reasons"][1]["rows"] == 4
    Told.extra = {"pngs": []}
    with pytest.raises(ValueError, match="no input pngs; read: pings"):
        _ = Told(None, settings(), [pings]).quality


def test_settings_are_made_from_the_names_of_a_notebook() -> None:
    @dataclass(frozen=True)
    class Choices(Settings):
        bands: tuple[int, ...] = (1, 2)

    names = {"level": 0.9, "minimum_n": 5, "seed": 1, "bands": [3, 4], "pd": object()}
    assert Choices.of(names) == Choices(0.9, 5, 1, (3, 4))
    with pytest.raises(ParameterError, match="has no bands"):
        Choices.of({k: v for k, v in names.items() if k != "bands"})
