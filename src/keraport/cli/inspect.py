"""``keraport inspect``: what a model file holds, hazards first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from keraport.cli import options as given
from keraport.cli.blocks import Block, Piece, Span, Style, Table, blank, line
from keraport.cli.output import Output
from keraport.cli.report_page import ReportPage
from keraport.cli.text import count, name, safe, size, words
from keraport.errors import InputFileError
from keraport.inspection.rules import Level

if TYPE_CHECKING:
    from keraport.inspection.inspect import Inspection, LayerRow
    from keraport.inspection.rules import Hazard, HazardKind
    from keraport.model import Training

FAILING_HAZARDS = 7
"""The exit status of ``--fail-on`` where there are such hazards."""

_ROWS = 60
_ENDS = 25
_WEIGHTS_SHOWN = 4


def inspect(
    models: given.Models,
    from_: given.From = None,
    weights: given.Weights = None,
    every: Annotated[
        bool, typer.Option("--all", help="Show every layer, also of a large model.")
    ] = False,
    sarif: Annotated[
        Path | None,
        typer.Option("--sarif", metavar="FILE", help="Also write the hazards as SARIF 2.1.0."),
    ] = None,
    fail_on: Annotated[
        Level | None,
        typer.Option(
            "--fail-on",
            metavar="SEVERITY",
            help="End with exit status 7 if there is a hazard of this severity or worse: note, "
            "warning or error.",
        ),
    ] = None,
    jobs: given.Jobs = None,
    engine: given.EngineName = None,
    cluster: given.Cluster = None,
    records: given.Records = None,
    report_file: given.ReportFile = None,
    force: given.Force = False,
    json: given.Json = False,
    quiet: given.Quiet = False,
    verbose: given.Verbose = 0,  # noqa: ARG001 - its callback has acted
) -> int:
    """Show what MODEL holds: hazards, release, layers, weights, training state. Nothing is run."""
    from keraport.cli.many import Files, is_many, job_of, look_at_all, require_none, workers
    from keraport.inspection.inspect import inspect as look

    output = Output(json, quiet)
    if is_many(models):
        require_none({"--weights": weights, "--sarif": sarif}, "of one model, and many are given")
        where, files = workers(jobs, engine, cluster), Files(report_file, records, force)
        job = job_of("inspect", from_=from_, fail_on=fail_on)
        return look_at_all(models, job, where, files, output, every)
    require_none(
        {"--jobs": jobs, "--engine": engine, "--cluster": cluster, "--records": records},
        "for many models, and one is given",
    )
    model = Path(models[0])
    page = ReportPage(report_file, model, output, from_, weights, force)
    page.require_free(outputs=[] if sarif is None else [sarif])
    try:
        found = look(model, from_=from_, weights=weights)
    except InputFileError as error:
        if sarif is not None:
            from keraport.inspection.sarif import sarif_of_failure

            _write_sarif(sarif, model, sarif_of_failure(model, error))
        raise
    if sarif is not None:
        from keraport.inspection.sarif import sarif_of

        _write_sarif(sarif, model, sarif_of(model, found.hazards))
    page.write(inspection=found)
    output.answer(found.to_json(), lambda: _blocks(found, every), kind="inspection")
    failing = [] if fail_on is None else [h for h in found.hazards if h.rule.level.reaches(fail_on)]
    if not failing:
        return 0
    kinds = ", ".join(dict.fromkeys(hazard.kind.value for hazard in failing))
    output.error(
        f"{model}: {count(len(failing), 'hazard')} of severity {fail_on} or above ({kinds})",
        "look at what is listed before the file is loaded, or choose another --fail-on",
    )
    return FAILING_HAZARDS


def _write_sarif(target: Path, model: Path, log: dict[str, Any]) -> None:
    """Write the log whole or not at all; the log of an earlier inspection is replaced."""
    from json import dumps

    from keraport.formats.atomic import output_errors, replacing

    with replacing([target], inputs=[model], force=True) as (partial,), output_errors(target):
        partial.write_text(f"{dumps(log, indent=2)}\n", encoding="utf-8")


def _blocks(found: Inspection, every: bool) -> Iterator[Block]:
    from keraport.cli.graph_view import inspected_graph

    yield from _hazards(found)
    yield line(Span(name(str(found.path)), Style.STRONG), f": {found.format}, {size(found.size)}")
    sure = "" if found.sure or found.release is None else " (not certain)"
    release = Span(found.release or "?", Style.STRONG)
    yield line("written by ", release, sure, f": {safe(found.evidence)}")
    if found.converted_by[0]:
        yield line(f"converted by keraport {found.converted_by[0]}", _source(found))
    if any(found.model):
        yield line(f"model {name(found.model[1] or '-')} ({name(found.model[0])})")
    yield blank()
    if found.graph is not None:
        yield from inspected_graph(found.graph, every=every)
    if found.graph is not None and found.file is None:
        yield line("no Keras model that can be rebuilt: convert the graph with --as-graph")
        return
    yield from _layers(found.layers, every)
    totals = found.to_json()["weights"]
    yield line(
        f"{count(len(found.layers), 'layer')}, {count(totals['count'], 'weight')} with "
        f"{count(totals['elements'], 'element')} ({size(totals['bytes'])})"
    )
    if found.weights_only is None:
        yield from _training(found.training)
        return
    yield line(safe(found.weights_only.text))
    yield line(Span("hint: ", Style.STRONG), safe(found.weights_only.hint))


def _source(found: Inspection) -> str:
    """The release that the file was converted from, by the name that its users know."""
    from keraport.catalog.releases import get_release
    from keraport.errors import UnknownReleaseError

    known = found.converted_by[1]
    try:
        return f" from {get_release(known).title}" if known else ""
    except UnknownReleaseError:
        return f" from {safe(known)}"


def _hazards(found: Inspection) -> Iterator[Block]:
    if not found.hazards:
        yield line(Span("no hazards", Style.GOOD), ": no code, custom classes or paths found")
        return
    yield Table(
        ("hazard", "where", "what"),
        [
            (Span(hazard.kind.value, Style.BAD), name(hazard.where), safe(hazard.text))
            for hazard in found.hazards
        ],
    )
    for kind in dict.fromkeys(hazard.kind for hazard in found.hazards):
        yield blank()
        yield from _explained(kind, [item for item in found.hazards if item.kind is kind])
    yield blank()


def _explained(kind: HazardKind, hazards: list[Hazard]) -> Iterator[Block]:
    """What hazards of a kind would do, what they are known as, and what is done with them here."""
    rule = hazards[0].rule
    known = sorted({cve for hazard in hazards for cve in hazard.cve})
    yield line(Span(kind.value, Style.BAD), f": {rule.title}")
    yield line(f"on loading: {rule.loading}", indent=2)
    if known:
        yield line(f"known as: {', '.join(known)}", indent=2)
    yield line(f"here: {rule.here}", indent=2)


def _layers(layers: tuple[LayerRow, ...], every: bool) -> Iterator[Block]:
    folded = len(layers) > _ROWS and not every
    rows = [_row(layer) for layer in (layers[:_ENDS] if folded else layers)]
    if folded:
        left = len(layers) - 2 * _ENDS
        rows.append((Span(f"... {left:,} more, --all shows them", Style.FAINT), "", ""))
        rows += [_row(layer) for layer in layers[-_ENDS:]]
    if rows:
        yield Table(("layer", "class", "weights"), rows)
        yield blank()


def _row(layer: LayerRow) -> tuple[Piece, ...]:
    shown = [
        f"{name(weight.name.rpartition('/')[2].removesuffix(':0'))} {_shape(weight.shape)}"
        + ("" if weight.dtype == "float32" else f" {safe(weight.dtype)}")
        for weight in layer.weights[:_WEIGHTS_SHOWN]
    ]
    if len(layer.weights) > _WEIGHTS_SHOWN:
        shown.append(f"and {len(layer.weights) - _WEIGHTS_SHOWN} more")
    return Span(name(layer.path), Style.STRONG), name(layer.class_name), ", ".join(shown)


def _shape(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape)) or "scalar"


def _training(training: Training | None) -> Iterator[Block]:
    if training is None:
        yield line("not compiled")
        return
    from keraport.inspection.inspect import describe_training

    about = describe_training(training)
    yield line(
        f"compiled with optimizer {words(about['optimizer'])}, loss {words(about['loss'])},"
        f" metrics {words(about['metrics'])}"
    )
    state = about["optimizer_state"]
    if state["count"]:
        yield line(f"optimizer state: {count(state['count'], 'variable')}, {size(state['bytes'])}")
