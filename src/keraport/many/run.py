"""One run over all sources: what is done is left out, the rest goes to a pool, duplicates wait."""

from __future__ import annotations

import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from keraport.errors import OutputError
from keraport.many.engines import Closing, Engine, Pool, open_pool
from keraport.many.fetch import Ready, ready, release, stamp_of_source
from keraport.many.kept import OURS, Kept
from keraport.many.loop import Loop
from keraport.many.outcome import CRASHED, NOT_A_MODEL, Outcome
from keraport.many.outputs import clash, clashes, holds_no_model, sweep
from keraport.many.result import ManyResult
from keraport.many.sources import Found, failure
from keraport.many.task import Job, Task
from keraport.records import dataclass

OnOutcome = Callable[[Outcome, int, int], None]
"""Told of each model, how many are done, and how many there are."""


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


class Run:
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
        kept: Kept | None = None,
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
    folder = out_dir / OURS / "fetched"
    # A run that was killed has left it.
    shutil.rmtree(folder, ignore_errors=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
