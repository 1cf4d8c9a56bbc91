from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engagement_utils.report.exports import downloads_dir, private_dir, save_csv


def test_folders_by_environment_and_by_default(
    downloads: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert downloads_dir() == downloads
    assert downloads.is_dir()
    monkeypatch.delenv("ENGAGEMENT_OUTPUT_DIR")
    monkeypatch.delenv("ENGAGEMENT_PRIVATE_DIR")
    assert downloads_dir().resolve() == tmp_path / "_output"
    assert private_dir().resolve() == tmp_path / "_output" / "private"


def test_bytes_to_the_letter(downloads: Path) -> None:
    df = pd.DataFrame(
        {
            "text": ["=1+1", "@x", "plain", None],
            "día": ["a,b", 'q"q', "line\nbreak", "-5"],
            "x": [0.1 + 0.2, 1e-9, np.nan, np.inf],
            "n": [1, 2, 3, 10**15],
            "day": pd.to_datetime(["2024-01-16", "2024-02-03", None, "2024-02-05"]),
            "at": pd.to_datetime(
                ["2024-01-16 17:10:58", "2024-02-03 00:00", None, "2024-02-05 00:00:00.25"], format="ISO8601"
            ),
            "py": [date(2025, 6, 1), datetime(2025, 6, 1, 3), None, "x"],
        },
        index=[9, 8, 7, 7],
    )
    assert save_csv(df, "t") == "t.csv"
    assert (downloads / "t.csv").read_bytes().decode() == (
        "text,día,x,n,day,at,py\n"
        '\'=1+1,"a,b",0.30000000000000004,1,2024-01-16,2024-01-16T17:10:58,2025-06-01\n'
        '\'@x,"q""q",1e-09,2,2024-02-03,2024-02-03T00:00:00,2025-06-01T03:00:00\n'
        'plain,"line\nbreak",,3,,,\n'
        ",-5,inf,1000000000000000,2024-02-05,2024-02-05T00:00:00.250000,x\n"
    )


def test_offsets_are_kept_and_headers_are_safe(downloads: Path) -> None:
    df = pd.DataFrame({"=cmd": pd.to_datetime(["2024-01-16T00:00:00-06:00"])})
    save_csv(df, "t.csv")
    assert (downloads / "t.csv").read_text() == "'=cmd\n2024-01-16T00:00:00-06:00\n"


def test_private_files_go_elsewhere(downloads: Path, tmp_path: Path) -> None:
    save_csv(pd.DataFrame({"mail": ["x"]}), "people", private=True)
    assert (tmp_path / "private" / "people.csv").exists()
    assert not (downloads / "people.csv").exists()


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".hidden", "two words", "x\n"])
def test_names_that_are_no_file_names(name: str) -> None:
    with pytest.raises(ValueError, match="file name"):
        save_csv(pd.DataFrame({"a": [1]}), name)


def test_cells_are_written_as_pandas_writes_them(downloads: Path) -> None:
    """Safe cells of every type, many repeated, against pandas' own writer."""
    frame = pd.DataFrame(
        {
            "float": [0.1, 1 / 3, 1e-7, 1e22, np.nan, np.inf, -0.5, 0.1],
            "small": np.array([0.1, 2.5, np.nan, 1e-3, 7, 0.1, 2.5, 1], dtype="float32"),
            "int": range(8),
            "maybe": pd.array([1, None, 3, 1, 1, None, 2, 0], dtype="Int64"),
            "bool": [True, False] * 4,
            "perhaps": pd.array([True, None] * 4, dtype="boolean"),
            "text": ["a,b", 'say "x"', "two\nlines", None, "", "é", " a ", "a,b"],
            "kind": pd.Categorical(["x", None, "y", "x", "x", "y", "y", "x"]),
            "any": [1, 2.5, "t", None, True, np.nan, "u", np.float64(0.1)],
        }
    )
    save_csv(frame, "cells")
    written = (downloads / "cells.csv").read_bytes()
    assert written == frame.to_csv(index=False, lineterminator="\n").encode()
    one = pd.DataFrame({"only": ["a", None, ""]})
    save_csv(one, "one")
    assert (downloads / "one.csv").read_bytes() == one.to_csv(index=False, lineterminator="\n").encode()
    save_csv(frame.head(0), "none")
    assert (downloads / "none.csv").read_bytes() == ",".join(frame.columns).encode() + b"\n"
