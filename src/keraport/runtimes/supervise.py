"""Runs a command and ends it, with all it started, when whoever asked for it is gone.

``python supervise.py PROGRAM ARGUMENT...``, in a session of its own. Its stdin is a pipe that the
parent keeps open: the end of it says that the parent is gone, however it went.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading


def main(command: list[str]) -> int:
    """Run the command; returns its exit status."""
    try:
        # Files that the parent handed on stay open in it, for the locks on them.
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, close_fds=False)
    except OSError as problem:
        sys.stderr.write(f"{command[0]} cannot be started: {problem.strerror}\n")
        return 127
    threading.Thread(target=end_with_parent, args=(child,), daemon=True).start()
    return child.wait()


def end_with_parent(child: subprocess.Popen[bytes]) -> None:
    """Wait for the parent's end, then end the whole session."""
    while os.read(0, 1):
        pass
    if sys.platform == "win32":
        child.kill()
    else:
        os.killpg(os.getpgrp(), signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
