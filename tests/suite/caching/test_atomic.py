import inspect
import json
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from engagement_utils.errors import PublishError
from engagement_utils.suite.caching import atomic
from engagement_utils.suite.caching.atomic import recover, swap_directory, write_bytes_atomically

FILES = 12


def make_site(folder: Path, generation: int) -> Path:
    (folder / "pages").mkdir(parents=True)
    for number in range(FILES):
        (folder / "pages" / f"{number}.html").write_text(str(generation))
    (folder / "manifest.json").write_text(json.dumps({"reports": [], "generation": generation}))
    return folder


def generation_of(site: Path) -> int:
    """The one generation that every file of a whole site is of."""
    generation = json.loads((site / "manifest.json").read_text())["generation"]
    pages = {path.read_text() for path in (site / "pages").iterdir()}
    assert pages == {str(generation)}
    assert len(list((site / "pages").iterdir())) == FILES
    return generation


@pytest.fixture(params=["exchange", "two renames"])
def way(request, monkeypatch):
    if request.param == "two renames":
        monkeypatch.setattr(atomic, "_system_exchange", lambda: None)
    return request.param


def test_a_directory_takes_the_place_of_none_of_an_empty_one_and_of_a_site(tmp_path, way):
    target = tmp_path / "sub" / "site"
    swap_directory(make_site(tmp_path / "one", 1), target)
    assert generation_of(target) == 1
    swap_directory(make_site(tmp_path / "two", 2), target)
    assert generation_of(target) == 2
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_dir()) == ["pages", "site", "sub"]
    empty = tmp_path / "empty"
    empty.mkdir()
    swap_directory(make_site(tmp_path / "three", 3), empty)
    assert generation_of(empty) == 3


def test_this_system_exchanges_in_one_step(tmp_path):
    one, two = make_site(tmp_path / "one", 1), make_site(tmp_path / "two", 2)
    assert atomic._exchange(one, two) == sys.platform.startswith(("linux", "darwin"))
    assert (generation_of(one), generation_of(two)) == (2, 1)


def foreign(path: Path) -> None:
    path.mkdir()
    (path / "thesis.txt").write_text("mine")


def foreign_manifest(path: Path) -> None:
    path.mkdir()
    (path / "manifest.json").write_text('{"name": "a browser extension"}')


def broken_manifest(path: Path) -> None:
    path.mkdir()
    (path / "manifest.json").write_text('{"reports": [')


def link(path: Path) -> None:
    path.symlink_to(make_site(path.with_name("elsewhere"), 1))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (foreign, "has content but no manifest.json of a report site"),
        (foreign_manifest, "has content but no manifest.json of a report site"),
        (broken_manifest, "has content but no manifest.json of a report site"),
        (link, "is a symbolic link"),
        (lambda path: path.write_text("x"), "is a file"),
    ],
    ids=["foreign", "foreign manifest", "broken manifest", "link", "file"],
)
def test_what_is_no_site_of_ours_is_not_replaced(tmp_path, make, said):
    target, staging = tmp_path / "site", make_site(tmp_path / "staging", 2)
    make(target)
    with pytest.raises(PublishError, match=said):
        swap_directory(staging, target)
    assert generation_of(staging) == 2
    assert target.is_symlink() == (make is link)
    if target.is_dir() and not target.is_symlink():
        assert not (target / "pages").exists()


def test_recover_undoes_a_swap_between_its_two_renames(tmp_path):
    target = make_site(tmp_path / "site", 1)
    target.rename(tmp_path / ".site.previous")
    recover(target)
    assert generation_of(target) == 1


def test_recover_finishes_a_swap_before_its_clean_up(tmp_path):
    target = make_site(tmp_path / "site", 2)
    make_site(tmp_path / ".site.previous", 1)
    recover(target)
    assert generation_of(target) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


SWAPPER = f"""
import itertools, json, shutil, sys
from pathlib import Path
FILES = {FILES}
{inspect.getsource(make_site)}
{inspect.getsource(generation_of)}
from engagement_utils.suite.caching import atomic
root = Path(sys.argv[1])
if sys.argv[2] == "two renames":
    atomic._system_exchange = lambda: None
target = root / "site"
atomic.recover(target)
print("up", flush=True)
start = generation_of(target) + 1
for generation in itertools.count(start):
    staging = root / "staging"
    shutil.rmtree(staging, ignore_errors=True)
    atomic.swap_directory(make_site(staging, generation), target)
"""


def test_kill_at_any_moment_leaves_a_whole_site(tmp_path, way):
    target, chance = make_site(tmp_path / "site", 0), random.Random(7)
    before = 0
    for _ in range(12):
        command = [sys.executable, "-c", SWAPPER, str(tmp_path), way]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as swapper:
            swapper.stdout.readline()
            time.sleep(chance.uniform(0.02, 0.2))
            swapper.send_signal(signal.SIGKILL)
        if way == "two renames":
            recover(target)
        # with an exchange there is nothing to recover: whoever looks sees a whole one
        after = generation_of(target)
        assert after >= before
        before = after
    assert before > 0


def test_a_reader_always_finds_a_site(tmp_path):
    target = make_site(tmp_path / "site", 0)
    missing, reads, done = [], [], threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                reads.append(json.loads((target / "manifest.json").read_text())["generation"])
            except OSError as error:
                missing.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for generation in range(1, 30):
        swap_directory(make_site(tmp_path / "staging", generation), target)
    done.set()
    reader.join()
    assert missing == []
    assert len(set(reads)) > 1
    assert reads == sorted(reads)


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "sub" / "a.json"
    write_bytes_atomically(path, b"one")
    assert path.read_bytes() == b"one"

    def fail(handle: int) -> None:
        msg = "disk is full"
        raise OSError(msg)

    monkeypatch.setattr(atomic.os, "fsync", fail)
    with pytest.raises(OSError, match="disk is full"):
        write_bytes_atomically(path, b"two")
    assert path.read_bytes() == b"one"
    assert [entry.name for entry in path.parent.iterdir()] == ["a.json"]
