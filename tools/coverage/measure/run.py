"""Runs the converted cases in one process of the target release, and compares."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from coverage.measure.convert import TARGET
from coverage.measure.results import Result
from keraport.catalog.releases import get_release
from keraport.companion.write import companion_path
from keraport.errors import ProbeError
from keraport.runtimes import Runtime
from keraport.verify.compare import Array, Tolerance, compare

TOLERANCE = Tolerance(relative=1e-5, absolute=0.0)
HALF = Tolerance(relative=5e-3, absolute=0.0)
"""For outputs in float16, whose rounding is 1e-3; the target computes them in float32."""
SECONDS = 120.0


def run_all(results: Iterable[Result], cases: Path, work: Path) -> Iterator[Result]:
    """Compare every converted case; a process that dies is started again for the next one."""
    (work / "compared").mkdir(exist_ok=True)
    with Runtime.start(get_release(TARGET)) as runtime:
        for result in results:
            if result.kind or not result.counts:
                yield result
            else:
                yield _known(runtime, result, cases, work)


def _known(runtime: Runtime, result: Result, cases: Path, work: Path) -> Result:
    """The result of comparing, from last time if the files are still the same."""
    output = work / f"{result.name}.h5"
    digest = hashlib.sha256(output.read_bytes())
    if result.outcome == "approximate":
        digest.update(b"with its tolerance")
    for more in (companion_path(output), cases / f"{result.name}.npz"):
        digest.update(more.read_bytes() if more.exists() else b"")
    answer = work / "compared" / f"{digest.hexdigest()}.json"
    if answer.exists():
        found = json.loads(answer.read_text(encoding="utf-8"))
    else:
        found = _compare(runtime, result, cases, work)
        answer.write_text(json.dumps(found), encoding="utf-8")
    return replace(result, **found)


def _compare(
    runtime: Runtime, result: Result, cases: Path, work: Path
) -> dict[str, str | float | None]:
    output, returned = work / f"{result.name}.h5", work / f"{result.name}.out.npz"
    companion = companion_path(output)
    request = {
        "op": "predict",
        "model": str(output.absolute()),
        "inputs": str((cases / f"{result.name}.npz").absolute()),
        "outputs": str(returned.absolute()),
        "objects": [str(companion.absolute())] if companion.exists() else [],
        "compile": False,
    }
    try:
        reply = runtime.request(request, timeout=SECONDS)
    except ProbeError as error:
        return {"kind": "FAILS", "problem": f"the process died: {error}"}
    if "error" in reply:
        error_text = " ".join(str(reply["error"]["message"]).split())[:300]
        return {"kind": "FAILS", "problem": f"{reply['error']['type']}: {error_text}"}
    wanted, got = _outputs(cases / f"{result.name}.npz"), _outputs(returned)
    returned.unlink()
    if len(wanted) != len(got):
        return {"kind": "DIFFERS", "problem": f"{len(got)} outputs, expected {len(wanted)}"}
    return _difference(wanted, got, approximate=result.outcome == "approximate")


def _difference(
    wanted: list[Array], got: list[Array], *, approximate: bool
) -> dict[str, str | float | None]:
    worst = 0.0
    problems = []
    for index, (one, other) in enumerate(zip(wanted, got, strict=True)):
        half = one.dtype == np.float16
        if half and approximate:
            other = other.astype(one.dtype)
        found = compare(one, other, HALF if half or approximate else TOLERANCE)
        worst = max(worst, found.max_relative)
        if not found.agrees:
            what = found.reason or f"by {found.max_relative:.1e} of the largest value"
            problems.append(f"output {index}: {what}")
    if problems:
        return {"kind": "DIFFERS", "problem": "; ".join(problems), "difference": worst}
    return {"difference": worst}


def _outputs(path: Path) -> list[Array]:
    with np.load(path) as arrays:
        count = sum(key.startswith("output_") for key in arrays.files)
        return [arrays[f"output_{index}"] for index in range(count)]
