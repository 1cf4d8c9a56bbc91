"""`read_tables`: the one door through which data comes in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engagement_utils.tables.quality import InputQuality
from engagement_utils.tables.schema import Schema
from engagement_utils.tables.spec import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends import BaseBackend


@dataclass(frozen=True)
class Dataset(Mapping[str, "ir.Table"]):
    """Checked tables on one engine: `dataset["users"]` is a typed, clean Ibis table."""

    connection: "BaseBackend"
    tables: "Mapping[str, ir.Table]"
    quality: tuple[InputQuality, ...]

    def __getitem__(self, name: str) -> "ir.Table":
        return self.tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.tables)

    def __len__(self) -> int:
        return len(self.tables)


def read_tables(
    tables: Mapping[str, Table],
    schemas: Mapping[str, Schema],
    *,
    engine: str = "duckdb://",
    aside: Path | None = None,
) -> Dataset:
    """Read every table, check it against the schema of its name, set bad rows aside."""
    raise NotImplementedError
