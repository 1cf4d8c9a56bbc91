"""Bundled and generated samples."""

import subprocess
import sys
from pathlib import Path

import pytest

import engagement_utils
from engagement_utils.errors import TableError
from engagement_utils.tables.sources import files_of
from engagement_utils.tables.spec import TableSpec

GENERATOR = """
from pathlib import Path
import pandas as pd
def made():
    with (Path(__file__).parent / "calls.txt").open("a") as file:
        file.write("made ")
    return pd.DataFrame({"a": [1, 2], "b": ["x", None]})
SAMPLES = {"made.csv": made, "made.parquet": made}
"""


def names(path: str, base: Path) -> list[str]:
    return [f.relative_to(base).as_posix() for f in files_of(TableSpec(path=path), base)]


@pytest.fixture
def domain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A domain `demo` with a bundled file and a generator, and a project to keep the cache in."""
    home = tmp_path / "package" / "demo"
    (home / "data").mkdir(parents=True)
    (home / "__init__.py").touch()
    (home / "data" / "bundled.csv").write_text("a\n1\n")
    (home / "sample.py").write_text(GENERATOR)
    (tmp_path / "pyproject.toml").touch()
    monkeypatch.setattr(engagement_utils, "__path__", [*engagement_utils.__path__, str(home.parent)])
    monkeypatch.setattr("engagement_utils.tables.samples._PROJECT", tmp_path)
    yield tmp_path
    for name in [n for n in sys.modules if n.startswith("engagement_utils.demo")]:
        del sys.modules[name]


def test_a_bundled_sample_is_the_file_itself(domain: Path) -> None:
    assert names("sample:demo/bundled.csv", domain) == ["package/demo/data/bundled.csv"]


def test_a_generated_sample_is_written_once(domain: Path) -> None:
    spec = TableSpec(path="sample:demo/made.csv")
    [file] = files_of(spec, domain)
    assert file.is_relative_to(domain / ".cache" / "engagement" / "samples")
    assert file.read_bytes() == b"a,b\n1,x\n2,\n"
    assert files_of(spec, domain) == [file]
    assert (domain / "package" / "demo" / "calls.txt").read_text() == "made "
    assert [p.name for p in file.parent.iterdir()] == ["made.csv"]
    [parquet] = files_of(TableSpec(path="sample:demo/made.parquet"), domain)
    assert parquet.read_bytes()[:4] == b"PAR1"


def test_another_generator_gives_another_file(domain: Path) -> None:
    spec = TableSpec(path="sample:demo/made.csv")
    [before] = files_of(spec, domain)
    source = domain / "package" / "demo" / "sample.py"
    source.write_text(GENERATOR.replace("[1, 2]", "[1, 3]"))
    [after] = files_of(spec, domain)
    assert after.parent != before.parent
    assert after.read_bytes() == b"a,b\n1,x\n3,\n"


@pytest.mark.parametrize(
    "imported",
    [
        "from engagement_utils.demo.texts import ONE",
        "from engagement_utils.demo import texts",
        "import engagement_utils.demo.texts",
        "from engagement_utils.demo.between import ONE",
    ],
)
def test_what_a_generator_imports_counts(domain: Path, imported: str) -> None:
    home, spec = domain / "package" / "demo", TableSpec(path="sample:demo/made.csv")
    (home / "texts.py").write_text("ONE = 1\n")
    (home / "between.py").write_text("from engagement_utils.demo.texts import ONE\n")
    (home / "beside.py").write_text("TWO = 2\n")
    (home / "sample.py").write_text(imported + GENERATOR)
    [before] = files_of(spec, domain)
    (home / "beside.py").write_text("TWO = 3\n")  # nobody imports it
    assert files_of(spec, domain) == [before]
    (home / "texts.py").write_text("ONE = 10\n")
    [after] = files_of(spec, domain)
    assert after.parent != before.parent


def test_a_sample_in_the_cache_is_not_made_again(domain: Path) -> None:
    spec, calls = TableSpec(path="sample:demo/made.csv"), domain / "package" / "demo" / "calls.txt"
    files_of(spec, domain)
    calls.unlink()
    files_of(spec, domain)
    assert not calls.exists()


@pytest.mark.parametrize("code", ["generate.py", "__init__.py"])
def test_a_domains_folder_of_samples_holds_data_and_their_generator(domain: Path, code: str) -> None:
    home = domain / "package" / "demo"
    (home / "data").rename(home / "sample")
    (home / "sample" / "__init__.py").touch()
    (home / "sample" / "texts.py").write_text("ONE = 1\n")
    (home / "sample.py").unlink()
    (home / "sample" / code).write_text("from engagement_utils.demo.sample import texts\n" + GENERATOR)
    assert names("sample:demo/bundled.csv", domain) == ["package/demo/sample/bundled.csv"]
    [before] = files_of(TableSpec(path="sample:demo/made.csv"), domain)
    assert before.read_bytes() == b"a,b\n1,x\n2,\n"
    (home / "sample" / "texts.py").write_text("ONE = 2\n")
    [after] = files_of(TableSpec(path="sample:demo/made.csv"), domain)
    assert after.parent != before.parent
    with pytest.raises(TableError, match=r"no such sample|accepted: sample:"):
        files_of(TableSpec(path=f"sample:demo/{code}"), domain)


def test_no_domain_is_imported_for_its_samples(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from engagement_utils.tables.samples import sample_file;"
        f"sample_file('sample:pings/users.csv', Path({str(tmp_path)!r}));"
        "print([m for m in sys.modules if m.startswith('engagement_utils.pings')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("sample:demo/make.csv", r"no such sample; nearest: 'made.csv'; it has 'bundled.csv', 'made.csv'"),
        ("sample:pings/user.csv", "nearest: 'users.csv'"),
        ("sample:nothing/x.csv", "no domain 'nothing'"),
        ("sample:demo/../demo/sample.py", "accepted: sample:<domain>/<file>"),
        ("sample:demo/a..csv", "accepted: sample:<domain>/<file>"),
        ("sample:demo", "accepted: sample:<domain>/<file>"),
        ("sample:/etc/passwd", "accepted: sample:<domain>/<file>"),
    ],
)
def test_an_unknown_sample_names_the_nearest(path: str, text: str, domain: Path) -> None:
    with pytest.raises(TableError, match=text):
        files_of(TableSpec(path=path), domain)
