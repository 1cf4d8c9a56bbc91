import pytest

from tests.suite.conftest import Desk


@pytest.mark.parametrize(
    "name",
    [
        "a b.yml",
        "index.yml",
        "CON.yml",
        "com1.yml",
        "manifest.yaml",
        "_x.yml",
        "café.yml",
        "a.b.yml",
        "-a.yml",
    ],
)
def test_a_file_name_that_is_no_report_name(ping: Desk, name: str) -> None:
    ping.yaml(name, "notebook: ping\n")
    assert ping.problem().startswith(f"params/{name}:1: the file's name: ")
