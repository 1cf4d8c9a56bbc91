"""The sample contacts, read and measured once a session; small tables built by hand."""

import pandas as pd
import pytest

from engagement_utils.contacts import results, sample
from engagement_utils.contacts.headers import resolved
from engagement_utils.contacts.schema import CONTACTS
from engagement_utils.tables.reading import read_tables


def read(frame, folder, **kwargs):
    """A frame as an export that the report reads."""
    file = folder / "contacts.csv"
    frame.to_csv(file, index=False)
    spec, _ = resolved(str(file), **kwargs)
    return read_tables({"contacts": spec}, {"contacts": CONTACTS}, aside=folder / "aside")


def measured(frame, folder, **settings):
    dataset = read(frame, folder)
    return results.measure(dataset.connection, dataset["contacts"], results.Settings(**settings))


@pytest.fixture(scope="session")
def planted():
    """(export, truth) with two segments."""
    return sample.generate(sample.Truth(contacts=4000, seed=5))


@pytest.fixture(scope="session")
def r(planted, tmp_path_factory):
    """The results of the planted contacts."""
    return measured(planted[0], tmp_path_factory.mktemp("planted"))


@pytest.fixture(scope="session")
def nothing_planted(tmp_path_factory):
    """The results of contacts from one population, whose closing depends on nothing."""
    frame, _ = sample.generate(sample.Truth(contacts=2500, seed=6, segments=False, effects=False))
    return measured(frame, tmp_path_factory.mktemp("null"), k=None)


@pytest.fixture(scope="session")
def small():
    """A minimal export of 200 contacts by hand: everyone alike but for an id."""
    n = 200
    return pd.DataFrame(
        {
            "Record ID": range(1, n + 1),
            "Number of Sessions": [1 + i % 3 + 10 * (i % 2) for i in range(n)],
            "Number of Pageviews": [2 + i % 5 + 30 * (i % 2) for i in range(n)],
            "Forms Submitted": [i % 2 * 3 + i % 4 // 3 for i in range(n)],
            "Facebook Clicks": [1 + i % 2 * 5 for i in range(n)],
            "Original Source": ["PAID_SOCIAL"] * n,
            "Create Date": ["2024-01-15"] * (n - 1) + ["2025-01-15"],
            "Lifecycle Stage": ["lead"] * n,
            "Propiedad del contacto": ["APREU"] * n,
        }
    )
