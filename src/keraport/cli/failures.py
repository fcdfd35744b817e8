"""Every way in which a command can fail, as a message (or JSON) and an exit status."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from keraport.cli.output import write_error, write_json
from keraport.errors import KeraportError, NotTrustedError, RefusedError, UsageError, kind_of
from keraport.report import Verdict

_DEFECT = 1
_USAGE = UsageError.exit_status
_LONGEST = 300


def failed(error: Exception, arguments: Sequence[str]) -> int:
    """Report an error.

    Args:
        error: what was raised.
        arguments: of the command line, in case it could not be parsed.

    Returns:
        the exit status.
    """
    if isinstance(error, KeraportError):
        shown = isinstance(error, RefusedError) and _show_refusals(error, arguments)
        hint = "" if shown else error.hint
        return _tell(
            arguments, kind_of(error), error.message, hint, error.exit_status, _report(error)
        )
    if hasattr(error, "format_message"):
        return _usage(error, arguments)
    return _defect(error, arguments)


def interrupted(arguments: Sequence[str], status: int) -> int:
    """Report that the user pressed Ctrl-C, and pass `status` on."""
    message = "interrupted; no file was left half-written"
    return _tell(arguments, "interrupted", message, "", status)


def wants(arguments: Sequence[str], *options: str) -> bool:
    """True if one of the options is given, even where the rest of the line is wrong."""
    given = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return any(option in given for option in options)


def _report(error: KeraportError) -> dict[str, Any]:
    if isinstance(error, NotTrustedError):
        return {"hazards": list(error.hazards)}
    if not isinstance(error, RefusedError):
        return {}
    if error.operations:
        return {"operations": [item.to_json() for item in error.operations]}
    return {} if error.report is None else {"report": error.report.to_json()}


def _show_refusals(error: RefusedError, arguments: Sequence[str]) -> bool:
    """Print every layer concerned; True if its hints said what `error` would."""
    if wants(arguments, "--json", "--quiet", "-q"):
        return False
    from keraport.cli.output import show

    if error.operations:
        from keraport.cli.graph_view import refused_operations

        show(refused_operations(error.operations), sys.stderr)
        return False
    if error.report is None:
        return False
    from keraport.cli.report_view import refusal_blocks

    show(refusal_blocks(error.report, command=("keraport", *arguments)), sys.stderr)
    return error.report.verdict is Verdict.REFUSED


def _usage(error: Exception, arguments: Sequence[str]) -> int:
    """The errors of typer and click; their common class moved between releases of both."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "keraport"
    if type(error).__name__ == "NoArgsIsHelpError":
        if not wants(arguments, "--json"):
            print(context.get_help() if context is not None else "", file=sys.stderr)  # noqa: T201
            return _USAGE
        message = "no command is given"
    else:
        message = str(error.format_message())  # type: ignore[attr-defined]
    return _tell(arguments, "usage", message, f"see `{path} --help`", _USAGE)


def describe_defect(error: Exception, arguments: Sequence[str]) -> tuple[str, str, Path | None]:
    """Save the traceback of an error that nobody expected.

    Returns:
        a message, a hint that names the file, and the file; None if it cannot be written.
    """
    what = f"{type(error).__name__}: {error}"[:_LONGEST]
    where = _save_traceback(error, arguments)
    hint = "please report it" + (f" with the file {where}" if where else "")
    return f"this is a defect of keraport: {what}", hint, where


def _defect(error: Exception, arguments: Sequence[str]) -> int:
    message, hint, where = describe_defect(error, arguments)
    more = {"traceback": str(where)} if where else {}
    return _tell(arguments, "defect", message, hint, _DEFECT, more)


def _save_traceback(error: Exception, arguments: Sequence[str]) -> Path | None:
    try:
        handle, name = tempfile.mkstemp(prefix="keraport-defect-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"keraport {' '.join(map(ascii, arguments))}\n")
            file.write(f"Python {sys.version}\n\n")
            traceback.print_exception(error, file=file)
    except OSError:
        return None
    return Path(name)


def _tell(
    arguments: Sequence[str],
    kind: str,
    message: str,
    hint: str,
    status: int,
    more: dict[str, Any] | None = None,
) -> int:
    if wants(arguments, "--json"):
        about = {"kind": kind, "message": message, "hint": hint, "exit_status": status}
        write_json({"error": {**about, **(more or {})}}, "error")
        return status
    if kind == "interrupted":
        sys.stderr.write(f"{message}\n")
    else:
        write_error(message, hint)
    return status
