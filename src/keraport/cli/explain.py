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
        typer.Option("--from", metavar="RELEASE", help="Compare two releases: the first one."),
    ] = None,
    target: Annotated[
        str | None,
        typer.Option("--to", metavar="RELEASE", help="Compare two releases: the second one."),
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = 0,  # noqa: ARG001 - its callback has acted
) -> int:
    """Show the history of a class: its releases, arguments, defaults and changed behaviour.

    With --from and --to, show what differs between two releases; without NAME, for all classes.
    """
    from keraport.catalog.releases import get_release
    from keraport.errors import UsageError

    output = Output(json, quiet)
    name = (name or "").strip() or None
    given = [get_release(item) for item in (source, target) if item is not None]
    if len(given) == 1:
        raise UsageError(
            "--from and --to name the two releases to compare; only one of them is given",
            hint="give both, or none for the whole history of a class",
        )
    if given:
        from keraport.cli import explain_between

        explain_between.answer(output, name, *given)
        return 0
    if name is None:
        raise UsageError(
            "nothing to explain: neither a class nor two releases are named",
            hint="keraport explain GRU, or keraport explain --from tf1.15 --to tf2.0",
        )
    from keraport.cli import explain_class

    explain_class.answer(output, name)
    return 0
