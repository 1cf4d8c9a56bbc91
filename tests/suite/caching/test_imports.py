import sys
from pathlib import Path

import pytest

from engagement_utils.suite.caching.hashing import FileHashes
from engagement_utils.suite.caching.imports import EVERYTHING, Modules, imported_names


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("import engagement_utils.pings.metrics as m", {"engagement_utils.pings.metrics"}),
        (
            "from engagement_utils.pings import schema, views",
            {"engagement_utils.pings", "engagement_utils.pings.schema", "engagement_utils.pings.views"},
        ),
        (
            "def f():\n    from engagement_utils import errors",
            {"engagement_utils", "engagement_utils.errors"},
        ),
        ("import pandas\nfrom engagement_utilsx import a", set()),
        ("%matplotlib inline\n!ls\nimport engagement_utils.errors", {"engagement_utils.errors"}),
        ("text = 'import engagement_utils.errors'", set()),
        ("await engagement()", set()),
        ("for for", {EVERYTHING}),
        ("files = !ls", {EVERYTHING}),
        ("x = 'a\x00b'", {EVERYTHING}),
    ],
)
def test_imports_are_read_from_the_code(code: str, names: set[str]) -> None:
    assert imported_names(code) == names


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """tower: a -> b -> c, d on its own, `room` a package with a style sheet beside its module."""
    files = {
        "__init__.py": "",
        "a.py": "from tower import b",
        "b.py": "def late():\n    import tower.c",
        "c.py": "",
        "d.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import tower.c",
        "room/__init__.py": "",
        "room/door.py": "import tower.c",
        "room/style.css": "a {}",
        "cellar/__init__.py": "import tower.d",
        "cellar/wine.py": "",
    }
    for name, text in files.items():
        path = tmp_path / "tower" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path / "tower"
    sys.modules.pop("tower", None)


@pytest.mark.parametrize(
    ("name", "reached"),
    [
        ("tower.a", {"tower", "tower.a", "tower.b", "tower.c"}),
        ("tower.d", {"tower", "tower.d"}),
        ("tower.room.door", {"tower", "tower.room", "tower.room.door", "tower.c"}),
        # Python runs a package before its modules: what that imports counts
        ("tower.cellar.wine", {"tower", "tower.cellar", "tower.cellar.wine", "tower.d"}),
        ("tower.a.function", {"tower", "tower.a", "tower.b", "tower.c"}),
    ],
)
def test_what_a_module_reaches(package: Path, name: str, reached: set[str]) -> None:
    assert Modules(FileHashes(), "tower").reached({name}) == reached


def test_unknown_code_reaches_everything(package: Path) -> None:
    assert "tower.cellar.wine" in Modules(FileHashes(), "tower").reached({EVERYTHING})


def test_a_changed_file_changes_the_hashes_of_those_who_reach_it(package: Path) -> None:
    before = Modules(FileHashes(), "tower").hashes({"tower.a"})
    assert set(before) == {"tower", "tower.a", "tower.b", "tower.c"}
    (package / "c.py").write_text("x = 1")
    (package / "d.py").write_text("x = 1")
    after = Modules(FileHashes(), "tower").hashes({"tower.a"})
    assert {name for name in before if before[name] != after[name]} == {"tower.c"}


def test_files_beside_the_modules_count(package: Path) -> None:
    before = Modules(FileHashes(), "tower").hashes({"tower.room.door"})
    (package / "room" / "style.css").write_text("b {}")
    after = Modules(FileHashes(), "tower").hashes({"tower.room.door"})
    assert {name for name in before if before[name] != after[name]} == {"tower/room/style.css"}


def test_file_times_mean_nothing(package: Path) -> None:
    before = Modules(FileHashes(), "tower").hashes({"tower.a"})
    (package / "a.py").touch()
    assert Modules(FileHashes(), "tower").hashes({"tower.a"}) == before
