"""The domain's commands: `engagement serve` and `engagement sample profiles`. Imported when one is called."""

import os
from pathlib import Path

import click

HOST, PORT = "127.0.0.1", 8000


@click.command()
@click.option(
    "--model",
    "folder",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of a saved model, such as reports/_site/engagement_prediction/model.",
)
@click.option("--host", default=HOST, show_default=True, help="Address to listen on.")
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(1, 65535), help="Port.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes.")
def serve(folder: Path, host: str, port: int, workers: int) -> None:
    """Answer forecasts over HTTP with a saved model."""
    from engagement_utils.profiles.serving.bundle import load

    load(folder)  # refuse an unusable model before any process starts
    # a forecast is a few trees on one row: threads of OpenMP only wait for each other
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    import uvicorn

    from engagement_utils.profiles.serving.api import MODEL_VARIABLE

    os.environ[MODEL_VARIABLE] = str(folder.absolute())
    app = "engagement_utils.profiles.serving.api:app_from_environment"
    uvicorn.run(
        app, factory=True, host=host, port=port, workers=workers, access_log=False, log_level="warning"
    )


@click.group()
def sample() -> None:
    """Write generated data, whose truth is known."""


@sample.command("profiles")
@click.option(
    "--rows", default=33_000_000, show_default=True, type=click.IntRange(1000), help="About so many rows."
)
@click.option(
    "--out",
    "folder",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the 24 monthly CSV files; files of these names are replaced.",
)
@click.option("--seed", type=int, help="Another seed gives other profiles.")
def sample_profiles(rows: int, folder: Path, seed: int | None) -> None:
    """Daily rows of profiles over two years, as 24 monthly CSV files."""
    from engagement_utils.profiles.sample.generate import write_months

    written = write_months(folder, rows, seed=seed)
    click.echo(f"wrote {written:,} rows to {folder}")
