"""From a folder of parameter files to jobs; all problems of all files together."""

from datetime import date
from pathlib import Path

import pytest

from engagement_utils.errors import ParameterError
from engagement_utils.suite.planning.plan import describe, parse_override, plan
from tests.suite.conftest import Desk, notebook_text
from tests.suite.planning.conftest import PING


def test_a_file_of_one_line_makes_a_job_of_defaults(ping: Desk) -> None:
    path = ping.yaml("ping.yml", "title: Ping engagement\n")
    (job,) = ping.plan()
    assert (job.name, job.title, job.family, job.member) == ("ping", "Ping engagement", "", {})
    assert (job.notebook, job.source) == (ping.project.notebooks / "ping.ipynb", path)
    assert job.parameters == {
        "users": "users.csv",
        "new_user_days": 7,
        "campus": "",
        "since": None,
        "weights": {"like": 1.0},
        "ratio": 0.5,
    }
    assert (job.tables, job.given, job.timeout, job.memory) == (("users",), (), 600.0, None)


def test_given_values_keep_their_types_and_limits_are_read(ping: Desk) -> None:
    ping.yaml(
        "weekly.yaml",
        "notebook: ping\ntimeout: 30\nmemory: 2GB\n"
        "parameters: {since: 2024-01-31, campus: 'no', weights: {a: 2}, ratio: 1}\n",
    )
    (job,) = ping.plan()
    assert (job.name, job.title, job.timeout, job.memory) == ("weekly", "Weekly", 30.0, 2_000_000_000)
    assert job.parameters["since"] == date(2024, 1, 31)
    assert job.parameters["campus"] == "no"
    assert job.given == ("campus", "since", "weights", "ratio")


def test_notebooks_are_found_by_name_and_by_path(ping: Desk) -> None:
    (ping.project.params / "mine.ipynb").write_text(notebook_text("n: int = 1"))
    ping.yaml("a.yml", "notebook: ping.ipynb\n")
    ping.yaml("b.yml", "notebook: ./mine.ipynb\n")
    ping.yaml("c.yml", "notebook: ../notebooks/ping.ipynb\n")
    notebooks = [j.notebook for j in ping.plan()]
    there = ping.project.notebooks / "ping.ipynb"
    assert notebooks == [there, ping.project.params / "mine.ipynb", there]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "notbook: ping\n",
            "params/ping.yml:1: notbook: unknown key; did you mean 'notebook'? accepted: notebook,",
        ),
        ("title: x\nname: ../x\n", "params/ping.yml:2: name: unknown key; a report is named by its file; "),
        (
            "notebook: pin\n",
            "params/ping.yml:1: notebook: no notebook 'pin'; did you mean 'ping'? accepted: the name",
        ),
        ("notebook: ./gone.ipynb\n", "params/ping.yml:1: notebook: no notebook './gone.ipynb'"),
        ("notebook: [ping]\n", "params/ping.yml:1: notebook: found a list of 1"),
        ("notebook: /etc/passwd\n", "params/ping.yml:1: notebook: no notebook '/etc/passwd'"),
        ("title: 7\n", "params/ping.yml:1: title: found the whole number 7; accepted: one line of text"),
        ('title: "a\\nb"\n', "params/ping.yml:1: title: found the text 'a b'; accepted: one line of text"),
        ("timeout: 0\n", "params/ping.yml:1: timeout: found the whole number 0; accepted: seconds, above 0"),
        ("timeout: .inf\n", "params/ping.yml:1: timeout: found the number inf; accepted: seconds"),
        ("timeout: 5 min\n", "params/ping.yml:1: timeout: found the text '5 min'; accepted: seconds"),
        (
            "memory: 2\n",
            "params/ping.yml:1: memory: found the whole number 2; accepted: a size with its unit",
        ),
        (
            "memory: lots\n",
            "params/ping.yml:1: memory: found the text 'lots'; accepted: a size with its unit",
        ),
        ("parameters: [1]\n", "params/ping.yml:1: parameters: found a list of 1; accepted: a mapping"),
        (
            "parameters:\n  new_user_day: 3\n",
            "params/ping.yml:2: parameters.new_user_day: not a parameter; did you",
        ),
        ("parameters:\n  1: 3\n", "params/ping.yml:2: parameters.1: not a parameter; accepted: users"),
        (
            "parameters:\n\n  new_user_days: '7'\n",
            "params/ping.yml:3: parameters.new_user_days: found the text '7'",
        ),
        (
            "parameters:\n  weights:\n    like: x\n",
            "params/ping.yml:3: parameters.weights.like: found the text 'x'; acce",
        ),
        (
            "parameters: {ratio: 2}\n",
            "params/ping.yml:1: parameters.ratio: found the whole number 2; accepted: a number, ",
        ),
        ("parameters: {ratio: .nan}\n", "params/ping.yml:1: parameters.ratio: found the number nan"),
        ("parameters:\n  users: gone.csv\n", "params/ping.yml:2: parameters.users: 'gone.csv': no such file"),
        (
            "parameters:\n  users: {path: users.csv, colums: {}}\n",
            "params/ping.yml:2: parameters.users.colums: not a key",
        ),
        (
            "for_each: {campus: QRO}\n",
            "params/ping.yml:1: for_each.campus: found the text 'QRO'; accepted: a list",
        ),
        (
            "for_each: {campus: []}\n",
            "params/ping.yml:1: for_each.campus: found a list of 0; accepted: a list",
        ),
        ("for_each: []\n", "params/ping.yml:1: for_each: found a list of 0; accepted: a mapping"),
        (
            "for_each: {campus: [[a]]}\n",
            "params/ping.yml:1: for_each.campus[0]: found a list of 1; accepted: text",
        ),
        (
            "for_each:\n  campus: [a,\n    A]\n",
            "params/ping.yml:3: for_each.campus[1]: 'A' and 'a' both make ping-a",
        ),
        (
            "for_each: {campus: [a-b, a], new_user_days: [1]}\ntitle: '{camps}'\n",
            "params/ping.yml:2: title: {camps} is n",
        ),
        (
            "for_each: {campis: [a, b]}\n",
            "params/ping.yml:1: for_each.campis: not a parameter; did you mean 'campus'?",
        ),
        (
            "for_each:\n  campus: [a,\n    7]\n",
            "params/ping.yml:3: for_each.campus[1]: found the whole number 7; accepted",
        ),
        (
            "for_each: {campus: [a]}\nparameters: {campus: b}\n",
            "params/ping.yml:1: for_each.campus: also stated under p",
        ),
        ("", "params/ping.yml:1: empty; accepted: a mapping of notebook, title"),
        ("# nothing\n", "params/ping.yml:1: empty; accepted: a mapping"),
        ("- a\n", "params/ping.yml:1: found a list of 1; accepted: a mapping"),
        ("ping\n", "params/ping.yml:1: found the text 'ping'; accepted: a mapping"),
        ("title: a\ntitle: b\n", "params/ping.yml:2: title: found twice; accepted: once"),
    ],
)
def test_a_file_that_does_not_fit(ping: Desk, text: str, expected: str) -> None:
    ping.yaml("ping.yml", text)
    assert ping.problem().startswith(expected)


def test_all_problems_of_all_files_are_one_error(ping: Desk) -> None:
    ping.yaml("a.yml", "notebook: pin\ntimeout: x\n")
    ping.yaml("b.yml", "notebook: ping\nparameters:\n  ratio: 2\n  campus: 3\n  nope: 1\n")
    ping.yaml("c.yml", "a: [\n")
    ping.yaml("ping.yml", "title: good\n")
    assert [line.split(": ")[0] for line in ping.problems("ping.ratio=7", "gone.x=1")] == [
        "--set ping.ratio",
        "--set gone.x",
        "params/a.yml:1",
        "params/a.yml:2",
        "params/b.yml:3",
        "params/b.yml:4",
        "params/b.yml:5",
        "params/c.yml:2",
    ]


def test_two_reports_of_one_name(ping: Desk) -> None:
    ping.yaml("ping.yml", "title: a\n")
    ping.yaml("ping.yaml", "title: b\n")
    assert "makes a report 'ping', as params/ping.yaml makes 'ping'" in ping.problem()


def test_names_that_differ_by_case_alone(ping: Desk) -> None:
    ping.yaml("a.yml", "notebook: ping\n")
    ping.yaml("A.yml", "notebook: ping\n")
    if len(list(ping.project.params.glob("*.yml"))) == 2:  # a file system that takes A for a has one
        assert "names that differ by more than case" in ping.problem()


def test_a_member_and_a_report_of_one_name(ping: Desk) -> None:
    ping.yaml("ping.yml", "for_each: {campus: [QRO]}\n")
    ping.yaml("ping-qro.yml", "notebook: ping\n")
    assert "makes a report 'ping-qro'" in ping.problem()


def test_overrides_reach_reports_families_and_members(ping: Desk) -> None:
    ping.yaml("ping.yml", "for_each: {campus: [QRO, MTY]}\n")
    ping.yaml("other.yml", "notebook: ping\nparameters: {ratio: 0.1}\n")
    jobs = ping.plan(
        "ping.new_user_days=3", "ping-qro.since=2024-01-31", "other.weights={a=b: 1}", "ping-qro.ratio=1"
    )
    by_name = {j.name: j.parameters for j in jobs}
    assert [by_name[n]["new_user_days"] for n in ("ping-qro", "ping-mty", "other")] == [3, 3, 7]
    assert by_name["ping-qro"]["since"] == date(2024, 1, 31)
    assert by_name["ping-mty"]["since"] is None
    assert by_name["other"]["weights"] == {"a=b": 1.0}
    assert by_name["other"]["ratio"] == 0.1
    assert "ratio" in next(j.given for j in jobs if j.name == "ping-qro")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ping.new_user_dys=3", "--set ping.new_user_dys: not a parameter; did you mean 'new_user_days'?"),
        ("ping.new_user_days=x", "--set ping.new_user_days: found the text 'x'; accepted: a whole number"),
        ("ping.new_user_days=", "--set ping.new_user_days: found nothing (null); accepted: a whole number"),
        ("ping.weights={a: b}", "--set ping.weights: a: found the text 'b'; accepted: a number"),
        ("ping.weights={a: 1", "--set ping.weights: not YAML"),
        (
            "pong.new_user_days=3",
            "--set pong.new_user_days: no report 'pong'; did you mean 'ping'? accepted: ping",
        ),
        ("ping.users=gone.csv", "--set ping.users: 'gone.csv': no such file"),
    ],
)
def test_an_override_that_does_not_fit(ping: Desk, text: str, expected: str) -> None:
    ping.yaml("ping.yml", "title: Ping\n")
    assert ping.problem(text).startswith(expected)


def test_an_override_does_not_change_what_for_each_states(ping: Desk) -> None:
    ping.yaml("ping.yml", "for_each: {campus: [QRO, MTY]}\n")
    assert ping.problem("ping.campus=GDL").startswith("--set ping.campus: campus is stated by for_each")


def test_an_override_mends_a_value_of_the_file(ping: Desk) -> None:
    ping.yaml("ping.yml", "parameters: {ratio: 7}\n")
    assert ping.plan("ping.ratio=0.7")[0].parameters["ratio"] == 0.7


@pytest.mark.parametrize("text", ["ping", "ping=3", "ping.=3", ".x=3", "ping.x", "a=b.c"])
def test_an_override_has_three_parts(text: str) -> None:
    with pytest.raises(ParameterError, match=r"accepted: NAME\.KEY=VALUE"):
        parse_override(text)


def test_an_override_is_split_at_the_first_equals_sign() -> None:
    assert parse_override("a.b=c=d.e") == ("a", "b", "c=d.e")


def test_only_keeps_reports_families_and_members(ping: Desk) -> None:
    ping.yaml("ping.yml", "for_each: {campus: [QRO, MTY]}\n")
    ping.yaml("other.yml", "notebook: ping\n")
    assert [j.name for j in ping.plan(only=["ping"])] == ["ping-mty", "ping-qro"]
    assert [j.name for j in ping.plan(only=["ping-qro", "other"])] == ["other", "ping-qro"]
    expected = (
        "reports: pin-qro: no such report; did you mean 'ping-qro'? accepted: other, ping, ping-mty, ping-qro"
    )
    assert ping.problem(only=["pin-qro"]) == expected


def test_only_leaves_other_files_problems_out(ping: Desk) -> None:
    ping.yaml("ping.yml", "for_each: {campus: [QRO, MTY]}\n")
    ping.yaml("broken.yml", "a: [\n")
    assert [j.name for j in ping.plan(only=["ping-qro"])] == ["ping-qro"]
    assert ping.problem(only=["broken"]).startswith("params/broken.yml:2: not YAML")


def test_a_notebook_that_is_unreadable_is_told_once(ping: Desk) -> None:
    ping.notebook("bad", "x = 1\ny: int\n")
    ping.yaml("a.yml", "notebook: bad\n")
    ping.yaml("b.yml", "notebook: bad\n")
    assert [line.split(": ")[:2] for line in ping.problems()] == [
        ["notebooks/bad.ipynb:cell 1:1", "x"],
        ["notebooks/bad.ipynb:cell 1:2", "y"],
    ]


def test_a_default_whose_file_is_missing_is_a_problem(desk: Desk) -> None:
    desk.notebook("ping", PING)
    desk.yaml("ping.yml", "title: x\n")
    assert (
        desk.problem()
        == "params/ping.yml:1: parameters.users (the notebook's default): 'users.csv': no such file"
    )


def test_a_folder_without_files(desk: Desk, tmp_path: Path) -> None:
    assert desk.problem().endswith(
        "params: no parameter file in it; accepted: a folder of parameter files, *.yml or *.yaml"
    )
    with pytest.raises(ParameterError, match="cannot be read"):
        plan(tmp_path / "gone", desk.project)


def test_files_of_other_kinds_and_hidden_ones_are_left_out(ping: Desk) -> None:
    ping.yaml("ping.yml", "title: x\n")
    ping.yaml(".hidden.yml", "a: [\n")
    ping.yaml("notes.txt", "a: [\n")
    (ping.project.params / "folder.yml").mkdir()
    assert ping.problem().startswith("params/folder.yml:1: cannot be read (Is a directory)")


def test_relative_folders_work_from_the_working_directory(
    ping: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ping.yaml("ping.yml", "parameters: {ratio: 2}\n")
    monkeypatch.chdir(ping.project.root)
    with pytest.raises(ParameterError, match=r"^params/ping\.yml:1: parameters\.ratio"):
        plan(Path("params"), ping.project)


def test_each_report_with_its_parameters(desk: Desk) -> None:
    desk.notebook("n", "days: Annotated[int, Ge(1)] = 7  # window\ncampus: str = ''\n")
    desk.yaml("n.yml", "title: '{campus}'\nfor_each: {campus: [QRO, MTY]}\nparameters: {days: 28}\n")
    first, second = describe(desk.plan())
    assert (first["name"], first["title"], first["family"], second["name"]) == ("n-mty", "MTY", "n", "n-qro")
    days, campus = first["parameters"]
    assert days == {
        "name": "days",
        "annotation": "Annotated[int, Ge(1)]",
        "accepted": "a whole number, at least 1",
        "default": 7,
        "description": "window",
        "value": 28,
        "given": True,
    }
    assert (campus["default"], campus["value"], campus["given"]) == ("", "MTY", True)
