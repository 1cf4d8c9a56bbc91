"""`for_each`: one parameter file, a report a value."""

import itertools
import math
import re
from dataclasses import dataclass, field
from typing import Any

from engagement_utils.suite.planning.names import name_fault, plain, slug
from engagement_utils.suite.planning.problems import unknown
from engagement_utils.suite.planning.reportfile import ReportFile

MAX_MEMBERS = 2000
_FIELD = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Member:
    """One report of a file. `values` are those of `for_each`, `positions` where they stand in its lists."""

    name: str
    title: str
    values: dict[str, Any] = field(default_factory=dict)
    positions: dict[str, int] = field(default_factory=dict)


def members(report: ReportFile) -> list[Member]:
    """The reports that a file makes: itself, or a product of its `for_each` values.

    Two values that give one name, too many members and unknown names in the title are noted in the
    report's problems.
    """
    if not report.for_each:
        return [Member(report.name, report.title)]
    keys = list(report.for_each)
    count = math.prod(len(values) for values in report.for_each.values())
    if count > MAX_MEMBERS:
        report.add(("for_each",), f"makes {count:,} reports", f"accepted: at most {MAX_MEMBERS:,}")
        return []
    for name in dict.fromkeys(_FIELD.findall(report.title)):
        if name not in keys:
            report.add(("title",), f"{{{name}}} is no key of for_each", unknown(name, map(str, keys)))
    _collisions(report)
    found: dict[str, Member] = {}
    for positions in itertools.product(*(range(len(values)) for values in report.for_each.values())):
        at = dict(zip(keys, positions, strict=True))
        values = {key: report.for_each[key][i] for key, i in at.items()}
        name = "-".join([report.name, *map(slug, values.values())])
        if fault := name_fault(name):
            report.add(("for_each",), *fault)
        if name in found and not report.problems:
            both = " and ".join(
                str({k: plain(v) for k, v in m.items()}) for m in (found[name].values, values)
            )
            report.add(("for_each",), f"{both} both make {name}", "accepted: values with names of their own")
        found[name] = Member(name, _title(report.title, values), values, at)
    return list(found.values())


def _title(title: str, values: dict[str, Any]) -> str:
    """The title with its fields filled in; without a field the values follow it."""
    if not _FIELD.search(title):
        return f"{title} · {', '.join(map(plain, values.values()))}"
    return _FIELD.sub(lambda match: plain(values.get(match[1], match[0])), title)


def _collisions(report: ReportFile) -> None:
    """Values of one key whose slugs are the same."""
    for key, values in report.for_each.items():
        first: dict[str, int] = {}
        for i, value in enumerate(values):
            other = first.setdefault(slug(value), i)
            if other != i:
                found = f"{plain(value)!r} and {plain(values[other])!r} both make {report.name}-{slug(value)}"
                report.add(("for_each", key, i), found, "accepted: values with names of their own")
