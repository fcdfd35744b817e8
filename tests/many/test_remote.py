"""Models behind URLs: fsspec's memory, and buckets of a local server that speaks S3."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest
from tests.cli.conftest import Call
from tests.many.conftest import OTHER, REFUSED, ROOT, SMALL, left_over, run

import keraport
from keraport.errors import SourceUnavailableError
from keraport.many.sources import LEDGER

GRAPH = ROOT / "examples" / "as_graph" / "branches_tf2"


@pytest.fixture
def memory() -> Iterator[Any]:
    system = fsspec.filesystem("memory")
    yield system
    system.store.clear()
    system.pseudo_dirs[:] = [""]


def fill(system: Any, root: str) -> None:
    """Models of several kinds, and what is none."""
    for name, source in {
        "a.h5": SMALL,
        "deep/er/b c ü.bin": OTHER,
        "deep/same.h5": SMALL,
        "refused.h5": REFUSED,
    }.items():
        system.pipe_file(f"{root}/{name}", source.read_bytes())
    system.pipe_file(f"{root}/notes.txt", b"no model")
    system.pipe_file(f"{root}/big.csv", b"1,2\n" * 1000)
    system.pipe_file(f"{root}/broken.h5", SMALL.read_bytes()[:3000])
    system.put(str(GRAPH), f"{root}/graph", recursive=True)


OUTPUTS = {"a.h5", "deep/er/b c ü.bin.h5", "deep/same.h5"}


def check_run(url: str, out: Path, fetched: list[str]) -> None:
    result = run([url], out)
    # The graph is a SavedModel without a Keras model: found, and an error that says so.
    assert result.counts() == {
        "exact": 2,
        "equivalent": 1,
        "damaged_file": 1,
        "foreign_file": 1,
        "refused": 1,
    }
    assert all(item.source.startswith(url) for item in result.outcomes)
    assert str(out) not in "".join(item.message for item in result.outcomes)
    assert {path.relative_to(out).as_posix() for path in out.rglob("*.h5")} == OUTPUTS
    alone = out.parent / "alone.h5"
    keraport.convert(SMALL, alone, "tf1.12")
    assert (out / "a.h5").read_bytes() == alone.read_bytes()
    assert left_over(out) == []
    assert not any(name.endswith(("big.csv", "notes.txt")) for name in fetched)
    # The next run fetches nothing.
    fetched.clear()
    again = run([url], out)
    assert {item.from_ledger for item in again.outcomes if item.verdict != "foreign_file"} == {True}
    assert not any(name.endswith("a.h5") for name in fetched)
    with sqlite3.connect(out / LEDGER) as base:
        sources = {row[0] for row in base.execute("SELECT source FROM models")}
    assert f"{url}/a.h5" in sources


@pytest.fixture(autouse=True)
def forget_servers() -> Iterator[None]:
    """The file systems of fsspec keep the address that they were first used with."""
    yield
    fsspec.get_filesystem_class("s3").clear_instance_cache()


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is fetched."""
    from keraport.many.remote import Remote

    found: list[str] = []
    real = Remote.fetch

    def fetch(self: Remote, place: Path) -> Path:
        found.extend(name for name, _ in self.files)
        return real(self, place)

    monkeypatch.setattr(Remote, "fetch", fetch)
    return found


def test_a_folder_in_memory(memory: Any, tmp_path: Path, fetched: list[str]) -> None:
    fill(memory, "/models")
    check_run("memory://models", tmp_path / "out", fetched)


def test_files_patterns_and_savedmodels_in_memory(memory: Any, tmp_path: Path) -> None:
    fill(memory, "/models")
    one = run(["memory://models/a.h5"], tmp_path / "one")
    assert [path.name for path in (tmp_path / "one").glob("*.h5")] == ["a.h5"]
    assert one.exit_status == 0
    some = run(["memory://models/deep/**"], tmp_path / "some")
    assert {item.source for item in some.outcomes} == {
        "memory://models/deep/er/b c ü.bin",
        "memory://models/deep/same.h5",
    }
    whole = run(["memory://models/graph"], tmp_path / "graph")
    assert [item.verdict for item in whole.outcomes] == ["foreign_file"]
    assert "memory://models/graph" in whole.outcomes[0].message


def test_a_name_does_not_lead_out_of_the_outputs(memory: Any, tmp_path: Path) -> None:
    """Names in a bucket are any text, `..` among it."""
    memory.store.clear()
    memory.pipe_file("/models/a.h5", SMALL.read_bytes())
    item = memory.store["/models/a.h5"]
    memory.store["/models/../../../evil.h5"] = item
    memory.store["/models/x/../../../evil2.h5"] = item
    result = run(["memory://models"], tmp_path / "deep" / "out")
    assert {path.name for path in tmp_path.rglob("*.h5")} == {"a.h5"}
    assert result.counts().get("exact") == 1
    assert result.counts().get("output", 0) == len(result.outcomes) - 1


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("memory://nowhere", "no such file"),
        ("gopher9://host/models", "Protocol not known"),
        ("s3://bucket-of-nobody/x", "s3://bucket-of-nobody/x"),
    ],
)
def test_urls_that_lead_nowhere(
    call: Call, memory: Any, url: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "none")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    answer = call("check", url, "--to", "tf1.12")
    assert answer.status == 2
    assert message in answer.err
    assert "Traceback" not in answer.err


def test_a_protocol_that_is_not_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "gcsfs", None)
    with pytest.raises(SourceUnavailableError) as caught:
        run(["gs://bucket/models"], tmp_path / "out")
    assert "gcsfs" in caught.value.hint


def test_file_urls_are_paths(tmp_path: Path) -> None:
    shutil.copyfile(SMALL, tmp_path / "two words.h5")
    url = f"file://{tmp_path}/two words.h5"
    assert run([url], tmp_path / "out").exit_status == 0
    assert (tmp_path / "out" / "two words.h5").is_file()


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The address of a server that speaks S3."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def test_a_bucket(
    s3: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fetched: list[str]
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    system = fsspec.filesystem("s3")
    system.mkdir("bucket")
    fill(system, "bucket/models")
    check_run("s3://bucket/models", tmp_path / "out", fetched)
    some = run(["s3://bucket/models/*.h5"], tmp_path / "some")
    assert len(some.outcomes) == 3
