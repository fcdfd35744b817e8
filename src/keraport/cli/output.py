"""Where a command's answer goes: JSON alone, a terminal, plain text, or nowhere."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TextIO

from keraport.cli import plain
from keraport.cli.blocks import Block
from keraport.cli.text import safe, safe_lines

Progress = Callable[[str], None]

# Rich takes too long to import for one line.
_RED, _BOLD, _RESET = "\x1b[1;31m", "\x1b[1m", "\x1b[0m"


@dataclass(frozen=True, slots=True)
class Output:
    """How a command answers.

    Args:
        as_json: one JSON document on stdout and nothing else there.
        quiet: errors only.
    """

    as_json: bool = False
    quiet: bool = False

    def answer(self, document: dict[str, Any], blocks: Callable[[], Iterable[Block]]) -> None:
        """Print the document under ``--json``, else the blocks."""
        if self.as_json:
            write_json(document)
        elif not self.quiet:
            show(blocks(), sys.stdout)

    @contextmanager
    def progress(self, title: str) -> Iterator[Progress]:
        """Tell on stderr what is being done: a spinner on a terminal, else a line for each step.

        Args:
            title: what is shown until the first step is told.
        """
        if self.quiet:
            yield lambda _: None
        elif is_terminal(sys.stderr):
            from keraport.cli.terminal import console_for

            with console_for(sys.stderr).status(title) as status:
                from rich.text import Text

                yield lambda step: status.update(Text(safe(step)))
        else:
            yield lambda step: print(safe(step), file=sys.stderr, flush=True)  # noqa: T201

    @contextmanager
    def spinner(self, title: str, *, when: bool) -> Iterator[None]:
        """The same for one step that takes long `when` that is so; a terminal only."""
        if when and is_terminal(sys.stderr):
            with self.progress(title):
                yield
        else:
            yield

    def error(self, message: str, hint: str = "") -> None:
        """Say on stderr why the exit status is not 0, where the document does not say it."""
        if not self.as_json:
            write_error(message, hint)


def show(blocks: Iterable[Block], stream: TextIO) -> None:
    """Print the blocks as the stream can take them."""
    if is_terminal(stream):
        from keraport.cli import terminal

        terminal.render(blocks, terminal.console_for(stream))
    else:
        stream.write(plain.render(blocks))


def write_json(document: dict[str, Any]) -> None:
    """Print a JSON document in ASCII on stdout."""
    json.dump(document, sys.stdout, indent=2, allow_nan=False)
    sys.stdout.write("\n")


def write_error(message: str, hint: str = "") -> None:
    """Print a message and a hint on stderr."""
    coloured = is_terminal(sys.stderr) and not os.environ.get("NO_COLOR")
    red, bold, reset = (_RED, _BOLD, _RESET) if coloured else ("", "", "")
    lines = safe_lines(message)
    lines[0] = f"{red}error:{reset} {lines[0]}"
    if hint:
        lines.append(f"{bold}hint:{reset} {safe(hint)}")
    sys.stderr.write("".join(f"{text}\n" for text in lines))


def is_terminal(stream: TextIO) -> bool:
    """True if a person looks at the stream, on something that can more than print lines."""
    return stream.isatty() and os.environ.get("TERM", "") != "dumb"
