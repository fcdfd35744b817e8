"""Where a command's answer goes: JSON alone, a terminal, plain text, or nowhere."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from keraport.cli import plain
from keraport.cli.blocks import Block
from keraport.cli.text import safe, safe_lines
from keraport.errors import OutputError
from keraport.records import dataclass

Progress = Callable[[str], None]

_SCHEMA_VERSION = 1
"""Counts up when a key of a document goes away or means something else."""

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

    def answer(
        self, document: dict[str, Any], blocks: Callable[[], Iterable[Block]], *, kind: str
    ) -> None:
        """Print the document under ``--json``, else the blocks.

        Args:
            document: what the command found.
            blocks: the same for people.
            kind: of document; ``docs/reference/schemas/<kind>.json`` is its JSON Schema.
        """
        if self.as_json:
            write_json(document, kind)
        elif not self.quiet:
            show(blocks(), sys.stdout)

    def tell(self, message: str) -> None:
        """Say on stderr what was done beside the answer."""
        if not self.quiet:
            print(safe(message), file=sys.stderr, flush=True)  # noqa: T201

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
        _put(plain.render(blocks), stream)


def write_json(document: dict[str, Any], kind: str) -> None:
    """Print a JSON document of a kind in ASCII on stdout.

    JSON has no NaN and no Infinity, which configs may hold: they become strings, spelt as Python's
    ``json`` spells them.
    """
    named = {"schema": f"keraport/{kind}/{_SCHEMA_VERSION}", **document}
    _put(f"{json.dumps(_finite(named), indent=2, allow_nan=False)}\n", sys.stdout)


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return json.dumps(value)
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value


def _put(text: str, stream: TextIO) -> None:
    """Write the text, all of it, or end the program: without its answer a command is not done."""
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        # Python flushes once more when it ends, and would complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        write_error(
            f"standard output cannot be written: {(error.strerror or str(error)).lower()}",
            "send it to another place; the files that the command wrote are complete",
        )
        raise SystemExit(OutputError.exit_status) from None


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
