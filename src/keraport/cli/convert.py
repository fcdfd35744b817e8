"""``keraport convert``: write the model for another release."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from keraport.cli import options as given
from keraport.cli.blocks import Block, blank
from keraport.cli.bytes_bar import bytes_bar
from keraport.cli.output import Output
from keraport.cli.report_page import ReportPage
from keraport.errors import PredictionsDifferError, UsageError

if TYPE_CHECKING:
    from keraport.many.task import Proving
    from keraport.report import Report
    from keraport.verify import Opening, Verification

_TAKES_A_WHILE = 100_000_000


def convert(
    first: given.ModelOrMany,
    to: given.To,
    second: Annotated[
        str | None,
        typer.Argument(metavar="OUT", help="The file to write; its suffix says the format."),
    ] = None,
    more: given.MoreModels = None,
    out_dir: given.OutDir = None,
    from_: given.From = None,
    backend: given.Backend = None,
    from_backend: given.FromBackend = None,
    objects: given.Objects = None,
    port: Annotated[
        bool,
        typer.Option(
            "--port",
            help="The files of --objects are source for the release of MODEL: rewrite them for "
            "that of OUT, and write them beside OUT.",
        ),
    ] = False,
    renamed: given.Rename = None,
    dropped: given.Drop = None,
    named_lambdas: given.NamedLambdas = None,
    translate_lambdas: given.TranslateLambdas = False,
    lambda_python: given.LambdaPython = None,
    weights: given.Weights = None,
    file_format: given.OutputFormat = None,
    force: given.Force = False,
    verify: Annotated[
        bool,
        typer.Option(
            "--verify",
            help="Run MODEL and OUT in both real releases; OUT appears only if they agree.",
        ),
    ] = False,
    smoke: Annotated[
        bool,
        typer.Option(
            "--smoke",
            help="Open the output in the real target first, if it is installed, and predict once.",
        ),
    ] = False,
    inputs: given.Inputs = None,
    source_objects: given.SourceObjects = None,
    trust: given.Trust = False,
    timeout: given.Timeout = given.SECONDS,
    runtimes: given.Runtimes = None,
    stock_only: given.StockOnly = False,
    allow: given.Allow = None,
    drop_optimizer: given.DropOptimizer = False,
    as_graph: Annotated[
        bool,
        typer.Option(
            "--as-graph",
            help="Convert the graph of a SavedModel directory, whatever wrote it, and not a Keras "
            "model; done without being asked where the directory holds no Keras model.",
        ),
    ] = False,
    signature: Annotated[
        list[str] | None,
        typer.Option(
            "--signature",
            metavar="NAME",
            help="Keep this signature of the graph; repeatable, all of them if not given.",
        ),
    ] = None,
    frozen: Annotated[
        bool,
        typer.Option(
            "--frozen", help="Write the graph as one file OUT.pb, with constants for variables."
        ),
    ] = False,
    skip_checksums: Annotated[
        bool,
        typer.Option(
            "--skip-checksums", help="Read a checkpoint or SavedModel even if checksums differ."
        ),
    ] = False,
    every: given.EveryLayer = False,
    jobs: given.Jobs = None,
    engine: given.EngineName = None,
    cluster: given.Cluster = None,
    retry: given.Retry = None,
    records: given.Records = None,
    report_file: given.ReportFile = None,
    json: given.Json = False,
    quiet: given.Quiet = False,
    verbose: given.Verbose = 0,  # noqa: ARG001 - its callback has acted
) -> int:
    """Convert MODEL for another release and write OUT.

    With --out-dir all arguments are models, and each goes into that folder.
    """
    from keraport.cli.as_graph import convert_as_graph, is_graph, require_no_options
    from keraport.cli.many import Files, convert_all, job_of, require_none, workers
    from keraport.cli.proven import Proof, convert_and_prove
    from keraport.convert import convert

    _require_use(
        verify=verify,
        smoke=smoke,
        port=port,
        runs=bool(inputs or source_objects or trust or runtimes),
        source_objects=bool(source_objects),
        objects=bool(objects),
    )
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
        verify_checksums=not skip_checksums,
        port=port,
        # What could not be rewritten is then held against the predictions of both releases.
        accept_marks=verify,
        drop_optimizer=drop_optimizer,
    )
    if out_dir is not None:
        require_none(
            {
                "--port": port,
                "--weights": weights,
                "--smoke": smoke,
                "--inputs": inputs,
                "--source-objects": source_objects,
                "--as-graph": as_graph,
                "--signature": signature,
                "--frozen": frozen,
            },
            "of one model; --out-dir is for many",
        )
        job = job_of(
            "convert",
            to,
            from_,
            file_format=given.output_format(file_format, to, out_dir),
            options=options,
            proving=_proving(trust, timeout, runtimes or ()) if verify else None,
        )
        models = [first, *([] if second is None else [second]), *(more or ())]
        where, files = workers(jobs, engine, cluster), Files(report_file, records, force)
        return convert_all(models, out_dir, job, where, retry or (), files, output, every)
    require_none(
        {
            "--jobs": jobs,
            "--engine": engine,
            "--cluster": cluster,
            "--retry": retry,
            "--records": records,
        },
        "for many models, which --out-dir takes",
    )
    model, out = _one(first, second, more)
    if as_graph or frozen or signature or is_graph(model, out, output):
        require_no_options(
            {
                "--backend": backend,
                "--from-backend": from_backend,
                "--objects": objects,
                "--map": renamed,
                "--drop": dropped,
                "--lambda": named_lambdas,
                "--translate-lambdas": translate_lambdas,
                "--weights": weights,
                "--format": file_format,
                "--verify": verify,
                "--smoke": smoke,
                "--stock-only": stock_only,
                "--allow": allow,
                "--drop-optimizer": drop_optimizer,
                "--report": report_file,
            },
            model,
            out,
        )
        return convert_as_graph(model, out, to, signature or (), frozen, force, output)
    page = ReportPage(report_file, model, output, from_, weights, force)
    page.require_free(outputs=[out])
    arguments: dict[str, Any] = {
        "from_": from_,
        "weights": weights,
        "file_format": given.output_format(file_format, to, out),
        "options": options,
    }
    verification = opening = None
    with page.also_if_refused():
        if verify or smoke:
            from keraport.runtimes.given import parse_options

            proof = Proof(
                verify,
                smoke,
                inputs,
                tuple(objects or ()),
                tuple(source_objects or ()),
                output,
                trust,
                timeout,
                parse_options(runtimes or ()),
            )
            proven = convert_and_prove(model, out, to, arguments, proof, force=force)
            report, verification, opening = proven.report, proven.verification, proven.opening
        else:
            title = f"converting {model.name}"
            with bytes_bar(output, title, at_once=_is_large(weights or model)):
                report = convert(model, out, to, force=force, **arguments)
    page.write(report=report, verification=verification, opening=opening)
    document = {
        "source": str(model),
        "output": str(out),
        "report": report.to_json(),
        "verification": None if verification is None else verification.to_json(),
        "smoke": None if opening is None else opening.to_json(),
    }
    output.answer(
        document,
        lambda: _blocks(report, out, verification, opening, every),
        kind="conversion",
    )
    if verification is None or verification.passed:
        return 0
    output.error(
        f"{verification.summary()}; {out} was not written",
        f"convert without --verify, then see `keraport verify --layers{' --trust' * trust}`",
    )
    return PredictionsDifferError.exit_status


def _proving(trust: bool, timeout: float, runtimes: Sequence[str]) -> Proving:
    from keraport.many.task import Proving
    from keraport.runtimes.given import parse_options

    return Proving(trust, timeout, tuple(parse_options(runtimes).items()))


def _one(model: str, out: str | None, more: Sequence[str] | None) -> tuple[Path, Path]:
    """MODEL and OUT.

    Raises:
        UsageError: there is no OUT, or more than that.
    """
    if out is None:
        raise UsageError(
            "Missing argument 'OUT'.",
            hint="name the file to write, or a folder for many: --out-dir DIR",
        )
    if more:
        raise UsageError(
            f"Got unexpected extra arguments ({' '.join(more)})",
            hint="to convert several models, give a folder for the outputs: --out-dir DIR",
        )
    return Path(model), Path(out)


def _require_use(
    *, verify: bool, smoke: bool, port: bool, runs: bool, source_objects: bool, objects: bool
) -> None:
    """Refuse options that nothing would come of.

    Raises:
        UsageError: what they belong to is not given.
    """
    if runs and not (verify or smoke):
        raise UsageError(
            "--inputs, --source-objects, --trust and --runtime say how to run the models, and "
            "neither --verify nor --smoke is given",
            hint="add --verify",
        )
    if source_objects and not verify:
        raise UsageError(
            "--source-objects are for running MODEL, and --smoke runs OUT only", hint="add --verify"
        )
    if port and not objects:
        raise UsageError(
            "--port rewrites files of your own, and none is given", hint="add --objects FILE.py"
        )


def _is_large(path: Path) -> bool:
    try:
        return path.stat().st_size > _TAKES_A_WHILE
    except OSError:
        return False


def _blocks(
    report: Report,
    out: Path,
    verification: Verification | None,
    opening: Opening | None,
    every: bool,
) -> Iterator[Block]:
    from keraport.cli.report_view import report_blocks, written_blocks

    yield from report_blocks(report, every=every)
    if opening is not None:
        from keraport.cli.verification_view import opening_blocks

        yield blank()
        yield from opening_blocks(opening, out)
    if verification is not None:
        from keraport.cli.verification_view import verification_blocks

        yield blank()
        yield from verification_blocks(verification)
    if report.written:
        yield from written_blocks(report, out.parent)
