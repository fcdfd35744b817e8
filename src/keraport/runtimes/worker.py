"""One process of a real release that answers many requests."""

from __future__ import annotations

import contextlib
import json
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from keraport.catalog.releases import Release
from keraport.errors import ProbeError
from keraport.runtimes.environment import for_release
from keraport.runtimes.manager import ensure_runtime

_SERVE = Path(__file__).with_name("serve.py")
_PROBE = Path(__file__).parents[1] / "verify" / "probe"
_CLOSE_SECONDS = 5.0
_TAIL_BYTES = 4000
_TAIL_LINES = 12


def keras_module(release: Release) -> str:
    """The module that is Keras in that release: ``tensorflow.keras``, ``tf_keras``, ``keras``."""
    if release.id.startswith("tf-keras"):
        return "tf_keras"
    return "tensorflow.keras" if release.id.startswith("tf") else "keras"


class Runtime:
    """A process of a real release; started when first needed and again after it died.

    Not to be shared between threads.

    Args:
        name: what errors call it, e.g. ``tf1.12``.
        python: interpreter of the environment.
        keras: module that is Keras there.
        package: folder of the package that is imported there and whose ``OPERATIONS`` are served.
    """

    def __init__(
        self, name: str, python: Path, *, keras: str = "tensorflow.keras", package: Path = _PROBE
    ) -> None:
        self.name = name
        self.python = python
        self._keras = keras
        self._package = package
        self._process: subprocess.Popen[bytes] | None = None
        self._replies: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._stderr: IO[bytes] | None = None

    @classmethod
    def start(cls, release: Release, *, progress: Callable[[str], None] | None = None) -> Self:
        """A running process of `release`, whose environment is built if need be.

        It imports the release while the caller goes on; the first request waits for that.

        Raises:
            RuntimeUnavailableError: the release cannot be had.
        """
        runtime = cls(release.id, ensure_runtime(release, progress), keras=keras_module(release))
        runtime._launch()
        return runtime

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The process id, None if no process runs."""
        running = self._process is not None and self._process.poll() is None
        return self._process.pid if self._process is not None and running else None

    def request(self, request: Mapping[str, Any], timeout: float = 120.0) -> dict[str, Any]:
        """Send ``{"op": name, ...}`` and wait for the reply.

        Args:
            request: JSON values; paths in it must be absolute.
            timeout: seconds, after which the process is killed.

        Returns:
            What the operation returned. An exception in it is a reply too:
            ``{"error": {"type", "message", "trace"}}``.

        Raises:
            ProbeError: the process died, answered nonsense, or ran out of time.
        """
        if self.pid is None:
            self._launch()
        try:
            self._send(request)
            line = self._receive(str(request.get("op")), timeout)
        except BaseException:
            # Also on Ctrl-C: a late reply must not be taken for the answer to the next request.
            self._kill()
            raise
        return self._parse(line)

    def close(self) -> None:
        """End the process, gently if it listens."""
        process, self._process = self._process, None
        if process is not None:
            if process.stdin is not None:
                with contextlib.suppress(OSError):
                    process.stdin.close()
            try:
                process.wait(_CLOSE_SECONDS)
            except BaseException:
                process.kill()
                process.wait()
        if self._stderr is not None:
            self._stderr.close()
            self._stderr = None

    def _launch(self) -> None:
        self.close()
        self._stderr = tempfile.TemporaryFile(prefix="keraport-runtime-")  # noqa: SIM115 - closed in close()
        self._replies = queue.SimpleQueue()
        try:
            process = subprocess.Popen(
                [str(self.python), "-s", str(_SERVE), str(self._package)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._stderr,
                env={**for_release(), "KERAPORT_KERAS": self._keras},
                cwd=tempfile.gettempdir(),
                # Ctrl-C in the terminal is the parent's to handle.
                start_new_session=sys.platform != "win32",
            )
        except OSError as problem:
            raise ProbeError(
                f"{self.name}: {self.python} cannot be started: {problem.strerror}",
                hint=self._rebuild_hint(),
            ) from problem
        self._process = process
        assert process.stdout is not None  # noqa: S101 - PIPE was asked for
        reader = threading.Thread(
            target=_read_lines, args=(process.stdout, self._replies), daemon=True
        )
        reader.start()

    def _send(self, request: Mapping[str, Any]) -> None:
        process = self._process
        assert process is not None  # noqa: S101 - launched by the caller
        assert process.stdin is not None  # noqa: S101 - PIPE was asked for
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
        except OSError:
            # It died meanwhile; whatever it still said, or the end of its output, is the answer.
            return

    def _receive(self, operation: str, timeout: float) -> bytes:
        try:
            line = self._replies.get(timeout=timeout)
        except queue.Empty:
            raise ProbeError(
                f"{self.name}: {operation!r} took longer than {timeout:g} s and was stopped"
                f"{self._last_words()}",
                hint="try again on an idle machine, or with a smaller model",
            ) from None
        if line:
            return line
        raise ProbeError(
            f"{self.name}: the process {self._how_it_ended()} at {operation!r}{self._last_words()}",
            hint=self._rebuild_hint(),
        )

    def _parse(self, line: bytes) -> dict[str, Any]:
        try:
            reply = json.loads(line)
        except ValueError:
            reply = None
        if isinstance(reply, dict):
            return reply
        self._kill()
        raise ProbeError(f"{self.name}: answered {line[:80]!r} instead of a JSON object")

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()
        self.close()

    def _how_it_ended(self) -> str:
        assert self._process is not None  # noqa: S101 - it was sent a request
        # Its output ended; the process itself may take a moment longer.
        deadline = time.monotonic() + _CLOSE_SECONDS
        while (status := self._process.poll()) is None and time.monotonic() < deadline:
            time.sleep(0.01)
        if status is None:
            return "closed its output"
        if status >= 0:
            return f"ended with exit status {status}"
        try:
            return f"was ended by {signal.Signals(-status).name}"
        except ValueError:
            return f"was ended by signal {-status}"

    def _last_words(self) -> str:
        if self._stderr is None:
            return ""
        size = self._stderr.seek(0, 2)
        self._stderr.seek(max(0, size - _TAIL_BYTES))
        text = self._stderr.read().decode("utf-8", "replace").strip()
        self._stderr.seek(0, 2)
        return "; its last lines:\n" + "\n".join(text.splitlines()[-_TAIL_LINES:]) if text else ""

    def _rebuild_hint(self) -> str:
        return f"run `keraport runtimes remove {self.name}`, then try again to build it anew"


def _read_lines(stream: IO[bytes], lines: queue.SimpleQueue[bytes]) -> None:
    """Pass lines on; an empty one says that the stream ended."""
    with stream:
        for line in stream:
            lines.put(line)
    lines.put(b"")
