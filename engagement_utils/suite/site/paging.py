"""From whole runs to pages in the cache: prepare, publish, and keep what the manifest says of them.

`Early` makes pages while other notebooks still run, where the publisher can do so without loss.
"""

import json
import os
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from engagement_utils.errors import EngagementError, PublishError
from engagement_utils.suite.caching.cache import Cache, Page, Run, files_below
from engagement_utils.suite.caching.hashing import file_sha256, json_sha256
from engagement_utils.suite.caching.keys import Key, Keys
from engagement_utils.suite.execution.failures import one_line
from engagement_utils.suite.job import Failure, Job
from engagement_utils.suite.publish.publisher import Prepared, Publisher
from engagement_utils.suite.site.manifest import record


@dataclass(frozen=True)
class Paging:
    """One report whose pages are to be made."""

    job: Job
    key: Key
    run: Run
    page_key: str


@dataclass
class Pages:
    """Makes the pages that are missing; `errors` says which could not be made."""

    cache: Cache
    publisher: Publisher
    jobs: int
    errors: dict[str, Failure] = field(default_factory=dict)

    def make(self, wanted: Sequence[Paging]) -> dict[str, Page]:
        """The pages by report name; `errors` has the reason for each report that is not among them."""
        ready = [p for p in wanted if self._try(p.job, self._prepare, p)]
        if not ready:
            return {}
        into = self.cache.scratch / f"published-{ready[0].page_key}"  # other pages are made meanwhile
        shutil.rmtree(into, ignore_errors=True)
        into.mkdir(parents=True)
        batch = [
            Prepared(p.job.name, p.job.title, p.run.directory / "prepared.ipynb", p.run.directory)
            for p in ready
        ]
        try:
            errors = self.publisher.pages(batch, into, self.jobs)
        except Exception as error:  # what breaks for all of them is each one's failure
            errors = {p.job.name: _reason(error) for p in ready}
        self.errors |= {name: self._failure(text) for name, text in errors.items()}
        made = {}
        for item in ready:
            name = item.job.name
            if name not in self.errors and (page := self._try(item.job, self._keep, item, into / name)):
                made[name] = page
        return made

    def of_failure(self, job: Job, key: Key, failure: Failure, run: Path, good: bool) -> Page:
        """The pages that show how a run failed.

        Args:
            job, key, failure: what failed.
            run: the directory that holds its executed notebook.
            good: whether the site has an earlier, good page of the report.
        """
        executed = run / "executed.ipynb"
        seen = file_sha256(executed) if executed.is_file() else ""
        about = [job.name, job.title, key.run, failure.kind, failure.message, failure.cell, seen, good]
        page_key = json_sha256([*about, self.publisher.fingerprint()])
        if page := self.cache.page(page_key):
            return page
        into = self.cache.scratch / "failed"
        shutil.rmtree(into, ignore_errors=True)
        folder = into / job.name
        folder.mkdir(parents=True)
        if seen:
            shutil.copyfile(executed, folder / "failed.ipynb")
            try:
                note = f"This run failed ({failure.kind}): {failure.message}"
                report = job.name if good else ""
                self.publisher.code_view(executed, folder / "failed.html", job.title, note, report)
            except Exception:  # the notebook itself is there to open
                (folder / "failed.html").unlink(missing_ok=True)
        return self.cache.add_page(page_key, into, record(job, key), "")

    def _try(self, job: Job, step: Callable[..., Any], *arguments: Any) -> Any:
        """What `step` gives; its error becomes the report's failure, and the others go on."""
        try:
            return step(*arguments)
        except Exception as error:
            self.errors[job.name] = self._failure(_reason(error))
            return None

    def _failure(self, text: str) -> Failure:
        # what is published names no place of this machine
        return Failure("publish", one_line(text.replace(f"{self.cache.root}{os.sep}", "")))

    def _prepare(self, item: Paging) -> bool:
        from engagement_utils.suite.pages.prepare import prepare  # a run without changes needs none of it

        prepare(item.run.executed, item.job, item.run.provenance, item.run.directory)
        return True

    def _keep(self, item: Paging, finished: Path) -> Page:
        name = item.job.name
        if not (finished / f"{name}.html").is_file():
            msg = f"the publisher {self.publisher.name} made no {name}.html"
            raise PublishError(msg)
        downloads = {}
        for download, source in item.run.downloads.items():
            target = finished / name / download
            if target.exists() or download in {"failed.html", "failed.ipynb"}:
                msg = f"download {download!r}: the site has a file of that name, choose another one"
                raise PublishError(msg)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
            downloads[download] = target.stat().st_size
        prepared = json.loads((item.run.directory / "prepared.ipynb").read_text(encoding="utf-8"))
        description = prepared["metadata"]["engagement"]["description"]
        files = list(files_below(finished))
        said = record(item.job, item.key, item.run.said, files, downloads, description)
        return self.cache.add_page(item.page_key, finished, said, item.run.made, item.run.seconds)


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, EngagementError) else f"{type(error).__name__}: {error}"


class Early:
    """Makes each report's pages beside the runs; the suite then finds them in the cache.

    What is not made by the end of the runs, or fails, is left to the suite's own turn, which makes it again
    and tells of it.

    Args:
        pages: makes them; used by several threads.
        keys: gives the pages' keys.
        publisher: its name and fingerprint; None where nothing is to be made ahead.
        jobs: reports whose pages are made at once, since runs may end at once too.
    """

    def __init__(self, pages: Pages, keys: Keys, publisher: str | None, jobs: int) -> None:
        self._pages, self._keys, self._publisher = pages, keys, publisher
        self._thread = ThreadPoolExecutor(max(1, jobs))

    def __enter__(self) -> "Early":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.shutdown(wait=True, cancel_futures=True)

    def make(self, job: Job, key: Key) -> None:
        """Make the pages of a run that is whole, when their turn comes."""
        if self._publisher is not None:
            self._thread.submit(self._make, job, key)

    def _make(self, job: Job, key: Key) -> None:
        run = self._pages.cache.run(key.run)
        if run is None:
            return
        page_key = json_sha256(self._keys.page_parts(job, key.run, run.output, str(self._publisher)))
        if self._pages.cache.page(page_key) is None:
            self._pages.make([Paging(job, key, run, page_key)])
