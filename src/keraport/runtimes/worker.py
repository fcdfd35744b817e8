"""One process of a real release that answers many requests."""

from __future__ import annotations

import contextlib
import json
import logging
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from keraport.catalog.releases import Release, line_of
from keraport.errors import ProbeError, RuntimeUnavailableError
from keraport.runtimes import guest
from keraport.runtimes.environment import for_release, set_for_release
from keraport.runtimes.given import Command, command_for, difference
from keraport.runtimes.lines import Lines, told_error
from keraport.runtimes.manager import ensure_runtime, require_runtime
from keraport.runtimes.processes import OWN_SESSION, end_all, has_ended

_LOG = logging.getLogger(__name__)

_SERVE = Path(__file__).with_name("serve.py")
_PROBE = Path(__file__).parents[1] / "verify" / "probe"
_CLOSE_SECONDS = 5.0
# A line that was asked for is taken at once; this is how often is looked whether the process lives.
_POLL_SECONDS = 0.05
# So long after its end what it had written may take to arrive.
_DRAIN_SECONDS = 0.5
_TAIL_BYTES = 4000
_TAIL_LINES = 12


def keras_module(release: Release) -> str:
    """The module that is Keras in that release: ``tensorflow.keras``, ``tf_keras``, ``keras``."""
    return line_of(release).module


class Runtime:
    """A process of a real release; started when first needed and again after it died.

    It sees listed environment variables only, a folder of its own that goes away with it, and no
    network where the system lets it give that up. Not to be shared between threads.

    Args:
        name: what errors call it, e.g. ``tf1.12``.
        python: interpreter of the environment.
        keras: module that is Keras there.
        package: folder of the package that is imported there and whose ``OPERATIONS`` are served.
        backend: what Keras 3 computes with; empty for TensorFlow.
        command: of the user's own, runs the Python in the place of `python`.
        release: what the environment has to be; not looked at if None.
    """

    def __init__(
        self,
        name: str,
        python: Path | None,
        *,
        keras: str = "tensorflow.keras",
        package: Path = _PROBE,
        backend: str = "",
        command: Command = (),
        release: Release | None = None,
    ) -> None:
        self.name = name
        self.python = shlex.join(command) if command else str(python)
        """What a user types to run the same Python."""
        self._command = command
        self._release = release
        self._seen: set[str] = set()
        self.network = ""
        """``closed`` or ``open``, once the process has said which."""
        self._keras = keras
        self._backend = backend
        self._package = package
        self._process: subprocess.Popen[bytes] | None = None
        self._lines = Lines()
        self._stderr: IO[bytes] | None = None
        self._folder: Path | None = None
        self._sent = 0

    @classmethod
    def start(
        cls,
        release: Release,
        *,
        progress: Callable[[str], None] | None = None,
        install: bool = True,
        given: Mapping[str, str] | None = None,
    ) -> Self:
        """A running process of `release`, whose environment is built if need be.

        It imports the release while the caller goes on; the first request waits for that.

        Args:
            release: which.
            progress: told, in a sentence each, what is being done.
            install: build the environment if there is none.
            given: commands of the user's own by runtime (`keraport.runtimes.given`).

        Raises:
            RuntimeUnavailableError: the release cannot be had.
            UsageError: the user's own command cannot be run.
        """
        keras, backend = keras_module(release), release.backend
        command = command_for(release, given or {})
        if command is not None:
            runtime = cls(
                release.runtime,
                None,
                keras=keras,
                backend=backend,
                command=command,
                release=release,
            )
        else:
            python = ensure_runtime(release, progress) if install else require_runtime(release)
            runtime = cls(release.runtime, python, keras=keras, backend=backend)
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
        process = self._process
        return None if process is None or has_ended(process) else process.pid

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
        operation = str(request.get("op"))
        deadline = time.monotonic() + timeout
        try:
            if not self.network:
                self._greet(operation, timeout, deadline)
            self._sent += 1
            self._send({**request, "id": self._sent})
            started = time.monotonic()
            reply = self._receive(operation, timeout, deadline)
            _LOG.debug("%s: %s took %.2f s", self.name, operation, time.monotonic() - started)
            return reply
        except BaseException:
            # Also on Ctrl-C: a late reply must not be taken for the answer to the next request.
            self._kill()
            raise

    def require_visible(self, paths: Iterable[Path], timeout: float = 120.0) -> None:
        """Check that a process that a command of the user's own started sees files of this one.

        Args:
            paths: absolute; what was seen once is not asked for again.
            timeout: seconds.

        Raises:
            ProbeError: it does not see one of them.
        """
        asked = [str(path) for path in paths if str(path) not in self._seen]
        if not self._command or not asked:
            return
        reply = self.request({"op": "missing", "paths": asked}, timeout)
        if reply.get("missing"):
            raise ProbeError(
                f"{self.name}: `{self.python}` does not see {reply['missing'][0]}",
                hint="its folder, and that for temporary files, have to be there at the same path "
                "(docker: -v FOLDER:FOLDER)",
            )
        self._seen.update(asked)

    def close(self) -> None:
        """End the process, gently if it listens, and whatever it has started."""
        process, self._process = self._process, None
        if process is not None:
            if process.stdin is not None:
                with contextlib.suppress(OSError):
                    process.stdin.close()
            deadline = time.monotonic() + _CLOSE_SECONDS
            try:
                while not has_ended(process) and time.monotonic() < deadline:
                    time.sleep(_POLL_SECONDS)
            finally:
                end_all(process)
        self._lines.stop()
        if self._stderr is not None:
            self._stderr.close()
            self._stderr = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _launch(self) -> None:
        self.close()
        self._sent, self.network = 0, ""
        try:
            self._stderr = tempfile.TemporaryFile(prefix="keraport-runtime-")  # noqa: SIM115 - closed in close()
            self._folder = Path(tempfile.mkdtemp(prefix="keraport-runtime-"))
            process = subprocess.Popen(
                self._typed(self._folder),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._stderr,
                env=self._environment(self._folder),
                cwd=self._folder,
                start_new_session=OWN_SESSION,
            )
        except OSError as problem:
            self.close()
            raise ProbeError(
                f"{self.name}: {self.python} cannot be started: {problem.strerror}",
                hint=self._rebuild_hint(),
            ) from problem
        self._process = process
        _LOG.info("%s: process %d started: %s", self.name, process.pid, self.python)
        assert process.stdout is not None  # noqa: S101 - PIPE was asked for
        self._lines = Lines(process.stdout)

    def _typed(self, folder: Path) -> list[str]:
        if not self._command:
            return [self.python, "-s", str(_SERVE), str(self._package), str(folder)]
        settings = {**set_for_release(folder), **self._chosen()}
        return [*self._command, *guest.arguments(_SERVE, self._package, folder, settings)]

    def _environment(self, folder: Path) -> dict[str, str]:
        if self._command:
            return guest.environment_of(self._command, folder)
        return {**for_release(folder), **self._chosen()}

    def _chosen(self) -> dict[str, str]:
        backend = {"KERAS_BACKEND": self._backend} if self._backend else {}
        return {**backend, "KERAPORT_KERAS": self._keras}

    def _greet(self, operation: str, timeout: float, deadline: float) -> None:
        """Wait until the process has imported the release."""
        reply = self._receive(operation, timeout, deadline)
        if "error" in reply:
            kind, message = told_error(reply["error"])
            raise ProbeError(
                f"{self.name}: its environment cannot be used: {kind}: {message}",
                hint=self._rebuild_hint(),
            )
        self.network = "closed" if reply.get("network") == "closed" else "open"
        _LOG.info("%s: imported; network %s", self.name, self.network)
        if self._release is not None:
            self._require_release(self._release, timeout, deadline)

    def _require_release(self, release: Release, timeout: float, deadline: float) -> None:
        """Check that an environment of the user's own is what it was said to be."""
        self._sent += 1
        self._send({"op": "installed", "id": self._sent})
        versions = self._receive("installed", timeout, deadline).get("versions", {})
        _LOG.info("%s: %s", self.name, versions)
        if other := difference(release, versions):
            raise RuntimeUnavailableError(
                f"{self.name}: `{self.python}` has {other}, expected {release.title}",
                hint=f"name an environment of {release.title}, or none: one is then built",
            )

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

    def _receive(self, operation: str, timeout: float, deadline: float) -> dict[str, Any]:
        process = self._process
        assert process is not None  # noqa: S101 - launched by the caller
        self._lines.ask()
        ended_at = None
        while (line := self._lines.get(_POLL_SECONDS)) is None:
            now = time.monotonic()
            # Something that it started may hold its output open, so that this does not end.
            ended_at = now if ended_at is None and has_ended(process) else ended_at
            if ended_at is not None and now > ended_at + _DRAIN_SECONDS:
                break
            if now > deadline:
                raise ProbeError(
                    f"{self.name}: {operation!r} took longer than {timeout:g} s and was stopped"
                    f"{self._last_words()}",
                    hint="try again on an idle machine, with a smaller model, or with more time: "
                    "--timeout SECONDS",
                )
        if line:
            return self._parse(line)
        raise ProbeError(
            f"{self.name}: the process {self._how_it_ended()} at {operation!r}{self._last_words()}",
            hint=self._ended_hint(),
        )

    def _parse(self, line: bytes) -> dict[str, Any]:
        try:
            document = json.loads(line)
        except (ValueError, RecursionError):
            document = None
        found = document if isinstance(document, dict) else {}
        reply = found.get("reply")
        if isinstance(reply, dict) and found.get("id") == self._sent:
            return reply
        raise ProbeError(
            f"{self.name}: answered {line[:80]!r} instead of what it was asked for",
            hint="code in the model or in one of your files writes into the channel to keraport: "
            f"try to load the model with {self.python}",
        )

    def _kill(self) -> None:
        if self._process is not None:
            end_all(self._process)
        self.close()

    def _how_it_ended(self) -> str:
        process = self._process
        assert process is not None  # noqa: S101 - it was sent a request
        # Its output ended; the process itself may take a moment longer.
        deadline = time.monotonic() + _CLOSE_SECONDS
        while not has_ended(process) and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
        if not has_ended(process):
            return "closed its output"
        end_all(process)
        status = process.returncode
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

    def _ended_hint(self) -> str:
        if not self.network:
            # It has not even imported the release.
            return self._rebuild_hint()
        return (
            "memory may have run out, or code in the model or in one of your files ended it: "
            f"try to load the model with {self.python}"
        )

    def _rebuild_hint(self) -> str:
        if self._command:
            return (
                f"`{self.python}` has to run the Python of {self.name}, with standard input, and "
                f"see {tempfile.gettempdir()} at the same path: see docs/guides/runtimes.md"
            )
        return f"run `keraport runtimes remove {self.name}`, then try again to build it anew"
