"""Converts a mutant, runs it in the target, and compares."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from keraport.companion.write import companion_path
from keraport.convert import Options, convert
from keraport.errors import KeraportError, ProbeError, RefusedError
from keraport.report import Verdict as Faithful
from keraport.runtimes import Runtime
from keraport.verify.compare import Array, Tolerance, compare
from mutants.outcome import Outcome, Verdict

TARGET = "tf1.12"
SOURCE = "tf2.3"
OPTIONS = Options(allow_approximate=True, drop_optimizer=True)
TOLERANCE = Tolerance(relative=1e-5, absolute=1e-6)
HALF = Tolerance(relative=5e-3, absolute=1e-6)
"""For models with a layer in float16, whose rounding is 1e-3."""
_SECONDS = 120.0
_SHOWN = 400


def converted(outcome: Outcome, source: Path, output: Path) -> Outcome:
    """Convert; what came of it, `AGREES` where there is something to run."""
    try:
        report = convert(source, output, TARGET, from_=SOURCE, options=OPTIONS)
    except RefusedError as error:
        return replace(outcome, verdict=Verdict.REFUSED, faithful="refused", why=_reasons(error))
    except KeraportError as error:
        why = f"{type(error).__name__}: {error}".replace(str(source), "FILE")
        return replace(outcome, verdict=Verdict.CRASHED, why=why[:_SHOWN])
    except Exception:
        last = " / ".join(line.strip() for line in traceback.format_exc().splitlines()[-3:])
        return replace(outcome, verdict=Verdict.CRASHED, why=last[:_SHOWN])
    return replace(outcome, verdict=Verdict.AGREES, faithful=str(report.verdict))


def _reasons(error: RefusedError) -> str:
    if error.report is None:
        return str(error)[:_SHOWN]
    found = dict.fromkeys(
        f"{layer.class_name}: {note.text}"
        for layer in error.report.refusals
        for note in layer.notes
        if note.verdict is Faithful.REFUSED
    )
    return "; ".join(found)[:_SHOWN] or str(error)[:_SHOWN]


def compared(
    runtime: Runtime,
    outcome: Outcome,
    output: Path,
    arrays: Path,
    *,
    moves: Callable[[], list[float]],
    document: str,
) -> Outcome:
    """Load and run the output in the target, and hold it against what the source predicted.

    Args:
        runtime: the target.
        outcome: of converting.
        output: the converted file; its companion lies beside it.
        arrays: inputs, and the source's outputs.
        moves: finds for each output how far the source moves when its inputs move by one ulp.
        document: of the mutant; it says whether to load compiled, and what is in float16.
    """
    companion, returned = companion_path(output), output.with_suffix(".out.npz")
    request = {
        "op": "predict",
        "model": str(output),
        "inputs": str(arrays),
        "outputs": str(returned),
        "objects": [str(companion)] if companion.exists() else [],
        "compile": json.loads(document)["training"] is not None,
    }
    try:
        reply = runtime.request(request, timeout=_SECONDS)
    except ProbeError as error:
        return replace(outcome, verdict=Verdict.FAILS, why=f"the process died: {error}"[:_SHOWN])
    if "error" in reply:
        text = " ".join(str(reply["error"]["message"]).split())
        why = f"{reply['error']['type']}: {text}"[:_SHOWN]
        return replace(outcome, verdict=Verdict.FAILS, why=why)
    wanted, got = _outputs(arrays), _outputs(returned)
    if len(wanted) != len(got):
        why = f"{len(got)} outputs, expected {len(wanted)}"
        return replace(outcome, verdict=Verdict.DIFFERS, why=why)
    tolerance = HALF if "float16" in document else TOLERANCE
    if outcome.faithful == Faithful.APPROXIMATE:
        # The target computes mixed_float16 in float32; the report says so.
        got = [other.astype(one.dtype) for one, other in zip(wanted, got, strict=True)]
    problems = _problems(wanted, got, tolerance, [0.0] * len(wanted))
    if problems:
        problems = _problems(wanted, got, tolerance, moves())
    if problems:
        return replace(outcome, verdict=Verdict.DIFFERS, why="; ".join(problems)[:_SHOWN])
    return outcome


def _problems(
    wanted: list[Array], got: list[Array], tolerance: Tolerance, moves: list[float]
) -> list[str]:
    """What is wrong with which output; nothing if it moves as far by itself."""
    found = []
    for index, (one, other) in enumerate(zip(wanted, got, strict=True)):
        difference = compare(one, other, tolerance)
        near = not difference.reason and difference.max_absolute <= moves[index]
        if not (difference.agrees or near):
            by = f"by {difference.max_relative:.1e} of the largest value"
            found.append(f"output {index}: {difference.reason or by}")
    return found


def _outputs(path: Path) -> list[Array]:
    with np.load(path) as arrays:
        count = sum(key.startswith("output_") for key in arrays.files)
        return [arrays[f"output_{index}"] for index in range(count)]
