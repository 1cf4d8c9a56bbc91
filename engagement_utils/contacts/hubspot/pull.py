"""A pull: all contacts, or those modified since the last pull, into one Parquet file."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from engagement_utils.contacts.hubspot.api import PAGE, Api
from engagement_utils.contacts.hubspot.flat import slim, tables
from engagement_utils.contacts.hubspot.mapping import HubSpotError, Property
from engagement_utils.contacts.hubspot.pages import Pages

MOST_FOUND = 10_000  # results that a search gives at most
KEPT = b"engagement.contacts"  # the contacts with their times, for the next incremental pull
Report = Callable[[int], None]


@dataclass(frozen=True)
class Pulled:
    """What a pull gave: contacts in the file, new or changed ones, requests resumed from, files written, and
    contacts that were left out because they are deleted."""

    contacts: int
    changed: int
    resumed: int
    files: tuple[Path, ...]
    deleted: int = 0


def history_file(out: Path) -> Path:
    """Where the histories with their times stand."""
    return out.with_name(f"{out.stem}.history.parquet")


def completeness_file(out: Path) -> Path:
    """Where the completeness report stands."""
    return out.with_name(f"{out.stem}.completeness.csv")


def pull(
    api: Api,
    properties: Sequence[Property],
    out: Path,
    *,
    associations: Sequence[str] = (),
    incremental: bool = False,
    archived: bool = False,
    report: Report = lambda n: None,
) -> Pulled:
    """Pull contacts into `out` (Parquet), their histories and a completeness report beside it.

    Resumes where an earlier pull of the same request stopped; every contact is there once. Files are put into
    place by a rename, when they are whole. An incremental pull reads what was modified since the newest
    contact of `out`, replaces these contacts, and keeps the associations they had; with `archived` it also
    reads which contacts HubSpot holds as deleted, and leaves these out.

    Raises:
        HubSpotError: HubSpot refuses, does not answer, another pull writes this file, there is no earlier
            pull to add to, or `archived` without `incremental`.
    """
    if archived and not incremental:
        msg = "--archived goes with --incremental: a pull of all contacts holds no deleted one"
        raise HubSpotError(msg)
    out.parent.mkdir(parents=True, exist_ok=True)
    request = [*(f"{p.label}={p.internal}" for p in properties), *associations, str(incremental)]
    request += ["archived"] if archived else []
    pages = Pages(out, request)
    try:
        with FileLock(out.with_name(f".{out.name}.lock"), timeout=0):
            known = _known(out) if incremental else {}
            last = pages.start()
            resumed = len(pages)
            fetch = _all if not incremental else _modified
            fetch(api, properties, associations, pages, last, known, report)
            if archived:
                _archived(api, pages, last)
            gone = {i for page in pages for i in page.get("gone", ())}
            changed = {c["id"]: c for page in pages for c in page["contacts"]}
            if incremental:
                changed = {
                    i: c | {"linked": c["linked"] or known.get(i, c)["linked"]} for i, c in changed.items()
                }
            every = known | changed
            contacts = [c for i, c in every.items() if i not in gone]
            files = _write(out, contacts, properties, associations)
            pages.remove()
    except Timeout:
        msg = f"{out.name}: another pull is writing it"
        raise HubSpotError(msg) from None
    return Pulled(len(contacts), len(changed), resumed, files, len(every) - len(contacts))


def _all(
    api: Api,
    properties: Sequence[Property],
    associations: Sequence[str],
    pages: Pages,
    last: Any,
    known: Any,
    report: Report,
) -> None:
    after = last["after"] if last else None
    if last and after is None:
        return  # the earlier pull had every page
    while True:
        answer = api.page(after, [p.internal for p in properties], associations)
        after = ((answer.get("paging") or {}).get("next") or {}).get("after")
        contacts = [slim(c, properties) for c in answer["results"]]
        pages.add({"contacts": contacts, "after": after})
        report(len(contacts))
        if after is None:
            return


def _modified(
    api: Api,
    properties: Sequence[Property],
    associations: Sequence[str],
    pages: Pages,
    last: Any,
    known: Any,
    report: Report,
) -> None:
    """Search by modification, oldest first; a search that is exhausted starts anew from its last moment."""
    if last and last["done"]:
        return
    since = last["since"] if last else max((_milliseconds(c["modified"]) for c in known.values()), default=0)
    after = last["after"] if last else None
    internal = [p.internal for p in properties]
    while True:
        answer = api.modified(since, after)
        found = answer["results"]
        ids = [str(c["id"]) for c in found]
        contacts = [
            slim(c, properties)
            for i in range(0, len(ids), PAGE)
            for c in api.read(ids[i : i + PAGE], internal)["results"]
        ]
        after = ((answer.get("paging") or {}).get("next") or {}).get("after")
        if after is not None and int(after) >= MOST_FOUND:
            newest = max(_milliseconds(c["updatedAt"]) for c in found)
            if newest == since:
                msg = (
                    f"more than {MOST_FOUND:,} contacts were modified in one moment; pull all "
                    "contacts instead"
                )
                raise HubSpotError(msg)
            since, after = newest, None
            done = False
        else:
            done = after is None
        pages.add({"contacts": contacts, "after": after, "since": since, "done": done})
        report(len(contacts))
        if done:
            return


def _archived(api: Api, pages: Pages, last: Any) -> None:
    """The ids of deleted contacts, in pages of their own behind those of the modified ones."""
    started = last is not None and "gone" in last
    after = last["after"] if started else None
    if started and after is None:
        return
    while True:
        answer = api.archived(after)
        after = ((answer.get("paging") or {}).get("next") or {}).get("after")
        gone = [str(c["id"]) for c in answer["results"] if c.get("archived", True)]
        pages.add({"contacts": [], "gone": gone, "after": after, "done": True})
        if after is None:
            return


def _milliseconds(moment: str | None) -> int:
    if moment is None:
        return 0
    return int(datetime.fromisoformat(moment.replace("Z", "+00:00")).astimezone(UTC).timestamp() * 1000)


def _known(out: Path) -> dict[str, Any]:
    """The contacts of the last pull."""
    try:
        kept = pq.read_schema(out).metadata.get(KEPT)
    except (OSError, pa.ArrowInvalid) as error:
        msg = f"{out.name}: no earlier pull to add to; leave out --incremental"
        raise HubSpotError(msg) from error
    side = out.with_name(kept.decode()) if kept else None
    if side is None or not side.is_file():
        msg = f"{out.name}: not written by a pull; leave out --incremental"
        raise HubSpotError(msg)
    with side.open(encoding="utf-8") as lines:
        contacts = [json.loads(line) for line in lines]
    return {c["id"]: c for c in contacts}


def _write(
    out: Path, contacts: list[Any], properties: Sequence[Property], associations: Sequence[str]
) -> tuple[Path, ...]:
    """All files under other names, then renamed, the contact table last."""
    wide, long = tables(contacts, properties, associations)
    side = out.with_name(f".{out.name}.contacts.jsonl")
    wide = wide.replace_schema_metadata({KEPT: side.name.encode()})
    filled = [len(wide) - wide[n].null_count for n in wide.column_names]
    shares = [f / len(wide) if len(wide) else 0.0 for f in filled]
    report = pa.table({"column": wide.column_names, "filled": filled, "share": shares})
    files = (completeness_file(out), history_file(out), side, out)
    parts = [f.with_name(f"{f.name}.part") for f in files]
    pacsv.write_csv(report, parts[0])
    pq.write_table(long, parts[1])
    ordered = sorted(contacts, key=lambda c: (len(c["id"]), c["id"]))
    parts[2].write_text("".join(json.dumps(c, ensure_ascii=False) + "\n" for c in ordered), encoding="utf-8")
    pq.write_table(wide, parts[3])
    for part, file in zip(parts, files, strict=True):
        part.replace(file)
    return (out, files[1], files[0])


def completeness(out: Path) -> list[tuple[str, int, float]]:
    """The completeness report of a pull: column, filled cells, their share."""
    rows = pacsv.read_csv(completeness_file(out)).to_pylist()
    return [(r["column"], int(r["filled"]), float(r["share"])) for r in rows]
