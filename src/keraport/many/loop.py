"""Hands tasks to a pool and collects what comes of them, whatever dies on the way."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from typing import Final

from keraport.errors import KeraportError
from keraport.many.engines import Pool
from keraport.many.outcome import CRASHED, Outcome, Reason
from keraport.many.outputs import sweep
from keraport.many.task import Task
from keraport.version import VERSION

_AHEAD: Final = 2
"""Tasks in the pool for each process, so that none waits for the next."""
_LONGEST: Final = 300
_STARTS: Final = 3
"""How often in a row a pool may die before any of its processes has begun a model."""


class Loop:
    """Everything that a run has in the pool, or will put there.

    Args:
        pool: processes.
        tasks: what there is to do; asked for the next one when there is room.
    """

    def __init__(self, pool: Pool, tasks: Iterator[Task]) -> None:
        self._pool, self._tasks = pool, tasks
        self._first: deque[Task] = deque()
        self._running: dict[Future[Outcome], Task] = {}
        self._failed_starts = 0
        self._last_error: BaseException | None = None

    def add(self, task: Task) -> None:
        """Put a task before those that are left."""
        self._first.append(task)

    @property
    def begun(self) -> list[Task]:
        """What is in the pool."""
        return list(self._running.values())

    def outcomes(self) -> Iterator[tuple[Task, Outcome]]:
        """What comes of the tasks, in the order in which they end.

        Raises:
            KeraportError: no process can be started.
        """
        while True:
            lost = self._fill()
            if not self._running and not lost:
                return
            yield from self._ended(lost)
            if lost:
                yield from self._recovered(lost)

    def _fill(self) -> list[Task]:
        """Put tasks into the pool; returns one that it did not take any more."""
        while len(self._running) < _AHEAD * self._pool.width:
            task = self._first.popleft() if self._first else next(self._tasks, None)
            if task is None:
                return []
            try:
                self._running[self._pool.submit(task)] = task
            except BrokenExecutor as error:
                self._last_error = error
                return [task]
        return []

    def _ended(self, lost: list[Task]) -> Iterator[tuple[Task, Outcome]]:
        """What has ended; tasks whose process has died are added to `lost`."""
        if not self._running:
            return
        done, _ = wait(self._running, return_when=FIRST_COMPLETED)
        fell = bool(lost)
        for future in done:
            fell |= future.exception() is not None and self._pool.falls_together
        if fell:
            # Those that were done before count.
            done, _ = wait(self._running)
        for future in done:
            task = self._running.pop(future)
            error = future.exception()
            if error is None:
                self._failed_starts = 0
                yield task, future.result()
            else:
                self._last_error = error
                lost.append(task)

    def _recovered(self, lost: list[Task]) -> Iterator[tuple[Task, Outcome]]:
        """Start again; what may have brought a process down runs once more, alone."""
        numbers = self._pool.suspects([task.number for task in lost])
        left = [task.again() for task in lost if task.number not in numbers]
        self._first.extendleft(reversed(left))
        suspects = [task for task in lost if task.number in numbers]
        self._require_some_start(suspects)
        self._pool.restart()
        for task in lost:
            if task.output is not None:
                sweep(task.output)
        while self._running:
            more: list[Task] = []
            yield from self._ended(more)
            suspects += more
        for task in suspects:
            yield task, self._alone(task.again())

    def _alone(self, task: Task) -> Outcome:
        try:
            return self._pool.submit(task).result()
        except Exception as error:
            # Whatever an engine raises where a process is gone.
            self._pool.restart()
            return crashed(task, error)

    def _require_some_start(self, suspects: Collection[Task]) -> None:
        self._failed_starts = 0 if suspects else self._failed_starts + 1
        if self._failed_starts >= _STARTS:
            what = " ".join(f"{type(self._last_error).__name__}: {self._last_error}".split())
            raise KeraportError(
                f"{_STARTS} times in a row all worker processes ended before they began a model: "
                f"{what[:_LONGEST]}",
                hint="look at the memory that is free, and try with --jobs 1; if that fails, "
                "please report it",
            )


def crashed(task: Task, error: BaseException) -> Outcome:
    """The outcome of a model at which a process died twice."""
    text = f"the process that worked on it died, twice ({type(error).__name__})"
    hint = "convert it by itself to see why; it may need more memory than there is"
    return Outcome(
        task.source,
        CRASHED,
        status=1,
        message=f"{task.source}: {text}",
        hint=hint,
        content=task.content,
        target=task.job.to,
        reasons=(Reason(CRASHED, "the process that worked on it died, twice", hint),),
        version=VERSION,
    )
