"""The sample contacts, read and measured once a session; small tables built by hand."""

import pandas as pd
import pytest

from engagement_utils.contacts.headers import resolved
from engagement_utils.contacts.report import ContactReport, Contacts, Settings
from engagement_utils.contacts.sample import generate
from engagement_utils.contacts.schema import CONTACTS
from engagement_utils.tables.reading import read_tables


def read(frame, folder, **kwargs):
    """A frame as an export that the report reads."""
    file = folder / "contacts.csv"
    frame.to_csv(file, index=False)
    spec, _ = resolved(str(file), **kwargs)
    return read_tables({"contacts": spec}, {"contacts": CONTACTS}, aside=folder / "aside")


def reported(frame, folder, **settings):
    """The report on a frame."""
    file = folder / "contacts.csv"
    frame.to_csv(file, index=False)
    spec, columns = resolved(str(file))
    data = read_tables({"contacts": spec}, {"contacts": CONTACTS}, aside=folder / "aside")
    return ContactReport(Contacts(data, spec.columns, columns), Settings(**settings))


@pytest.fixture(scope="session")
def planted():
    """(export, truth) with two segments."""
    return generate.generate(generate.Truth(contacts=4000, seed=5))


@pytest.fixture(scope="session")
def report(planted, tmp_path_factory):
    """The report on the planted contacts."""
    return reported(planted[0], tmp_path_factory.mktemp("planted"))


@pytest.fixture(scope="session")
def r(report):
    """What is measured of the planted contacts."""
    return report.measures


@pytest.fixture(scope="session")
def nothing_planted(tmp_path_factory):
    """The report on contacts from one population, whose closing depends on nothing."""
    frame, _ = generate.generate(generate.Truth(contacts=2500, seed=6, segments=False, effects=False))
    return reported(frame, tmp_path_factory.mktemp("null"), k="auto")


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
