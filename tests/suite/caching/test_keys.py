import hashlib
import json
import shutil
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engagement_utils.errors import ParameterError
from engagement_utils.suite.caching.keys import Key, Keys, value_part, written_cells
from engagement_utils.suite.job import Job
from tests.suite.workbench import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "project")


def job(bench: Bench, **parameters: Any) -> Job:
    return Job(
        name="visits",
        title="Visits",
        notebook=bench.root / "notebooks" / "visits.ipynb",
        source=bench.root / "params" / "visits.yml",
        parameters={"visits": "data/visits.csv", "top_n": 10} | parameters,
        tables=("visits",),
    )


def key(bench: Bench, job: Job) -> Key:
    return Keys(bench.root / "requirements.lock").of(job)


def test_the_parts_name_all_that_a_run_depends_on(bench: Bench) -> None:
    found = key(bench, job(bench))
    bytes_ = (bench.root / "params" / "data" / "visits.csv").read_bytes()
    assert found.parts["input/visits/data/visits.csv"] == hashlib.sha256(bytes_).hexdigest()
    assert found.parts["parameter/top_n"] == "10"
    assert {name.split("/")[0] for name in found.parts} == {
        "format",
        "input",
        "lock",
        "module",
        "name",
        "notebook",
        "parameter",
        "python",
    }
    assert "module/engagement_utils.report.outputs" in found.parts
    assert "module/engagement_utils.inference.verdict" in found.parts
    assert "module/engagement_utils.suite.run" not in found.parts
    assert list(found.parts) == sorted(found.parts)
    assert found.cacheable
    assert not [name for name in found.parts if str(bench.root) in name]


def test_a_key_is_the_same_elsewhere_and_later(bench: Bench, tmp_path: Path) -> None:
    first = key(bench, job(bench))
    shutil.copytree(bench.root, tmp_path / "moved")
    (tmp_path / "moved" / "params" / "data" / "visits.csv").touch()
    moved = replace(
        job(bench),
        notebook=tmp_path / "moved" / "notebooks" / "visits.ipynb",
        source=tmp_path / "moved" / "params" / "visits.yml",
        title="Another title",
        timeout=3.0,
    )
    assert Keys(tmp_path / "moved" / "requirements.lock").of(moved).run == first.run


def test_values_are_told_apart_by_type_and_order(bench: Bench) -> None:
    values = [1, 1.0, True, "1", None, date(2025, 1, 2), "2025-01-02", Path("x"), {"a": 1, "b": 2}]
    values += [{"b": 2, "a": 1}, [1, 2], [2, 1], "é", "a" * 500, "a" * 501]
    assert len({value_part(value) for value in values}) == len(values)
    assert value_part({"a": 1, "b": 2}) == value_part({"a": 1, "b": 2})


def test_an_environment_variable_stays_a_name(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PG_PASSWORD", "hunter22")
    url = "postgresql://reader:${PG_PASSWORD}@db/visits"
    found = key(bench, job(bench, visits={"path": url, "table": "visits"}))
    assert "hunter22" not in json.dumps(dict(found.parts))
    assert "${PG_PASSWORD}" in found.parts["parameter/visits"]
    assert found.inputs.databases == ("visits",)
    assert not found.cacheable


def test_a_password_written_out_is_not_kept(bench: Bench) -> None:
    assert "hunter22" not in value_part("postgresql://reader:hunter22@db/visits")


def test_inputs_are_named_as_the_yaml_names_them(bench: Bench, tmp_path: Path) -> None:
    data = bench.root / "params" / "data"
    (data / "june").mkdir()
    for name in ("june/a.csv", "june/b.csv"):
        (data / name).write_text("visit\n1\n")
    shutil.copytree(data, tmp_path / "away")

    def names(path: object, **more: Any) -> list[str]:
        return [file.name for file in key(bench, job(bench, visits=path, **more)).inputs.files]

    assert names("data/visits.csv") == ["data/visits.csv"]
    assert names("../params/data/visits.csv") == ["../params/data/visits.csv"]
    assert names("data/*/*.csv") == ["data/june/a.csv", "data/june/b.csv"]
    assert names("data/**/[ab].csv") == ["data/june/a.csv", "data/june/b.csv"]
    assert names("data/june") == ["data/june/a.csv", "data/june/b.csv"]
    assert names({"path": f"{tmp_path}/away/june/*.csv"}) == [
        f"{tmp_path}/away/june/a.csv",
        f"{tmp_path}/away/june/b.csv",
    ]
    assert names("data/visits.csv", extra=Path("data/june")) == [
        "data/visits.csv",
        "data/june/a.csv",
        "data/june/b.csv",
    ]


def test_the_files_of_a_glob_count_one_by_one(bench: Bench) -> None:
    many = job(bench, visits="data/*.csv")
    first = key(bench, many)
    bench.data("more.csv", 1)
    second = key(bench, many)
    assert set(second.parts) - set(first.parts) == {"input/visits/data/more.csv"}


def test_a_notebook_without_the_lock_file_depends_on_what_is_installed(bench: Bench) -> None:
    parts = Keys(bench.root / "none.lock").of(job(bench)).parts
    assert "lock" not in parts
    assert len(parts["environment"]) == 64


def test_a_changed_module_changes_the_key(bench: Bench) -> None:
    keys = Keys(bench.root / "requirements.lock")
    before = keys.of(job(bench))
    module = Path(__file__).parents[3] / "engagement_utils" / "inference" / "verdict.py"
    other = Keys(bench.root / "requirements.lock")
    other.hashes._known[module] = "0" * 64
    after = other.of(job(bench))
    differing = {name for name in before.parts if before.parts[name] != after.parts[name]}
    assert differing == {"module/engagement_utils.inference.verdict"}
    assert before.run != after.run


def test_tags_and_attachments_belong_to_a_cell(tmp_path: Path) -> None:
    path = tmp_path / "n.ipynb"
    cell = {
        "cell_type": "markdown",
        "source": ["a\n", "b"],
        "metadata": {"tags": ["y", "x"], "collapsed": True},
    }
    path.write_text(json.dumps({"cells": [cell | {"attachments": {"a.png": {}}}]}))
    (found,) = written_cells(path)
    assert (found.source, found.tags, found.attachments) == ("a\nb", ("x", "y"), {"a.png": {}})


@pytest.mark.parametrize("text", ["", "[]", '{"cells": [{}]}', '{"worksheets": []}'])
def test_a_file_that_is_no_notebook_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "n.ipynb"
    path.write_text(text)
    with pytest.raises(ParameterError, match=r"n\.ipynb: not a notebook"):
        written_cells(path)


def test_hundred_members_of_a_family_take_no_second(bench: Bench) -> None:
    keys = Keys(bench.root / "requirements.lock")
    begun = time.process_time()
    runs = {keys.of(replace(job(bench, top_n=n), name=f"visits-{n}")).run for n in range(100)}
    assert len(runs) == 100
    assert time.process_time() - begun < 1
