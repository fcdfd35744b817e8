"""All commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, Final, get_type_hints

import typer
from typer.main import get_command as as_command

from keraport.cli.help import Commands

__all__ = ["app", "app_for", "as_command"]

if TYPE_CHECKING:
    app: Commands

_COMMANDS: Final = {
    "inspect": "keraport.cli.inspect:inspect",
    "check": "keraport.cli.check:check",
    "convert": "keraport.cli.convert:convert",
    "code": "keraport.cli.code:code",
    "transfer": "keraport.cli.transfer:transfer",
    "port-objects": "keraport.cli.port_objects:port_objects",
    "emit-loader": "keraport.cli.emit_loader:emit_loader",
    "verify": "keraport.cli.verify:verify",
    "serve": "keraport.cli.serve:serve",
    "runtimes": "keraport.cli.runtimes:app",
    "releases": "keraport.cli.releases:releases",
    "explain": "keraport.cli.explain:explain",
}
"""Each command with its function, or the commands below it, in the order of the help."""


def _show_version(wanted: bool) -> None:
    if wanted:
        from keraport.version import VERSION

        typer.echo(f"keraport {VERSION}")
        raise typer.Exit


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


def app_for(given: Sequence[str]) -> Commands:
    """The program for these arguments: with the command that they begin with, or all of them.

    A command is declared with all its options before it runs, which those of others need not be.
    """
    names = given[:1] if given and given[0] in _COMMANDS else tuple(_COMMANDS)
    made = Commands(pretty_exceptions_enable=False)
    made.callback()(_evaluated(_main))
    for name in names:
        module, _, function = _COMMANDS[name].partition(":")
        found = getattr(import_module(module), function)
        if isinstance(found, typer.Typer):
            made.add_typer(found, name=name)
        else:
            made.command(name)(_evaluated(found))
    return made


def _evaluated(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with its annotations evaluated: typer does it eight times, if they are text."""
    function.__annotations__ = get_type_hints(function, include_extras=True)
    return function


def __getattr__(name: str) -> Any:
    if name == "app":
        globals()["app"] = made = app_for(())
        return made
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
