"""``keraport runtimes``: the real releases, each in an environment of its own."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from keraport.cli.blocks import Block, Span, Style, Table, line
from keraport.cli.help import Commands
from keraport.cli.options import Backend, Json, Quiet, Verbose, complete_release
from keraport.cli.output import Output
from keraport.cli.text import size

if TYPE_CHECKING:
    from keraport.runtimes.manager import InstalledRuntime

app = Commands(
    below="runtimes",
    help="List, install or remove the real releases that predictions are compared in.",
)

_Release = Annotated[
    str,
    typer.Argument(
        metavar="RELEASE", help="The release, e.g. tf1.12.", autocompletion=complete_release
    ),
]


@app.command("list")
def list_runtimes(
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = 0,  # noqa: ARG001 - its callback has acted
) -> int:
    """List the runtimes that are installed."""
    from keraport.runtimes.manager import installed_runtimes, runtimes_folder

    found = installed_runtimes()
    document = {
        "folder": str(runtimes_folder()),
        "runtimes": [_to_json(runtime) for runtime in found],
    }
    Output(json, quiet).answer(document, lambda: _listed(found, runtimes_folder()), kind="runtimes")
    return 0


@app.command("install")
def install(
    release: _Release,
    backend: Backend = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = 0,  # noqa: ARG001 - its callback has acted
) -> int:
    """Build the environment of a release, unless it is there."""
    from keraport.catalog.backends import on_backend
    from keraport.catalog.releases import get_release
    from keraport.runtimes.manager import ensure_runtime, installed_python

    wanted = on_backend(get_release(release), backend)
    output = Output(json, quiet)
    there = installed_python(wanted) is not None
    started = time.monotonic()
    with output.progress(f"installing {wanted.runtime}") as tell:
        python = ensure_runtime(wanted, tell)
    seconds = 0.0 if there else round(time.monotonic() - started, 1)
    document = {
        "release": wanted.runtime,
        "python": str(python),
        "already_installed": there,
        "seconds": seconds,
    }
    state = "was installed already" if there else f"installed in {seconds:.0f} s"
    output.answer(
        document,
        lambda: [line(Span(wanted.runtime, Style.STRONG), f" {state}: {python}")],
        kind="runtime-installed",
    )
    return 0


@app.command("remove")
def remove(
    release: _Release,
    backend: Backend = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = 0,  # noqa: ARG001 - its callback has acted
) -> int:
    """Remove the environments of a release."""
    from keraport.catalog.backends import on_backend
    from keraport.catalog.releases import get_release
    from keraport.runtimes.manager import remove_runtime

    wanted = on_backend(get_release(release), backend)
    freed = remove_runtime(wanted)
    said = f" removed, {size(freed)} freed" if freed else " is not installed; nothing to remove"
    Output(json, quiet).answer(
        {"release": wanted.runtime, "bytes_freed": freed},
        lambda: [line(Span(wanted.runtime, Style.STRONG), said)],
        kind="runtime-removed",
    )
    return 0


def _to_json(runtime: InstalledRuntime) -> dict[str, Any]:
    return {
        "release": runtime.release,
        "path": str(runtime.path),
        "python": str(runtime.python),
        "requirements": list(runtime.requirements),
        "bytes": runtime.size,
    }


def _listed(found: tuple[InstalledRuntime, ...], folder: Path) -> Iterator[Block]:
    if not found:
        yield line(f"no runtimes are installed in {folder}")
        yield line(Span("hint:", Style.STRONG), " keraport runtimes install tf1.12")
        return
    yield Table(
        ("release", "size", "pins", "python"),
        [
            (
                Span(runtime.release, Style.STRONG),
                size(runtime.size),
                ", ".join(runtime.requirements),
                str(runtime.python),
            )
            for runtime in found
        ],
        numbers=frozenset({"size"}),
    )
