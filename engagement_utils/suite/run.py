"""A run of the suite from YAML files to a published site: what `engagement run` does."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from engagement_utils.suite.caching import atomic
from engagement_utils.suite.caching.cache import Cache, Page
from engagement_utils.suite.caching.explain import Reason, explain, must_run
from engagement_utils.suite.caching.hashing import FileHashes, json_sha256
from engagement_utils.suite.caching.keys import Key, Keys
from engagement_utils.suite.caching.lock import hold
from engagement_utils.suite.caching.state import Failed, Good, State, States, pinned
from engagement_utils.suite.execution.lift import read_result
from engagement_utils.suite.execution.process import cores
from engagement_utils.suite.job import Failure, Job, RunResult, Status
from engagement_utils.suite.planning.plan import plan
from engagement_utils.suite.progress import Lines
from engagement_utils.suite.project import find_project
from engagement_utils.suite.site import assembly as site
from engagement_utils.suite.site.manifest import verdicts
from engagement_utils.suite.site.paging import Early, Pages, Paging
from engagement_utils.suite.site.provenance import Origin, provenance
from engagement_utils.suite.tools import Tools
from engagement_utils.tables.secrets import redact

if TYPE_CHECKING:
    from engagement_utils.suite.publish.publisher import Publisher


@dataclass(frozen=True)
class Request:
    """What a run is asked to do.

    Attributes:
        names: reports or families to make; empty for all.
        params, out: folders of the YAML files and of the site; None for the project's own.
        overrides: (report or family, parameter, YAML text of the value), which win over the YAML.
        jobs: reports that run at once; one more than the cores, as each waits now and then.
        force: execute although nothing changed.
        publisher: "auto", "quarto" or "builtin".
        wait: whether to wait while another run holds the lock.
        start: where to look for the project from; None for the working directory.
    """

    names: Sequence[str] = ()
    params: Path | None = None
    out: Path | None = None
    overrides: Sequence[tuple[str, str, str]] = ()
    jobs: int = field(default_factory=lambda: cores() + 1)
    force: bool = False
    publisher: str = "auto"
    wait: bool = True
    start: Path | None = None


@dataclass(frozen=True)
class ReportOutcome:
    """What came of one report.

    Attributes:
        seconds: that executing took; None when it was not executed.
        findings: how many have each verdict.
        where: its page, or the page that shows how it failed; None where there is neither.
    """

    name: str
    title: str
    status: Status
    seconds: float | None
    findings: Mapping[str, int]
    where: Path | None
    failure: Failure | None = None


@dataclass(frozen=True)
class Outcome:
    """What came of a run: the reports that were asked for, by name, and the site they are on."""

    reports: tuple[ReportOutcome, ...]
    site: Path

    @property
    def exit_code(self) -> int:
        """0: all published; 1: a report failed; 2: reports failed, each for an unusable input."""
        failures = [r.failure for r in self.reports if r.failure]
        if not failures:
            return 0
        return 2 if all(f.kind == "unusable input" for f in failures) else 1


@dataclass
class _Planned:
    """A job on its way."""

    job: Job
    key: Key
    state: State
    status: Status = "cached"
    seconds: float | None = None
    directory: Path | None = None  # of a run of now, whole or failed
    failure: Failure | None = None
    page: Page | None = None
    good: Good | None = None


class Suite:
    """One run of the suite, as `request` asks for it."""

    def __init__(self, request: Request, listener: Lines, tools: Tools) -> None:
        self.request, self.listener, self.tools = request, listener, tools
        self.project = find_project(request.start)
        self.params = (request.params or self.project.params).resolve()
        out: Path = (request.out or self.project.out).absolute()
        self.out = out.parent.resolve() / out.name  # a link in its place is refused, not followed
        self.cache = Cache(self.project.cache)
        self.states = States(self.project.cache, self.out)

    def run(self) -> Outcome:
        """Plan, execute what is missing, publish what is missing, assemble the site.

        Raises:
            EngagementError: unusable parameters or inputs, no such publisher, a lock that is held, a folder
                that is not a site. A report that fails raises nothing.
        """
        request = self.request
        publisher = self.tools.choose(request.publisher, self.project.root)
        jobs = plan(self.params, self.project, request.overrides, request.names)
        atomic.check_replaceable(self.out)
        with hold(self.project.cache / "lock", request.wait, self.listener.waiting):
            self.cache.recover()
            atomic.recover(self.out)
            keys = Keys(self.project.lock)
            planned = [_Planned(job, keys.of(job), self.states.of(job.name)) for job in jobs]
            self._execute(planned, keys, publisher)
            failed = self._publish(planned, keys, publisher)
            parts = self._parts(planned, failed)
            if not request.names:
                self.states.keep_only(job.name for job in jobs)
            site.assemble(parts, publisher, self.out, self.states.site)
            self.cache.prune(*pinned(self.project.cache))
        return Outcome(tuple(self._outcome(item, failed) for item in planned), self.out)

    def explain(self) -> dict[str, list[Reason]]:
        """Why each report would be made again, or would not, by name; nothing is made or locked.

        Raises:
            EngagementError: unusable parameters or inputs, no such publisher.
        """
        publisher = self.tools.choose(self.request.publisher, self.project.root)
        keys = Keys(self.project.lock)
        found = {}
        for job in plan(self.params, self.project, self.request.overrides, self.request.names):
            key, state = keys.of(job), self.states.of(job.name)
            run = self.cache.run(key.run)
            parts = keys.page_parts(job, key.run, run.output, _fingerprint(publisher)) if run else None
            found[job.name] = explain(key, parts, state, self.cache)
        return found

    def _execute(self, planned: Sequence[_Planned], keys: Keys, publisher: "Publisher") -> None:
        missing = {
            p.key.run: p for p in planned if self.request.force or must_run(p.key, p.state, self.cache)
        }
        self.listener.planned(len(planned), len(missing))
        if not missing:
            return
        # the longest first: the last one alone keeps the others' cores idle
        longest = sorted(missing.values(), key=lambda p: self._length(p, keys), reverse=True)
        early = self._early(keys, publisher)
        origin = Origin(self.project.root)
        results = self.tools.execute_all(
            [(item.job, item.key.run) for item in longest],
            self.cache.runs,
            workers=self.request.jobs,
            on_event=self.listener.event,
        )
        with early:
            for result in results:
                item = missing[result.key]
                item.status, item.failure = "fresh", result.failure
                item.seconds, item.directory = result.seconds, result.directory
                if item.failure is None:
                    item.failure = _changed_meanwhile(item.key, keys.hashes)
                    item.failure = item.failure or self._keep(item, result, origin)
                if item.failure is None:
                    early.make(item.job, item.key)

    def _length(self, item: _Planned, keys: Keys) -> tuple[float, int]:
        """How long it took when it was made last; new reports come first, by the bytes that they read."""
        page = self._last_good(item.state)
        read = sum(keys.hashes.size(file.path) for file in item.key.inputs.files)
        return page.seconds if page else float("inf"), read

    def _early(self, keys: Keys, publisher: "Publisher") -> Early:
        ready = publisher.get_ready(self.request.jobs)
        pages = Pages(self.cache, publisher, jobs=1)
        return Early(pages, keys, _fingerprint(publisher) if ready else None, self.request.jobs)

    def _keep(self, item: _Planned, result: RunResult, origin: Origin) -> Failure | None:
        made = datetime.now(UTC).isoformat(timespec="seconds")
        try:
            said = read_result(self.cache.runs / result.key / "result.json")
            about = provenance(item.job, item.key, said, origin, self._command(item.job))
            self.cache.add_run(result.key, made, round(result.seconds, 2), about)
        except (OSError, ValueError, KeyError, TypeError) as error:
            return Failure("error", f"the run left no whole directory ({type(error).__name__})")
        return None

    def _command(self, job: Job) -> str:
        """What makes this report again, from the project's root."""
        words = ["engagement", "run", job.name]
        if self.params != self.project.params:
            inside = self.params.is_relative_to(self.project.root)
            shown = self.params.relative_to(self.project.root).as_posix() if inside else self.params.name
            words += ["--params", shown]
        for name, key, value in self.request.overrides:
            if name in {job.name, job.family}:
                words += ["--set", redact(f"{name}.{key}={value}")]
        return shlex.join(words)

    def _publish(self, planned: Sequence[_Planned], keys: Keys, publisher: "Publisher") -> dict[str, Page]:
        """Give every report its page; gives the pages that show failures, by report."""
        prints = _fingerprint(publisher)
        pages = Pages(self.cache, publisher, self.request.jobs)
        wanted: list[Paging] = []
        for item in (p for p in planned if p.failure is None):
            run = self.cache.run(item.key.run)
            if run is None:
                item.failure = Failure("error", "its execution gave no result")
                continue
            parts = keys.page_parts(item.job, item.key.run, run.output, prints)
            page_key = json_sha256(parts)
            item.good = Good(item.key.run, page_key, dict(item.key.parts), parts)
            if page := self.cache.page(page_key):
                # executed again with the same output: the page stands, but it is from now
                item.page = replace(page, made=run.made, seconds=run.seconds)
            else:
                wanted.append(Paging(item.job, item.key, run, page_key))
        if wanted:
            self.listener.publishing(len(wanted))
            if len(wanted) > 1:
                publisher.get_ready(self.request.jobs)  # it loads while notebooks are prepared
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
            key, why = item.key, item.failure
            directory = item.directory or self.cache.runs / key.run
            good = self._last_good(item.state) is not None
            page = failed[item.job.name] = pages.of_failure(item.job, key, why, directory, good)
            last = Failed(key.run, page.key, why.kind, why.message, why.cell, dict(key.parts))
            self.states.save(State(item.job.name, item.state.good, last))
        return failed

    def _parts(self, planned: Sequence[_Planned], failed: Mapping[str, Page]) -> list[site.Part]:
        """All of the new site: the reports of this run and, when only some were asked for, the others."""
        parts = []
        for item in planned:
            if item.page is not None:
                parts.append(site.Part(item.page, item.status))
                continue
            shown = failed[item.job.name]
            parts.append(site.Part(self._last_good(item.state) or shown, "failed", item.failure, shown))
        if self.request.names:
            made = {item.job.name for item in planned}
            others = {name: self.states.of(name) for name in self._standing} | self.states.all()
            parts += [p for n, s in others.items() if n not in made and (p := self._as_it_was(s))]
        return parts

    @cached_property
    def _standing(self) -> dict[str, Page]:
        return site.present(self.out)

    def _last_good(self, state: State) -> Page | None:
        found = self.cache.page(state.good.page) if state.good else None
        return found or self._standing.get(state.name)

    def _as_it_was(self, state: State) -> site.Part | None:
        """A report that this run was not asked for, as its state or the standing site has it."""
        last, why = self._last_good(state), state.failed
        if why is None:
            return site.Part(last, "cached") if last else None
        shown = self.cache.page(why.page)
        page = last or shown
        return site.Part(page, "failed", Failure(why.kind, why.message, why.cell), shown) if page else None

    def _outcome(self, item: _Planned, failed: Mapping[str, Page]) -> ReportOutcome:
        name = item.job.name
        page = item.page or failed[name]
        shown = [
            p for p in (f"{name}.html", f"{name}/failed.html", f"{name}/failed.ipynb") if p in page.files
        ]
        where = self.out / shown[0] if shown else None
        counts = verdicts(page.record["findings"])
        return ReportOutcome(name, item.job.title, item.status, item.seconds, counts, where, item.failure)


def _changed_meanwhile(key: Key, hashes: FileHashes) -> Failure | None:
    """An input that is another file now than when the key was made: what was read is not what was hashed."""
    for file in key.inputs.files:
        if not hashes.still(file.path):
            text = f"{file.name} was changed while the report was at work; run it again"
            return Failure("unusable input", text)
    return None


def _fingerprint(publisher: "Publisher") -> str:
    return f"{publisher.name} {publisher.fingerprint()}"
