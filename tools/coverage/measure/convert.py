"""Converts the cases, and holds what `check` said against what `convert` did."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from coverage.measure.results import Result
from keraport.convert import Conversion, Options, convert, plan, would_refuse
from keraport.errors import KeraportError, RefusedError
from keraport.own.lambda_layers import LambdaChoices
from keraport.report import Report, Verdict, worst

TARGET = "tf1.12"
OPTIONS = Options(
    allow_approximate=True, lambdas=LambdaChoices(translate=True), drop_optimizer=True
)


def convert_all(rows: Iterable[Mapping[str, Any]], cases: Path, work: Path) -> Iterator[Result]:
    """Convert every case that TensorFlow 2.3.0 could save, into `work`."""
    for row in rows:
        yield _convert(_result(row), cases / f"{row['name']}.h5", work)


def _result(row: Mapping[str, Any]) -> Result:
    return Result(
        name=row["name"],
        layer=row["layer"],
        position=row["position"],
        stage=row["stage"],
        source_error=row.get("error", ""),
        helped="reference" in row,
    )


def _convert(result: Result, source: Path, work: Path) -> Result:
    if not result.counts:
        return result
    output = work / f"{result.name}.h5"
    for stale in (output, work / f"{result.name}_objects.py"):
        stale.unlink(missing_ok=True)
    try:
        planned = plan(source, TARGET, options=OPTIONS)
        report, done = _report(source, output)
    except KeraportError as error:
        return replace(result, outcome="error", kind="ERROR", problem=str(error))
    except Exception:
        last = " / ".join(traceback.format_exc().splitlines()[-3:])
        return replace(result, outcome="error", kind="ERROR", problem=last)
    result = replace(result, **_described(result, planned, report))
    predicted = not would_refuse(planned.report, OPTIONS)
    if predicted != done or planned.report.layers != report.layers:
        return replace(result, kind="CHECK", problem="check says something else than convert does")
    if not done:
        return replace(result, kind="REFUSED", problem="; ".join(result.reasons))
    return result


def defined_by(planned: Conversion) -> tuple[str, ...]:
    """Names of everything that the companion of a conversion defines."""
    functions = {function.name for function in planned.translation.functions}
    return tuple(sorted(planned.translation.companions | functions))


def _report(source: Path, output: Path) -> tuple[Report, bool]:
    try:
        return convert(source, output, TARGET, options=OPTIONS), True
    except RefusedError as error:
        if error.report is None:
            raise
        return error.report, False


def _described(result: Result, planned: Conversion, report: Report) -> dict[str, Any]:
    """The outcome for the layer under test; a refusal of any layer is one of the model."""
    companions = defined_by(planned)
    refusals = tuple(
        dict.fromkeys(
            f"{layer.class_name}: {note.text}"
            for layer in report.refusals
            for note in layer.notes
            if note.verdict is Verdict.REFUSED
        )
    )
    verdict = worst(
        layer.verdict
        for layer in report.layers
        if layer.class_name in (result.layer, "Functional", "Sequential", "TimeDistributed")
    )
    if any(layer.verdict is Verdict.APPROXIMATE for layer in report.layers):
        verdict = Verdict.APPROXIMATE
    outcome = "refused" if refusals else str(verdict)
    if companions and outcome not in ("refused", "approximate"):
        outcome = "companion"
    return {"outcome": outcome, "reasons": refusals, "companions": companions}
