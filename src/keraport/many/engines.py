"""Where the work runs: processes of this machine by joblib's loky, or a cluster that is there."""

from __future__ import annotations

import os
from collections.abc import Collection
from concurrent.futures import Executor, Future
from contextlib import ExitStack
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Final, Protocol

from keraport.errors import RuntimeUnavailableError, UsageError
from keraport.installing import install_line
from keraport.many import worker
from keraport.many.outcome import Outcome
from keraport.many.task import Task


class Engine(StrEnum):
    """What ``--engine`` names."""

    LOKY = "loky"
    DASK = "dask"
    RAY = "ray"


class Pool(Protocol):
    """Processes that take one model each.

    A future whose model brought its process down raises whatever the engine raises then: what a
    model itself does wrong comes back as an outcome.
    """

    width: int
    """How many models are worked on at the same time."""
    falls_together: bool
    """One process that dies takes the others along."""

    def submit(self, task: Task) -> Future[Outcome]:
        """Hand a model to a process."""
        ...

    def suspects(self, lost: Collection[int]) -> set[int]:
        """Which of the lost tasks may have brought a process down, by their numbers."""
        ...

    def restart(self) -> None:
        """Make it usable again after a future has raised."""
        ...

    def close(self) -> None:
        """End what was started for this run; what runs is ended, too."""
        ...


class LokyPool:
    """Processes of this machine, which end when this process does, however it ends.

    Args:
        jobs: how many.
    """

    falls_together = True

    def __init__(self, jobs: int) -> None:
        self.width = jobs
        self._stack = ExitStack()
        folder = TemporaryDirectory(prefix="keraport-workers-", ignore_cleanup_errors=True)
        self._marks = Path(self._stack.enter_context(folder))
        self._executor: Executor | None = None

    def submit(self, task: Task) -> Future[Outcome]:
        """Hand a model to a process."""
        if self._executor is None:
            self._executor = self._started()
        return self._executor.submit(worker.work, task)

    def _started(self) -> Executor:
        # Not the reusable executor: that of a user's program is not ours to end.
        from joblib.externals.loky import ProcessPoolExecutor

        executor: Executor = ProcessPoolExecutor(
            max_workers=self.width,
            # They are to outlive a model that keeps the others busy.
            timeout=None,
            initializer=worker.begin,
            initargs=(str(self._marks), os.getpid()),
            # One thread each: the processes share the processors.
            env={name: "1" for name in _THREADS if name not in os.environ},
        )
        return executor

    def suspects(self, lost: Collection[int]) -> set[int]:
        """Those that a process had begun: one that dies ends the whole pool."""
        # Until they are gone, the others may begin one more.
        self._end()
        return worker.marked(self._marks).intersection(lost)

    def restart(self) -> None:
        """Leave the broken pool; the next task starts another one."""
        self._end()
        worker.clear(self._marks)

    def close(self) -> None:
        """End the processes at once."""
        self._end()
        self._stack.close()

    def _end(self) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=True, kill_workers=True)  # type: ignore[call-arg]
            self._executor = None


_THREADS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class DaskPool:
    """A cluster of dask.distributed; its workers see the same files as this machine.

    Args:
        address: of the scheduler; that of `DASK_SCHEDULER_ADDRESS` if empty.

    Raises:
        UsageError: no address is known, or dask is not installed.
        RuntimeUnavailableError: nothing answers there.
    """

    falls_together = False

    def __init__(self, address: str) -> None:
        address = address or os.environ.get("DASK_SCHEDULER_ADDRESS", "")
        if not address:
            raise UsageError(
                "--engine dask: there is no address of a cluster",
                hint="add --cluster tcp://HOST:8786, or set DASK_SCHEDULER_ADDRESS",
            )
        try:
            distributed: Any = import_module("distributed")
        except ImportError as error:
            raise _missing(Engine.DASK) from error
        try:
            self._client = distributed.Client(address, timeout=_PATIENCE, set_as_default=False)
        except (OSError, ValueError) as error:
            raise RuntimeUnavailableError(
                f"{address}: no dask scheduler can be reached there: {error}",
                hint="start it, or give another --cluster",
            ) from error
        self.width = max(1, sum(self._client.nthreads().values()))
        self._executor = self._client.get_executor(pure=False, retries=0)

    def submit(self, task: Task) -> Future[Outcome]:
        """Hand a model to the cluster, which does it again where its result was lost."""
        future: Future[Outcome] = self._executor.submit(worker.work, task.again())
        return future

    def suspects(self, lost: Collection[int]) -> set[int]:
        """All of them: each future tells for itself."""
        return set(lost)

    def restart(self) -> None:
        """Dask starts its workers itself."""

    def close(self) -> None:
        """Leave the cluster as it was."""
        self._executor.shutdown(wait=False)
        self._client.close()


_PATIENCE: Final = 10
"""Seconds that a cluster has to answer."""


class RayPool:
    """A cluster of Ray; its workers see the same files as this machine.

    Args:
        address: of the cluster; that of `RAY_ADDRESS` if empty, and where there is none, Ray is
            started on this machine for the run.

    Raises:
        UsageError: Ray is not installed.
        RuntimeUnavailableError: nothing answers there.
    """

    falls_together = False

    def __init__(self, address: str, jobs: int | None) -> None:
        # Else its workers are started by `uv run` in a copy of the folder, where that started this.
        os.environ.setdefault("RAY_ENABLE_UV_RUN_RUNTIME_ENV", "0")
        try:
            ray: Any = import_module("ray")
        except ImportError as error:
            raise _missing(Engine.RAY) from error
        self._ray = ray
        self._is_own = not ray.is_initialized()
        address = address or os.environ.get("RAY_ADDRESS", "")
        if self._is_own:
            given: dict[str, Any] = {"address": address} if address else {"num_cpus": jobs}
            try:
                ray.init(log_to_driver=False, configure_logging=False, **given)
            except Exception as error:
                raise RuntimeUnavailableError(
                    f"{address or 'ray'}: no Ray cluster can be reached: {error}",
                    hint="start it, or give another --cluster",
                ) from error
        self.width = max(1, int(ray.cluster_resources().get("CPU", 1)))
        # A model that ends its process is tried again here, alone, not by Ray among the others.
        self._work = ray.remote(num_cpus=1, max_retries=0)(worker.work)

    def submit(self, task: Task) -> Future[Outcome]:
        """Hand a model to the cluster, which does it again where its result was lost."""
        future: Future[Outcome] = self._work.remote(task.again()).future()
        return future

    def suspects(self, lost: Collection[int]) -> set[int]:
        """All of them: each future tells for itself."""
        return set(lost)

    def restart(self) -> None:
        """Ray starts its workers itself."""

    def close(self) -> None:
        """End what was started for the run."""
        if self._is_own:
            self._ray.shutdown()


_PACKAGES: Final = {Engine.DASK: "distributed", Engine.RAY: "ray"}


def _missing(engine: Engine) -> UsageError:
    return UsageError(
        f"--engine {engine}: {engine} is not installed",
        hint=f"run: {install_line(_PACKAGES[engine])}",
    )


def open_pool(engine: Engine, cluster: str, jobs: int | None, *, proving: bool = False) -> Pool:
    """The processes of a run.

    Args:
        engine: where.
        cluster: address of a cluster.
        jobs: how many processes; None for one for each processor of this machine.
        proving: real releases run the models, one process each for all of them.

    Raises:
        UsageError: an address that no engine uses, or an engine that is not installed.
        RuntimeUnavailableError: the cluster does not answer.
    """
    if engine is Engine.LOKY:
        if cluster:
            raise UsageError(
                "--cluster names a cluster, and no --engine that has one is given",
                hint="add --engine dask or --engine ray",
            )
        return LokyPool(1 if proving else jobs or processors())
    if proving:
        raise UsageError(
            f"--verify runs real releases on this machine, and --engine {engine} is elsewhere",
            hint="leave one of them out",
        )
    if engine is Engine.DASK:
        return DaskPool(cluster)
    return RayPool(cluster, jobs)


def processors() -> int:
    """How many processors this process may use."""
    try:
        return max(1, len(os.sched_getaffinity(0)))
    except AttributeError:
        return max(1, os.cpu_count() or 1)


class Closing:
    """A pool that is closed at the end; a context manager.

    Args:
        pool: the pool.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def __enter__(self) -> Pool:
        return self._pool

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.close()
