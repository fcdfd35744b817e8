"""The page: what was found, gathered for the template, and written whole or not at all."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import field
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from keraport.errors import UsageError
from keraport.formats.atomic import output_errors, replacing
from keraport.html import differences, graph, histograms
from keraport.html.rendering import render, style
from keraport.inspection.inspect import Inspection, describe_training
from keraport.records import dataclass
from keraport.report import NoteRow, Report, Verdict, folded
from keraport.verify import Opening, Verification
from keraport.version import VERSION

SUFFIXES: Final = (".html", ".htm")
_NARROWEST: Final = 0.01
"""Share of the bar that a verdict has at least."""
_MOST_ROWS: Final = 20_000
"""Layers in the list of all."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What a page tells of; each part may be missing.

    Args:
        report: of a conversion, or of what it would do.
        inspection: of the model, for the picture, the hazards and the weights.
        verification: of the model and what was written.
        opening: of what was written, in its release.
        refused: why nothing was done.
        remarks: what else has to be said, sentences.
    """

    report: Report | None = None
    inspection: Inspection | None = None
    verification: Verification | None = None
    opening: Opening | None = None
    refused: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def inputs(self) -> tuple[Path, ...]:
        """Files that no page may replace."""
        found = self.verification
        return (
            *([] if self.inspection is None else [self.inspection.path]),
            *([] if found is None else [Path(found.source), Path(found.output)]),
        )


def write_page(findings: Findings, output: Path, *, force: bool = False) -> None:
    """Write a page.

    Args:
        findings: what it tells of.
        output: the file to write.
        force: replace a file that exists.

    Raises:
        OutputError: the file exists, is one of the models, or cannot be written.
    """
    with replacing([output], inputs=findings.inputs, force=force) as (partial,):
        text = page(findings)
        with output_errors(output):
            partial.write_text(text, encoding="utf-8")


def require_page_name(output: Path) -> None:
    """Check that the name is one that browsers open as a page, and no model has.

    Raises:
        UsageError: it is not.
    """
    if output.suffix.lower() not in SUFFIXES:
        stem = "report" if not output.name or output.name.startswith(".") else output.stem
        raise UsageError(
            f"{output}: a report is a page, whose name ends in .html",
            hint=f"write {stem}.html, for example",
        )


def page(findings: Findings) -> str:
    """The page as text, in ASCII and what the names in the model are written in."""
    report, inspection = findings.report, findings.inspection
    css = style()
    rows = _rows(report)
    file = None if inspection is None else inspection.file
    model = None if file is None else file.model
    training = None if inspection is None else inspection.training
    apart = [] if findings.verification is None else differences.differing(findings.verification)
    differing = {layer.path for layer in apart}
    return render(
        "report.html.j2",
        **_titles(findings),
        css=css,
        css_hash=base64.b64encode(hashlib.sha256(css.encode()).digest()).decode(),
        version=VERSION,
        findings=findings,
        report=report,
        inspection=inspection,
        verification=findings.verification,
        counts=_counts(report),
        sections=_sections(rows),
        # The worst note of a layer wins.
        links={layer.path: row.number for row in reversed(rows) for layer in row.row.layers},
        hazards=_hazards(inspection),
        pictures=[] if model is None else list(graph.pictures(model, _verdicts(report), differing)),
        histograms=_histograms(inspection),
        most_histograms=histograms.MOST,
        training=None if training is None else describe_training(training),
        plot=None if findings.verification is None else differences.plot(findings.verification),
        differing=apart,
        layers=_layers(findings),
        most_rows=_MOST_ROWS,
        Verdict=Verdict,
    )


@dataclass(frozen=True, slots=True)
class _Row:
    """A note with the number that links lead to."""

    number: int
    row: NoteRow


@dataclass(frozen=True, slots=True)
class _Section:
    """All notes of one verdict."""

    verdict: Verdict
    rows: tuple[_Row, ...]
    layers: int


@dataclass(frozen=True, slots=True)
class _Layer:
    """A row of the list of all layers."""

    path: str
    class_name: str
    verdict: Verdict | None
    weights: tuple[Any, ...] = field(default=())


def _titles(findings: Findings) -> Mapping[str, Any]:
    report, found = findings.report, findings.verification
    if findings.inspection is not None:
        file = findings.inspection.path.name
    else:
        file = "" if found is None else Path(found.source).name
    releases = ("", "")
    if report is not None:
        releases = (report.source, report.target)
    elif found is not None:
        releases = (found.source_release, found.target_release)
    return {"file": file, "releases": releases}


def _rows(report: Report | None) -> list[_Row]:
    """The notes, the worst first."""
    if report is None:
        return []
    found = sorted(folded(report.layers), key=lambda row: -row.note.verdict.rank)
    return [_Row(number, row) for number, row in enumerate(found)]


def _sections(rows: Iterable[_Row]) -> list[_Section]:
    sections = []
    for verdict, group in groupby(rows, key=lambda row: row.row.note.verdict):
        same = tuple(group)
        layers = {layer.path for row in same for layer in row.row.layers}
        sections.append(_Section(verdict, same, len(layers)))
    return sections


def _counts(report: Report | None) -> list[tuple[str, int, float, float]]:
    """Verdict, number of layers, and where its part of the bar begins and how wide it is."""
    if report is None or not report.layers:
        return []
    counts = [(verdict, number) for verdict, number in report.counts().items() if number]
    # One refusal among thousands of layers has to be seen.
    shares = [max(number / len(report.layers), _NARROWEST) for _, number in counts]
    found, start = [], 0.0
    for (verdict, number), share in zip(reversed(counts), reversed(shares), strict=True):
        width = 100 * share / sum(shares)
        found.append((verdict, number, round(start, 3), round(width, 3)))
        start += width
    return found


def _verdicts(report: Report | None) -> dict[str, Verdict] | None:
    return None if report is None else {layer.path: layer.verdict for layer in report.layers}


def _hazards(inspection: Inspection | None) -> list[tuple[Any, list[Any], list[str]]]:
    """What is known of a kind, the hazards of it, and the vulnerabilities they use."""
    if inspection is None:
        return []
    groups = []
    for _, group in groupby(inspection.hazards, key=lambda hazard: hazard.kind):
        same = list(group)
        groups.append((same[0], same, sorted({cve for hazard in same for cve in hazard.cve})))
    return groups


def _histograms(inspection: Inspection | None) -> list[tuple[str, list[histograms.Histogram]]]:
    """By layer."""
    if inspection is None:
        return []
    found = histograms.histograms(inspection)
    return [(layer, list(group)) for layer, group in groupby(found, key=lambda item: item.layer)]


def _layers(findings: Findings) -> list[_Layer]:
    """All layers, with verdicts where there are any and weights where the file is known."""
    report, inspection = findings.report, findings.inspection
    weights = {} if inspection is None else {row.path: row.weights for row in inspection.layers}
    if report is not None:
        return [
            _Layer(row.path, row.class_name, row.verdict, weights.get(row.path, ()))
            for row in report.layers
        ]
    if inspection is None:
        return []
    return [_Layer(row.path, row.class_name, None, row.weights) for row in inspection.layers]
