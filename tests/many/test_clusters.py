"""The same work on a cluster that is there: dask.distributed with two workers, and a local Ray."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from tests.many.conftest import REFUSED, SMALL, distinct, left_over, put, rows

COMMAND = [sys.executable, "-m", "keraport", "convert"]
MODELS = 12


@pytest.fixture
def models(tmp_path: Path) -> Path:
    for number in range(MODELS):
        distinct(SMALL, tmp_path / "models" / f"{number}.h5", number)
    put(REFUSED, tmp_path / "models" / "refused.h5")
    return tmp_path / "models"


@pytest.fixture(scope="module")
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a scheduler with two worker processes, as its own commands start them."""
    folder = tmp_path_factory.mktemp("dask")
    file = folder / "scheduler.json"
    environment = {**os.environ, "DASK_DISTRIBUTED__DIAGNOSTICS__NVML": "False"}
    quiet: dict[str, Any] = {
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.DEVNULL,
        "env": environment,
    }
    scheduler = subprocess.Popen(
        [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1",
         "--port", "0", "--no-dashboard", "--scheduler-file", str(file)],
        cwd=folder, start_new_session=True, **quiet,
    )  # fmt: skip
    worker = subprocess.Popen(
        [sys.executable, "-m", "distributed.cli.dask_worker", "--scheduler-file", str(file),
         "--nworkers", "2", "--nthreads", "1", "--no-dashboard", "--local-directory", str(folder)],
        cwd=folder, start_new_session=True, **quiet,
    )  # fmt: skip
    try:
        end = time.monotonic() + 60
        while not file.exists():
            assert time.monotonic() < end
            assert scheduler.poll() is None
            time.sleep(0.1)
        address = json.loads(file.read_text())["address"]
        distributed: Any = import_module("distributed")
        with distributed.Client(address, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
        yield address
    finally:
        for process in (worker, scheduler):
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def convert(models: Path, out: Path, *more: str) -> subprocess.CompletedProcess[str]:
    to = ("--out-dir", str(out), "--to", "tf1.12")
    return subprocess.run(
        [*COMMAND, str(models), *to, *more],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def check(done: subprocess.CompletedProcess[str], out: Path) -> None:
    assert done.returncode == 3, f"{done.stdout}\n{done.stderr}"
    assert "Traceback" not in done.stderr
    assert len(list(out.glob("*.h5"))) == MODELS
    assert sorted({row["verdict"] for row in rows(out)}) == ["exact", "refused"]
    assert left_over(out) == []


def test_dask(dask: str, models: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    check(convert(models, out, "--engine", "dask", "--cluster", dask), out)
    again = convert(models, out, "--engine", "dask", "--cluster", dask)
    assert f"{MODELS + 1} of them in an earlier run" in again.stdout


def test_a_model_that_ends_workers_of_dask(dask: str, models: Path, tmp_path: Path) -> None:
    """Dask starts them again; the model is tried once more alone, and the others are converted."""
    from concurrent.futures import Future

    from keraport.many.batch import Workers, convert_all
    from keraport.many.engines import DaskPool, Pool
    from keraport.many.outcome import Outcome
    from keraport.many.task import Job, Task, Work

    class Deadly(DaskPool):
        def submit(self, task: Task) -> Future[Outcome]:
            def work(task: Task) -> Outcome:
                from keraport.many import worker

                if task.source.endswith("/5.h5"):
                    os.kill(os.getpid(), signal.SIGKILL)
                return worker.work(task)

            found: Future[Outcome] = self._executor.submit(work, task.again())
            return found

    class Cluster(Workers):
        def open(self, *, proving: bool = False) -> Pool:
            return Deadly(dask)

    job = Job(Work.CONVERT, "tf1.12")
    result = convert_all([str(models)], tmp_path / "out", job, workers=Cluster())
    assert result.counts() == {"exact": MODELS - 1, "crashed": 1, "refused": 1}
    assert left_over(tmp_path / "out") == []


def test_ray(models: Path, tmp_path: Path) -> None:
    """Started for the run, on this machine."""
    out = tmp_path / "out"
    check(convert(models, out, "--engine", "ray", "--jobs", "2"), out)
