"""The entry point: runs a command and turns whatever happens into an exit status.

Nothing is imported here that takes time, so that an interrupt finds the handlers in place.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Sequence
from types import FrameType

_OBJECTS = 200_000
INTERRUPTED = 128 + signal.SIGINT
TERMINATED = 128 + signal.SIGTERM
NO_READER = 141
"""What a shell reports of a program that wrote into a closed pipe."""


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: instead of those that the process was started with.

    Returns:
        the exit status, as documented in ``docs/reference/exit-status.md``.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    # Nearly all that a command makes stays in use to its end: a search for cycles of garbage after
    # every 700 new objects takes a fifth of the time, and finds next to nothing.
    gc.set_threshold(_OBJECTS, *gc.get_threshold()[1:])
    _open_streams()
    try:
        _prepare()
        status = _run(given)
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        return _no_reader()
    except KeyboardInterrupt:
        from keraport.cli.failures import interrupted

        return interrupted(given, INTERRUPTED)
    except Exception as error:
        from keraport.cli.failures import failed

        try:
            status = failed(error, given)
            sys.stdout.flush()
            return status
        except BrokenPipeError:
            return _no_reader()


def main() -> int:
    """The program: `run`, and an end without a search for garbage in all that it has made."""
    try:
        return run()
    finally:
        gc.freeze()


def _run(given: list[str]) -> int:
    from keraport.cli.app import app_for, as_command

    try:
        status = as_command(app_for(given)).main(
            args=given, prog_name="keraport", standalone_mode=False
        )
    except RuntimeError as ending:
        # Click's Abort, which older releases of typer raise for an interrupt.
        if isinstance(ending.__cause__, KeyboardInterrupt):
            raise ending.__cause__ from None
        raise
    except SystemExit as ending:
        # Typer ends the program itself, with a status that means a defect here.
        if isinstance(ending.__context__, BrokenPipeError):
            raise ending.__context__ from None
        raise
    if status == INTERRUPTED:
        raise KeyboardInterrupt
    return status if isinstance(status, int) else 0


def _prepare() -> None:
    for stream in (sys.stdout, sys.stderr):
        # A name that the terminal's encoding lacks is shown escaped instead of ending the program.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _terminate)
        if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
            # As in the background of a script; it would then not be told to clean up and end.
            signal.signal(signal.SIGINT, signal.default_int_handler)


def _open_streams() -> None:
    """Let streams that the caller has closed lead nowhere.

    Else the next file that is opened gets the number of such a stream, and with it what is printed.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, os.O_RDWR)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
            # For the processes that are started, too.
            os.set_inheritable(number, True)
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            mode = "w" if number else "r"
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115


def _terminate(_signal: int, _frame: FrameType | None) -> None:
    # Unwinds, so that temporary files and the processes of real releases go away.
    raise SystemExit(TERMINATED)


def _no_reader() -> int:
    # Python flushes once more when it ends, and would complain.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return NO_READER
