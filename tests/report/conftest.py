from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def downloads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test's own downloads folder; the private one is beside it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ENGAGEMENT_OUTPUT_DIR", str(tmp_path / "downloads"))
    monkeypatch.setenv("ENGAGEMENT_PRIVATE_DIR", str(tmp_path / "private"))
    return tmp_path / "downloads"
