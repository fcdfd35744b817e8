"""A command of keraport in a process with limits: ``python -P -m keraport.web.worker LIMITS ...``.

The process sets them on itself before anything of a file is read, and ends when the server that
started it does, however that happens: then its standard input is closed.
"""

from __future__ import annotations

import json
import os
import sys
import threading


def main() -> int:
    """Run the command that follows the limits, and return its exit status."""
    _limit(json.loads(sys.argv[1]))
    threading.Thread(target=_end_with_the_server, daemon=True).start()
    from keraport.cli.main import run

    return run(sys.argv[2:])


def _limit(wanted: dict[str, int]) -> None:
    """Limit by the names of the module ``resource``; systems without it have the timeout only."""
    try:
        import resource
    except ImportError:
        return
    for name, value in wanted.items():
        kind = getattr(resource, name, None)
        if kind is None:
            continue
        _, hard = resource.getrlimit(kind)
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        try:
            resource.setrlimit(kind, (value, value))
        except (OSError, ValueError):
            # macOS knows RLIMIT_AS and does not let it be set.
            continue


def _end_with_the_server() -> None:
    # Not by `sys.stdin`, whose lock a thread must not hold when the interpreter ends.
    while os.read(0, 1):
        pass
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
