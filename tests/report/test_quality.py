import pytest

from engagement_utils.report.quality import quality
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
