"""Converting a small model with the declared changes, and with ten times as many, in one run.

``uv run python benchmarks/changes.py``; needs no TensorFlow. The further changes concern classes
that the model does not have: looked up by kind and name, they should cost nothing.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from pathlib import Path

MODEL = Path(__file__).parents[1] / "tests" / "golden" / "tf2.3" / "resnet.h5"
TIMES = 15
ROUNDS = 5

SCRIPT = f"""
import sys, time
from dataclasses import replace
import keraport.changes as changes
factor = int(sys.argv[1])
changes.ALL_CHANGES += tuple(
    replace(change, names=tuple(f"{{name}}{{number}}" for name in change.names))
    for number in range(1, factor) for change in changes.ALL_CHANGES if "*" not in change.names
)
from keraport.convert import plan
plan({str(MODEL)!r}, "tf1.12")
start = time.process_time()
for _ in range({TIMES}):
    plan({str(MODEL)!r}, "tf1.12")
print((time.process_time() - start) / {TIMES})
"""


def seconds(factor: int) -> float:
    """CPU seconds of one conversion with `factor` times as many changes."""
    command = [sys.executable, "-c", SCRIPT, str(factor)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def main() -> None:
    """Print both medians and their ratio."""
    rounds = [(seconds(1), seconds(10)) for _ in range(ROUNDS)]
    one, ten = (statistics.median(values) for values in zip(*rounds, strict=True))
    print(f"{MODEL.stem}: {one * 1000:.1f} ms; with ten times as many changes {ten * 1000:.1f} ms")
    print(f"ratio {ten / one:.2f}")


if __name__ == "__main__":
    main()
