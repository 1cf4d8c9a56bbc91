"""`manifest.json`: what a site holds, for programs. Its contract is `manifest.schema.json`, beside it.

A report's entry is made in two steps: a `record` when its page is made, kept with the page; the status of the
latest run is added as the site is assembled. Index cards are made of entries, so the two cannot disagree.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from engagement_utils.report.outputs import MARKS
from engagement_utils.suite.caching.keys import Key
from engagement_utils.suite.execution.lift import Lifted
from engagement_utils.suite.job import Failure, Job, Status
from engagement_utils.suite.planning.jsonable import plain
from engagement_utils.suite.publish.publisher import Card, CardFailure, Download
from engagement_utils.suite.site.provenance import inputs, parameters

SCHEMA = Path(__file__).with_name("manifest.schema.json")
FINDING_FIELDS = ("topic", "text", "estimate", "interval", "n", "p_value", "verdict", "unit", "main")
NOTHING = Lifted()
# what every record has
FIELDS = frozenset(
    {"name", "title", "description", "family", "member", "parameters", "inputs", "key", "seconds"}
    | {"window", "counts", "key_figures", "pages", "downloads", "findings"}
)


def record(
    job: Job,
    key: Key,
    said: Lifted = NOTHING,
    files: Sequence[str] = (),
    downloads: Mapping[str, int] | None = None,
    description: str = "",
) -> dict[str, Any]:
    """What the manifest says of a report, but for the status of the latest run.

    Args:
        job, key: the report.
        said: what the notebook's outputs say.
        files: its files by their path from the site's root.
        downloads: bytes by name.
        description: the notebook's first paragraph.
    """
    header = said.header or {}
    pages = {"html": f"{job.name}.html", "pdf": f"{job.name}.pdf", "code": f"{job.name}/code.html"}
    return {
        "name": job.name,
        "title": job.title,
        "description": description,
        "family": job.family,
        "member": plain(job.member),
        "parameters": parameters(job),
        "inputs": inputs(job, key, said),
        "key": key.run,
        "seconds": None,  # measured ones would give every run another manifest; they are in times.js
        "window": {"start": header.get("start", ""), "end": header.get("end", "")},
        "counts": [list(pair) for pair in header.get("counts", ())],
        "key_figures": list(header.get("key_figures", ())),
        "pages": {kind: path for kind, path in pages.items() if path in files},
        "downloads": [{"name": name, "bytes": size} for name, size in sorted((downloads or {}).items())],
        "findings": [{k: f.get(k) for k in FINDING_FIELDS} for f in said.findings],
    }


def entry(record: Mapping[str, Any], status: Status, failure: Failure | None, page: str) -> dict[str, Any]:
    """A manifest entry.

    Args:
        record: of the page that is shown; for a report that never succeeded, of the failed run.
        status: of the latest run.
        failure: why it failed.
        page: address of the page that shows how it failed, or "".
    """
    found = {k: v for k, v in record.items() if k not in {"failure", "stale", "status"}}
    found["status"] = status
    found["stale"] = failure is not None and "html" in record["pages"]
    if failure is not None:
        found["failure"] = {
            "kind": failure.kind,
            "message": failure.message,
            "cell": failure.cell,
            "page": page,
        }
    return found


def manifest(publisher: str, entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The whole manifest."""
    return {"publisher": publisher, "reports": list(entries)}


def card(entry: Mapping[str, Any]) -> Card:
    """The index card of a manifest entry."""
    name, pages, failure = entry["name"], entry["pages"], entry.get("failure")
    findings = entry["findings"]
    return Card(
        name=name,
        title=entry["title"],
        status=entry["status"],
        headline=next((f for f in findings if f["main"]), findings[0] if findings else None),
        findings=verdicts(findings),
        key_figures=tuple(entry["key_figures"]),
        start=entry["window"]["start"],
        end=entry["window"]["end"],
        counts=tuple((number, what) for number, what in entry["counts"]),
        html=pages.get("html", ""),
        pdf=pages.get("pdf", ""),
        code=pages.get("code", ""),
        downloads=tuple(Download(d["name"], f"{name}/{d['name']}", d["bytes"]) for d in entry["downloads"]),
        failure=CardFailure(failure["kind"], failure["message"], failure["page"]) if failure else None,
        stale=entry["stale"],
        family=entry["family"],
        member=entry["member"],
        description=entry["description"],
    )


def verdicts(findings: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """How many findings have each verdict."""
    return {verdict: sum(f["verdict"] == verdict for f in findings) for verdict in MARKS}
