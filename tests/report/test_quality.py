import pytest

from engagement_utils.report.quality import quality, sentence
from engagement_utils.tables.quality import InputQuality, Reason

PINGS = InputQuality("pings", "pings.csv", 40, 0)
EVENTS = InputQuality(
    "interactions", "i.csv", 1250, 3, (Reason("unknown event", "set aside", 3),), "aside.csv"
)


def test_extra_reasons_join_their_input() -> None:
    out = quality(
        [PINGS, EVENTS],
        {
            "interactions": [
                Reason("watched longer than it lasts", "counted", 4),
                Reason("never seen", "counted", 0),
            ]
        },
    )
    assert [r.rule for r in out.inputs[1].reasons] == ["unknown event", "watched longer than it lasts"]
    assert out.inputs[0] == PINGS
    assert out.payload["inputs"][1]["reasons"][1]["rows"] == 4
    with pytest.raises(ValueError, match="no input pngs; read: pings"):
        quality([PINGS], {"pngs": []})


def test_one_sentence() -> None:
    assert sentence(quality([PINGS])) == "40 pings were read; no row was set aside."
    out = quality([PINGS, EVENTS], {"pings": [Reason("no duration", "counted", 1)]})
    assert sentence(out) == (
        "40 pings and 1,250 interactions were read; 3 rows of 1,290 set aside, "
        "1 peculiarity of the rows kept counted below."
    )
