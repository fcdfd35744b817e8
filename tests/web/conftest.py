"""A server as users start it, and one inside of the test."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient
from tests.cli.conftest import call
from tests.cli.test_json import validate

from keraport.web.app import build
from keraport.web.settings import Settings
from keraport.web.store import Store, session

__all__ = ["call"]

START_SECONDS = 120


@dataclass(frozen=True)
class Started:
    """A process of ``keraport serve``.

    Args:
        process: it.
        url: what it printed.
        folder: where it makes temporary files.
    """

    process: subprocess.Popen[str]
    url: str
    folder: Path

    def client(self) -> httpx2.Client:
        """What sends requests to it, and knows the token."""
        return httpx2.Client(base_url=self.url, timeout=300, trust_env=False)

    def workers(self) -> list[int]:
        """The processes that it started, and that run what they were started for."""
        found: list[int] = []
        for task in Path(f"/proc/{self.process.pid}/task").iterdir():
            # Threads and processes end at any time.
            with suppress(OSError):
                found += [
                    int(child)
                    for child in (task / "children").read_text().split()
                    if b"keraport.web.worker" in Path(f"/proc/{child}/cmdline").read_bytes()
                ]
        return found

    def held_worker(self) -> int:
        """The process of a command that is about to begin, stopped: it will never end by itself."""
        worker = int(until(self.workers)[0])
        os.kill(worker, signal.SIGSTOP)
        return worker

    def end(self, kind: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Its exit status, and what it said on stderr."""
        self.process.send_signal(kind)
        _, said = self.process.communicate(timeout=60)
        return self.process.returncode, said


def until(found: Callable[[], Any], seconds: float = 60) -> Any:
    """What a function gives, as soon as it gives something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = found()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"nothing within {seconds} seconds")


def is_running(pid: int) -> bool:
    """False for one that has ended, also where nobody has asked how."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


Start = Callable[..., Started]


def start_server(folder: Path, *options: str) -> Started:
    """Start one that listens at a free port of this machine."""
    folder.mkdir(exist_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "keraport", "serve", "--json", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(folder)},
    )
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], START_SECONDS)
    assert ready, "the server does not start"
    text = ""
    for line in process.stdout:
        text += line
        if line == "}\n":
            document = json.loads(text)
            validate(document, "page")
            return Started(process, document["url"], folder)
    raise AssertionError(process.communicate())


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """``start("--max-size", "1MB")``; what still runs is killed."""
    with ExitStack() as stack:

        def run(*options: str) -> Started:
            started = start_server(tmp_path / "server", *options)
            stack.enter_context(started.process)
            stack.callback(started.process.kill)
            return started

        yield run


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    """One for all tests of a file, with the limits that it has if nothing is said."""
    started = start_server(tmp_path_factory.mktemp("server"))
    with started.process:
        yield started
        assert started.end()[0] == 128 + signal.SIGTERM
    assert list(started.folder.iterdir()) == []


@dataclass(frozen=True)
class Inside:
    """The application without a socket.

    Args:
        client: with the address of the page.
        settings: of the application.
        store: its files.
        defects: what it raised and nobody expected.
    """

    client: TestClient
    settings: Settings
    store: Store
    defects: list[Exception]

    @property
    def files(self) -> list[str]:
        """Everything in the session's folder."""
        return sorted(
            path.relative_to(self.store.folder).as_posix() for path in self.store.folder.rglob("*")
        )

    def add(self, name: str, content: bytes) -> Any:
        """Upload a file; the answer."""
        return self.client.post("files", params={"name": name}, content=content)

    def ask(self, what: str, file_id: str, **said: Any) -> Any:
        """``ask("check", file_id, to="tf1.12")``; the answer."""
        return self.client.post(f"files/{file_id}/{what}", json=said)


Inner = Callable[..., Inside]


@pytest.fixture
def inside() -> Iterator[Inner]:
    """``inside(max_size=100)`` is the application with such settings."""
    with ExitStack() as stack:

        def run(**given: Any) -> Inside:
            settings = Settings(**given)
            store = stack.enter_context(session())
            defects: list[Exception] = []

            def defect(error: Exception) -> str:
                defects.append(error)
                return "a defect"

            client = TestClient(
                build(settings, store, defect), base_url=f"http://127.0.0.1:80/{settings.token}/"
            )
            stack.enter_context(client)
            return Inside(client, settings, store, defects)

        yield run
