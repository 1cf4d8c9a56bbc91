"""What a table parameter may say."""

import pytest
from pydantic import ValidationError

from engagement_utils.tables.spec import TableSpec


def test_a_path_alone_and_a_mapping_are_specs() -> None:
    assert TableSpec.of("users.csv") == TableSpec(path="users.csv")
    spec = TableSpec.of({"path": "users.csv", "columns": {"user_id": "ID"}, "sheet": 2})
    assert (spec.columns, spec.sheet, spec.encoding, spec.decimal) == ({"user_id": "ID"}, 2, "utf-8", ".")
    assert TableSpec.of(spec) is spec


@pytest.mark.parametrize(
    "wrong",
    [
        {"path": ""},
        {"path": "a.csv", "delimiter": ";;"},
        {"path": "a.csv", "delimiter": ""},
        {"path": "a.csv", "decimal": ";"},
        {"path": "a.csv", "seperator": ";"},
        {},
    ],
)
def test_what_is_no_spec_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        TableSpec.of(wrong)


def test_a_spec_does_not_change() -> None:
    with pytest.raises(ValidationError):
        TableSpec(path="a.csv").path = "b.csv"  # type: ignore[misc]
