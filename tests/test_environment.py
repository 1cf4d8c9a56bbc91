"""One list of direct dependencies: pyproject.toml, the lock and environment.yml say the same."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCK = (ROOT / "requirements.lock").read_text()

# what conda-forge calls some of them
CONDA_NAMES = {
    "duckdb": "python-duckdb",
    "ibis-framework[duckdb]": "ibis-duckdb",
    "jupyter-client": "jupyter_client",
    "matplotlib": "matplotlib-base",
    "ruamel-yaml": "ruamel.yaml",
    "tzdata": "python-tzdata",
}


def locked() -> dict[str, list[Requirement]]:
    """Every requirement of the lock by name; a name may stand there more than once, behind markers."""
    pins: dict[str, list[Requirement]] = {}
    for line in LOCK.splitlines():
        if line and not line.startswith((" ", "#")):
            requirement = Requirement(line.removesuffix("\\").strip())
            pins.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return pins


def direct(extra: str | None = None) -> list[Requirement]:
    texts = PROJECT["optional-dependencies"][extra] if extra else PROJECT["dependencies"]
    return [Requirement(text) for text in texts]


def spelled(requirement: Requirement) -> str:
    extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
    return requirement.name + extras


@pytest.mark.parametrize("extra", [None, *PROJECT["optional-dependencies"]])
def test_lock_pins_every_direct_dependency_within_its_range(extra: str | None) -> None:
    pins = locked()
    for requirement in direct(extra):
        found = pins.get(canonicalize_name(requirement.name), [])
        assert found, f"{requirement.name} is not in requirements.lock: run make lock"
        for pin in found:
            (version,) = [s.version for s in pin.specifier]
            assert requirement.specifier.contains(version, prereleases=True), f"{pin} against {requirement}"


def test_every_pin_of_the_lock_has_hashes_and_no_address() -> None:
    blocks = re.split(r"\n(?=\S)", LOCK.strip())
    assert len(blocks) > 50
    for block in blocks:
        assert "==" in block.splitlines()[0]
        assert "--hash=sha256:" in block, block.splitlines()[0]
    assert not re.search(r"https?://|--index|--find-links|file:", LOCK)


def test_conda_environment_lists_the_same_direct_dependencies() -> None:
    environment = YAML(typ="safe").load(ROOT / "environment.yml")["dependencies"]
    (pip,) = [entry["pip"] for entry in environment if isinstance(entry, dict)]
    conda = {entry for entry in environment if isinstance(entry, str)} - {"pip"}
    listed = conda | {entry for entry in pip if not entry.startswith("-")}
    expected = {f"python{PROJECT['requires-python']}", "quarto>=1.5"}
    for requirement in [*direct(), *direct("lab")]:
        name = spelled(requirement)
        expected.add(f"{CONDA_NAMES.get(name, name)}{requirement.specifier}")
    assert listed == expected
    assert any("-e ." in entry for entry in pip)


def test_make_takes_uv_with_its_hashes_from_the_lock() -> None:
    stanza = subprocess.run(
        ["sed", "-n", r"/^uv==/,/[^\\]$/p", "requirements.lock"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    (pin,) = [line for line in stanza.splitlines() if not line.startswith(" ")]
    assert pin.startswith("uv==")
    assert stanza.count("--hash=sha256:") >= 5
    assert not stanza.rstrip().endswith("\\")


def test_make_help_lists_every_public_target() -> None:
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("reports", "test", "check", "nbval", "lab", "clean", "help"):
        assert re.search(rf"make {target}\b", listed)
