"""The error that says why nothing is written."""

from __future__ import annotations

from pathlib import Path

from keraport.errors import RefusedError
from keraport.report import Report, Verdict, worst


def refusal(report: Report, source: Path) -> RefusedError:
    """The error that says why nothing is written, with every layer concerned."""
    bad = worst(layer.verdict for layer in report.layers)
    concerned = [layer for layer in report.layers if layer.verdict is bad]
    if bad is Verdict.APPROXIMATE:
        return RefusedError(
            f"{source}: {_layers(len(concerned))} can only be approximated in {report.target}",
            report=report,
            hint="add --allow approximate to accept that; the report says how far",
        )
    return RefusedError(
        f"{source}: {_layers(len(concerned))} cannot be expressed in {report.target}",
        report=report,
        hint=next((n.hint for la in concerned for n in la.notes if n.hint), ""),
    )


def _layers(count: int) -> str:
    return "1 layer" if count == 1 else f"{count} layers"
