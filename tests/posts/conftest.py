"""Posts reported on once a session, and what makes a report of a file."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from engagement_utils.posts.factors import Design
from engagement_utils.posts.measures import Measures, sample
from engagement_utils.posts.report import PostReport, Settings, schemas
from engagement_utils.posts.sample.generate import PLANTED, Truth, generate
from engagement_utils.tables.reading import Dataset, read_tables


def settings(**choices: Any) -> Settings:
    """With few permutations, unless these choices say more."""
    return Settings(**{"resamples": 199, **choices})


def read(posts: Any, engine: str = "duckdb://", **choices: Any) -> tuple[Dataset, Settings]:
    """A file of posts, checked, and the settings that it was checked by."""
    chosen = settings(posts=posts, **choices)
    return read_tables({"posts": posts}, schemas(chosen), engine=engine), chosen


def measured(posts: Any, engine: str = "duckdb://", **choices: Any) -> Measures:
    return Measures(*read(posts, engine, **choices))


def report_of(posts: Any, **choices: Any) -> PostReport:
    return PostReport(*read(posts, **choices))


def written(frame: pd.DataFrame, path: Path, **kw: Any) -> str:
    frame.to_csv(path, index=False, **kw)
    return str(path)


def shown(report: PostReport) -> dict[str, list[Any]]:
    """What stands below each section's finding, by the question's attribute; everything else is made too."""
    outputs = {
        name: list(getattr(report, name).details)
        for name in ("time", "hours", "weekdays", "trend", "format", "domain", "length", "explained")
    }
    assert all((report.header(), report.claims.details, report.advice))
    return outputs


def named(outputs: list[Any]) -> dict[str, Any]:
    """Figures and tables by name."""
    return {o.name: o for o in outputs if hasattr(o, "name")}


def verdicts(report: PostReport) -> dict[str, str]:
    return {topic: finding.verdict for topic, finding in report.findings.items()}


@pytest.fixture(autouse=True)
def _downloads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGAGEMENT_OUTPUT_DIR", str(tmp_path / "downloads"))


@pytest.fixture(scope="session")
def make(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Truth], PostReport]:
    made: dict[Truth, PostReport] = {}

    def one(truth: Truth) -> PostReport:
        if truth not in made:
            path = tmp_path_factory.mktemp("posts") / "posts.csv"
            resamples = 199 if truth.posts > 1000 else 999
            made[truth] = report_of(written(generate(truth), path), resamples=resamples)
        return made[truth]

    return one


@pytest.fixture(scope="session")
def stock(make: Callable[[Truth], PostReport]) -> PostReport:
    """150 posts without an effect of time."""
    return make(Truth())


@pytest.fixture(scope="session")
def planted(make: Callable[[Truth], PostReport]) -> PostReport:
    """5,000 posts with better hours."""
    return make(PLANTED)


@pytest.fixture(scope="session")
def analysed(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., pd.DataFrame]:
    """Generated posts as tests and models take them, by what is planted."""

    def frame(**truth: Any) -> pd.DataFrame:
        path = tmp_path_factory.mktemp("posts") / "posts.csv"
        found = measured(written(generate(replace(Truth(), **truth)), path))
        return sample(found.posts.table, 20_000)

    return frame


@pytest.fixture(scope="session")
def design(analysed: Callable[..., pd.DataFrame]) -> Callable[..., Design]:
    """The design of generated posts."""
    return lambda **truth: Design.of(analysed(**truth), settings())
