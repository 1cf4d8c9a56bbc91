"""Pages that are made while other notebooks still run, where the publisher can do so without loss."""

from concurrent.futures import ThreadPoolExecutor
from types import TracebackType

from engagement_utils.suite.caching.hashing import json_sha256
from engagement_utils.suite.caching.keys import Key, Keys
from engagement_utils.suite.job import Job
from engagement_utils.suite.site.paging import Pages, Paging


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
