"""Many models: what processes gain next to bare loops, what a pool costs, and models a second.

``uv run python benchmarks/many.py [MODELS]``. The speed-up of a bare loop says what the machine has
to give at that moment: it is measured before and after, in the same run, with as many processes.
Models are copies of ``examples/digits.h5`` (5 layers, 116 kB) and of a small autoencoder that
TensorFlow 2.3 saved, each with a number in it, so that no two have the same content.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import h5py

from keraport.convert import convert
from keraport.many.batch import Workers, convert_all
from keraport.many.engines import LokyPool, processors
from keraport.many.task import Job, Task, Work

ROOT = Path(__file__).parents[1]
KINDS = (ROOT / "examples" / "digits.h5", ROOT / "tests" / "golden" / "tf2.3" / "autoencoder.h5")
TO = "tf1.12"
ROUNDS = 3
LOOP = 6_000_000
"""Additions of a bare loop: about a quarter of a second."""


def make(folder: Path, number: int) -> Path:
    """So many distinct models."""
    for index in range(number):
        place = folder / f"{index % 20:02d}" / f"{index:05d}.h5"
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(KINDS[index % len(KINDS)], place)
        with h5py.File(place, "r+") as file:
            file.attrs["number"] = index
    return folder


def loop(_: int) -> float:
    """Nothing but arithmetic of Python; returns the seconds."""
    start, total = time.perf_counter(), 0
    for number in range(LOOP):
        total += number
    return time.perf_counter() - start


def speed_up_of_loops(jobs: int) -> float:
    """How much more `jobs` processes get done than one, with bare loops: the rate of work."""
    context = get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        list(pool.map(loop, range(jobs)))  # start them

        def rate(width: int) -> float:
            start = time.perf_counter()
            list(pool.map(loop, range(width * 4)))
            return width * 4 / (time.perf_counter() - start)

        one = statistics.median(_alone() for _ in range(ROUNDS))
        return statistics.median(rate(jobs) for _ in range(ROUNDS)) * one


def _alone() -> float:
    return statistics.median(loop(0) for _ in range(4))


def start_of_pool(jobs: int, folder: Path) -> float:
    """Seconds until every process of a pool has answered."""
    pool = LokyPool(jobs)
    start = time.perf_counter()
    job = Job(Work.INSPECT)
    for number in range(jobs):
        pool.submit(Task(number, "", folder / "nothing.h5", "", None, job)).result()
    seconds = time.perf_counter() - start
    pool.close()
    return seconds


def bare_imports(jobs: int) -> float:
    """Seconds of as many interpreters side by side that import h5py and NumPy and end."""
    command = [sys.executable, "-c", "import h5py, numpy"]
    start = time.perf_counter()
    for process in [subprocess.Popen(command) for _ in range(jobs)]:
        process.wait()
    return time.perf_counter() - start


def run(models: Path, out: Path, jobs: int) -> float:
    """Seconds of a whole run, without the start of its pool."""
    result = convert_all([str(models)], out, Job(Work.CONVERT, TO), workers=Workers(jobs))
    if result.exit_status:
        raise SystemExit(f"{result.counts()}")
    shutil.rmtree(out)
    return result.seconds


def in_a_process(models: list[Path], out: Path) -> tuple[float, float]:
    """Models a second of CPU, and of wall time, in this process."""
    out.mkdir()
    cpu, wall = time.process_time(), time.perf_counter()
    for number, path in enumerate(models):
        convert(path, out / f"{number}.h5", TO)
    found = len(models) / (time.process_time() - cpu), len(models) / (time.perf_counter() - wall)
    shutil.rmtree(out)
    return found


def main() -> None:
    """Print the figures."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    jobs = processors()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        models = make(folder / "models", number)
        some = sorted(models.rglob("*.h5"))[:200]
        in_a_process(some[:20], folder / "alone")
        starts = [start_of_pool(jobs, folder) for _ in range(ROUNDS)]
        start = statistics.median(starts)
        bare = statistics.median(bare_imports(jobs) for _ in range(ROUNDS))
        print(f"start of a pool of {jobs} processes  {start:6.2f} s")
        print(f"{jobs} bare imports of h5py, numpy   {bare:6.2f} s")
        cpu, wall = in_a_process(some, folder / "alone")
        print(f"one process, a second of CPU    {cpu:6.1f} models; of wall time {wall:.1f}")
        before = speed_up_of_loops(jobs)
        one = run(models, folder / "out", 1) - start_of_pool(1, folder)
        many = run(models, folder / "out", jobs) - start
        after = speed_up_of_loops(jobs)
        loops, gained = statistics.mean([before, after]), one / many
        print(f"{number} models with 1 process     {one:6.1f} s   {number / one:6.1f} a second")
        print(
            f"{number} models with {jobs} processes   {many:6.1f} s   {number / many:6.1f} a second"
        )
        print(f"speed-up {gained:.2f}, of bare loops {before:.2f} and {after:.2f}")
        print(f"relative to bare loops {gained / loops:.2f}")


if __name__ == "__main__":
    main()
