"""Posts read and measured once a session, and what makes a report of a file."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from engagement_utils.posts import findings, reading, results, schema, views, views_tables
from engagement_utils.posts.page import Answer
from engagement_utils.posts.results import Results
from engagement_utils.posts.sample import PLANTED, Truth, generate
from engagement_utils.posts.settings import Settings
from engagement_utils.tables.reading import read_tables

FAST = Settings(resamples=199)
Report = tuple[Results, Mapping[str, Answer]]


def read(spec: Any, layout: schema.Layout, engine: str = "duckdb://") -> reading.Posts:
    schema.check(layout, spec)
    dataset = read_tables({"posts": spec}, {"posts": schema.schema(layout)}, engine=engine)
    return reading.read(dataset["posts"], layout, spec)


def report_of(spec: Any, layout: schema.Layout | None = None, settings: Settings = FAST) -> Report:
    r = results.measure(read(spec, layout or schema.Layout()), settings)
    return r, findings.answers(r)


FIGURES = {
    "hour_day": "time",
    "hour_day_pooled": "time",
    "windows": "time",
    "hours": "hour",
    "weekdays": "weekday",
    "trend": "trend",
    "format_box": "format",
    "format_density": "format",
    "format_day": "format",
    "domain_bars": "domain",
    "length_by_domain": "length",
    "shares": "explained",
    "histogram": "explained",
}


def drawn(report: Report, *names: str) -> dict[str, Any]:
    """These figures, or all, by the name of what makes them."""
    r, found = report
    return {name: getattr(views, name)(r, found[FIGURES[name]]) for name in names or FIGURES}


def tables(report: Report) -> dict[str, Any]:
    """Every other output of the notebook."""
    r, found = report
    return {
        "cells": views_tables.cells(r),
        "day_parts": views_tables.day_parts(r),
        "format_pairs": views_tables.pairs(r, "format"),
        "domain_pairs": views_tables.pairs(r, "domain"),
        "tests": views_tables.tests(r, found),
        "resonance": views_tables.resonance(r),
        "claims": views_tables.published_claims(r, found),
        "header": findings.header(r),
        "actions": findings.actions(r, found),
        "advice": findings.advice(r, found),
        "remarks": findings.remarks(r),
    }


def written(frame: pd.DataFrame, path: Path, **kw: Any) -> str:
    frame.to_csv(path, index=False, **kw)
    return str(path)


@pytest.fixture(autouse=True)
def _downloads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGAGEMENT_OUTPUT_DIR", str(tmp_path / "downloads"))


@pytest.fixture(scope="session")
def make(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Truth], Report]:
    made: dict[Truth, Report] = {}

    def one(truth: Truth) -> Report:
        if truth not in made:
            path = tmp_path_factory.mktemp("posts") / "posts.csv"
            settings = FAST if truth.posts > 1000 else Settings()
            made[truth] = report_of(written(generate(truth), path), settings=settings)
        return made[truth]

    return one


@pytest.fixture(scope="session")
def stock(make: Callable[[Truth], Report]) -> Report:
    """150 posts without an effect of time."""
    return make(Truth())


@pytest.fixture(scope="session")
def planted(make: Callable[[Truth], Report]) -> Report:
    """5,000 posts with better hours."""
    return make(PLANTED)
