"""Runs one case after the other in a process that may die of it."""

from __future__ import annotations

import json
import mmap
import resource
import struct
import tempfile
import traceback
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

from fuzzing.targets import TARGETS, Target
from fuzzing.watch import Watch

STATE_BYTES = 16
_MEMORY_FREE = 200 << 20
_MEMORY_RATIO = 4
_ADDRESS_SPACE = 8 << 30


def case(target: Target, seed: int, number: int) -> bytes:
    """The bytes of a case; the same for ever, as long as the sound files stay the same."""
    return target.make(Random(f"{seed} {target.name} {number}"))


def work(name: str, seed: int, numbers: range, folder: Path) -> dict[str, Any]:
    """Run cases.

    Args:
        name: of the target.
        seed: of the campaign.
        numbers: of the cases.
        folder: for the case at hand; ``state`` in it tells which one that is, and ``findings``
            gets a line of JSON for each finding.

    Returns:
        how many ended in which way.
    """
    target = next(item for item in TARGETS if item.name == name)
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
    path, watch = folder / "case", Watch()
    # Readers may unpack into a nameless file.
    tempfile.tempdir = str(folder)
    # What is loaded on first use is not the memory of a case.
    for number in range(-40, 0):
        _run(target, case(target, seed, number), path, watch, folder)
    base = _reset_peak()
    outcomes: Counter[str] = Counter()
    with (folder / "state").open("r+b") as file, mmap.mmap(file.fileno(), STATE_BYTES) as state:
        for number in numbers:
            data = case(target, seed, number)
            state[:] = struct.pack("<qq", number, 1)
            result = _run(target, data, path, watch, folder)
            state[:] = struct.pack("<qq", number, 0)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
            if peak - base > _MEMORY_FREE + _MEMORY_RATIO * len(data):
                result = ("memory", f"{(peak - base) >> 20} MiB")
                base = _reset_peak()
            outcomes[result[0]] += 1
            if result[1]:
                _report(folder, {"number": number, "kind": result[0], "text": result[1]})
    return dict(outcomes)


def _run(target: Target, data: bytes, path: Path, watch: Watch, folder: Path) -> tuple[str, str]:
    """What became of a case, and what is wrong with that."""
    path.write_bytes(data)
    found, problem, raised = "", "", None
    with watch.on(folder) as events:
        try:
            found = target.run(path)
        except Exception as error:
            raised = error
    if raised is not None:
        found, problem = "untyped error", _shown(raised)
    return ("forbidden event", events[0]) if events else (found, problem)


def _shown(error: BaseException) -> str:
    """The error, and the last places in the package that it came from."""
    frames = [
        f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
        if "keraport" in frame.filename
    ]
    return f"{type(error).__name__}: {error!s:.120} at {' < '.join(reversed(frames[-3:]))}"


def _reset_peak() -> int:
    """Forget the peak of resident memory; bytes in use now."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) << 10


def _report(folder: Path, finding: dict[str, Any]) -> None:
    with (folder / "findings").open("a", encoding="utf-8") as file:
        file.write(json.dumps(finding) + "\n")
