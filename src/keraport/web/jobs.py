"""Commands in processes of their own, a few at once, each with a timeout and limits."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import field
from pathlib import Path
from typing import IO, Any, Final

from keraport.errors import KeraportError, UsageError
from keraport.records import dataclass
from keraport.text import size
from keraport.web.settings import Settings

_LONGEST_ANSWER: Final = 32_000_000
"""Bytes of a JSON document."""
_MOST_WAITING: Final = 64
_GROWTH: Final = 4
"""How many times larger than the largest upload an output may be."""

_MORE_MEMORY: Final = "use the keraport command, or start keraport serve with --max-memory SIZE"


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended.

    Args:
        status: its exit status.
        document: what it printed; an error of ours, in the same form, if it came to no answer.
    """

    status: int
    document: dict[str, Any]


@dataclass(slots=True)
class Jobs:
    """Starts commands and waits for them."""

    settings: Settings
    _slots: asyncio.Semaphore = field(init=False)
    _waiting: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._slots = asyncio.Semaphore(self.settings.jobs)

    async def run(self, arguments: Sequence[str], folder: Path) -> Ended:
        """Run ``keraport ARGUMENTS --json`` in a folder; ended with the task that waits for it."""
        if self._waiting >= _MOST_WAITING:
            return failure("busy", "too many requests are waiting", "try again in a moment")
        self._waiting += 1
        try:
            async with self._slots:
                return await self._run(arguments, folder)
        finally:
            self._waiting -= 1

    async def _run(self, arguments: Sequence[str], folder: Path) -> Ended:
        # The command's own temporary files go where all files of the session are.
        environment = {**os.environ, "TMPDIR": str(folder), "OPENBLAS_NUM_THREADS": "1"}
        with tempfile.TemporaryFile(dir=folder) as answer:
            process = await asyncio.create_subprocess_exec(
                # Without -P, Python would import modules from the folder, where uploads are.
                *(sys.executable, "-P", "-m", "keraport.web.worker", self._limits()),
                *(*arguments, "--json"),
                stdin=asyncio.subprocess.PIPE,
                stdout=answer,
                stderr=asyncio.subprocess.DEVNULL,
                cwd=folder,
                env=environment,
                start_new_session=True,
            )
            try:
                async with asyncio.timeout(self.settings.timeout):
                    status = await process.wait()
            except TimeoutError:
                return self._too_long()
            finally:
                await _kill(process)
            return await asyncio.to_thread(self._answer, status, answer)

    def _limits(self) -> str:
        cpu = int(self.settings.timeout) + 1
        limits = {
            "RLIMIT_AS": self.settings.memory,
            "RLIMIT_CPU": cpu,
            "RLIMIT_FSIZE": _GROWTH * max(self.settings.max_size, 250_000_000),
            "RLIMIT_CORE": 0,
        }
        return json.dumps(limits)

    def _answer(self, status: int, file: IO[bytes]) -> Ended:
        file.seek(0)
        text = file.read(_LONGEST_ANSWER + 1)
        if len(text) > _LONGEST_ANSWER:
            message = "what there is to say about this model is too long for a page"
            return failure("too_large", message, "use the command line")
        try:
            document = json.loads(text)
        except (ValueError, RecursionError):
            document = None
        if not isinstance(document, dict):
            return self._ended_without_answer(status)
        error = document.get("error")
        if isinstance(error, dict) and error.get("kind") == "defect":
            return self._defect(str(error.get("message")))
        return Ended(status, document)

    def _defect(self, message: str) -> Ended:
        if "MemoryError" in message:
            return self._too_much_memory()
        hint = "run the same with the keraport command, which writes a file to report it with"
        return failure("defect", message, hint)

    def _ended_without_answer(self, status: int) -> Ended:
        if status == -getattr(signal, "SIGXCPU", 0):
            return self._too_long()
        # Libraries written in C end the process where they get no memory.
        return failure(
            "memory",
            "ended without an answer, most likely for lack of memory: the limit of this page is "
            f"{size(self.settings.memory)}",
            _MORE_MEMORY,
        )

    def _too_long(self) -> Ended:
        return failure(
            "timeout",
            f"took longer than {self.settings.timeout:g} seconds, which is the limit of this page",
            "use the keraport command, or start keraport serve with --timeout SECONDS",
        )

    def _too_much_memory(self) -> Ended:
        return failure(
            "memory",
            f"needs more than {size(self.settings.memory)} of memory, the limit of this page",
            _MORE_MEMORY,
        )


def failure(kind: str, message: str, hint: str) -> Ended:
    """An error of the page itself, in the form of those that commands print."""
    status = UsageError.exit_status if kind == "usage" else KeraportError.exit_status
    about = {"kind": kind, "message": message, "hint": hint, "exit_status": status}
    return Ended(status, {"error": about})


async def _kill(process: asyncio.subprocess.Process) -> None:
    """End it, whatever it does, and what it may have started."""
    if process.returncode is None:
        # It may have ended without this having been told yet.
        with suppress(ProcessLookupError):
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
    # A task that is cancelled once more while it waits here leaves nothing running.
    await process.wait()
