"""The command `engagement`.

Exit codes: 0 everything is published; 1 a report failed, or the suite could not do its work; 2 unusable
parameters or input; 130 interrupted. Further commands come by the entry point group
`engagement_utils.commands`, each a click command; they are imported when they are called.
"""

import json
import sys
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from engagement_utils.errors import EngagementError, ParameterError, TableError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

COMMANDS = "engagement_utils.commands"
Command = TypeVar("Command", bound=Callable[..., Any])


@cache
def _foreign() -> "dict[str, EntryPoint]":
    from importlib.metadata import entry_points

    return {point.name: point for point in entry_points(group=COMMANDS)}


class Commands(click.Group):
    """The suite's own commands and, by entry point, those of the domains; errors for users are plain text."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command's name."""
        return [*super().list_commands(ctx), *sorted(_foreign().keys() - self.commands.keys())]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command; one of a domain is imported now."""
        if own := super().get_command(ctx, cmd_name):
            return own
        point = _foreign().get(cmd_name)
        if point is None:
            return None
        try:
            return point.load()
        except ImportError as error:
            msg = f"{cmd_name} needs a package that is not installed: {error}"
            raise click.ClickException(msg) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands in the help; those of domains are named without importing them."""
        rows = [(name, self.commands[name].get_short_help_str()) for name in super().list_commands(ctx)]
        rows += [(name, f"(from {_foreign()[name].module})") for name in sorted(_foreign())]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; turn what a user can mend into text and an exit code."""
        try:
            return super().invoke(ctx)
        except EngagementError as error:
            click.echo(f"error: {error}", err=True)
            ctx.exit(2 if isinstance(error, ParameterError | TableError) else 1)
        except BrokenPipeError:
            raise  # click ends quietly
        except OSError as error:
            click.echo(f"error: {error.strerror or error}: {error.filename or ''}".rstrip(": "), err=True)
            ctx.exit(1)
        except KeyboardInterrupt:
            click.echo("interrupted; the published site is as it was", err=True)
            ctx.exit(130)


def planning(command: Command) -> Command:
    """The arguments of every command that reads parameter files."""
    folder = click.Path(path_type=Path, file_okay=False)
    for decorate in (
        click.option(
            "--set",
            "overrides",
            multiple=True,
            metavar="NAME.KEY=VALUE",
            help="Override a parameter for now.",
        ),
        click.option("--params", type=folder, help="Folder of parameter files [default: params]"),
        click.argument("names", nargs=-1),
    ):
        command = decorate(command)
    return command


publisher_option = click.option(
    "--publisher",
    type=click.Choice(["auto", "quarto", "builtin"]),
    default="auto",
    show_default=True,
    help="What makes the pages; auto takes Quarto where it is installed.",
)


def publishing(command: Command) -> Command:
    """The options of every command that looks at the published site."""
    folder = click.Path(path_type=Path, file_okay=False)
    for decorate in (
        publisher_option,
        click.option("--out", type=folder, help="Folder of the site [default: reports/_site]"),
    ):
        command = decorate(command)
    return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="engagement-utils")
def main() -> None:
    """Make engagement reports from notebooks and parameter files."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that knows no ● shows another sign


@main.command()
@planning
@publishing
@click.option("--jobs", type=click.IntRange(min=1), help="Reports that run at once [default: cores + 1]")
@click.option(
    "--executor", metavar="dask://ADDRESS", help="Run notebooks on the cluster of a dask scheduler."
)
@click.option("--force", is_flag=True, help="Execute although nothing changed.")
@click.option("--no-wait", is_flag=True, help="Fail at once where another run is at work.")
@click.pass_context
def run(
    ctx: click.Context,
    names: tuple[str, ...],
    no_wait: bool,
    jobs: int | None,
    executor: str | None,
    **options: Any,
) -> None:
    """Execute what changed and publish the site: all reports, or those of NAMES."""
    from engagement_utils.suite import progress, tools
    from engagement_utils.suite.run import Suite

    request = _request(names=names, wait=not no_wait, **options, **({"jobs": jobs} if jobs else {}))
    with progress.listener(sys.stderr) as listener:
        outcome = Suite(request, listener, tools.real(executor) if executor else tools.real()).run()
    progress.print_outcome(outcome, sys.stdout)
    for report in outcome.reports:
        if report.failure:
            where = f"; see {report.where}" if report.where else ""
            text = f"error: {report.name} failed ({report.failure.kind}): {report.failure.message}{where}"
            click.echo(text, err=True)
    ctx.exit(outcome.exit_code)


@main.command()
@planning
def check(names: tuple[str, ...], params: Path | None, overrides: tuple[str, ...]) -> None:
    """Check parameters and inputs without executing anything."""
    from engagement_utils.suite.planning.inputs import inputs_of
    from engagement_utils.suite.publish.words import many

    jobs = _jobs(names, params, overrides)
    files = {item.path for job in jobs for item in inputs_of(job).files}
    found = f"{many(len(jobs), 'report')}, {many(len(files), 'input file')}"
    click.echo(f"{found}: all parameters are usable")


@main.command("list")
@planning
@click.option("--json", "as_json", is_flag=True, help="Everything, for programs.")
def list_(names: tuple[str, ...], params: Path | None, overrides: tuple[str, ...], as_json: bool) -> None:
    """List the reports and their parameters."""
    from engagement_utils.suite.planning.jsonable import plain
    from engagement_utils.suite.planning.plan import describe

    found = [plain(item) for item in describe(_jobs(names, params, overrides))]
    if as_json:
        click.echo(json.dumps(found, indent=1, ensure_ascii=False))
        return
    from engagement_utils.suite import progress

    rows = []
    for item in found:
        given = (p for p in item["parameters"] if p["given"])
        stated = ", ".join(f"{p['name']}={json.dumps(p['value'], ensure_ascii=False)}" for p in given)
        rows.append((item["name"], Path(item["notebook"]).name, item["title"], stated))
    progress.print_table(("report", "notebook", "title", "stated parameters"), rows, sys.stdout)


@main.command()
@planning
@publishing
def explain(**options: Any) -> None:
    """Say why each report would be made again, or would not."""
    from engagement_utils.suite import progress, tools
    from engagement_utils.suite.run import Suite

    for name, reasons in (
        Suite(_request(**options), progress.Lines(sys.stderr), tools.real()).explain().items()
    ):
        for reason in reasons:
            click.echo(f"{name}: {reason.text}")


@main.command()
@planning
@publisher_option
@click.option("--keep", type=click.Path(path_type=Path, file_okay=False), help="Folder for the two sites.")
@click.pass_context
def verify(
    ctx: click.Context,
    names: tuple[str, ...],
    params: Path | None,
    overrides: tuple[str, ...],
    publisher: str,
    keep: Path | None,
) -> None:
    """Make the reports twice from nothing, in two folders, and name the first byte that differs."""
    from engagement_utils.suite.project import find_project
    from engagement_utils.suite.publish.words import many
    from engagement_utils.suite.verify import twice

    project = find_project()
    _jobs(names, params, overrides)  # unusable parameters are told once
    words = [*names, "--publisher", publisher, *(word for text in overrides for word in ("--set", text))]
    say = partial(click.echo, err=True)
    found = twice.verify(project, (params or project.params).resolve(), words, say, keep)
    for difference in found.differences:
        click.echo(f"{difference}")
    if not found.shifted:
        say("the clock was the same in both runs: install faketime or time-machine to shift it")
    if found.differences:
        say(f"error: {len(found.differences)} of {many(found.files, 'file')} differ between two runs")
        ctx.exit(1)
    click.echo(f"{many(found.files, 'file')}: every byte is the same in both runs, {twice.TIMES} aside")


@main.command()
@click.argument("name")
def new(name: str) -> None:
    """Make a notebook and a parameter file for a new report NAME; they run as they are."""
    from engagement_utils.suite.project import find_project, new_report, shown_path

    for path in new_report(find_project(), name):
        click.echo(f"made {shown_path(path)}")


def _request(**options: Any) -> Any:
    from engagement_utils.suite.planning.plan import parse_override
    from engagement_utils.suite.run import Request

    return Request(**options | {"overrides": [parse_override(text) for text in options["overrides"]]})


def _jobs(names: tuple[str, ...], params: Path | None, overrides: tuple[str, ...]) -> Any:
    from engagement_utils.suite.planning.plan import parse_override, plan
    from engagement_utils.suite.project import find_project

    project = find_project()
    return plan((params or project.params).absolute(), project, map(parse_override, overrides), names)
