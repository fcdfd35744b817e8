"""What paths, folders and patterns stand for, and what is in the way."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.conftest import Call
from tests.many.conftest import OTHER, ROOT, SMALL, put, run

from keraport.errors import UsageError
from keraport.many.sources import find

GRAPH = ROOT / "examples" / "as_graph" / "branches_tf2"


def found(*given: object) -> list[str]:
    """The places of what is found, below what was given."""
    return [item.below.as_posix() for item in find(map(str, given)).sources]


def test_links_are_followed_once(tmp_path: Path) -> None:
    put(SMALL, tmp_path / "m" / "a.h5")
    (tmp_path / "m" / "loop").symlink_to(tmp_path / "m", target_is_directory=True)
    (tmp_path / "m" / "deep").mkdir()
    (tmp_path / "m" / "deep" / "up").symlink_to("..", target_is_directory=True)
    (tmp_path / "m" / "self").symlink_to("self")
    (tmp_path / "m" / "nowhere.h5").symlink_to("not there.h5")
    put(OTHER, tmp_path / "elsewhere" / "b.h5")
    (tmp_path / "m" / "linked").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (tmp_path / "m" / "linked too").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    assert found(tmp_path / "m") == ["a.h5", "linked/b.h5"]


def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    put(SMALL, tmp_path / "m" / "a.h5")
    os.mkfifo(tmp_path / "m" / "pipe.h5")
    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(tmp_path / "m")  # its name is short
        try:
            server.bind("socket.h5")
        finally:
            os.chdir(here)
    assert found(tmp_path / "m") == ["a.h5"]


def test_savedmodels_are_one_model_each(tmp_path: Path) -> None:
    import shutil

    shutil.copytree(GRAPH, tmp_path / "m" / "v1.2")
    put(SMALL, tmp_path / "m" / "v1.2" / "assets" / "inside.h5")
    put(SMALL, tmp_path / "m" / "a.h5")
    assert found(tmp_path / "m") == ["a.h5", "v1.2"]
    assert found(tmp_path / "m" / "v1.2") == ["v1.2"]


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ("m/*.h5", ["a.h5", "b[1].h5"]),
        ("m/**/*.h5", ["a.h5", "b[1].h5", "deep/c.h5"]),
        ("m/b[1].h5", ["b[1].h5"]),  # a file of that very name
        ("m/d*", ["deep/c.h5"]),
        ("m/./deep/../*.h5", ["a.h5", "b[1].h5"]),
        ("m", ["a.h5", "b[1].h5", "deep/c.h5"]),
    ],
)
def test_patterns(
    tmp_path: Path, pattern: str, wanted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.h5", "b[1].h5", "deep/c.h5"):
        put(SMALL, tmp_path / "m" / name)
    assert sorted(found(pattern)) == wanted


def test_a_file_that_fits_a_pattern_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "page.h5").write_text("<!doctype html>", encoding="utf-8")
    result = run([f"{tmp_path}/*.h5"], tmp_path / "out")
    assert result.counts() == {"foreign_file": 1}


def test_the_same_file_twice_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(SMALL, tmp_path / "m" / "a.h5")
    monkeypatch.chdir(tmp_path)
    assert len(found("m", "m/a.h5", tmp_path / "m", "./m/../m/a.h5", "m/*")) == 1


@pytest.mark.parametrize("given", [["nowhere"], ["nothing"], ["nothing/*.h5"], ["a.h5", "nowhere"]])
def test_nothing_there(tmp_path: Path, given: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "nothing").mkdir()
    put(SMALL, tmp_path / "a.h5")
    with pytest.raises(UsageError):
        find(given)


def test_an_empty_folder_among_others_is_told(tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    put(SMALL, tmp_path / "m" / "a.h5")
    result = run([tmp_path / "m", tmp_path / "nothing"], tmp_path / "out")
    assert result.empty == (str(tmp_path / "nothing"),)


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    """By a user who is not root, whom nothing stops."""
    put(SMALL, tmp_path / "m" / "a.h5")
    put(OTHER, tmp_path / "m" / "closed.h5").chmod(0)
    put(OTHER, tmp_path / "m" / "closed" / "b.h5")
    (tmp_path / "m" / "closed").chmod(0)
    code = f"""
from keraport.many.sources import find
found = find([{str(tmp_path / "m")!r}])
print([s.below.name for s in found.sources], sorted(f.message for f in found.failures))
"""
    # Root reads everything, unless it gives that away.
    drop = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.getuid() == 0 else []
    try:
        done = subprocess.run(
            [*drop, sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        (tmp_path / "m" / "closed").chmod(0o700)
    assert done.returncode == 0, done.stderr
    assert "['a.h5']" in done.stdout
    assert f"{tmp_path / 'm' / 'closed.h5'}: permission denied" in done.stdout
    assert f"{tmp_path / 'm' / 'closed'}: permission denied" in done.stdout


def test_a_folder_that_nothing_can_be_written_to(call: Call, tmp_path: Path) -> None:
    source = put(SMALL, tmp_path / "a.h5")
    answer = call("convert", source, "--out-dir", "/proc/out", "--to", "tf1.12")
    assert answer.status == 2
    assert "/proc/out" in answer.err
    assert "Traceback" not in answer.err
