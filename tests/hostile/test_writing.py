"""W1 to W3 in whole conversions: killed at any moment, beside a writer, onto the input."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import h5py
import numpy as np
import pytest
from tests.cli.conftest import dense, save_model

from keraport.cli.main import run
from keraport.convert import convert
from keraport.errors import InputFileError
from keraport.formats import read

KILLS = """
import os, random, resource, signal, sys, time
from pathlib import Path
from keraport.convert import convert
from keraport.formats import read
source, out, old = map(Path, sys.argv[1:4])
def work():
    convert(source, out, "tf1.12", from_="tf2.3", force=True)
work()
new = out.read_bytes()
started = time.perf_counter()
work()
whole = time.perf_counter() - started
random.seed(int(sys.argv[4]))
kept = replaced = 0
for _ in range(int(sys.argv[5])):
    out.write_bytes(old.read_bytes())
    child = os.fork()
    if child == 0:
        work()
        os._exit(0)
    time.sleep(random.random() * whole * 1.5)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    found = out.read_bytes()
    assert found in (old.read_bytes(), new), len(found)
    kept, replaced = kept + (found != new), replaced + (found == new)
    for left in out.parent.iterdir():
        assert left == out or left.name.startswith("."), left
        if left != out:
            left.unlink()
read(out)
print(kept, replaced)
"""


def _source(folder: Path) -> Path:
    return save_model(folder / "model.h5", [dense("a", units=3), dense("b", units=2)])


def test_w1_killed_at_any_moment(tmp_path: Path) -> None:
    source, folder, old = _source(tmp_path), tmp_path / "out", tmp_path / "old"
    folder.mkdir()
    convert(source, folder / "first.h5", "tf2.3", from_="tf2.3")
    (folder / "first.h5").rename(old)
    command = [
        sys.executable,
        "-c",
        KILLS,
        str(source),
        str(folder / "out.h5"),
        str(old),
        "1",
        "60",
    ]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    kept, replaced = map(int, ended.stdout.split())
    assert kept > 5
    assert kept + replaced == 60


def test_w2_an_input_that_is_being_written(tmp_path: Path) -> None:
    """Either the conversion ends with a typed error, or its output is whole."""
    source, out = _source(tmp_path), tmp_path / "out" / "out.h5"
    out.parent.mkdir()
    sound, stop = source.read_bytes(), threading.Event()

    def write() -> None:
        while not stop.wait(0.002):
            with source.open("r+b") as file:
                file.write(sound[: len(sound) // 2])
                file.truncate()
                file.flush()
                file.write(sound[len(sound) // 2 :])

    writer = threading.Thread(target=write)
    writer.start()
    failures: list[str] = []
    try:
        for _ in range(40):
            try:
                convert(source, out, "tf1.12", from_="tf2.3", force=True)
                assert [group.layer for group in read(out).groups] == ["a", "b"]
            except InputFileError as error:
                failures.append(error.message)
            assert {item.name for item in out.parent.iterdir()} <= {"out.h5"}
    finally:
        stop.set()
        writer.join()
    assert failures
    assert all(str(source) in message for message in failures)
    assert source.read_bytes() == sound


@pytest.mark.parametrize("kind", ["itself", "relative", "hard link", "symbolic link"])
def test_w3_onto_the_input(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    kind: str,
) -> None:
    source, link = _source(tmp_path), tmp_path / "link.h5"
    before = source.read_bytes()
    monkeypatch.chdir(tmp_path)
    if kind == "hard link":
        link.hardlink_to(source)
    elif kind == "symbolic link":
        link.symlink_to(source)
    out = {"itself": source, "relative": Path("./model.h5")}.get(kind, link)
    assert run(["convert", str(source), str(out), "--to", "tf1.12", "--force"]) == 2
    assert "the output is the input" in capsys.readouterr().err
    assert source.read_bytes() == before


def test_w3_a_full_disk(tmp_path: Path) -> None:
    """A limit on the size of files makes writing fail as a full disk does."""
    source = tmp_path / "model.h5"
    save_model(source, [dense("a", units=100_000)])
    with h5py.File(source, "r+") as file:
        del file["model_weights/a/a/kernel:0"]
        file["model_weights/a/a/kernel:0"] = np.random.default_rng(0).normal(size=(3, 100_000))
    folder = tmp_path / "out"
    folder.mkdir()
    limit = (
        "import resource, sys; from keraport.cli.main import run;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100000, 100000)); sys.exit(run(sys.argv[1:]))"
    )
    command = ["convert", str(source), str(folder / "out.h5"), "--to", "tf1.12", "--from", "tf2.3"]
    ended = subprocess.run(
        [sys.executable, "-c", limit, *command], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2, ended.stderr
    assert str(folder / "out.h5") in ended.stderr
    assert os.listdir(folder) == []  # noqa: PTH208
