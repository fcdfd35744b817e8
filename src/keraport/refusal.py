"""The error that says why nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from keraport.errors import RefusedError
from keraport.report import OPTIMIZER, LayerReport, Report, Verdict, worst

_OBJECTS = "--objects"


def refusal(report: Report, source: Path, rewriting: str = "") -> RefusedError:
    """The error that says why nothing is written, with every layer concerned.

    Args:
        report: of the conversion.
        source: the model.
        rewriting: the command that rewrites source of the user's for the target, if there is one.
    """
    bad = worst(layer.verdict for layer in report.layers)
    concerned = [layer for layer in report.layers if layer.verdict is bad]
    if bad is Verdict.APPROXIMATE:
        return RefusedError(
            f"{source}: {_layers(len(concerned))} can only be approximated in {report.target}",
            report=report,
            hint="add --allow approximate to accept that; the report says how far",
        )
    what = _concerned(concerned)
    notes = [note for layer in concerned for note in layer.notes]
    hint = next((note.hint for note in notes if note.hint), "")
    if rewriting and any(_OBJECTS in note.options for note in notes if note.hint == hint):
        hint += f"; or rewrite the file that {report.source} runs: {rewriting}"
    return RefusedError(
        f"{source}: {what} cannot be expressed in {report.target}",
        report=report,
        hint=hint,
    )


def _concerned(rows: Sequence[LayerReport]) -> str:
    """How many layers, and whether the optimizer is among them."""
    layers = [row for row in rows if row.path != OPTIMIZER]
    if len(layers) == len(rows):
        return _layers(len(layers))
    optimizer = "the state of the optimizer"
    return f"{_layers(len(layers))} and {optimizer}" if layers else optimizer


def _layers(count: int) -> str:
    return "1 layer" if count == 1 else f"{count} layers"
