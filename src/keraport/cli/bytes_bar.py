"""A bar that shows how many bytes of weights are written, once that takes longer than a second."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from keraport.cli.output import Output, is_terminal

if TYPE_CHECKING:
    from rich.progress import Progress

SECONDS: Final = 1.0
"""What takes less is not worth a bar, which rich takes a while to draw."""


class BytesBar:
    """A `keraport.formats.watching.Watcher` with a bar on stderr.

    Args:
        title: what is done.
        at_once: show the bar before anything is known: reading alone will take a while.
    """

    def __init__(self, title: str, *, at_once: bool = False) -> None:
        self._title = title
        self._total: int | None = None
        self._done = 0
        self._started = time.monotonic()
        self._bar: Progress | None = None
        if at_once:
            self._show()

    def expect(self, total: int) -> None:
        """So many bytes are going to be written."""
        self._total, self._done = total, 0
        self._update()

    def advance(self, size: int) -> None:
        """So many more bytes were read; the values that are only looked at do not count."""
        if self._total is None:
            return
        self._done = min(self._total, self._done + size)
        if self._bar is None and time.monotonic() - self._started > SECONDS:
            self._show()
        self._update()

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()

    def _show(self) -> None:
        from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn
        from rich.text import Text

        from keraport.cli.terminal import console_for
        from keraport.cli.text import safe

        title = Text(safe(self._title))
        self._bar = Progress(
            # Columns of text take the title for markup.
            BarColumn(),
            DownloadColumn(),
            TimeRemainingColumn(),
            console=console_for(sys.stderr),
            transient=True,
        )
        self._bar.console.print(title)
        self._bar.add_task("", total=self._total)
        self._bar.start()

    def _update(self) -> None:
        if self._bar is not None:
            (task,) = self._bar.task_ids
            self._bar.update(task, total=self._total, completed=self._done)


@contextmanager
def bytes_bar(output: Output, title: str, *, at_once: bool = False) -> Iterator[None]:
    """Show how far the writing of weights is: on a terminal only, and not for programs."""
    if output.quiet or output.as_json or not is_terminal(sys.stderr):
        yield
        return
    from keraport.formats.watching import watched_by

    bar = BytesBar(title, at_once=at_once)
    try:
        with watched_by(bar):
            yield
    finally:
        bar.close()
