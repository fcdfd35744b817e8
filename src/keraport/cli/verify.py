"""``keraport verify``: the predictions of two files in two real releases."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from keraport.cli import options as given
from keraport.cli.output import Output
from keraport.cli.report_page import ReportPage
from keraport.errors import PredictionsDifferError


def verify(
    source: Annotated[Path, typer.Argument(metavar="SOURCE", help="The original model.")],
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="The model that should predict the same.")
    ],
    from_: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="RELEASE",
            help="The release to run SOURCE in; by default the one that saved it.",
            autocompletion=given.complete_release,
        ),
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="RELEASE",
            help="The release to run OUT in; by default the one it was written for.",
            autocompletion=given.complete_release,
        ),
    ] = None,
    backend: given.Backend = None,
    inputs: given.Inputs = None,
    layers: Annotated[
        bool, typer.Option("--layers", help="Compare every layer, and name the first that differs.")
    ] = False,
    objects: Annotated[
        list[Path] | None,
        typer.Option(
            "--objects",
            metavar="FILE.py",
            help="Source of your custom classes. Run in both releases. Repeatable.",
        ),
    ] = None,
    source_objects: given.SourceObjects = None,
    rtol: Annotated[
        float,
        typer.Option(
            "--rtol",
            metavar="NUMBER",
            min=0.0,
            help="The largest accepted difference, relative to the maximum of an output.",
        ),
    ] = 1e-5,
    seed: Annotated[
        int,
        typer.Option("--seed", metavar="NUMBER", min=0, help="The seed of random inputs."),
    ] = 0,
    trust: given.Trust = False,
    timeout: given.Timeout = given.SECONDS,
    runtimes: given.Runtimes = None,
    report_file: given.ReportFile = None,
    force: given.Force = False,
    json: given.Json = False,
    quiet: given.Quiet = False,
    verbose: given.Verbose = 0,  # noqa: ARG001 - its callback has acted
) -> int:
    """Run SOURCE and OUT, each in its real release, on the same inputs, and compare.

    This runs what is in the files, in a process without your environment variables and, where the
    system allows it, without network. Files that bring along what would run (Lambda bytecode, say)
    are refused with exit status 3 unless --trust is given; `keraport inspect` lists it.

    The exit status is 5 if an output differs, or if the comparison could not have failed.
    """
    from keraport.api import release_of
    from keraport.catalog.backends import on_backend
    from keraport.cli.discrepancies import explained
    from keraport.cli.discrepancies_view import effects_blocks, summary
    from keraport.cli.verification_view import verification_blocks
    from keraport.discrepancies.effects import Comparison
    from keraport.discrepancies.results import Effects
    from keraport.porting.origin import original_of
    from keraport.runtimes.given import parse_options
    from keraport.runtimes.pool import RuntimePool
    from keraport.verify import Status, companion_of
    from keraport.verify import verify as run_both

    output = Output(json, quiet)
    own = parse_options(runtimes or ())
    page = ReportPage(report_file, source, output, from_, force=force)
    page.require_free(inputs=[out])
    releases = release_of(source, from_), on_backend(release_of(out, to), backend)
    effects = Effects()
    of_source = source_objects or list(map(original_of, objects or ()))
    with (
        page.also_if_refused(),
        output.progress("verifying") as tell,
        RuntimePool(tell, given=own) as pool,
    ):
        found = run_both(
            source,
            out,
            source_release=releases[0],
            target_release=releases[1],
            inputs=inputs,
            layers=layers,
            objects=of_source,
            output_objects=objects or (),
            rtol=rtol,
            seed=seed,
            timeout=timeout,
            trust=trust,
            pool=pool,
            progress=tell,
        )
        if found.status is Status.DIFFER:
            given_both = Comparison(
                source,
                out,
                *releases,
                inputs=inputs,
                source_objects=of_source,
                output_objects=[*filter(None, [companion_of(out)]), *(objects or ())],
                tolerance=found.tolerance,
                seed=seed,
                timeout=timeout,
                trust=trust,
            )
            effects = explained(given_both, pool, tell)
    page.write(verification=found)
    output.answer(
        {**found.to_json(), "discrepancies": effects.to_json() if effects.rows else None},
        lambda: (*verification_blocks(found), *effects_blocks(effects)),
        kind="verification",
    )
    if found.passed:
        return 0
    looked = layers or found.first_layer is not None or effects.rows
    why = summary(effects)
    message = f"{found.summary()}; {why}" if why else found.summary()
    output.error(message, "" if looked else "add --layers to see where it begins")
    return PredictionsDifferError.exit_status
