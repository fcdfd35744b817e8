"""``keraport check``: what a conversion would do; nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from keraport.cli import options as given
from keraport.cli.blocks import Block, blank
from keraport.cli.output import Output
from keraport.cli.report_page import ReportPage
from keraport.errors import RefusedError

if TYPE_CHECKING:
    from keraport.report import Report


def check(
    models: given.Models,
    to: given.To,
    from_: given.From = None,
    backend: given.Backend = None,
    from_backend: given.FromBackend = None,
    objects: given.Objects = None,
    renamed: given.Rename = None,
    dropped: given.Drop = None,
    named_lambdas: given.NamedLambdas = None,
    translate_lambdas: given.TranslateLambdas = False,
    lambda_python: given.LambdaPython = None,
    weights: given.Weights = None,
    stock_only: given.StockOnly = False,
    allow: given.Allow = None,
    drop_optimizer: given.DropOptimizer = False,
    every: given.EveryLayer = False,
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
    """Say what converting MODEL would do to each layer; write nothing.

    The exit status is that of `keraport convert`: 3 if the model would be refused.
    """
    from keraport.cli.many import Files, is_many, job_of, look_at_all, require_none, workers
    from keraport.convert import check, would_refuse
    from keraport.refusal import refusal

    output = Output(json, quiet)
    options = given.conversion_options(
        objects,
        renamed,
        dropped,
        stock_only=stock_only,
        allow=allow,
        lambdas=given.lambda_choices(named_lambdas, translate_lambdas, lambda_python),
        backend=backend,
        from_backend=from_backend,
        drop_optimizer=drop_optimizer,
    )
    if is_many(models):
        require_none({"--weights": weights}, "of one model; many have their own")
        where, files = workers(jobs, engine, cluster), Files(report_file, records, force)
        job = job_of("check", to, from_, options=options)
        return look_at_all(models, job, where, files, output, every)
    require_none(
        {"--jobs": jobs, "--engine": engine, "--cluster": cluster, "--records": records},
        "for many models, and one is given",
    )
    model = Path(models[0])
    page = ReportPage(report_file, model, output, from_, weights, force)
    page.require_free()
    report = check(model, to, from_=from_, weights=weights, options=options)
    refused = would_refuse(report, options)
    page.write(report=report, refused=refusal(report, model).message if refused else "")
    command = ("keraport", "convert", str(model), _suggested(model, to), "--to", to)
    output.answer(
        {"source": str(model), "converts": not refused, "report": report.to_json()},
        lambda: _blocks(report, command if refused else None, every),
        kind="check",
    )
    return RefusedError.exit_status if refused else 0


def _suggested(model: Path, to: str) -> str:
    """A name for the output that is not the input's, with a suffix that the release reads."""
    from keraport.catalog.releases import get_release
    from keraport.kits.formats import suffix_of_models

    return str(model.with_name(f"{model.stem}_{to}{suffix_of_models(get_release(to))}"))


def _blocks(report: Report, refused: tuple[str, ...] | None, every: bool) -> Iterator[Block]:
    from keraport.cli.report_view import drift_blocks, refusal_blocks, report_blocks

    yield from report_blocks(report, every=every)
    yield from drift_blocks(report)
    if refused is not None:
        yield blank()
        yield from refusal_blocks(report, refused)
