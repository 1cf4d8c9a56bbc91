"""A foreign export of the bundled events, read through its YAML alone, gives the bundled findings."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from tests.e2e.conftest import ROOT, Desk

pytestmark = pytest.mark.xdist_group("e2e-foreign")

YAML = """\
notebook: ping_engagement
title: Participación
parameters:
  users:
    path: datos/usuarios.csv
    delimiter: ";"
    encoding: latin-1
    date_format: "%d/%m/%Y"
    columns: {user_id: identificación, signup_date: día de alta}
  pings: datos/pings.parquet
  interactions:
    path: datos/eventos-*.csv
    delimiter: ";"
    encoding: latin-1
    date_format: "%d/%m/%Y %H:%M:%S"
    columns:
      user_id: identificación
      ping_id: vídeo
      event_type: acción
      watch_time_sec: segundos
      event_timestamp: momento
"""


def test_renamed_columns_semicolons_latin1_and_day_first_dates(desk: Desk, tmp_path: Path) -> None:
    shutil.copy(ROOT / "notebooks" / "ping_engagement.ipynb", desk.root / "notebooks")
    desk.report("stock", "notebook: ping_engagement\n")
    foreign = tmp_path / "elsewhere"
    data = foreign / "datos"
    data.mkdir(parents=True)
    bundled = ROOT / "engagement_utils" / "pings" / "sample"
    users = pd.read_csv(bundled / "users.csv", parse_dates=["signup_date"])
    users["signup_date"] = users["signup_date"].dt.strftime("%d/%m/%Y")
    users.columns = ["identificación", "día de alta"]
    users.to_csv(data / "usuarios.csv", sep=";", encoding="latin-1", index=False)
    pings = pd.read_csv(bundled / "pings.csv", parse_dates=["created_at"])
    pings.to_parquet(data / "pings.parquet")
    events = pd.read_csv(bundled / "interactions.csv", parse_dates=["event_timestamp"])
    events["event_timestamp"] = events["event_timestamp"].dt.strftime("%d/%m/%Y %H:%M:%S")
    events.columns = ["identificación", "vídeo", "acción", "segundos", "momento"]
    for part, rows in enumerate((events.iloc[:100], events.iloc[100:])):
        rows.to_csv(data / f"eventos-{part}.csv", sep=";", encoding="latin-1", index=False)
    (foreign / "fremd.yml").write_text(YAML, encoding="utf-8")

    assert desk.run().returncode == 0
    (stock,) = desk.manifest()["reports"]
    out = tmp_path / "out"
    done = desk.run("--params", str(foreign), "--out", str(out))

    assert done.returncode == 0, done.stderr
    (report,) = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["reports"]
    assert report["name"] == "fremd"
    assert report["findings"] == stock["findings"]
    (events,) = [i for i in report["inputs"] if "eventos" in i["path"]]
    assert (events["rows"], events["set_aside"]) == (250, 0)
