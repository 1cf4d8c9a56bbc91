"""`engine: spark://...` in a YAML, on a cluster of Spark's own, and `pyspark://` in a local session."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Desk

pyspark = pytest.importorskip("pyspark", reason="the extra `spark` brings Spark")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.engines,
    pytest.mark.skipif(
        not (shutil.which("java") or Path(os.environ.get("JAVA_HOME", ""), "bin", "java").is_file()),
        reason="Spark needs Java, which is neither on the PATH nor in JAVA_HOME",
    ),
]

PARAMETERS = """from engagement_utils.tables.spec import Table
n: int = 1
visits: Table = "visits.csv"
engine: str = "duckdb://" """
COUNTS = """import os
from pathlib import Path
from engagement_utils.tables.reading import read_tables
from engagement_utils.tables.schema import Column, Schema

columns = (Column("id", "integer", key=True), Column("who", "string"), Column("x", "number"))
schema = Schema("visits", "", columns)
data = read_tables({"visits": visits}, {"visits": schema}, engine=engine)
table = data["visits"]
grouped = table.group_by("who").aggregate(rows=table.count(), total=table["x"].sum()).order_by("who")
text = grouped.execute().to_csv(index=False)
written = Path(os.environ["ENGAGEMENT_OUTPUT_DIR"], "counts.csv").write_text(text)
print(data.connection.name)"""


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[str]:
    """The URL of a Spark master with one worker, both processes of their own."""
    home = Path(pyspark.__file__).parent
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"spark://127.0.0.1:{port}"
    log = tmp_path / "master.log"
    started = []

    def start(name: str, *arguments: str) -> None:
        command = [
            str(home / "bin" / "spark-class"),
            f"org.apache.spark.deploy.{name}",
            "--host",
            "127.0.0.1",
        ]
        with log.open("a") as stream:
            environment = os.environ | {"SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1"}
            started.append(
                subprocess.Popen(
                    [*command, "--webui-port", "0", *arguments], env=environment, stderr=stream, stdout=stream
                )
            )

    def wait(said: str) -> None:
        end = time.monotonic() + 90
        while said not in log.read_text():
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.5)

    try:
        start("master.Master", "--port", str(port))
        wait("New state: ALIVE")
        start("worker.Worker", "-c", "1", "-m", "1g", "-d", str(tmp_path / "work"), url)
        wait("Registering worker")
        yield url
    finally:
        for process in started:
            process.kill()
            process.wait()


def test_a_report_moves_its_rows_to_spark_by_one_line_of_yaml(desk: Desk, cluster: str) -> None:
    rows = "".join(f"{i},{'abc'[i % 3]},{i / 4}\n" for i in range(60))
    (desk.root / "params" / "visits.csv").write_text(f"id,who,x\n{rows}7,a,1\n")
    desk.notebook("visits", COUNTS, parameters=PARAMETERS)
    engines = {
        "duck": ("duckdb://", "duckdb"),
        "local": ("pyspark://local[1]", "pyspark"),
        "far": (cluster, "pyspark"),
    }
    for name, (url, _) in engines.items():
        desk.report(name, f"notebook: visits\nparameters: {{engine: '{url}'}}\n")

    done = desk.run("--jobs", "1")

    assert done.returncode == 0, done.stderr
    expected = "who,rows,total\na,20,142.5\nb,20,147.5\nc,20,152.5\n"
    for name, (_, engine) in engines.items():
        assert (desk.site / name / "counts.csv").read_text() == expected
        assert engine in (desk.site / name / "code.html").read_text()
    # the master had the application on its workers
    assert "Registered app engagement" in (desk.root.parent / "master.log").read_text()
