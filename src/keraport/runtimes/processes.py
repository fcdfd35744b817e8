"""Processes that end together with whatever they started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

_SUPERVISE = Path(__file__).with_name("supervise.py")

# Ctrl-C in the terminal is the parent's to handle; and a session of its own is a group to end.
OWN_SESSION = sys.platform != "win32"


def has_ended(process: subprocess.Popen[bytes]) -> bool:
    """True if the process is gone.

    It stays a zombie where the system allows that, so that its number, which is that of its group,
    is not given to another process before `end_all`.
    """
    if process.returncode is not None:
        return True
    if sys.platform == "linux":
        flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
        try:
            return os.waitid(os.P_PID, process.pid, flags) is not None
        except ChildProcessError:
            pass
    return process.poll() is not None


def end_all(process: subprocess.Popen[bytes]) -> None:
    """End the process and all that it started in its session, and wait for the process."""
    if sys.platform == "linux" and process.returncode is not None:
        # It was ended here before; its number may be another's by now.
        return
    if sys.platform == "win32":
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def run_supervised(
    command: Sequence[str],
    *,
    env: Mapping[str, str],
    timeout: float,
    cwd: Path | None = None,
    holding: Sequence[int] = (),
) -> tuple[int, str, str]:
    """Run a command that ends when this process does, however that ends.

    Args:
        command: program and arguments.
        env: all of its environment.
        timeout: seconds.
        cwd: its working directory.
        holding: files that it keeps open, so that locks on them hold until all of it has ended.

    Returns:
        exit status, and what it wrote on stdout and on stderr.

    Raises:
        OSError: it cannot be started.
        subprocess.TimeoutExpired: it took longer, and was ended.
    """
    with subprocess.Popen(
        [sys.executable, "-I", str(_SUPERVISE), *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=dict(env),
        cwd=cwd,
        start_new_session=OWN_SESSION,
        pass_fds=() if sys.platform == "win32" else tuple(holding),
    ) as process:
        try:
            out, err = _outputs(process, timeout)
        except BaseException:
            end_all(process)
            raise
    return process.returncode, out.decode("utf-8", "replace"), err.decode("utf-8", "replace")


def _outputs(process: subprocess.Popen[bytes], timeout: float) -> tuple[bytes, bytes]:
    # Its stdin stays open until it has ended: that is what tells it that this process is there.
    stdin, process.stdin = process.stdin, None
    try:
        return process.communicate(timeout=timeout)
    finally:
        if stdin is not None:
            stdin.close()
