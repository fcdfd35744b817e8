"""Runs: models are found, what is done is left out, the rest goes to a pool and is written down."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Final

from filelock import FileLock, Timeout

from keraport.errors import OutputError, UsageError
from keraport.formats.atomic import output_errors
from keraport.kits.formats import require_readable
from keraport.many.engines import Closing, Engine, Pool, open_pool
from keraport.many.fetch import Ready, ready, release, stamp_of_source
from keraport.many.ledger import Ledger, Row
from keraport.many.loop import Loop
from keraport.many.outcome import CONVERTED, CRASHED, NOT_A_MODEL, Outcome
from keraport.many.outputs import Names, clash, clashes, holds_no_model, sweep
from keraport.many.result import ManyResult
from keraport.many.sources import LEDGER, Found, Source, failure, find
from keraport.many.task import Job, Task, Work
from keraport.planning import target_of

OnOutcome = Callable[[Outcome, int, int], None]
"""Told of each model, how many are done, and how many there are."""

_OURS: Final = ".keraport"
"""A folder beside the ledger: the lock, and what is fetched."""

RETRY: Final[Mapping[str, Callable[[Outcome], bool]]] = {
    "refused": lambda item: item.status == 3,
    "crashed": lambda item: item.verdict == CRASHED,
    "failed": lambda item: item.status not in (0, 3),
    "all": lambda _: True,
}
"""What ``--retry`` names: which outcomes of earlier runs do not count."""


@dataclass(frozen=True, slots=True)
class Workers:
    """Where the work runs.

    Args:
        jobs: processes of this machine; None for one for each processor.
        engine: ``loky``, ``dask`` or ``ray``.
        cluster: address of a cluster.
    """

    jobs: int | None = None
    engine: Engine = Engine.LOKY
    cluster: str = ""

    def open(self, *, proving: bool = False) -> Pool:
        """The processes; arguments and errors as for `keraport.many.engines.open_pool`."""
        return open_pool(self.engine, self.cluster, self.jobs, proving=proving)


def look_at(
    given: Iterable[str],
    job: Job,
    *,
    workers: Workers | None = None,
    on_outcome: OnOutcome | None = None,
) -> ManyResult:
    """Check or inspect many models; nothing is written.

    Args:
        given: paths, folders, patterns and URLs.
        job: what to do with each.
        workers: where.
        on_outcome: told of each model.

    Raises:
        UsageError: a path is not there, there is no model, or the release is unknown.
    """
    if job.work is not Work.INSPECT:
        target_of(job.to, job.options.backend)
    start = time.monotonic()
    found = find(given)
    run = _Run(job, found, workers or Workers(), on_outcome)
    return run.result(start)


def convert_all(
    given: Iterable[str],
    out_dir: Path,
    job: Job,
    *,
    workers: Workers | None = None,
    retry: Iterable[str] = (),
    force: bool = False,
    on_outcome: OnOutcome | None = None,
) -> ManyResult:
    """Convert many models into a folder, and go on where an earlier run has stopped.

    Args:
        given: paths, folders, patterns and URLs.
        out_dir: the folder; it is made if need be.
        job: how to convert.
        workers: where.
        retry: of `RETRY`: what to do again.
        force: replace files that no earlier run has written.
        on_outcome: told of each model.

    Raises:
        UsageError: a path is not there, there is no model, the release is unknown, ...
        OutputError: the folder cannot be written, or another run is writing there.
    """
    start = time.monotonic()
    target = target_of(job.to, job.options.backend)
    if job.file_format is not None:
        require_readable(job.file_format, target, out_dir)
    given = list(given)
    _require_apart(given, out_dir)
    with ExitStack() as stack:
        found = find(given, leave_out=out_dir)
        with output_errors(out_dir):
            (out_dir / _OURS).mkdir(parents=True, exist_ok=True)
        stack.enter_context(_only_run(out_dir))
        name = f"{target.id}{f'+{target.backend}' if target.backend else ''}"
        ledger = stack.enter_context(Ledger(out_dir / LEDGER, name, fingerprint(job)))
        names = Names(job.to, job.options.backend, job.file_format)
        kept = _Kept(out_dir, ledger, names, fingerprint(job), tuple(retry), force)
        run = _Run(job, found, workers or Workers(), on_outcome, kept)
        return run.result(start)


def fingerprint(job: Job) -> str:
    """All that decides how a model is converted, as text; files of the user's by their content."""
    options = job.options
    found = {
        "from": job.from_ or "",
        "format": str(job.file_format or ""),
        "verify": job.proving is not None,
        "objects": [hashlib.sha256(item.read_bytes()).hexdigest() for item in options.objects],
        "stock_only": options.stock_only,
        "allow_approximate": options.allow_approximate,
        "renamed": sorted(options.renamed.items()),
        "dropped": sorted(options.dropped),
        "lambdas": sorted(options.lambdas.named.items()),
        "translate_lambdas": options.lambdas.translate,
        "lambda_python": options.lambdas.python or "",
        "skip_checksums": not options.verify_checksums,
        "backend": options.backend,
        "from_backend": options.from_backend,
    }
    return json.dumps({key: value for key, value in found.items() if value}, sort_keys=True)


def _require_apart(given: Iterable[str], out_dir: Path) -> None:
    for text in given:
        path = Path(text)
        if path.is_dir() and path.resolve() == out_dir.resolve():
            raise UsageError(
                f"{text}: is the folder of the sources and of the outputs",
                hint="write to a folder of its own: --out-dir converted",
            )


@dataclass
class _only_run:  # noqa: N801 -- a context manager
    """Hold the lock on a folder of outputs.

    Raises:
        OutputError: another run has it.
    """

    out_dir: Path
    _lock: FileLock = field(init=False)

    def __enter__(self) -> None:
        self._lock = FileLock(self.out_dir / _OURS / "lock")
        with output_errors(self.out_dir):
            try:
                self._lock.acquire(timeout=0)
            except Timeout:
                raise OutputError(
                    f"{self.out_dir}: another keraport is writing there",
                    hint="wait for it, or choose another --out-dir",
                ) from None

    def __exit__(self, *_: object) -> None:
        self._lock.release()


@dataclass(frozen=True, slots=True)
class _Kept:
    """A folder of outputs, and what is known of it.

    Args:
        out_dir: the folder.
        ledger: its database.
        names: what outputs are called.
        options: how models are converted, as text.
        retry: what does not count.
        force: replace files that no run has written.
    """

    out_dir: Path
    ledger: Ledger
    names: Names
    options: str
    retry: tuple[str, ...]
    force: bool

    def below(self, output: Path) -> str:
        """An output as the ledger knows it."""
        return output.relative_to(self.out_dir).as_posix()

    def settled(self, row: Row) -> Outcome | None:
        """What a row says, if it is to be taken as it is: its output is there, too."""
        found = row.outcome
        if found is None or row.options != self.options or not found.is_settled:
            return None
        if any(RETRY[item](found) for item in self.retry):
            return None
        if found.verdict in CONVERTED and not self.names.is_there(self.out_dir / row.output):
            return None
        return found

    def done(self, source: Source, output: Path, content: str) -> Outcome | None:
        """What an earlier run has made of a source with this content."""
        row = self.ledger.known(source.key)
        if row is None or row.content != content or row.output != self.below(output):
            return None
        found = self.settled(row)
        if found is None or (found.verdict == NOT_A_MODEL and source.asked_for):
            return None
        return replace(found, source=source.shown)

    def like(self, source: Source, content: str) -> Outcome | None:
        """What an earlier run has made of the same content under another name."""
        for row in self.ledger.of_content(content):
            found = None if row.source == source.key else self.settled(row)
            if found is not None and found.verdict != NOT_A_MODEL:
                return found
        return None

    def begin(self, item: Ready, output: Path) -> tuple[bool, bool]:
        """Write down that work begins.

        Returns:
            whether it is written down, which it is not where the output is that of others; and
            whether the output, should it be there, may be replaced.
        """
        below = self.below(output)
        known = self.ledger.known(item.source.key)
        is_ours = known is not None and known.output == below
        if not is_ours and not self.force and output.exists():
            # It stays whose it is; the worker says that it is in the way.
            return False, False
        if self.ledger.owner_of(below) is not None:
            sweep(output)
        self.ledger.begin(item.source.key, item.content, item.stamp, below)
        return True, is_ours or self.force


class _Run:
    """One run over all sources.

    Args:
        job: what is done with each.
        found: the sources.
        workers: where.
        on_outcome: told of each model.
        kept: where outputs go; None if nothing is written.
    """

    def __init__(
        self,
        job: Job,
        found: Found,
        workers: Workers,
        on_outcome: OnOutcome | None,
        kept: _Kept | None = None,
    ) -> None:
        self._job, self._found, self._workers, self._kept = job, found, workers, kept
        self._tell = on_outcome or (lambda *_: None)
        self._sources = found.sources
        self._outcomes: dict[int, Outcome] = {}
        self._outputs: dict[int, Path] = {}
        self._ready: dict[int, Ready] = {}
        self._first_of: dict[str, int] = {}
        """Content: the first source that has it."""
        self._waiting: dict[str, list[int]] = {}
        """Content that is being worked on: who else has it."""
        self._no_models = 0
        self._loop: Loop | None = None

    def result(self, start: float) -> ManyResult:
        """Do all of it.

        Args:
            start: when the run began.
        """
        for number, outcome in enumerate(self._found.failures):
            self._done(-1 - number, outcome)
        self._plan()
        left = [number for number in range(len(self._sources)) if number not in self._outcomes]
        left = [number for number in left if not self._is_done_unread(number)]
        if left:
            self._carry_out(left)
        kept = self._kept
        return ManyResult(
            self._job.work,
            self._job.to,
            "" if kept is None else str(kept.out_dir),
            tuple(
                self._outcomes[number]
                for number in sorted(self._outcomes)
                if self._outcomes[number].verdict != NOT_A_MODEL
            ),
            self._no_models,
            tuple(self._found.empty),
            time.monotonic() - start,
        )

    # Before the work: names.

    def _plan(self) -> None:
        """Say where each output goes; those that have no place of their own fail."""
        kept = self._kept
        if kept is None:
            return
        planned = []
        for number, source in enumerate(self._sources):
            try:
                below = kept.names.of(source)
            except OutputError as error:
                self._done(number, failure(source.shown, error))
                continue
            self._outputs[number] = kept.out_dir / below
            planned.append((number, source, below))
        crowded = _several(below for _, _, below in planned)
        for number, source, below in planned:
            if below in crowded and not source.asked_for and holds_no_model(source):
                self._done(number, Outcome(source.shown, NOT_A_MODEL))
        planned = [row for row in planned if row[0] not in self._outcomes]
        owners = {}
        for below in crowded:
            row = kept.ledger.owner_of(below.as_posix())
            if row is not None:
                owners[below] = row.source
        late = clashes([row[1:] for row in planned], owners)
        for number, source, below in planned:
            if source.key in late:
                taken = clash(source, late[source.key], kept.out_dir / below)
                self._done(number, failure(source.shown, taken))

    # The work.

    def _carry_out(self, left: list[int]) -> None:
        kept = self._kept
        with ExitStack() as stack:
            pool = stack.enter_context(
                Closing(self._workers.open(proving=self._job.proving is not None))
            )
            scratch = stack.enter_context(_scratch(None if kept is None else kept.out_dir))
            self._loop = loop = Loop(pool, self._tasks(left, scratch, 2 * pool.width))
            try:
                for task, outcome in loop.outcomes():
                    self._ended(task, outcome)
            except BaseException:
                begun = loop.begun
                pool.close()
                for task in begun:
                    if task.output is not None:
                        sweep(task.output)
                raise

    def _tasks(self, left: list[int], scratch: Path, ahead: int) -> Iterator[Task]:
        """What is left to do, one by one, as the pool has room."""
        sources = [self._sources[number] for number in left]
        for number, item in zip(left, ready(sources, scratch, ahead), strict=True):
            if item.problem is not None:
                self._done(number, item.problem)
                release(item)
                continue
            self._ready[number] = item
            task = self._task(number, item)
            if task is not None:
                yield task

    def _task(self, number: int, item: Ready) -> Task | None:
        """The work for a source; None if there is none, or it waits for that for another."""
        kept = self._kept
        if kept is not None:
            done = kept.done(item.source, self._outputs[number], item.content)
            if done is not None:
                release(self._ready.pop(number))
                self._done(number, done)
                return None
        first = self._first_of.setdefault(item.content, number)
        if first != number:
            outcome = self._outcomes.get(first)
            if outcome is None:
                self._waiting.setdefault(item.content, []).append(number)
                return None
            return self._repeated(number, outcome)
        like = None if kept is None else kept.like(item.source, item.content)
        return self._begun(number, item, like)

    def _is_done_unread(self, number: int) -> bool:
        """Whether an earlier run has done a source that was not changed since."""
        kept, source = self._kept, self._sources[number]
        row = None if kept is None else kept.ledger.known(source.key)
        if kept is None or row is None or not row.stamp or row.stamp != stamp_of_source(source):
            return False
        done = kept.done(source, self._outputs[number], row.content)
        if done is not None:
            self._done(number, done)
        return done is not None

    def _repeated(self, number: int, outcome: Outcome) -> Task | None:
        """The task for a source whose content has an outcome already; None if that is all."""
        item = self._ready[number]
        if not outcome.is_settled or outcome.verdict == NOT_A_MODEL:
            # What was in its way need not be in the way of this one.
            return self._begun(number, item, None)
        if self._kept is not None and not outcome.status:
            return self._begun(number, item, outcome)
        self._ended_as(number, item, outcome)
        return None

    def _ended_as(self, number: int, item: Ready, outcome: Outcome) -> None:
        if self._kept is not None:
            self._kept.begin(item, self._outputs[number])
        self._finish(number, outcome.of(item.source.shown))

    def _begun(self, number: int, item: Ready, like: Outcome | None) -> Task | None:
        if like is not None and like.status:
            self._ended_as(number, item, like)
            return None
        kept = self._kept
        is_noted, may_replace = False, False
        if kept is not None:
            is_noted, may_replace = kept.begin(item, self._outputs[number])
        return Task(
            number,
            item.source.shown,
            item.path,
            item.content,
            self._outputs.get(number),
            self._job,
            replace=may_replace,
            asked_for=item.source.asked_for,
            stamp=item.stamp if item.source.remote is None else "",
            like=like,
            is_noted=is_noted,
        )

    # After the work.

    def _ended(self, task: Task, outcome: Outcome) -> None:
        if outcome.verdict == CRASHED and task.output is not None:
            sweep(task.output)
        self._finish(task.number, outcome)
        for number in self._waiting.pop(task.content, ()):
            again = self._repeated(number, outcome)
            if again is not None and self._loop is not None:
                self._loop.add(again)

    def _finish(self, number: int, outcome: Outcome) -> None:
        if self._kept is not None:
            self._kept.ledger.end(self._sources[number].key, outcome)
        release(self._ready.pop(number))
        self._done(number, outcome)

    def _done(self, number: int, outcome: Outcome) -> None:
        self._outcomes[number] = outcome
        self._no_models += outcome.verdict == NOT_A_MODEL
        total = len(self._sources) + len(self._found.failures)
        self._tell(outcome, len(self._outcomes), total)


def _several(items: Iterable[PurePosixPath]) -> set[PurePosixPath]:
    return {item for item, number in Counter(items).items() if number > 1}


@contextmanager
def _scratch(out_dir: Path | None) -> Iterator[Path]:
    """A folder for what is fetched, which every worker can read; it is empty, and goes again."""
    if out_dir is None:
        with TemporaryDirectory(prefix="keraport-") as name:
            yield Path(name)
        return
    folder = out_dir / _OURS / "fetched"
    # A run that was killed has left it.
    shutil.rmtree(folder, ignore_errors=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
