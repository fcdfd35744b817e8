"""Runs files in one process of a real release, and compares with what the source predicted."""

from __future__ import annotations

import hashlib
import math
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from keraport.catalog.backends import on_backend
from keraport.catalog.releases import get_release
from keraport.errors import ProbeError
from keraport.runtimes import Runtime
from keraport.verify.compare import Array, Tolerance, compare
from matrix.measuring.convert import Converted, converted
from matrix.measuring.results import Ledger, Result

PLAIN = Tolerance(relative=1e-5, absolute=1e-6)
HALF = Tolerance(relative=5e-3, absolute=1e-3)
"""For what is computed in float16, whose rounding is 1e-3."""
ULPS = 4
"""An output may move so many times as far as in its source when inputs move by one ulp."""
SECONDS = 180.0
NARROW = "jax"
"""The backend that computes in 32 bits what says 64."""
Pairs = frozenset[tuple[str, str]]
"""Dtypes of an output that stand for each other: that of the source, that of the target."""


def measure(
    source: str,
    target: str,
    files: list[tuple[Path, Path, str]],
    work: Path,
    ledger: Ledger,
    runtime: Runtime,
    *,
    as_is: bool,
    backend: str = "",
) -> Iterator[Result]:
    """What became of each file.

    Args:
        source: the release that saved them.
        target: the release of `runtime`.
        files: the models, each with its arrays, and what its own release makes of it.
        work: a folder for what is converted.
        ledger: what was measured before.
        runtime: a process of the target.
        as_is: open the files without converting them.
        backend: of the target; TensorFlow if empty.
    """
    work.mkdir(parents=True, exist_ok=True)
    mode = "as-is" if as_is else "converted"
    label = f"{target}-{backend}" if backend else target
    for model, arrays, own in files:
        found = Converted(model) if as_is else converted(model, source, target, work, backend)
        row: dict[str, Any] = {"source": source, "target": label, "file": model.name, "mode": mode}
        row["own"] = own
        if found.output is None:
            yield Result(**row, kind=found.kind, problem=found.problem, reasons=found.reasons)
            continue
        digest = _digest(f"{target}{backend}", [found.output, *found.objects, arrays])
        known = ledger.get(digest)
        if known is None:
            half, narrow = _computes_in_halves(model), _narrowed(source, backend)
            known = _compare(runtime, found, arrays, work, half=half, narrow=narrow)
            ledger.add(digest, {**row, **known})
        kind = known["kind"]
        if kind == "agree" and found.objects:
            kind = "companion"
        difference, problem = known.get("difference", 0.0), known.get("problem", "")
        yield Result(**row, kind=kind, digest=digest, difference=difference, problem=problem)


def start(target: str, given: str, backend: str = "") -> Runtime:
    """A process of a release.

    Args:
        target: its id.
        given: ``PYTHON,MODULE`` of a release that keraport does not know; empty for others.
        backend: what it computes with; TensorFlow if empty.
    """
    if not given:
        return Runtime.start(on_backend(get_release(target), backend))
    python, _, module = given.partition(",")
    return Runtime(target, Path(python).absolute(), keras=module or "tensorflow.keras")


def _digest(target: str, paths: list[Path]) -> str:
    """Of everything that decides what comes out."""
    made = hashlib.sha256(target.encode())
    for path in paths:
        made.update(path.name.encode() + path.read_bytes())
    return made.hexdigest()


def _computes_in_halves(model: Path) -> bool:
    """True if a layer of a model says so; its config stands as it is in either format."""
    if model.suffix == ".keras":
        with zipfile.ZipFile(model) as archive:
            return b"float16" in archive.read("config.json")
    with h5py.File(model) as opened:
        return "float16" in str(opened.attrs.get("model_config", ""))


def _narrowed(source: str, backend: str) -> Pairs:
    """What stands for wide dtypes where one of both has 32 bits.

    A target that is given float64 computes in it: the line that loads the model says so.
    """
    pairs = set()
    if source.endswith(f"-{NARROW}"):
        pairs |= {("int32", "int64"), ("float32", "float64")}
    if backend == NARROW:
        pairs.add(("int64", "int32"))
    return frozenset(pairs)


def _compare(
    runtime: Runtime, found: Converted, arrays: Path, work: Path, *, half: bool, narrow: Pairs
) -> dict[str, Any]:
    assert found.output is not None
    returned = work / "returned.npz"
    request = {
        "op": "predict",
        "model": str(found.output.absolute()),
        "inputs": str(arrays.absolute()),
        "outputs": str(returned.absolute()),
        "objects": [str(path.absolute()) for path in found.objects],
        "compile": False,
    }
    try:
        reply = runtime.request(request, timeout=SECONDS)
    except ProbeError as error:
        return {"kind": "FAILS", "problem": f"the process died: {error}"[:400]}
    if "error" in reply:
        text = " ".join(str(reply["error"]["message"]).split())
        text = re.sub(r'File "[^"]*", line \d+, in \S+ ', "", text)
        return {"kind": "FAILS", "problem": _short(f"{reply['error']['type']}: {text}")}
    with np.load(arrays) as stored, np.load(returned) as got:
        return _difference(dict(stored), dict(got), half=half, narrow=narrow)


def _difference(
    stored: dict[str, Array], got: dict[str, Array], *, half: bool, narrow: Pairs
) -> dict[str, Any]:
    wanted = sorted((key for key in stored if key.startswith("output_")), key=_number)
    if len(wanted) != len(got):
        problem = f"{len(got)} outputs, expected {len(wanted)}"
        return {"kind": "WRONG", "problem": problem, "difference": None}
    worst, problems = 0.0, []
    for key in wanted:
        one, other = stored[key], got[key]
        if (one.dtype.name, other.dtype.name) in narrow:
            other = other.astype(one.dtype)
        result = compare(one, other, HALF if half or one.dtype == np.float16 else PLAIN)
        ulp = f"ulp_{_number(key)}"
        if not result.agrees and not result.reason and ulp in stored:
            result = compare(one, other, Tolerance(0.0, ULPS * float(stored[ulp])))
        worst = max(worst, result.max_relative)
        if not result.agrees:
            problems.append(f"{key}: {result.reason or f'by {result.max_relative:.1e}'}")
    return {
        "kind": "WRONG" if problems else "agree",
        "problem": "; ".join(problems)[:400],
        "difference": worst if math.isfinite(worst) else None,
    }


def _short(text: str) -> str:
    """Its beginning and its end, where TensorFlow says the reason."""
    return text if len(text) <= 600 else f"{text[:200]} ... {text[-395:]}"


def _number(key: str) -> int:
    return int(key.rpartition("_")[2])
