"""Converts cases to TensorFlow 2.15 and back, and runs them in one process of each release."""

from __future__ import annotations

import hashlib
import json
import re
import traceback
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from keraport.catalog.releases import get_release
from keraport.companion.write import companion_path
from keraport.convert import Options, convert
from keraport.errors import KeraportError, ProbeError, RefusedError
from keraport.own.lambda_layers import LambdaChoices
from keraport.report import Report, Verdict, worst
from keraport.runtimes import Runtime
from keraport.verify.compare import Array, Tolerance, compare
from sweep.results import NO_KERNEL, WRONG, Result, Way

THERE, BACK = "tf2.15", "keras3.15"
OPTIONS = Options(
    allow_approximate=True, lambdas=LambdaChoices(translate=True), drop_optimizer=True
)
TOLERANCE = Tolerance(relative=1e-5, absolute=1e-30)
HALF = Tolerance(relative=2e-2, absolute=1e-3)
"""For what is computed with 16 bits."""
SECONDS = 120.0
NO_KERNELS = (
    "only supports NHWC", "only supports the NHWC", "The Conv2D op currently only supports the",
    "Current CPU implementations do not yet support dilation rates",
    "Current libxsmm and customized CPU implementations do not yet support dilation rates",
    "not supported on CPU", "channels_first on CPU", "No OpKernel was registered",
    "Fast NCHW", "grouped convolution", "is not implemented for CPU",
)  # fmt: skip
"""What TensorFlow says where it has no kernel for a CPU."""


def there_and_back(rows: Iterable[Mapping[str, Any]], cases: Path, work: Path) -> Iterator[Result]:
    """What became of each case.

    Args:
        rows: lines of ``cases.jsonl``.
        cases: the folder of `tools/build_sweep.py`.
        work: where converted files and what was measured of them are kept.
    """
    with ExitStack() as stack:
        runtimes = {
            name: stack.enter_context(Runtime.start(get_release(name))) for name in (THERE, BACK)
        }
        for row in rows:
            yield measured(runtimes, row, cases, work)


def measured(
    runtimes: Mapping[str, Runtime], row: Mapping[str, Any], cases: Path, work: Path
) -> Result:
    """What became of one case; `runtimes` are processes of both releases, by their ids."""
    (work / "compared").mkdir(parents=True, exist_ok=True)
    result = Result(row["name"], row["layer"], row["position"], row["stage"], row.get("error", ""))
    return _both(runtimes, result, cases, work) if result.counts else result


def written(name: str) -> str:
    """The format for TensorFlow 2.15: HDF5 for every other case, archives for the rest."""
    return ".h5" if zlib.crc32(name.encode()) % 2 else ".keras"


def _both(runtimes: Mapping[str, Runtime], result: Result, cases: Path, work: Path) -> Result:
    source, arrays = (cases / f"{result.name}{suffix}" for suffix in (".keras", ".npz"))
    middle = work / f"{result.name}__there{written(result.name)}"
    end = work / f"{result.name}__back.keras"
    there = _way(runtimes[THERE], source, middle, arrays, work)
    back = Way()
    if there.ran:
        back = _way(runtimes[BACK], middle, end, arrays, work, half=there.outcome == "approximate")
    if there.kind in WRONG or back.kind in WRONG:
        # Called once, Keras 3.15 does some things that it does not do in a graph.
        own = _known(runtimes[BACK], source, arrays, work, half=False)
        if own.get("kind"):
            return replace(result, stage="run", source_error=str(own["problem"]))
    return replace(result, there=there, back=back)


def _way(
    runtime: Runtime, source: Path, output: Path, arrays: Path, work: Path, *, half: bool = False
) -> Way:
    for stale in (output, companion_path(output)):
        stale.unlink(missing_ok=True)
    try:
        way = _described(convert(source, output, runtime.name, options=OPTIONS), output)
    except RefusedError as error:
        return Way("refused", _reasons(error))
    except KeraportError as error:
        return Way("refused", (str(error).splitlines()[0],))
    except Exception:
        return Way(kind="error", problem=" / ".join(traceback.format_exc().splitlines()[-3:]))
    half = half or way.outcome == "approximate"
    return replace(way, **_known(runtime, output, arrays, work, half=half))


def _reasons(error: RefusedError) -> tuple[str, ...]:
    found = [
        f"{layer.class_name}: {note.text}"
        for layer in (error.report.refusals if error.report else ())
        for note in layer.notes
        if note.verdict is Verdict.REFUSED
    ]
    return tuple(dict.fromkeys(found)) or (str(error).splitlines()[0],)


def _described(report: Report, output: Path) -> Way:
    """A model is as good as its worst layer; one that needs a companion is counted as such."""
    verdict = str(worst(layer.verdict for layer in report.layers))
    companion = companion_path(output)
    if not companion.exists():
        return Way(verdict)
    names = re.findall(r'^    "([^"]+)": ', companion.read_text(encoding="utf-8"), re.MULTILINE)
    outcome = verdict if verdict == "approximate" else "companion"
    return Way(outcome, companions=tuple(sorted(names)))


def _known(
    runtime: Runtime, output: Path, arrays: Path, work: Path, *, half: bool
) -> dict[str, Any]:
    """What was found by running, from last time if the files are still the same."""
    digest = hashlib.sha256(f"{runtime.name} {half} {TOLERANCE}".encode())
    for path in (output, companion_path(output), arrays):
        digest.update(path.read_bytes() if path.exists() else b"")
    answer = work / "compared" / f"{digest.hexdigest()}.json"
    if not answer.exists():
        found = _run(runtime, output, arrays, work / "returned.npz", half=half)
        answer.write_text(json.dumps(found), encoding="utf-8")
    found = json.loads(answer.read_text(encoding="utf-8"))
    lacks = found.get("kind") == "fails" and any(text in found["problem"] for text in NO_KERNELS)
    return {**found, "kind": NO_KERNEL} if lacks else found


def _run(
    runtime: Runtime, output: Path, arrays: Path, returned: Path, *, half: bool
) -> dict[str, Any]:
    companion = companion_path(output)
    request = {
        "op": "predict",
        "model": str(output.absolute()),
        "inputs": str(arrays.absolute()),
        "outputs": str(returned.absolute()),
        "objects": [str(companion.absolute())] if companion.exists() else [],
        "compile": False,
    }
    try:
        reply = runtime.request(request, timeout=SECONDS)
    except ProbeError as error:
        return {"kind": "fails", "problem": f"the process died: {error}"}
    if "error" in reply:
        text = " ".join(str(reply["error"]["message"]).split())
        text = re.sub(r'File "[^"]*", line \d+, in \S+ ', "", text)
        # What went wrong stands at the end of a trace of TensorFlow.
        text = text if len(text) <= 500 else f"{text[:200]} ... {text[-280:]}"
        return {"kind": "fails", "problem": f"{reply['error']['type']}: {text}"}
    return _difference(outputs(arrays), outputs(returned), half=half)


def _difference(wanted: list[Array], got: list[Array], *, half: bool) -> dict[str, Any]:
    if len(wanted) != len(got):
        return {"kind": "differs", "problem": f"{len(got)} outputs, expected {len(wanted)}"}
    largest, problems = 0.0, []
    for index, (one, other) in enumerate(zip(wanted, got, strict=True)):
        narrow = half or one.dtype == np.float16
        found = compare(one, other, HALF if narrow else TOLERANCE)
        largest = max(largest, found.max_relative)
        if not found.agrees:
            what = found.reason or f"by {found.max_relative:.1e} of the largest value"
            problems.append(f"output {index}: {what}")
    if problems:
        return {"kind": "differs", "problem": "; ".join(problems)}
    return {"difference": largest}


def outputs(path: Path) -> list[Array]:
    """The arrays ``output_0`` ... of a file."""
    with np.load(path) as arrays:
        count = sum(key.startswith("output_") for key in arrays.files)
        return [arrays[f"output_{index}"] for index in range(count)]
