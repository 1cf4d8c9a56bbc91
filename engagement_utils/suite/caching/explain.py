"""Why a report would be made again, or would not: typed reasons, from the parts of its keys."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from engagement_utils.suite.caching.cache import Cache
from engagement_utils.suite.caching.keys import Key
from engagement_utils.suite.caching.state import State
from engagement_utils.suite.planning.jsonable import from_jsonable, plain

Kind = Literal[
    "database",
    "environment",
    "failed",
    "gone",
    "input",
    "module",
    "never made",
    "notebook",
    "nothing",
    "parameter",
    "template",
]


@dataclass(frozen=True)
class Reason:
    """One reason; `text` says it in words."""

    kind: Kind
    text: str


NEVER_MADE = Reason("never made", "never made")
NOTHING = Reason("nothing", "nothing changed")
GONE = Reason("gone", "its earlier run is no longer in the cache")
NOT_PUBLISHED = Reason("template", "executed already, not yet published: published anew, nothing executed")
TEMPLATE = Reason("template", "only the template changed: published anew, nothing executed")
ABOUT = Reason("template", "only its title changed: published anew, nothing executed")


def must_run(key: Key, state: State, cache: Cache) -> bool:
    """Whether the report has to be executed: no whole run of its key, a failure last time, or a database."""
    failed = state.failed is not None and state.failed.run == key.run and state.failed.kind != "publish"
    return failed or not key.cacheable or cache.run(key.run) is None


def explain(key: Key, page_parts: Mapping[str, str] | None, state: State, cache: Cache) -> list[Reason]:
    """Every reason for making the report again; `NOTHING` alone where it would be taken as it is.

    Args:
        key: of its run as things are now.
        page_parts: what its page depends on now, or None where it has to be executed first.
        state: what was published last.
        cache: where its run and pages are looked for.
    """
    reasons = [
        Reason("database", f"{name} reads a database: runs every time") for name in key.inputs.databases
    ]
    if state.failed is not None:
        reasons.append(Reason("failed", f"last run failed ({state.failed.kind}): {state.failed.message}"))
    known = state.good or state.failed
    if known is None:
        return [*reasons, NEVER_MADE]
    reasons += differences(known.parts, key.parts)
    if not must_run(key, state, cache):
        before = state.good.page_parts if state.good else {}
        changed = {name for name in before if before[name] != (page_parts or {}).get(name)}
        if not changed & {"run", "output"}:
            reasons += [TEMPLATE] if changed & {"code", "publisher"} else []
            reasons += [ABOUT] if changed == {"about"} else []
        if not reasons and (state.good is None or cache.page(state.good.page) is None):
            reasons.append(NOT_PUBLISHED)
    elif not reasons:
        reasons.append(GONE)
    return reasons or [NOTHING]


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[Reason]:
    """What differs between the parts of two keys, in words, without repeating itself."""
    return list(dict.fromkeys(_differences(before, after)))


def _differences(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Reason]:
    yield from _cells(_group(before, "notebook/"), _group(after, "notebook/"))
    names = (n for n in sorted(before.keys() | after.keys()) if before.get(n) != after.get(n))
    for name in names:
        kind, _, rest = name.partition("/")
        old, new = before.get(name), after.get(name)
        verb = "added" if old is None else "removed" if new is None else "changed"
        if kind == "parameter":
            yield Reason("parameter", f"parameter {rest}: {_value(old)} -> {_value(new)}")
        elif kind == "input":
            yield Reason("input", f"input {rest.partition('/')[2]} {verb}")
        elif kind == "module":
            what = "file" if "/" in rest else "module"
            yield Reason("module", f"{what} {rest} {verb}")
        elif kind == "database":
            yield Reason(
                "input", f"{rest} {'is now' if old is None else 'is no longer'} read from a database"
            )
        elif kind == "python":
            yield Reason("environment", f"Python {old} -> {new}")
        elif kind in {"lock", "environment"}:
            yield Reason(
                "environment", "lock file changed" if "lock" in {kind, *before} else "packages changed"
            )
        elif kind == "format":
            yield Reason("environment", "the suite keeps its runs in another way now")


def _group(parts: Mapping[str, str], head: str) -> list[str]:
    return [parts[name] for name in sorted(parts) if name.startswith(head)]


def _cells(before: list[str], after: list[str]) -> Iterator[Reason]:
    """Which cells changed, counted from 1 in the notebook as it is now."""
    touched: list[int] = []
    removed = 0
    for tag, i, k, first, last in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            touched += range(first + 1, last + 1)
            removed += max(0, (k - i) - (last - first))
    if len(touched) == 1:
        yield Reason("notebook", f"notebook cell {touched[0]} changed")
    elif touched:
        yield Reason("notebook", f"notebook cells {', '.join(map(str, touched))} changed")
    if removed:
        yield Reason("notebook", f"notebook: {removed} cell{'s' if removed > 1 else ''} removed")


def _value(part: str | None) -> str:
    if part is None:
        return "(none)"
    if re.fullmatch(r"sha256:[0-9a-f]{64}", part):
        return "(another long value)"
    return json.dumps(plain(from_jsonable(json.loads(part))), ensure_ascii=False)
