"""Files on their way to the disk: names, sizes, and senders that go away."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from starlette.requests import Request
from tests.hostile.models import NAMES
from tests.web.conftest import Inner, Start, Started, until

from keraport.web import names, uploads
from keraport.web.settings import Settings
from keraport.web.store import MOST_FILES, session

NAME_ON_DISK = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,66}(\.weights)?(\.[a-z0-9]{2,11})?")
MORE_NAMES = {
    **NAMES,
    "windows": "..\\..\\windows\\system32\\x.h5",
    "dots": "..",
    "empty": "",
    "slash": "/",
    "option": "--to=x.h5",
    "home": "~/.bashrc",
    "hidden": ".h5",
    "zero byte": "a\0.h5",
    "half of a pair": "\ud800.h5",
    "device": "CON.h5",
    "many suffixes": "a.tar.gz.weights.h5",
    "module": "json.py",
    "long with suffix": "y" * 5000 + ".keras",
}


@pytest.mark.parametrize("sent", MORE_NAMES.values(), ids=MORE_NAMES.keys())
def test_names_are_no_paths(inside: Inner, sent: str) -> None:
    app = inside()
    sendable = sent.encode("utf-8", "replace").decode()
    answer = app.add(sendable, b"content")
    assert answer.status_code == 201
    stored = answer.json()
    folder, file = app.files
    assert re.fullmatch(r"[0-9a-f]{16}", folder)
    assert folder == stored["id"]
    assert file == f"{folder}/{stored['stored']}"
    assert NAME_ON_DISK.fullmatch(stored["stored"])
    assert (app.store.folder / file).read_bytes() == b"content"
    assert stored["name"].isprintable()
    assert len(stored["name"]) <= 170
    assert "/" not in stored["name"]


def test_a_plain_name_stays() -> None:
    for name in (
        "digits.h5",
        "my_model.keras",
        "a.weights.h5",
        "model.json",
        "my_layers.py",
        "x.onnx",
    ):
        assert names.stored(name) == name
    assert names.stored("my model (2).H5") == "my_model_2.h5"
    assert names.stored("3d.h5") == "model_3d.h5"


def test_two_files_of_one_name_lie_apart(inside: Inner) -> None:
    app = inside()
    first, second = (app.add("a.h5", content).json()["id"] for content in (b"1", b"2"))
    assert (app.store.folder / first / "a.h5").read_bytes() == b"1"
    assert (app.store.folder / second / "a.h5").read_bytes() == b"2"


def test_only_this_user_can_enter_the_folders(inside: Inner) -> None:
    app = inside()
    stored = app.add("a.h5", b"x").json()["id"]
    for folder in (app.store.folder, app.store.folder / stored):
        assert folder.stat().st_mode & 0o777 == 0o700


def test_a_removed_file_is_gone(inside: Inner) -> None:
    app = inside()
    stored = app.add("a.h5", b"x").json()["id"]
    assert app.client.delete(f"files/{stored}").status_code == 204
    assert app.files == []
    assert app.client.delete(f"files/{stored}").status_code == 404
    assert app.ask("inspect", stored).json()["error"]["kind"] == "gone"


@pytest.mark.parametrize("path", ["%2e%2e", "%2e%2e%2f%2e%2e", "a%2fb", "%00"])
def test_ids_are_no_paths(inside: Inner, path: str) -> None:
    app = inside()
    app.add("a.h5", b"x")
    for what in ("", "/download", "/report"):
        assert app.client.get(f"files/{path}{what}").status_code in (404, 405)
    assert app.client.delete(f"files/{path}").status_code in (404, 405)
    assert len(app.files) == 2
    assert app.defects == []


def test_a_file_that_is_too_large(inside: Inner) -> None:
    app = inside(max_size=1000)
    assert app.add("a.h5", b"x" * 1000).status_code == 201
    before = app.files
    answer = app.add("a.h5", b"x" * 1001)
    assert answer.status_code == 413
    assert answer.json()["error"]["message"] == "is larger than 1.0 kB, the limit of this page"
    assert app.files == before


def test_a_file_that_does_not_say_how_large_it_is(inside: Inner) -> None:
    app = inside(max_size=1000)
    sent = []

    def parts() -> Iterator[bytes]:
        for _ in range(1000):
            sent.append(1)
            yield b"x" * 100

    answer = app.client.post("files?name=a.h5", content=parts())
    assert "content-length" not in answer.request.headers
    assert answer.status_code == 413
    assert app.files == []


def test_no_more_files_than_there_is_room_for(
    inside: Inner, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = inside()
    for _ in range(MOST_FILES):
        assert app.add("a.h5", b"").status_code == 201
    assert app.add("a.h5", b"").status_code == 507
    full = inside()
    monkeypatch.setattr("keraport.web.store._FREE", 1 << 62)
    answer = full.add("a.h5", b"x")
    assert (answer.status_code, answer.json()["error"]["kind"]) == (507, "no_room")
    assert full.files == []


def test_a_disk_that_is_full(inside: Inner, monkeypatch: pytest.MonkeyPatch) -> None:
    app = inside()

    async def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("asyncio.to_thread", full)
    answer = app.add("a.h5", b"x")
    assert answer.status_code == 507
    assert answer.json()["error"]["message"] == "cannot be stored: no space left on device"
    assert app.files == []
    assert app.defects == []


def folders(server: Started) -> list[Path]:
    return [path for folder in server.folder.iterdir() for path in folder.iterdir()]


def peak(server: Started) -> int:
    """The most memory that the server had so far, in bytes."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) << 10


def test_a_large_file_is_never_in_memory(server: Started) -> None:
    part = bytes(1 << 20)
    with server.client() as client:
        client.post("files?name=a.h5", content=part).raise_for_status()
        before = peak(server)
        answer = client.post("files?name=a.h5", content=(part for _ in range(300)))
        assert answer.json()["size"] == 300 << 20
        assert peak(server) - before < 30 << 20
        client.delete(f"files/{answer.json()['id']}").raise_for_status()


def test_a_sender_that_goes_away_leaves_nothing(server: Started) -> None:
    before = folders(server)
    where = urlsplit(server.url)
    request = f"POST {where.path}files?name=a.h5 HTTP/1.1\r\nHost: {where.netloc}\r\n"
    with socket.create_connection((str(where.hostname), int(where.port or 0))) as connection:
        connection.sendall(f"{request}Content-Length: 100000\r\n\r\n".encode() + b"x" * 5000)
        until(lambda: len(folders(server)) > len(before))
    until(lambda: folders(server) == before)


def test_a_sender_that_stands_still_is_sent_away() -> None:
    parts = iter([{"type": "http.request", "body": b"x", "more_body": True}])

    async def receive() -> Any:
        try:
            return next(parts)
        except StopIteration:
            await asyncio.sleep(60)

    scope = {"type": "http", "headers": [], "query_string": b"name=a.h5"}
    with session() as store:
        request = Request(scope, receive)
        answer = asyncio.run(uploads.upload(request, store, Settings(idle=0.1)))
        assert isinstance(answer, tuple)
        assert answer[0] == 408
        assert answer[1].document["error"]["message"] == "nothing came for 0.1 seconds"
        assert list(store.folder.iterdir()) == []


def test_huge_headers_and_names(server: Started) -> None:
    where = urlsplit(server.url)
    before = folders(server)
    for line in (f"X: {'a' * 5_000_000}", f"Host: {'b' * 5_000_000}", "X: a\r\n" * 100_000):
        with socket.create_connection((str(where.hostname), int(where.port or 0))) as connection:
            try:
                connection.sendall(f"POST {where.path}files HTTP/1.1\r\n{line}\r\n\r\n".encode())
                status = connection.recv(1000).split(b"\r\n")[0]
            except ConnectionError:
                continue
            assert status in (b"HTTP/1.1 400 Bad Request", b"HTTP/1.1 403 Forbidden")
    assert folders(server) == before
    with server.client() as client:
        assert client.get("").status_code == 200


def test_the_limit_of_the_command_line(start: Start) -> None:
    server = start("--max-size", "1.5kB")
    with server.client() as client:
        assert client.post("files?name=a.h5", content=b"x" * 1500).status_code == 201
        assert client.post("files?name=a.h5", content=b"x" * 1501).status_code == 413
