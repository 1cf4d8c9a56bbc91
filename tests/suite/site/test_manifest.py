import json
import os
from pathlib import Path

import jsonschema
import pytest

from engagement_utils.suite.job import Failure
from engagement_utils.suite.site.manifest import SCHEMA
from tests.suite.workbench import Bench

RAISED = Failure("error", "ValueError: no visits", 3)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setattr(os, "fsync", lambda handle: None)
    bench = Bench(tmp_path / "project")
    bench.report("alpha")
    bench.report("beta", top_n=3)
    return bench


def test_the_manifest_holds_its_contract(bench: Bench) -> None:
    bench.run()
    schema = json.loads((bench.site / "manifest.schema.json").read_text())
    assert schema == json.loads(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    validator.validate(bench.manifest())
    beta = bench.entry("beta")
    assert beta["parameters"] == {"visits": "data/visits.csv", "top_n": 3}
    (read,) = beta["inputs"]
    assert (read["path"], read["rows"], read["set_aside"]) == ("data/visits.csv", 4, 1)
    assert beta["findings"][1] == {
        "topic": "rows",
        "text": "4 visits",
        "estimate": 4,
        "interval": [0.0, 9.0],
        "n": 4,
        "p_value": None,
        "verdict": "supported",
        "unit": "",
        "main": True,
    }
    assert beta["pages"] == {"html": "beta.html", "pdf": "beta.pdf", "code": "beta/code.html"}
    assert beta["window"] == {"start": "2025-06-01", "end": "2025-08-02"}

    bench.kernels.fail["alpha"] = RAISED
    bench.run("alpha", force=True)
    validator.validate(bench.manifest())
    broken = bench.manifest()
    del broken["reports"][0]["failure"]
    assert not validator.is_valid(broken)


def test_cards_say_what_the_manifest_says(bench: Bench) -> None:
    bench.run()
    card = bench.press.cards[0]
    assert (card.name, card.title, card.start, card.counts) == (
        "alpha",
        "Alpha",
        "2025-06-01",
        (("4", "visits"),),
    )
    assert card.headline is not None
    assert card.headline["text"] == "4 visits"
    assert {verdict: n for verdict, n in card.findings.items() if n} == {"supported": 1, "too little data": 1}
    assert [(d.name, d.href, d.bytes) for d in card.downloads] == [("visits.csv", "alpha/visits.csv", 4)]
    assert card.description == "How many visits there are."
    assert card.key_figures[0]["value"] == "4"
    assert card.code == "alpha/code.html"
