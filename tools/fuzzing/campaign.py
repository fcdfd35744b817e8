"""Drives workers: notices those that hang or die, and goes on behind the case that did it."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fuzzing.worker import STATE_BYTES

_HANG_CPU_SECONDS = 5.0
_HANG_SECONDS = 60.0
_BATCH = 5_000
_POLL_SECONDS = 0.25
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Result:
    """What a campaign found on one target.

    Args:
        target: its name.
        executions: cases that were run.
        seconds: that it took.
        outcomes: how many cases ended in which way.
        findings: what is wrong, one for each place in the package; ``number`` repeats it.
    """

    target: str
    executions: int = 0
    seconds: float = 0.0
    outcomes: Counter[str] = field(default_factory=Counter)
    findings: dict[str, dict[str, Any]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As ``--json`` prints it."""
        return {
            "target": self.target,
            "executions": self.executions,
            "seconds": round(self.seconds, 1),
            "outcomes": dict(self.outcomes.most_common()),
            "findings": list(self.findings.values()),
        }


def campaign(target: str, seed: int, numbers: range, command: list[str]) -> Iterator[Result]:
    """Run cases of a target.

    Args:
        target: its name.
        seed: another one makes other cases.
        numbers: of the cases.
        command: that starts a worker, without its arguments.

    Yields:
        the result so far, after each batch.
    """
    result, started = Result(target), time.monotonic()
    at = numbers.start
    shared = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shared if shared.is_dir() else None) as name:
        folder = Path(name)
        while at < numbers.stop:
            batch = range(at, min(at + _BATCH, numbers.stop))
            (folder / "state").write_bytes(struct.pack("<qq", at - 1, 0).ljust(STATE_BYTES))
            (folder / "findings").write_text("", encoding="utf-8")
            ending, outcomes = _attend(
                [*command, target, str(seed), str(at), str(batch.stop), name]
            )
            last = _state(folder)[0]
            if ending:
                result.outcomes[ending] += 1
                _add(result, {"number": last, "kind": ending, "text": ending})
                at = last + 1
            else:
                result.outcomes.update(outcomes)
                at = batch.stop
            for text in (folder / "findings").read_text(encoding="utf-8").splitlines():
                _add(result, json.loads(text))
            result.executions = at - numbers.start
            result.seconds = time.monotonic() - started
            yield result


def _attend(command: list[str]) -> tuple[str, dict[str, int]]:
    """Wait for a worker: how it failed, if it did, and what it counted."""
    folder = Path(command[-1])
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        number, since, spent = -1, time.monotonic(), 0.0
        while process.poll() is None:
            time.sleep(_POLL_SECONDS)
            now, running = _state(folder)
            if now != number or not running:
                number, since, spent = now, time.monotonic(), _cpu_seconds(process.pid)
            elif (
                _cpu_seconds(process.pid) - spent > _HANG_CPU_SECONDS
                or time.monotonic() - since > _HANG_SECONDS
            ):
                process.kill()
                return "hang", {}
        if process.returncode:
            return f"died with {process.returncode}", {}
        assert process.stdout is not None
        return "", json.loads(process.stdout.read().splitlines()[-1])


def _cpu_seconds(process: int) -> float:
    try:
        text = Path(f"/proc/{process}/stat").read_text(encoding="ascii")
    except OSError:
        return 0.0
    fields = text.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _state(folder: Path) -> tuple[int, int]:
    number, running = struct.unpack("<qq", (folder / "state").read_bytes())
    return number, running


def _add(result: Result, finding: dict[str, Any]) -> None:
    """Keep the first case of each kind and place."""
    place = finding["text"].rpartition(" at ")[2].partition(" < ")[0]
    key = f"{finding['kind']} {finding['text'].partition(':')[0]} {place}"
    known = result.findings.setdefault(key, {**finding, "count": 0})
    known["count"] += 1


def command() -> list[str]:
    """What starts a worker of this program."""
    return [sys.executable, str(Path(__file__).parents[1] / "fuzz.py"), "--worker"]
