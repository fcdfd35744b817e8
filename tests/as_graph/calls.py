"""Calls of carried graphs in one process of TensorFlow 1.12, and whether the results agree."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from keraport.errors import RefusedError
from keraport.graphs.convert import convert_graph

Arrays = dict[str, np.ndarray[Any, Any]]
NEAR = {"float16": 2e-3}
"""How far numbers may differ, measured at the largest of the output; 1e-5 otherwise."""


@dataclass
class Case:
    """A SavedModel, what is fed, and what became of it."""

    source: Path
    calls: list[tuple[str, Arrays]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    problem: str = ""
    rewritten: set[str] = field(default_factory=set)
    found: Arrays = field(default_factory=dict)


def carry_and_call(cases: dict[str, Case], python: Path, folder: Path) -> None:
    """Carry all of them over, and call all signatures."""
    jobs = []
    for name, case in cases.items():
        carried = folder / f"{name}_carried"
        try:
            report = convert_graph(case.source, carried, "tf1.12")
            case.rewritten = {*report.rewritten}
        except RefusedError as error:
            case.refused = [(item.op, item.reason) for item in error.operations]
            continue
        calls = []
        for number, (signature, given) in enumerate(case.calls):
            path = folder / f"{name}_{number}_in.npz"
            np.savez(path, **given)  # type: ignore[arg-type]
            calls.append([signature, str(path)])
        out = str(folder / f"{name}_out.npz")
        jobs.append({"model": str(carried), "calls": calls, "out": out})
    table = folder / "jobs.json"
    table.write_text(json.dumps(jobs), encoding="utf-8")
    script = Path(__file__).parent / "call_in_tf112.py"
    done = subprocess.run([python, script, table], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    failed = dict(json.loads(line) for line in done.stdout.splitlines() if line.startswith("["))
    for name, case in cases.items():
        case.problem = failed.get(str(folder / f"{name}_carried"), "")
        path = folder / f"{name}_out.npz"
        if path.exists():
            with np.load(path) as file:
                case.found = dict(file)


def differs(found: np.ndarray[Any, Any], expected: np.ndarray[Any, Any]) -> str:
    """What is not as expected; empty if they agree."""
    if found.shape != expected.shape:
        return f"shape {found.shape}, expected {expected.shape}"
    if expected.dtype.kind not in "fc":
        return "" if np.array_equal(found, expected) else f"{found}, expected {expected}"
    if found.dtype != expected.dtype:
        return f"{found.dtype}, expected {expected.dtype}"
    wide = expected.astype(np.complex128)
    same = (found == expected) | ((found != found) & (expected != expected))
    finite = np.isfinite(wide)
    largest = np.abs(wide[finite]).max(initial=1e-30)
    with np.errstate(invalid="ignore"):
        far = np.where(same, 0, np.abs(found.astype(np.complex128) - wide)).max(initial=0)
    limit = NEAR.get(str(expected.dtype), 1e-5)
    return "" if far <= limit * largest else f"off by {far / largest:.2g} of the largest"
