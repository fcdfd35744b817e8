"""``keraport port-objects``: source of one's own objects for another release."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from keraport.cli import options as given
from keraport.cli.output import Output
from keraport.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from keraport.porting.port import Ported

_SHOWN = 5
"""Files that are not copied, at most, that are named."""


def port_objects(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="Python source, or a package. Parsed, not run; only read."
        ),
    ],
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="RELEASE",
            help="The release to write for, e.g. tf1.12.",
            autocompletion=given.complete_release,
        ),
    ],
    from_: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="RELEASE",
            help="The release that FILE was written for.",
            autocompletion=given.complete_release,
        ),
    ] = "tf2.3",
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="OUT", help="The file or folder to write; stdout by default."
        ),
    ] = None,
    python: Annotated[
        str | None,
        typer.Option(
            "--python",
            metavar="VERSION",
            help="The oldest Python that has to run the output, e.g. 3.5 for TensorFlow 1.",
        ),
    ] = None,
    allow_marks: Annotated[
        bool,
        typer.Option(
            "--allow-marks", help="End with exit status 0 even if some lines are left to you."
        ),
    ] = False,
    force: given.Force = False,
    json: given.Json = False,
    quiet: given.Quiet = False,
    verbose: given.Verbose = 0,  # noqa: ARG001 - its callback has acted
) -> int:
    """Rewrite the source of your own layers, functions and models for another release."""
    answer = Output(json, quiet)
    ported, others = _ported(file, to, from_, python, output, force=force)
    if json:
        answer.answer(_document(ported, file, to, from_, output), lambda: (), kind="port")
    elif output is None and not quiet:
        typer.echo(ported[file].code, nl=False)
    if not json:
        _tell(ported, others, quiet=quiet)
    count = sum(len(item.undecided) for item in ported.values())
    if not count or allow_marks:
        return 0
    answer.error(
        f"{file}: {count} left to you, marked with `# keraport:`",
        "decide them in the output, or add --allow-marks to accept them",
    )
    return RefusedError.exit_status


def _ported(
    file: Path, to: str, from_: str, python: str | None, output: Path | None, *, force: bool
) -> tuple[Mapping[Path, Ported], tuple[str, ...]]:
    """What a file, or each file of a package, became, as it was written; and what was not copied.

    Raises:
        UsageError: a package, and no folder to write.
    """
    from keraport.porting import files

    if not file.is_dir():
        made = files.port_objects(file, to, from_=from_, python=python, output=output)
        if output is not None:
            files.write(made, output, inputs=file, force=force)
        return {file: made}, ()
    package = files.port_package(file, to, from_=from_, python=python, output=output)
    if output is None:
        raise UsageError(
            f"{file}: is a package, whose files do not fit into one output",
            hint="name the folder to write: -o NEW_FOLDER",
        )
    files.write_package(package, output)
    return {file / place: item for place, item in package.files.items()}, package.others


def _tell(ported: Mapping[Path, Ported], others: Sequence[str], *, quiet: bool) -> None:
    for path, item in ported.items():
        for note in item.undecided:
            typer.echo(f"{path}:{note.line}: {note.text}", err=True)
    if quiet:
        return
    if others:
        shown = ", ".join(others[:_SHOWN]) + (", ..." if len(others) > _SHOWN else "")
        typer.echo(f"not copied, as they are no Python source: {shown}", err=True)
    changes = sum(len(item.changes) for item in ported.values())
    undecided = sum(len(item.undecided) for item in ported.values())
    told = f"{changes} change{'' if changes == 1 else 's'}, {undecided} left to you"
    typer.echo(f"{len(ported)} files, {told}" if len(ported) > 1 else told, err=True)


def _document(
    ported: Mapping[Path, Ported], file: Path, to: str, from_: str, output: Path | None
) -> dict[str, object]:
    rows = [_row(item) for item in ported.values()]
    about = {
        "source": str(file),
        "from": from_,
        "to": to,
        "python": next(iter(ported.values())).python,
        "output": None if output is None else str(output),
    }
    if file in ported:
        return {**about, **rows[0]}
    files = [{"source": str(path), **row} for path, row in zip(ported, rows, strict=True)]
    return {**about, "files": files}


def _row(ported: Ported) -> dict[str, object]:
    return {
        "changes": [note.to_json() for note in ported.changes],
        "undecided": [note.to_json() for note in ported.undecided],
        "put_in": list(ported.helpers),
        "code": ported.code,
    }
