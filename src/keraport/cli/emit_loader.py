"""``keraport emit-loader``: a module that loads models in releases too old for keraport."""

from __future__ import annotations

import keyword
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from keraport.cli import options as given
from keraport.cli.blocks import Block, Code
from keraport.cli.output import Output
from keraport.errors import UsageError


def emit_loader(
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="The module to write, e.g. load_keras.py.")
    ],
    force: given.Force = False,
    json: given.Json = False,
    quiet: given.Quiet = False,
    verbose: given.Verbose = 0,  # noqa: ARG001 - its callback has acted
) -> int:
    """Write a module whose load_model() loads any model in an old TensorFlow or Keras.

    It runs on Python 2.7 to 3.13, needs the standard library only, and has this keraport convert
    the model.
    """
    from keraport.formats.atomic import output_errors, replacing
    from keraport.loader import loader_source

    if out.suffix != ".py" or not out.stem.isidentifier() or keyword.iskeyword(out.stem):
        raise UsageError(
            f"{out}: is not a name that Python can import",
            hint="choose another, e.g. load_keras.py",
        )
    command = [sys.executable, "-m", "keraport"]
    with replacing([out], force=force) as (partial,), output_errors(out):
        partial.write_text(loader_source(command), encoding="utf-8")
    document = {"output": str(out), "keraport": command}
    Output(json, quiet).answer(document, lambda: _blocks(out), kind="loader")
    return 0


def _blocks(out: Path) -> Iterator[Block]:
    yield Code(
        f'from {out.stem} import load_model; model = load_model("model.h5")',
        "import it where the old TensorFlow or Keras runs",
    )
