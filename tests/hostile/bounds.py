"""What reading a file costs, measured in a process of its own with limits."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

CPU_SECONDS = 30
MEMORY_RATIO = 4
MEMORY_FREE = 200 << 20
COMMAND = """
import json, resource, sys
import h5py, numpy, keraport.cli.app, keraport.inspection.inspect, keraport.translate.translation
from pathlib import Path
from keraport.cli.main import run
resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[1]),) * 2)
run(["inspect", sys.argv[2], "--json"])
Path("/proc/self/clear_refs").write_text("5")
before, start = (getattr(resource.getrusage(resource.RUSAGE_SELF), key)
                 for key in ("ru_maxrss", "ru_utime"))
status = run(sys.argv[3:])
after = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps([status, after.ru_maxrss - before << 10, after.ru_utime - start]), file=sys.stderr)
"""


def cost(arguments: list[str], good: Path) -> tuple[int, int, float, str]:
    """Run a command after one that has warmed everything up.

    Args:
        arguments: of the command.
        good: a file that is read before.

    Returns:
        exit status, bytes of memory taken beside what the process had, seconds of CPU time, and
        what the command said.
    """
    ended = subprocess.run(
        [sys.executable, "-c", COMMAND, str(CPU_SECONDS), str(good), *arguments],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    *said, last = ended.stderr.splitlines()
    status, used, seconds = json.loads(last)
    return status, used, seconds, "\n".join(said)


def allowed(*files: Path) -> int:
    """Bytes of memory that reading these may cost."""
    return MEMORY_FREE + MEMORY_RATIO * sum(path.stat().st_size for path in files)
