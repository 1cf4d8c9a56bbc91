"""`engagement hubspot pull`: contacts with their histories into a Parquet file."""

from pathlib import Path

import click


@click.group()
def hubspot() -> None:
    """Read contacts from HubSpot; the token is taken from HUBSPOT_ACCESS_TOKEN."""


@hubspot.command()
@click.option(
    "--properties",
    type=click.Path(path_type=Path),
    required=True,
    help="CSV: display name, internal name, object type.",
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The Parquet file to write.")
@click.option(
    "--associations", multiple=True, help="Kinds of associated objects whose ids to read, such as companies."
)
@click.option(
    "--incremental", is_flag=True, help="Only what was modified since the last pull into this file."
)
@click.option(
    "--archived", is_flag=True, help="With --incremental: leave out contacts that were deleted in HubSpot."
)
@click.option("--host", default="", help="Another address of the API, for tests.", hidden=True)
def pull(
    properties: Path, out: Path, associations: tuple[str, ...], incremental: bool, archived: bool, host: str
) -> None:
    """Pull contacts; run it again after an interruption and it goes on where it stopped."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from engagement_utils.contacts.hubspot.api import Api
    from engagement_utils.contacts.hubspot.mapping import HubSpotError, read_mapping
    from engagement_utils.contacts.hubspot.pull import completeness
    from engagement_utils.contacts.hubspot.pull import pull as run

    console = Console(stderr=True)
    try:
        wanted = read_mapping(properties)
        api = Api(host)
        columns = (SpinnerColumn(), TextColumn("{task.completed:,} contacts"), TimeElapsedColumn())
        with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
            task = progress.add_task("contacts", total=None)
            done = run(
                api,
                wanted,
                out,
                associations=associations,
                incremental=incremental,
                archived=archived,
                report=lambda n: progress.advance(task, n),
            )
    except HubSpotError as error:
        raise click.ClickException(str(error)) from None
    resumed = f", resumed behind {done.resumed:,} pages" if done.resumed else ""
    deleted = f", {done.deleted:,} deleted" if archived else ""
    click.echo(f"{out}: {done.contacts:,} contacts, {done.changed:,} read{deleted}{resumed}")
    for name, filled, share in completeness(out):
        click.echo(f"  {share:6.1%}  {filled:>9,}  {name}")
