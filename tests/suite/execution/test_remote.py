import io
import tarfile
from pathlib import Path

import pytest

from engagement_utils.errors import OutputError
from engagement_utils.suite.execution.remote import pack, unpack


def run_directory(folder: Path) -> Path:
    (folder / "downloads" / "deep").mkdir(parents=True)
    (folder / "private").mkdir()
    (folder / "executed.ipynb").write_text("{}")
    (folder / "result.json").write_bytes(bytes(range(256)) * 100)
    (folder / "downloads" / "deep" / "é.csv").write_text("a,b\n")
    return folder


def contents(folder: Path) -> dict[str, bytes | None]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() if p.is_file() else None for p in folder.rglob("*")
    }


def archive(*members: tarfile.TarInfo) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as file:
        for member in members:
            file.addfile(member, io.BytesIO(bytes(member.size)))
    return buffer.getvalue()


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    about = tarfile.TarInfo(name)
    about.type, about.linkname = kind, link
    about.size = 3 if kind == tarfile.REGTYPE else 0
    return about


def test_a_run_directory_comes_back_as_it_was(tmp_path: Path) -> None:
    run = run_directory(tmp_path / "run")
    unpack(pack(run), tmp_path / "there")
    assert contents(tmp_path / "there") == contents(run)


def test_same_content_same_bytes(tmp_path: Path) -> None:
    one, other = run_directory(tmp_path / "one"), run_directory(tmp_path / "other")
    (other / "executed.ipynb").touch()
    (other / "executed.ipynb").chmod(0o600)
    assert pack(one) == pack(other)


@pytest.mark.parametrize(
    "bad",
    [
        member("../outside"),
        member("downloads/../../outside"),
        member("/etc/outside"),
        member("downloads\\..\\outside"),
        member("elsewhere.txt"),
        member("downloads/link", tarfile.SYMTYPE, "/etc"),
        member("downloads/link", tarfile.LNKTYPE, "result.json"),
        member("downloads/device", tarfile.CHRTYPE),
        member("downloads/pipe", tarfile.FIFOTYPE),
    ],
    ids=lambda m: f"{m.name} {m.type!r}",
)
def test_what_is_no_file_of_a_run_directory_is_refused_and_nothing_is_written(
    tmp_path: Path, bad: tarfile.TarInfo
) -> None:
    with pytest.raises(OutputError, match="no file of a run directory"):
        unpack(archive(member("result.json"), bad), tmp_path / "into" / "run")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"no archive", pack(Path(__file__).parents[1] / "verify")[:700]])
def test_what_is_no_whole_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(OutputError):
        unpack(content, tmp_path / "run")
