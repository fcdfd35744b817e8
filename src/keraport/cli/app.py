"""All commands."""

from __future__ import annotations

from typing import Annotated

import typer
from typer.main import get_command as as_command

from keraport.cli import (
    check,
    code,
    convert,
    emit_loader,
    explain,
    inspect,
    port_objects,
    releases,
    runtimes,
    serve,
    transfer,
    verify,
)
from keraport.cli.help import Commands

__all__ = ["app", "as_command"]

app = Commands(pretty_exceptions_enable=False)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"keraport {version('keraport')}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Convert Keras models between releases, without TensorFlow, and prove the result in it.

    Exit status: 0 done; 1 a defect of keraport; 2 usage; 3 refused, the target cannot express the
    model; 4 damaged or unsafe input; 5 predictions differ; 6 a runtime is unavailable; 7 hazards
    that `inspect --fail-on` names.
    """


app.command("inspect")(inspect.inspect)
app.command("check")(check.check)
app.command("convert")(convert.convert)
app.command("code")(code.code)
app.command("transfer")(transfer.transfer)
app.command("port-objects")(port_objects.port_objects)
app.command("emit-loader")(emit_loader.emit_loader)
app.command("verify")(verify.verify)
app.command("serve")(serve.serve)
app.add_typer(runtimes.app, name="runtimes")
app.command("releases")(releases.releases)
app.command("explain")(explain.explain)
