"""``keraport transfer``: trained weights into an architecture that was rebuilt by hand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from keraport.cli import options as given
from keraport.cli.bytes_bar import bytes_bar
from keraport.cli.output import Output
from keraport.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keraport.transfer.choices import Choices


def transfer(
    weights: Annotated[
        Path, typer.Argument(metavar="WEIGHTS", help="The trained file: a whole model, or weights.")
    ],
    architecture: Annotated[
        Path,
        typer.Argument(
            metavar="ARCHITECTURE", help="The rebuilt model: untrained, or the text of to_json()."
        ),
    ],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The file to write: a whole model.")],
    maps: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="TRAINED=REBUILT",
            help="Fill REBUILT, a layer or a weight, from TRAINED. Repeatable.",
        ),
    ] = None,
    leave_out: Annotated[
        list[str] | None,
        typer.Option(
            "--leave-out", metavar="TRAINED", help="Ignore this trained layer. Repeatable."
        ),
    ] = None,
    keep_initial: Annotated[
        list[str] | None,
        typer.Option(
            "--keep-initial",
            metavar="REBUILT",
            help="Leave this layer of ARCHITECTURE with its initial values. Repeatable.",
        ),
    ] = None,
    allow_different: Annotated[
        list[str] | None,
        typer.Option(
            "--allow-different",
            metavar="LAYER",
            help="Accept that this layer computes something else than in the trained model. "
            "Repeatable.",
        ),
    ] = None,
    trust_names: Annotated[
        bool,
        typer.Option(
            "--trust-names",
            help="Automatic names (dense_1) mean the same layers in both files.",
        ),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be done; write nothing.")
    ] = False,
    from_: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="RELEASE",
            help="The release that saved WEIGHTS, if the file does not say so.",
            autocompletion=given.complete_release,
        ),
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="RELEASE",
            help="The release that ARCHITECTURE is for, if the file does not say so.",
            autocompletion=given.complete_release,
        ),
    ] = None,
    allow: given.Allow = None,
    calibrate: Annotated[
        Path | None,
        typer.Option(
            "--calibrate",
            metavar="X.npz",
            help="With --allow approximate: run both models on these inputs, and refit weights.",
        ),
    ] = None,
    trust: given.Trust = False,
    timeout: given.Timeout = given.SECONDS,
    runtimes: given.Runtimes = None,
    force: given.Force = False,
    every: Annotated[bool, typer.Option("--all", help="Show a row for every weight.")] = False,
    json: given.Json = False,
    quiet: given.Quiet = False,
    verbose: given.Verbose = 0,  # noqa: ARG001 - its callback has acted
) -> int:
    """Fill ARCHITECTURE with the weights of WEIGHTS and write OUT.

    Ambiguous matches are an error: the exit status is 3, and nothing is written, if a weight fits
    no layer, a layer would stay without weights, or the two models compute different things.
    """
    from keraport.cli.transfer_view import reason, transfer_blocks
    from keraport.transfer.transfer import carry_out, prepare

    output = Output(json, quiet)
    choices = _choices(maps, leave_out, keep_initial, allow_different, trust_names=trust_names)
    found = prepare(weights, architecture, out, choices, from_=from_, to=to)
    result = found.transfer
    if _is_calibrated(allow, calibrate) and calibrate is not None:
        from keraport.runtimes.given import parse_options
        from keraport.runtimes.pool import RuntimePool
        from keraport.transfer.calibrated import transfer_calibrated

        with (
            output.progress(f"filling {architecture.name}") as tell,
            RuntimePool(tell, given=parse_options(runtimes or ())) as pool,
        ):
            result = transfer_calibrated(
                found,
                choices,
                calibrate,
                dry_run=dry_run,
                force=force,
                trust=trust,
                timeout=timeout,
                pool=pool,
                progress=tell,
            )
    elif not result.refusals and not dry_run:
        with bytes_bar(output, f"filling {architecture.name}"):
            result = carry_out(found, force=force)
    output.answer(result.to_json(), lambda: transfer_blocks(result, every=every), kind="transfer")
    if not result.refusals:
        return 0
    output.error(*reason(result))
    return RefusedError.exit_status


def _is_calibrated(allow: Sequence[given.Allowed] | None, calibrate: Path | None) -> bool:
    """True if weights are to be refitted.

    Raises:
        UsageError: one of the two options without the other.
    """
    if bool(allow) != (calibrate is not None):
        raise UsageError(
            "--allow approximate and --calibrate X.npz need each other: weights are refitted on "
            "rows of yours, and the error is measured on some of them",
            hint="give both, or neither",
        )
    return calibrate is not None


def _choices(
    maps: Sequence[str] | None,
    leave_out: Sequence[str] | None,
    keep_initial: Sequence[str] | None,
    allow_different: Sequence[str] | None,
    *,
    trust_names: bool,
) -> Choices:
    """What the user decided, out of what was typed.

    Raises:
        UsageError: a ``--map`` without ``=``, or two of one trained layer.
    """
    from keraport.transfer.choices import Choices

    pairs: dict[str, str] = {}
    for item in maps or ():
        source, target = given.split("--map", item, "=", "dense_1=logits")
        if pairs.setdefault(source, target) != target:
            raise UsageError(
                f"--map {item}: {source} is mapped to {pairs[source]} already",
                hint="map each trained layer once",
            )
    return Choices(
        pairs,
        frozenset(leave_out or ()),
        frozenset(keep_initial or ()),
        frozenset(allow_different or ()),
        trust_names,
    )
