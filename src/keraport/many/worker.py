"""What runs in a process of the pool, which says what it works on, and ends with its parent."""

from __future__ import annotations

import gc
import os
import signal
import threading
import time
from pathlib import Path
from typing import BinaryIO, Final

from keraport.many.outcome import Outcome
from keraport.many.task import Task

_PAUSE: Final = 0.5
"""Seconds between two looks at whether the parent is there."""
_OBJECTS: Final = 50_000
"""New objects before those that nothing refers to are looked for."""
_YOUNG: Final = 20
_NOTHING: Final = -1
_WIDTH: Final = 12
"""Characters of a number in a mark."""

_mark: BinaryIO | None = None
"""The open file in which this process says what it works on."""


def begin(marks: str, parent: int) -> None:
    """Make ready a new process of this machine.

    Args:
        marks: the folder for its mark.
        parent: the number of the process that it works for.
    """
    global _mark
    # Ctrl-C in the terminal is the parent's to handle.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    place = Path(marks) / str(os.getpid())
    _mark = place.open("wb", buffering=0)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    # What every model needs is read once, before the first.
    import keraport.convert
    import keraport.many.one  # noqa: F401

    # Catalogs and changes stay for good, and a model makes many objects that do not: looking
    # through all of them every few hundred costs a tenth of the time.
    gc.freeze()
    gc.set_threshold(_OBJECTS, _YOUNG, _YOUNG)


def work(task: Task) -> Outcome:
    """Do the work for one model."""
    from keraport.many.one import run

    _say(task.number)
    found = run(task)
    _say(_NOTHING)
    return found


def marked(marks: Path) -> set[int]:
    """Numbers of the tasks that processes say they work on."""
    found = set()
    for path in marks.iterdir():
        text = path.read_text(encoding="ascii").strip()
        if text and int(text) != _NOTHING:
            found.add(int(text))
    return found


def clear(marks: Path) -> None:
    """Forget what processes have said that are gone."""
    for path in marks.iterdir():
        path.unlink(missing_ok=True)


def _say(number: int) -> None:
    if _mark is not None:
        # One small write, which outlives a process that is killed at once after it.
        _mark.seek(0)
        _mark.write(f"{number:<{_WIDTH}}".encode("ascii"))


def _end_with(parent: int) -> None:
    """End this process as soon as the parent is gone: nobody would hear what comes of it."""
    while os.getppid() == parent:
        time.sleep(_PAUSE)
    os.kill(os.getpid(), signal.SIGKILL)
