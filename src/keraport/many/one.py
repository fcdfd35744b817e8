"""The work for one model, in whatever process; whatever happens comes back as an `Outcome`."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from keraport.errors import (
    ForeignFileError,
    InputFileError,
    KeraportError,
    RefusedError,
    UsageError,
    kind_of,
)
from keraport.formats.atomic import output_errors
from keraport.many.content import stamp_of
from keraport.many.outcome import (
    HAZARDS,
    HAZARDS_STATUS,
    LOOKED_AT,
    NOT_A_MODEL,
    REFUSED,
    Outcome,
    Reason,
)
from keraport.many.outputs import remove
from keraport.many.task import Task, Work
from keraport.own.lambda_layers import TRANSLATE
from keraport.report import Report, folded, worst
from keraport.version import VERSION

if TYPE_CHECKING:
    from keraport.many.proving import Prover

_LONGEST: Final = 300
_AT_ONCE: Final = threading.Lock()
"""Readers of HDF5 share state: where a worker has threads, they take turns."""


def run(task: Task, prover: Prover | None = None) -> Outcome:
    """Do the work for one model.

    Args:
        task: the model, and what to do.
        prover: runs real releases, where the job asks for it; one is made if None.

    Returns:
        what came of it. Only what ends the process is not turned into an outcome.
    """
    with _AT_ONCE:
        start = time.perf_counter()
        found = _caught(task, prover)
        return _with_facts(found, task, time.perf_counter() - start)


def refused_reasons(report: Report) -> tuple[Reason, ...]:
    """Why a model was refused: each distinct note of its worst layers, once."""
    bad = worst(layer.verdict for layer in report.layers)
    found: dict[Reason, int] = {}
    for row in folded(report.layers):
        if row.note.verdict is not bad:
            continue
        for class_name in dict.fromkeys(layer.class_name for layer in row.layers):
            count = sum(layer.class_name == class_name for layer in row.layers)
            hint = _to_type(row.note.options) or row.note.hint
            reason = Reason(class_name, row.note.text, hint)
            found[reason] = found.get(reason, 0) + count
    return tuple(Reason(item.what, item.text, item.hint, layers) for item, layers in found.items())


def _to_type(options: Sequence[str]) -> str:
    """What to add to the command; the same for models whose layers have other names."""
    if TRANSLATE in options:
        return f"type {TRANSLATE}"
    return f"type {' '.join(options)}" if options else ""


def _caught(task: Task, prover: Prover | None) -> Outcome:
    try:
        found = _DO[task.job.work](task, prover)
        _require_same_file(task, found)
        return found
    except RefusedError as error:
        report = error.report
        counts = () if report is None else tuple(report.counts().items())
        reasons = () if report is None else refused_reasons(report)
        release = "" if report is None else report.source
        kind = REFUSED if report is not None else kind_of(error)
        return replace(_failed(task, error, kind, reasons, counts), release=release)
    except KeraportError as error:
        if not task.asked_for and _is_no_model(task, error):
            return Outcome(task.source, NOT_A_MODEL)
        return _failed(task, error, kind_of(error), ())
    except MemoryError as error:
        return _defect(task, error, "the model needs more memory than there is")
    except Exception as error:
        return _defect(task, error, f"this is a defect of keraport: {_brief(error)}")


def _convert(task: Task, prover: Prover | None) -> Outcome:
    from keraport.convert import convert

    job, output = task.job, task.require_output()
    with output_errors(output):
        output.parent.mkdir(parents=True, exist_ok=True)
    if task.like is not None:
        from keraport.many.copies import copied

        found = copied(task, task.like)
        if found is not None:
            return found
    if job.proving is not None:
        from keraport.many.proving import Prover

        return (prover or Prover.of_process(job.proving)).prove(task, output)
    report = convert(
        task.path,
        output,
        job.to,
        from_=job.from_,
        file_format=job.file_format,
        options=job.options,
        force=task.replace,
    )
    return converted(task, report)


def converted(task: Task, report: Report, verification: str = "") -> Outcome:
    """The outcome of a model that was written."""
    return Outcome(
        task.source,
        report.verdict.value,
        output=str(task.output),
        written=report.written,
        release=report.source,
        target=report.target,
        load=report.load,
        counts=tuple(report.counts().items()),
        verification=verification,
    )


def _check(task: Task, _: Prover | None) -> Outcome:
    from keraport.planning import check, would_refuse
    from keraport.refusal import refusal

    job = task.job
    report = check(task.path, job.to, from_=job.from_, options=job.options)
    if would_refuse(report, job.options):
        raise refusal(report, task.path)
    return Outcome(
        task.source,
        report.verdict.value,
        release=report.source,
        target=report.target,
        counts=tuple(report.counts().items()),
    )


def _inspect(task: Task, _: Prover | None) -> Outcome:
    from keraport.inspection.inspect import inspect

    found = inspect(task.path, from_=task.job.from_)
    kinds = dict.fromkeys(
        f"{hazard.rule.level.value}: {hazard.kind.value}" for hazard in found.hazards
    )
    level = task.job.fail_on
    failing = [] if level is None else [h for h in found.hazards if h.rule.level.reaches(level)]
    named = dict.fromkeys(hazard.kind.value for hazard in failing)
    return Outcome(
        task.source,
        HAZARDS if failing else LOOKED_AT,
        status=HAZARDS_STATUS if failing else 0,
        reasons=tuple(Reason(kind, f"hazards of severity {level} or above") for kind in named),
        release=found.release or "",
        counts=(("layers", len(found.layers)), ("bytes", found.size)),
        hazards=tuple(kinds),
    )


_DO: Final = {Work.CONVERT: _convert, Work.CHECK: _check, Work.INSPECT: _inspect}


def _require_same_file(task: Task, found: Outcome) -> None:
    """Check that what was worked on is what was hashed; what was written of another file goes."""
    if task.stamp and stamp_of(task.path) != task.stamp:
        for name in found.written:
            remove(task.require_output().with_name(name))
        raise InputFileError(
            f"{task.path}: was changed by someone else while it was worked on",
            hint="run the command again once nothing writes to the file",
        )


def _is_no_model(task: Task, error: KeraportError) -> bool:
    """Whether a file of a folder holds something else: weights alone, or other JSON, HDF5 or zip.

    Weights are something to inspect, and nothing to convert.
    """
    from keraport.formats import sniff
    from keraport.model import WEIGHTS_ALONE

    if isinstance(error, ForeignFileError):
        # A SavedModel that is no Keras model is one all the same, and can be carried over.
        return not task.path.is_dir()
    if not isinstance(error, UsageError):
        return False
    try:
        found = sniff(task.path)
    except KeraportError:
        return False
    return found in WEIGHTS_ALONE


def _failed(
    task: Task,
    error: KeraportError,
    verdict: str,
    reasons: tuple[Reason, ...],
    counts: tuple[tuple[str, int], ...] = (),
) -> Outcome:
    text = error.message.removeprefix(f"{task.path}: ")
    message = error.message.replace(str(task.path), task.source)
    return Outcome(
        task.source,
        verdict,
        status=error.exit_status,
        message=message,
        hint=error.hint,
        counts=counts,
        reasons=reasons or (Reason(verdict, text.replace(str(task.path), "it"), error.hint),),
    )


def _defect(task: Task, error: BaseException, text: str) -> Outcome:
    where = _save_traceback(task, error)
    hint = "please report it" + (f" with the file {where}" if where else "")
    kind = "defect"
    return Outcome(
        task.source,
        kind,
        status=1,
        message=f"{task.source}: {text}",
        hint=hint,
        reasons=(Reason(kind, text, "please report it"),),
    )


def _brief(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:_LONGEST]


def _save_traceback(task: Task, error: BaseException) -> str:
    try:
        handle, name = tempfile.mkstemp(prefix="keraport-defect-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"keraport {task.job.work} {task.source!a} {task.job.to}\n")
            file.write(f"Python {sys.version}\n\n")
            traceback.print_exception(error, file=file)
    except OSError:
        return ""
    return name


def _with_facts(found: Outcome, task: Task, seconds: float) -> Outcome:
    return replace(
        found,
        seconds=round(seconds, 4),
        content=task.content,
        target=found.target or task.job.to,
        version=VERSION,
    )
