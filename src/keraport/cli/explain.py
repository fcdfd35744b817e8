"""``keraport explain``: the history of a class, or what differs between two releases."""

from __future__ import annotations

from typing import Annotated

import typer

from keraport.cli.options import Json, Quiet, Verbose
from keraport.cli.output import Output


def explain(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME",
            help="A layer, activation, initializer, loss, metric, optimizer, ...: GRU.",
        ),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="RELEASE", help="Tell only what differs from this release."),
    ] = None,
    target: Annotated[
        str | None,
        typer.Option("--to", metavar="RELEASE", help="Tell what a conversion to it does."),
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = 0,  # noqa: ARG001 - its callback has acted
) -> int:
    """Tell the history of a class: since when, which arguments, what means something else.

    With --from and --to, what differs between two releases; without NAME, in all classes.
    """
    from keraport.catalog.releases import get_release
    from keraport.errors import UsageError

    output = Output(json, quiet)
    if (source is None) != (target is None):
        raise UsageError(
            "--from and --to name the two releases to compare; only one of them is given",
            hint="give both, or none for the whole history of a class",
        )
    if source is not None and target is not None:
        from keraport.cli import explain_between

        explain_between.answer(output, name, get_release(source), get_release(target))
        return 0
    if name is None:
        raise UsageError(
            "nothing to explain: neither a class nor two releases are named",
            hint="keraport explain GRU, or keraport explain --from tf1.15 --to tf2.0",
        )
    from keraport.cli import explain_class

    explain_class.answer(output, name)
    return 0
