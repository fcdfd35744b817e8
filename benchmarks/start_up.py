"""Whole processes, medians of five, in one run: keraport, and what users do today.

``uv run python benchmarks/start_up.py``; needs the runtime of TensorFlow 2.3 (built on demand).
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from keraport.catalog.releases import get_release
from keraport.runtimes import ensure_runtime

ROOT = Path(__file__).parents[1]
MODEL = ROOT / "examples" / "digits.h5"
RUNS = 5


def wall(command: list[str]) -> float:
    """Median wall time of a command in seconds, after one run that does not count."""
    times = []
    for _ in range(RUNS + 1):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    return statistics.median(times[1:])


def main() -> None:
    """Print the table."""
    keraport = [sys.executable, "-m", "keraport"]
    tf23 = str(ensure_runtime(get_release("tf2.3")))
    load = f"import tensorflow as tf; tf.keras.models.load_model({str(MODEL)!r})"
    with tempfile.TemporaryDirectory() as folder:
        out = str(Path(folder) / "out.h5")
        rows = {
            "keraport --help": wall([*keraport, "--help"]),
            "keraport convert examples/digits.h5": wall(
                [*keraport, "convert", str(MODEL), out, "--to", "tf1.12", "--force"]
            ),
            "python -c 'import tensorflow' (2.3)": wall([tf23, "-c", "import tensorflow"]),
            "load_model in TensorFlow 2.3": wall([tf23, "-c", load]),
        }
    base = rows["load_model in TensorFlow 2.3"]
    for name, seconds in rows.items():
        print(f"{name:40} {seconds:6.2f} s   {seconds / base:5.2f} of a load in TensorFlow 2.3")


if __name__ == "__main__":
    main()
