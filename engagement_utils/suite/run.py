"""A run of the suite from YAML files to a published site: what `engagement run` does."""

import os
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from engagement_utils.errors import ParameterError
from engagement_utils.suite import atomic, inputs, site
from engagement_utils.suite.cache import Cache, Page
from engagement_utils.suite.execution import Event
from engagement_utils.suite.failures import one_line
from engagement_utils.suite.job import Failure, Job, RunResult, Status
from engagement_utils.suite.keys import Key, Keys
from engagement_utils.suite.lock import Holder, hold
from engagement_utils.suite.manifest import verdicts
from engagement_utils.suite.outcome import Outcome, ReportOutcome, Request
from engagement_utils.suite.paging import FailedPage, Pages, Paging, Prepare
from engagement_utils.suite.plan import plan
from engagement_utils.suite.project import Project
from engagement_utils.suite.provenance import Origin, provenance
from engagement_utils.suite.publish.publisher import Publisher
from engagement_utils.suite.state import Failed, Good, State, States, pinned, prune_states
from engagement_utils.tables.sources import files_of


class Listener(Protocol):
    """Hears how a run goes."""

    def waiting(self, holder: Holder | None) -> None:
        """Another run holds the lock."""

    def planned(self, total: int, missing: int) -> None:
        """So many reports were asked for, so many of them have to be executed."""

    def event(self, event: Event) -> None:
        """An execution starts, reaches a cell or is over; called from several threads."""

    def publishing(self, reports: int) -> None:
        """The pages of so many reports are made now."""


@dataclass(frozen=True)
class Tools:
    """What starts kernels and makes pages; fakes take their place in tests."""

    execute_all: Callable[..., Iterator[RunResult]]
    prepare: Prepare
    choose: Callable[[str, Project], Publisher]
    failed_page: FailedPage


@dataclass
class _Planned:
    """A job on its way."""

    job: Job
    key: Key
    state: State
    status: Status = "cached"
    failure: Failure | None = None
    page: Page | None = None
    good: Good | None = None


@dataclass
class Suite:
    """One run of the suite."""

    request: Request
    listener: Listener
    tools: Tools
    project: Project = field(init=False)

    def __post_init__(self) -> None:
        self.project = located(self.request)
        self.cache = Cache(self.project.cache)
        self.states = States(self.project.cache, self.project.out)

    def run(self) -> Outcome:
        """Plan, execute what is missing, publish what is missing, assemble the site.

        Raises:
            EngagementError: unusable parameters or inputs, no such publisher, a lock that is held, a folder
                that is not a site. A report that fails raises nothing.
        """
        request, project = self.request, self.project
        publisher = self.tools.choose(request.publisher, project)
        jobs = plan(project.params, project, request.overrides, request.names)
        site.check_names([job.name for job in jobs])
        atomic.check_replaceable(project.out)
        with hold(project.cache / "lock", request.wait, self.listener.waiting):
            self.cache.recover()
            atomic.recover(project.out)
            keys = Keys(project.lock_file, files_of)
            planned = [_Planned(j, k, self.states.of(j.name)) for j, k in keyed(jobs, keys)]
            self._execute(planned)
            failed = self._publish(planned, keys, publisher)
            parts = self._parts(planned, failed)
            if not request.names:
                self.states.keep_only(item.job.name for item in planned)
            site.assemble(parts, publisher, project.out, self.states.site)
            prune_states(project.cache)
            self.cache.prune(*pinned(project.cache))
        return Outcome(tuple(self._outcome(p, failed) for p in planned), project.out)

    def _execute(self, planned: Sequence[_Planned]) -> None:
        missing = {p.key.run: p for p in planned if self.request.force or must_run(p.key, p.state, self.cache)}
        self.listener.planned(len(planned), len(missing))
        if not missing:
            return
        before = {key: _fingerprints(item.key) for key, item in missing.items()}
        origin = Origin(self.project.root)
        results = self.tools.execute_all(
            [(item.job, key) for key, item in missing.items()],
            self.cache.runs,
            workers=self.request.jobs,
            on_event=self.listener.event,
        )
        for result in results:
            item = missing[result.key]
            item.status, item.failure = "fresh", result.failure
            if item.failure is None and _fingerprints(item.key) != before[result.key]:
                text = "an input file was changed while the report ran; run it again"
                item.failure = Failure("error", text)
            if item.failure is None:
                self._keep(item, result, origin)

    def _keep(self, item: _Planned, result: RunResult, origin: Origin) -> None:
        command = again(item.job, self.request, self.project)
        made = datetime.now(UTC).isoformat(timespec="seconds")
        try:
            said = self.cache.said(result.key)
            about = provenance(item.job, item.key, said, origin, command)
            self.cache.add_run(result.key, made, round(result.seconds, 2), about)
        except (OSError, ValueError, KeyError, TypeError) as error:
            text = one_line(f"the run directory is not whole: {type(error).__name__}: {error}")
            item.failure = Failure("error", text)

    def _publish(self, planned: Sequence[_Planned], keys: Keys, publisher: Publisher) -> dict[str, Page]:
        """Give every report its page; gives the pages that show failures, by report."""
        prints = f"{publisher.name} {publisher.fingerprint()}"
        pages = Pages(self.cache, publisher, self.tools.prepare, self.tools.failed_page, self.request.jobs)
        wanted: list[Paging] = []
        for item in (p for p in planned if p.failure is None):
            run = self.cache.run(item.key.run)
            assert run is not None  # executed or found whole, under the lock
            parts = keys.page_parts(item.job, item.key.run, run.output, prints)
            page_key = page_key_of(parts)
            item.good = Good(item.key.run, page_key, dict(item.key.parts), parts)
            item.page = self.cache.page(page_key)
            if item.page is None:
                wanted.append(Paging(item.job, item.key, run, page_key))
        if wanted:
            self.listener.publishing(len(wanted))
            made = pages.make(wanted)
            for item in planned:
                item.page = made.get(item.job.name, item.page)
                item.failure = item.failure or pages.errors.get(item.job.name)
        failed: dict[str, Page] = {}
        for item in planned:
            if item.failure is None:
                self.states.save(State(item.job.name, item.good))
                continue
            item.status, item.page = "failed", None
            key = item.key.run
            directory = self.cache.failed(key) if item.failure.kind != "publish" else self.cache.runs / key
            page = pages.of_failure(item.job, item.key, item.failure, directory)
            failed[item.job.name] = page
            why = item.failure
            last = Failed(key, page.key, why.kind, why.message, why.cell, dict(item.key.parts))
            self.states.save(State(item.job.name, item.state.good, last))
        return failed

    def _parts(self, planned: Sequence[_Planned], failed: Mapping[str, Page]) -> list[site.Part]:
        """Everything on the new site: the reports of this run and, when only some were asked for, the others."""
        standing = site.present(self.project.out) if self.request.names or failed else {}
        parts = []
        for item in planned:
            name = item.job.name
            if item.page is not None:
                parts.append(site.Part(item.page, item.status))
                continue
            last = self._last_good(item.state, standing) or failed[name]
            parts.append(site.Part(last, "failed", item.failure, failed[name]))
        if self.request.names:
            made = {item.job.name for item in planned}
            others = {name: self.states.of(name) for name in standing} | self.states.all()
            parts += [p for n, s in others.items() if n not in made and (p := self._kept(s, standing))]
        return parts

    def _last_good(self, state: State, standing: Mapping[str, Page]) -> Page | None:
        found = self.cache.page(state.good.page) if state.good else None
        return found or standing.get(state.name)

    def _kept(self, state: State, standing: Mapping[str, Page]) -> site.Part | None:
        """A report that this run was not asked for, as its state or the standing site has it."""
        last, why = self._last_good(state, standing), state.failed
        if why is None:
            return site.Part(last, "cached") if last else None
        failure = Failure(why.kind, why.message, why.cell)
        shown = self.cache.page(why.page)
        page = last or shown
        return site.Part(page, "failed", failure, shown) if page else None

    def _outcome(self, item: _Planned, failed: Mapping[str, Page]) -> ReportOutcome:
        name = item.job.name
        page = item.page or failed[name]
        shown = [p for p in (f"{name}.html", f"{name}/failed.html", f"{name}/failed.ipynb") if p in page.files]
        seconds = page.record["seconds"] if item.status == "fresh" else None
        where = self.project.out / shown[0] if shown else None
        counts = verdicts(page.record["findings"])
        return ReportOutcome(name, item.job.title, item.status, seconds, counts, where, item.failure)
