"""The pull against a local server: paging, histories, failures, kills, increments, the token kept secret."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from engagement_utils.contacts.hubspot.api import Api
from engagement_utils.contacts.hubspot.command import hubspot
from engagement_utils.contacts.hubspot.mapping import HubSpotError, Property, read_mapping
from engagement_utils.contacts.hubspot.pull import completeness, history_file, pull
from tests.contacts.fake_hubspot import TOKEN, FakeHubSpot

PROPERTIES = [Property("Lifecycle Stage", "lifecyclestage"), Property("Ciudad", "city")]
MAPPING = (
    "Nombre,Nombre interno,Tipo\nLifecycle "
    "Stage,lifecyclestage,contact\nCiudad,city,contacts\nMonto,amount,deal\n"
)
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def token(monkeypatch):
    monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", TOKEN)


@pytest.fixture
def server(request):
    total, faults = getattr(request, "param", (120, {}))
    fake = FakeHubSpot(total, faults)
    yield fake
    fake.close()


def quick(fake, waits=None):
    return Api(fake.url, sleep=(waits if waits is not None else []).append)


def test_all_contacts_with_histories_and_associations(server, tmp_path):
    out = tmp_path / "contacts.parquet"
    done = pull(quick(server), PROPERTIES, out, associations=["companies"])
    table = pq.read_table(out).to_pandas()
    assert done.contacts == len(table) == 120
    assert table["Record ID"].tolist() == [str(n) for n in range(1, 121)]
    assert table.loc[0, "Lifecycle Stage"] == "subscriber // lead"  # sorted by time
    assert table.loc[2, "Lifecycle Stage"] == "lead"  # the current value, where there is no history
    assert table.loc[0, "Ciudad"] == "Ciudad 1"
    assert table["Associated companies"].notna().all()
    long = pq.read_table(history_file(out)).to_pandas()
    first = long[(long["contact_id"] == "1") & (long["property"] == "Lifecycle Stage")]
    assert first["value"].tolist() == ["subscriber", "lead"]
    assert str(first["time"].iloc[0]) == "2024-01-01 00:00:00.500000"
    assert {c: f for c, f, _ in completeness(out)}["Ciudad"] == 60
    assert not list(tmp_path.glob(".*.pages"))


@pytest.mark.parametrize(
    "server",
    [
        (120, {2: 429}),
        (120, {1: 500, 2: 502, 3: 503}),
        (120, {2: "cut"}),
        (120, {2: "broken"}),
        (120, {1: 429, 2: "cut", 4: "broken", 5: 500}),
    ],
    indirect=True,
)
def test_what_passes_is_asked_again(server, tmp_path):
    waits = []
    pull(quick(server, waits), PROPERTIES, tmp_path / "c.parquet")
    assert pq.read_table(tmp_path / "c.parquet").num_rows == 120
    assert waits


def test_the_retry_header_is_obeyed(tmp_path):
    fake, waits = FakeHubSpot(60, {1: 429}, retry_after="7"), []
    pull(quick(fake, waits), PROPERTIES, tmp_path / "c.parquet")
    fake.close()
    assert waits == [7.0]


@pytest.mark.parametrize(
    ("server", "words"),
    [((60, {1: 401}), "refuses the token"), ((60, {1: 403}), "scope"), ((60, {1: 400}), "internal names")],
    indirect=["server"],
)
def test_what_cannot_pass_is_said_at_once(server, words, tmp_path, caplog):
    with caplog.at_level("DEBUG"), pytest.raises(HubSpotError, match=words) as caught:
        pull(quick(server), PROPERTIES, tmp_path / "c.parquet")
    assert server.requests == 1
    assert TOKEN not in str(caught.value)
    assert TOKEN not in caplog.text


@pytest.mark.parametrize("server", [(60, dict.fromkeys(range(1, 50), 500))], indirect=True)
def test_gives_up_with_words(server, tmp_path):
    with pytest.raises(HubSpotError, match="after 8 attempts: HTTP 500"):
        pull(quick(server), PROPERTIES, tmp_path / "c.parquet")


def test_resumes_behind_the_last_whole_page(tmp_path):
    fake = FakeHubSpot(500, {5: 401})
    with pytest.raises(HubSpotError):
        pull(quick(fake), PROPERTIES, tmp_path / "c.parquet")
    done = pull(quick(fake), PROPERTIES, tmp_path / "c.parquet")
    fake.close()
    assert done.resumed == 4
    assert set(fake.served.values()) == {1}  # no contact was asked for twice
    assert pq.read_table(tmp_path / "c.parquet").num_rows == 500


def test_increment_replaces_what_changed(tmp_path):
    fake, out = FakeHubSpot(230), tmp_path / "c.parquet"
    pull(quick(fake), PROPERTIES, out, associations=["companies"])
    fake.changed = dict.fromkeys(range(1, 131), "Nueva") | {231: "Nueva"}
    done = pull(quick(fake), PROPERTIES, out, associations=["companies"], incremental=True)
    fake.close()
    table = pq.read_table(out).to_pandas().set_index("Record ID")
    assert (done.contacts, done.changed) == (231, 131)
    assert table.index.is_unique
    assert (table["Ciudad"] == "Nueva").sum() == 131
    assert table.loc["200", "Ciudad"] != "Nueva"
    assert fake.seen[0]["filterGroups"][0]["filters"][0]["value"] == "1717200000000"


def test_increment_leaves_out_what_was_deleted(tmp_path):
    fake, out = FakeHubSpot(500), tmp_path / "c.parquet"
    pull(quick(fake), PROPERTIES, out)
    fake.changed = dict.fromkeys(range(1, 11), "Nueva")
    fake.archived = set(range(5, 255)) | {9999}  # some were modified before; one that no pull ever had
    kept = pull(quick(fake), PROPERTIES, out, incremental=True)
    assert (kept.contacts, kept.deleted) == (500, 0)  # without being asked, as before
    fake.faults = {fake.requests + 5: 401}  # on the third page of the deleted ones
    with pytest.raises(HubSpotError):
        pull(quick(fake), PROPERTIES, out, incremental=True, archived=True)
    assert pq.read_table(out).num_rows == 500
    before = fake.requests
    done = pull(quick(fake), PROPERTIES, out, incremental=True, archived=True)
    assert fake.requests - before == 1  # goes on with the page that failed
    ids = [int(i) for i in pq.read_table(out)["Record ID"].to_pylist()]
    assert ids == [n for n in range(1, 501) if n not in fake.archived]
    assert (done.contacts, done.deleted) == (250, 250)
    assert set(pq.read_table(history_file(out))["contact_id"].to_pylist()) <= {str(i) for i in ids}
    # one that was restored and touched comes back
    fake.archived.discard(5)
    again = pull(quick(fake), PROPERTIES, out, incremental=True, archived=True)
    fake.close()
    assert (again.contacts, again.deleted) == (251, 0)


def test_the_command_says_how_many_were_deleted(tmp_path):
    fake = FakeHubSpot(60)
    (tmp_path / "map.csv").write_text(MAPPING, encoding="utf-8")
    args = ["pull", "--properties", str(tmp_path / "map.csv"), "--out", str(tmp_path / "c.parquet")]
    args += ["--host", fake.url]
    refused = CliRunner().invoke(hubspot, [*args, "--archived"])
    assert "--archived goes with --incremental" in refused.output
    assert CliRunner().invoke(hubspot, args).exit_code == 0
    fake.archived = {3, 4}
    result = CliRunner().invoke(hubspot, [*args, "--incremental", "--archived"])
    fake.close()
    assert "58 contacts, 0 read, 2 deleted" in result.output


def test_increment_needs_an_earlier_pull(server, tmp_path):
    with pytest.raises(HubSpotError, match="no earlier pull"):
        pull(quick(server), PROPERTIES, tmp_path / "c.parquet", incremental=True)


def test_mapping_leaves_other_objects_out(tmp_path):
    file = tmp_path / "map.csv"
    file.write_text(MAPPING, encoding="utf-8")
    assert read_mapping(file) == PROPERTIES
    file.write_text(MAPPING + "Ciudad,city2,contact\n", encoding="utf-8")
    with pytest.raises(HubSpotError, match="row 5: 'Ciudad'"):
        read_mapping(file)
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(HubSpotError, match="no column for the display name"):
        read_mapping(file)


def test_command_says_what_is_missing(tmp_path, monkeypatch):
    (tmp_path / "map.csv").write_text(MAPPING, encoding="utf-8")
    monkeypatch.delenv("HUBSPOT_ACCESS_TOKEN")
    args = ["pull", "--properties", str(tmp_path / "map.csv"), "--out", str(tmp_path / "c.parquet")]
    result = CliRunner().invoke(hubspot, args)
    assert result.exit_code == 1
    assert "HUBSPOT_ACCESS_TOKEN" in result.output


def test_25_000_contacts_killed_twice_come_out_complete(tmp_path):
    fake, out = (
        FakeHubSpot(25_000, {30: 429, 90: 500, 150: "cut", 200: "broken"}),
        tmp_path / "contacts.parquet",
    )
    (tmp_path / "map.csv").write_text(MAPPING, encoding="utf-8")
    code = "from engagement_utils.contacts.hubspot.command import hubspot; hubspot()"
    command = [sys.executable, "-c", code, "pull", "--properties", str(tmp_path / "map.csv")]
    command += ["--out", str(out), "--host", fake.url]
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    for pages in (60, 140):
        process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 120
        while len(list(tmp_path.glob(".*.pages/*.json"))) < pages and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert not out.exists()
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=240)
    fake.close()
    assert done.returncode == 0, done.stderr
    ids = pq.read_table(out, columns=["Record ID"])["Record ID"].to_pylist()
    assert ids == [str(n) for n in range(1, 25_001)]
    assert "25,000 contacts" in done.stdout
    assert "resumed behind" in done.stdout
    # at most the page that was on its way is asked for again
    assert sum(n - 1 for n in fake.served.values()) <= 2 * 50 + 50
    assert TOKEN not in done.stdout + done.stderr
    assert all(TOKEN.encode() not in f.read_bytes() for f in tmp_path.rglob("*") if f.is_file())
