"""What is killed, and when: no model is lost, none stops the others, and no process stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Future
from pathlib import Path

import pytest
from tests.many.conftest import OTHER, SMALL, distinct, left_over, put, rows, run

from keraport.many.batch import Workers
from keraport.many.engines import LokyPool, Pool
from keraport.many.outcome import Outcome
from keraport.many.task import Task

SOON = 5.0
"""Seconds in which workers are gone."""
KILLS = 20
COMMAND = [sys.executable, "-m", "keraport", "convert"]


def workers_of(parent: int) -> list[int]:
    """Processes whose parent is that one and that work for it."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = status.read_text()
            command = (status.parent / "cmdline").read_bytes()
        except OSError:
            continue
        ended = text.rpartition(")")[2].split()
        if int(ended[1]) == parent and b"loky" in command and b"resource_tracker" not in command:
            found.append(int(status.parent.name))
    return found


def is_there(pid: int) -> bool:
    """Whether a process is there, and no zombie that nobody has asked about."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_for(what: object, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not what():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.02)


def many(folder: Path, number: int) -> Path:
    for index in range(number):
        distinct(SMALL, folder / f"{index:03d}.h5", index)
    return folder


class _Killing(LokyPool):
    """Kills a worker each time that so many tasks were handed over."""

    def __init__(self, jobs: int, every: int) -> None:
        super().__init__(jobs)
        self.every, self.number, self.killed = every, 0, 0

    def submit(self, task: Task) -> Future[Outcome]:
        self.number += 1
        found = super().submit(task)
        if self.number % self.every == 0:
            alive = workers_of(os.getpid())
            if alive:
                os.kill(alive[0], signal.SIGKILL)
                self.killed += 1
        return found


class Killing(Workers):
    """Two processes, one of which is killed now and then."""

    made: list[_Killing] = []  # noqa: RUF012 -- one test at a time

    def open(self, *, proving: bool = False) -> Pool:
        pool = _Killing(2, 15)
        self.made.append(pool)
        return pool


def test_killed_workers_lose_no_model(tmp_path: Path) -> None:
    models = many(tmp_path / "m", 60)
    Killing.made.clear()
    result = run([models], tmp_path / "out", workers=Killing())
    assert Killing.made[0].killed >= 3
    assert len(result.outcomes) == 60
    # A model that is hit twice counts as what brings processes down: nothing else may fail.
    assert set(result.counts()) <= {"exact", "crashed"}
    assert result.counts()["exact"] >= 58
    assert left_over(tmp_path / "out") == []
    assert run([models], tmp_path / "out", retry=["crashed"]).counts() == {"exact": 60}


class _Deadly(LokyPool):
    def submit(self, task: Task) -> Future[Outcome]:
        def work(task: Task) -> Outcome:
            from keraport.many import worker

            if "deadly" in task.source:
                worker._say(task.number)
                with Path(task.source).with_suffix(".tried").open("a") as file:
                    file.write("x")
                os.kill(os.getpid(), signal.SIGKILL)
            return worker.work(task)

        if self._executor is None:
            self._executor = self._started()
        return self._executor.submit(work, task)


class Deadly(Workers):
    """Two processes; a model that is called so kills the one that it is given to."""

    def open(self, *, proving: bool = False) -> Pool:
        return _Deadly(2)


def test_a_model_that_kills_its_process_counts_as_crashed(tmp_path: Path) -> None:
    models = many(tmp_path / "m", 12)
    for name in ("005 deadly", "006 deadly", "zz deadly"):
        distinct(SMALL, models / f"{name}.h5", hash(name) % 10**6)
    result = run([models], tmp_path / "out", workers=Deadly())
    assert result.counts() == {"exact": 12, "crashed": 3}
    assert result.exit_status == 1
    assert {Path(item.source).stem for item in result.failed} == {
        "005 deadly",
        "006 deadly",
        "zz deadly",
    }
    for name in ("005 deadly", "006 deadly", "zz deadly"):
        assert (models / f"{name}.tried").read_text() == "xx"  # among the others, and alone
    assert [row["verdict"] for row in rows(tmp_path / "out")].count("crashed") == 3
    # It stays so until it is asked for again.
    assert run([models], tmp_path / "out").counts() == {"exact": 12, "crashed": 3}
    assert run([models], tmp_path / "out", retry=["crashed"]).counts() == {"exact": 15}


def start(models: Path, out: Path, jobs: int, *more: str) -> subprocess.Popen[bytes]:
    to = ("--out-dir", str(out), "--to", "tf1.12", "--jobs", str(jobs))
    return subprocess.Popen(
        [*COMMAND, str(models), *to, *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def test_workers_end_with_their_parent_and_nothing_is_lost(tmp_path: Path) -> None:
    """The parent is killed 20 times, each time in the middle, and the run comes to its end."""
    models, out = many(tmp_path / "m", 100), tmp_path / "out"
    slowest = max(seconds_after_kill(models, out) for _ in range(KILLS))
    assert slowest < SOON
    assert 0 < len(list(out.glob("*.h5"))) < 100
    process = start(models, out, 2, "--json")
    printed, _ = process.communicate(timeout=300)
    assert process.returncode == 0, printed[-2000:]
    assert len(list(out.glob("*.h5"))) == 100
    assert left_over(out) == []
    assert {row["verdict"] for row in rows(out)} == {"exact"}


def seconds_after_kill(models: Path, out: Path) -> float:
    """Start a run, kill it once it has converted a model, and wait until its workers are gone."""
    before = len(list(out.glob("*.h5")))
    process = start(models, out, 1)
    wait_for(lambda: len(list(out.glob("*.h5"))) > before)
    alive = workers_of(process.pid)
    assert alive
    process.kill()
    process.communicate()
    killed = time.monotonic()
    wait_for(lambda: not any(map(is_there, alive)), SOON)
    return time.monotonic() - killed


def test_ctrl_c_ends_everything(tmp_path: Path) -> None:
    """As a terminal sends it: to the whole group of processes."""
    models, out = many(tmp_path / "m", 200), tmp_path / "out"
    process = start(models, out, 2)
    wait_for(lambda: len(list(out.glob("*.h5"))) > 5)
    alive = workers_of(process.pid)
    assert alive
    os.killpg(process.pid, signal.SIGINT)
    told = process.communicate(timeout=60)[1]
    assert process.returncode == 130
    assert told.decode().splitlines()[-1].startswith("interrupted")
    assert b"Traceback" not in told
    wait_for(lambda: not any(map(is_there, alive)), SOON)
    assert left_over(out) == []
    done = len(list(out.glob("*.h5")))
    assert 5 < done < 200
    result = run([models], out)
    assert result.counts() == {"exact": 200}
    assert result.to_json()["done_before"] >= done - 2


def test_a_pool_that_cannot_start_is_no_endless_loop(tmp_path: Path) -> None:
    from keraport.errors import KeraportError

    class Broken(LokyPool):
        def submit(self, task: Task) -> Future[Outcome]:
            if self._executor is None:
                self._executor = self._started()
            return self._executor.submit(os._exit, 3)

    class Nowhere(Workers):
        def open(self, *, proving: bool = False) -> Pool:
            return Broken(2)

    put(OTHER, tmp_path / "m" / "a.h5")
    with pytest.raises(KeraportError, match="ended before they began"):
        run([tmp_path / "m"], tmp_path / "out", workers=Nowhere())
