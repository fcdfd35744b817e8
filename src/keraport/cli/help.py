"""Help that uses the whole terminal, cuts nothing, and ends with examples."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

from keraport.cli.coercion import coerce_quickly
from keraport.cli.examples import epilogue

_WIDEST: Final = 10_000
"""More columns than a terminal has: the help takes those that there are."""


class Command(TyperCommand):
    """A command whose arguments are words in its help, as they are in its documentation."""

    def get_params(self, ctx: Any) -> list[Any]:
        """The arguments and options, and that for help."""
        return coerce_quickly(super().get_params(ctx))

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the arguments and the options, without the types of the former."""
        sections: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": []}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is None:
                continue
            if parameter.param_type_name == "argument":
                sections["Arguments"].append((parameter.metavar or record[0], record[1]))
            else:
                sections["Options"].append(record)
        for heading, rows in sections.items():
            if rows:
                with formatter.section(heading):
                    formatter.write_dl(rows)


class Group(TyperGroup):
    """A group that tells its commands with the first paragraph of their help, all of it."""

    def get_params(self, ctx: Any) -> list[Any]:
        """The options, and that for help."""
        return coerce_quickly(super().get_params(ctx))

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write a row for each command."""
        found = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        rows = [
            (name, " ".join(inspect.cleandoc(command.help or "").split("\n\n")[0].split()))
            for name, command in found.items()
            if command is not None and not command.hidden
        ]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)


class Commands(typer.Typer):
    """As `typer.Typer`, with this help for every command.

    Args:
        below: what its commands are called by, e.g. ``runtimes``; empty for those of the program.
        settings: further arguments of `typer.Typer`.
    """

    def __init__(self, below: str = "", **settings: Any) -> None:
        super().__init__(
            cls=Group,
            no_args_is_help=True,
            # Help with rich's frames takes three times as long to appear.
            rich_markup_mode=None,
            context_settings={
                "help_option_names": ["-h", "--help"],
                "max_content_width": _WIDEST,
            },
            **settings,
        )
        self._below = below

    def command(self, name: str | None = None, **settings: Any) -> Callable[[Any], Any]:
        """Register a function as a command, with the examples that there are for it."""
        full = f"{self._below} {name}".strip()
        return super().command(name, **{"cls": Command, "epilog": epilogue(full), **settings})
