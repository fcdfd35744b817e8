"""``keraport serve`` as a process: where it listens, how it ends, and what is left of it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest
from tests.cli.conftest import DIGITS, Call
from tests.web.conftest import Start, Started, is_running, until


def convert(server: Started) -> threading.Thread:
    """Upload a model and convert it, in a thread that does not care how that ends."""
    with server.client() as client:
        file_id = client.post("files?name=a.h5", content=DIGITS.read_bytes()).json()["id"]

    def ask() -> None:
        with suppress(httpx2.HTTPError), server.client() as client:
            client.post(f"files/{file_id}/convert", json={"to": "tf1.12"})

    thread = threading.Thread(target=ask)
    thread.start()
    return thread


@pytest.mark.parametrize(
    ("kind", "status"), [(signal.SIGINT, 0), (signal.SIGTERM, 143), (signal.SIGHUP, 143)]
)
def test_nothing_is_kept(start: Start, kind: signal.Signals, status: int) -> None:
    """Ended in the middle of a conversion; the process that converts is ended, too."""
    server = start()
    thread = convert(server)
    worker = server.held_worker()
    assert list(server.folder.rglob("a.h5"))
    ended, said = server.end(kind)
    thread.join()
    assert ended == status
    assert "Traceback" not in said
    assert list(server.folder.iterdir()) == []
    assert not is_running(worker)
    assert ("what was uploaded is deleted" in said) == (kind is signal.SIGINT)


def test_what_converts_ends_with_the_server(start: Start) -> None:
    """Even where nothing could be tidied up."""
    server = start()
    thread = convert(server)
    worker = server.held_worker()
    server.process.kill()
    server.process.wait()
    os.kill(worker, signal.SIGCONT)
    until(lambda: not is_running(worker))
    thread.join()


def test_ctrl_c_twice(start: Start) -> None:
    server = start()
    thread = convert(server)
    server.held_worker()
    server.process.send_signal(signal.SIGINT)
    ended, said = server.end(signal.SIGINT)
    thread.join()
    assert (ended, "Traceback" in said) == (0, False)
    assert list(server.folder.iterdir()) == []


def test_it_listens_on_this_machine_only(start: Start) -> None:
    port = urlsplit(start().url).port
    assert port is not None
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    rows += [line.split() for line in Path("/proc/net/tcp6").read_text().splitlines()[1:]]
    listening = [row[1] for row in rows if row[3] == "0A" and row[1].endswith(f":{port:04X}")]
    assert listening == [f"0100007F:{port:04X}"]


def test_another_address(start: Start) -> None:
    server = start("--host", "0.0.0.0")
    where = urlsplit(server.url)
    assert where.hostname == socket.gethostname().lower()
    address = f"http://127.0.0.1:{where.port}{where.path}"
    assert httpx2.get(address, trust_env=False).status_code == 200
    evil = httpx2.get(address, headers={"host": "evil.example"}, trust_env=False)
    assert evil.status_code == 403
    assert "it is not encrypted" in server.end()[1]


def test_the_page_names_the_machine_that_files_go_to(start: Start) -> None:
    server = start("--host", "0.0.0.0")
    where = urlsplit(server.url)
    text = httpx2.get(f"http://127.0.0.1:{where.port}{where.path}", trust_env=False).text
    assert "unencrypted" in text


def test_a_port_that_is_taken(call: Call) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        answer = call("serve", "--port", port)
    assert answer.status == 2
    assert answer.out == ""
    assert answer.err.splitlines() == [
        f"error: cannot listen at 127.0.0.1, port {port}: address already in use",
        "hint: choose another --port, or an address of this machine as --host",
    ]


@pytest.mark.parametrize("host", ["no.such.host.invalid", "8.8.8.8", "x" * 300, ""])
def test_a_host_that_is_not_here(call: Call, host: str) -> None:
    answer = call("serve", "--host", host, "--json")
    assert answer.status == 2
    assert answer.document["error"]["message"].startswith(f"cannot listen at {host}, port 0: ")


@pytest.mark.parametrize("size", ["", "x", "-1GB", "1.2.3MB", "0", "2XB", "1e9"])
def test_sizes(call: Call, size: str) -> None:
    answer = call("serve", f"--max-size={size}", "--json")
    assert answer.status == 2
    assert answer.document["error"]["message"].startswith("--max-size: ")


@pytest.mark.parametrize(
    ("absent", "installer"),
    [
        ((), "{0} -m pip install"),
        (("pip",), "uv pip install -p {0}"),
    ],
)
def test_without_the_libraries(
    call: Call, monkeypatch: pytest.MonkeyPatch, absent: tuple[str, ...], installer: str
) -> None:
    import importlib.util

    monkeypatch.setattr(
        importlib.util,
        "find_spec",
        lambda name: None if name in ("starlette", "uvicorn", *absent) else object(),
    )
    answer = call("serve", "--json")
    assert answer.status == 2
    error = answer.document["error"]
    assert error["message"] == (
        "keraport serve needs starlette and uvicorn, not installed with keraport"
    )
    assert error["hint"] == f"{installer.format(sys.executable)} starlette uvicorn"


def test_a_person_is_told_the_address(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "keraport", "serve"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    with process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert httpx2.get(line.strip(), trust_env=False).status_code == 200
        process.send_signal(signal.SIGINT)
        out, said = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, "")
    assert said.splitlines() == [
        "Ctrl-C ends it, and deletes what was uploaded",
        "ended; what was uploaded is deleted",
    ]


def test_the_help_says_that_it_is_for_this_machine(call: Call) -> None:
    answer = call("serve", "--help")
    assert "this machine only" in answer.out


def test_the_files_of_the_page_are_in_the_package() -> None:
    from importlib.resources import files

    names = {item.name for item in files("keraport.web").joinpath("static").iterdir()}
    assert names == {"icon.svg", "serve.css", "serve.js", "view.js"}
