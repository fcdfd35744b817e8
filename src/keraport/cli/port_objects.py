"""``keraport port-objects``: source of one's own objects for another release."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from keraport.cli import options as given
from keraport.cli.output import Output
from keraport.errors import RefusedError

if TYPE_CHECKING:
    from keraport.porting.port import Ported


def port_objects(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Python source; parsed, not run, not written to.")
    ],
    to: Annotated[
        str, typer.Option("--to", metavar="RELEASE", help="The release to write for, e.g. tf1.12.")
    ],
    from_: Annotated[
        str, typer.Option("--from", metavar="RELEASE", help="The release FILE was written for.")
    ] = "tf2.3",
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="OUT.py", help="Where to write, if not to stdout."),
    ] = None,
    python: Annotated[
        str | None,
        typer.Option(
            "--python",
            metavar="VERSION",
            help="The oldest Python that has to run it; 3.5 for TensorFlow 1.",
        ),
    ] = None,
    allow_marks: Annotated[
        bool,
        typer.Option("--allow-marks", help="End with 0 even if something is left to you."),
    ] = False,
    force: given.Force = False,
    json: given.Json = False,
    quiet: given.Quiet = False,
) -> int:
    """Rewrite the source of your own layers, functions and models for another release."""
    from keraport.porting import files

    ported = files.port_objects(file, to, from_=from_, python=python)
    if output is not None:
        files.write(ported, output, inputs=file, force=force)
    answer = Output(json, quiet)
    if json:
        answer.answer(_document(ported, file, to, from_, output), lambda: ())
    elif output is None and not quiet:
        typer.echo(ported.code, nl=False)
    if not json:
        _tell(ported, file, quiet=quiet)
    if not ported.undecided or allow_marks:
        return 0
    answer.error(
        f"{file}: {len(ported.undecided)} left to you, marked with `# keraport:`",
        "decide them in the output, or add --allow-marks to accept them",
    )
    return RefusedError.exit_status


def _tell(ported: Ported, file: Path, *, quiet: bool) -> None:
    for note in ported.undecided:
        typer.echo(f"{file}:{note.line}: {note.text}", err=True)
    if not quiet:
        count = len(ported.changes)
        told = f"{count} change{'' if count == 1 else 's'}, {len(ported.undecided)} left to you"
        typer.echo(told, err=True)


def _document(
    ported: Ported, file: Path, to: str, from_: str, output: Path | None
) -> dict[str, object]:
    return {
        "source": str(file),
        "from": from_,
        "to": to,
        "python": ported.python,
        "output": None if output is None else str(output),
        "changes": [note.to_json() for note in ported.changes],
        "undecided": [note.to_json() for note in ported.undecided],
        "put_in": list(ported.helpers),
        "code": ported.code,
    }
