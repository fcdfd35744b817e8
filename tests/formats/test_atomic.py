"""W1 and W3: outputs appear whole or not at all."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from keraport.errors import OutputError
from keraport.formats import read, write
from keraport.formats.atomic import replacing

Build = Callable[..., Path]
VERSION = "2.1.6-tf"


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@contextmanager
def _ordinary_user() -> Iterator[None]:
    """Drop root's right to write everywhere."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


STAGES = {
    "copying": "keraport.formats.hdf5.write.copy_weight",
    "unchanged?": "keraport.formats.sources.Sources.require_unchanged",
    "reading back": "keraport.formats.hdf5.write.read_model",
    "syncing": "os.fsync",
    "renaming": "pathlib.Path.replace",
    "linking": "pathlib.Path.hardlink_to",
    "cleaning": "pathlib.Path.unlink",
}
STOP = """
import importlib, os, pathlib, signal, sys
# Where the tests run in the background of a script it would be ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
import keraport.formats.hdf5.write
from keraport.formats import read, write
source, out, stage, number, force = sys.argv[1:]
names, _, last = stage.rpartition(".")
module, _, name = names.rpartition(".")
try:
    owner = importlib.import_module(names)
except ImportError:
    owner = getattr(importlib.import_module(module), name)
def stop(*arguments, **keywords):
    os.kill(os.getpid(), int(number))
    raise AssertionError("still alive")
file = read(pathlib.Path(source))
setattr(owner, last, stop)
write(pathlib.Path(out), file, keras_version="2.1.6-tf", force=bool(force))
"""


KILLS = [
    pytest.param(stage, force, number, id=f"{number.name}-{'replace' if force else 'new'}-{stage}")
    for number in (signal.SIGKILL, signal.SIGINT)
    for force in (False, True)
    for stage in STAGES
    # A new file gets its name by a link, one that replaces another by a rename.
    if stage != ("linking" if force else "renaming")
    # The output is in place by then; Ctrl-C may leave the temporary beside it.
    if not (stage == "cleaning" and number == signal.SIGINT)
]


@pytest.mark.parametrize(("stage", "force", "number"), KILLS)
def test_w1_a_dying_process_leaves_the_old_file_or_the_new_one(
    model_file: Build, tmp_path: Path, stage: str, force: bool, number: signal.Signals
) -> None:
    source, folder = model_file(), tmp_path / "out"
    folder.mkdir()
    out = folder / "out.h5"
    if force:
        out.write_bytes(b"old")
    result = subprocess.run(
        [sys.executable, "-c", STOP, source, out, STAGES[stage], str(int(number)), "1" * force],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == -number, result.stderr
    if stage == "cleaning":
        assert len(read(out).groups) == 3
    elif force:
        assert out.read_bytes() == b"old"
    else:
        assert not out.exists()
    if number == signal.SIGINT:
        assert _names(folder) == ["out.h5"] * force


def test_w1_a_second_attempt_succeeds_after_a_kill(model_file: Build, tmp_path: Path) -> None:
    source, out = model_file(), tmp_path / "out.h5"
    subprocess.run(
        [sys.executable, "-c", STOP, source, out, STAGES["syncing"], "9", ""], check=False
    )
    write(out, read(source), keras_version=VERSION)
    assert len(read(out).groups) == 3


@pytest.mark.parametrize("kind", ["same path", "relative", "hard link", "symbolic link"])
@pytest.mark.parametrize("force", [False, True])
def test_w3_output_is_the_input(
    model_file: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, force: bool
) -> None:
    source = model_file()
    before = source.read_bytes()
    monkeypatch.chdir(tmp_path)
    link = tmp_path / "link.h5"
    if kind == "hard link":
        link.hardlink_to(source)
    elif kind == "symbolic link":
        link.symlink_to(source)
    out = {"same path": source, "relative": Path("x/../model.h5")}.get(kind, link)
    (tmp_path / "x").mkdir()
    with pytest.raises(OutputError, match="the output is the input"):
        write(out, read(source), keras_version=VERSION, force=force)
    assert source.read_bytes() == before


def test_w3_the_output_must_not_be_the_source_of_weights(
    model_file: Build, tmp_path: Path, architecture: dict[str, object]
) -> None:
    import json

    weights, config = model_file(), tmp_path / "a.json"
    config.write_text(json.dumps(architecture))
    with pytest.raises(OutputError, match="the output is the input"):
        write(weights, read(config, weights), keras_version=VERSION, force=True)


def test_an_existing_output_needs_force(model_file: Build, tmp_path: Path) -> None:
    out = tmp_path / "out.h5"
    out.write_bytes(b"old")
    with pytest.raises(OutputError, match="exists already") as caught:
        write(out, read(model_file()), keras_version=VERSION)
    assert "--force" in caught.value.hint
    assert out.read_bytes() == b"old"
    out.chmod(0o640)
    write(out, read(tmp_path / "model.h5"), keras_version=VERSION, force=True)
    assert len(read(out).groups) == 3
    assert out.stat().st_mode & 0o777 == 0o640


def test_an_output_that_appears_meanwhile_is_left_alone(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(OutputError, match="meanwhile"), replacing([out]):
        out.write_text("theirs")
    assert out.read_text() == "theirs"
    assert _names(tmp_path) == ["out"]


def test_new_files_get_the_permissions_of_the_system(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    with replacing([tmp_path / "out"]):
        pass
    assert (tmp_path / "out").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_symbolic_link_stands_for_its_target(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    with replacing([tmp_path / "link"], force=True) as (partial,):
        partial.write_text("new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("missing/out.h5", "does not exist"),
        ("file/out.h5", "does not exist"),
        ("folder", "not a regular file"),
        ("loop", "cannot be written|loop"),
        ("x" * 300, "name is too long"),
    ],
)
def test_places_where_no_file_can_be(tmp_path: Path, target: str, words: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    with (
        pytest.raises(OutputError, match=words) as caught,
        replacing([tmp_path / target], force=True),
    ):
        raise AssertionError("never entered")
    assert target in caught.value.message
    assert _names(tmp_path) == ["file", "folder", "loop"]


def test_w3_read_only_directory() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o555)
        with (
            _ordinary_user(),
            pytest.raises(OutputError, match="permission denied") as caught,
            replacing([folder / "out.h5"]),
        ):
            raise AssertionError("never entered")
        assert caught.value.hint
        assert _names(folder) == []
        folder.chmod(0o755)


@pytest.mark.parametrize("limit", [0, 100, 3000, 100_000, 1_000_000])
def test_w3_disk_full(model_file: Build, tmp_path: Path, limit: int) -> None:
    """A limit on the size of files fails at the same calls as a full disk."""
    import numpy as np

    noise = np.random.default_rng(1).normal(size=(1000, 500))
    file = read(model_file({"a": {"k:0": noise}}))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        with pytest.raises(OutputError) as caught:
            write(tmp_path / "out.h5", file, keras_version=VERSION, texts={tmp_path / "t.py": ""})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "largest size" in caught.value.message
    assert str(tmp_path / "out.h5") in caught.value.message
    assert _names(tmp_path) == ["model.h5"]
    write(tmp_path / "out.h5", file, keras_version=VERSION)


def test_several_files_appear_together(model_file: Build, tmp_path: Path) -> None:
    out, text = tmp_path / "out.h5", tmp_path / "out_objects.py"
    file = read(model_file())
    write(out, file, keras_version=VERSION, texts={text: "custom_objects = {}\n"})
    assert text.read_text() == "custom_objects = {}\n"
    assert _names(tmp_path) == ["model.h5", "out.h5", "out_objects.py"]
    out.unlink()
    with pytest.raises(OutputError, match=r"out_objects\.py: exists"):
        write(out, file, keras_version=VERSION, texts={text: "other"})
    assert not out.exists()


def test_if_the_last_file_cannot_appear_the_first_goes(tmp_path: Path) -> None:
    first, last = tmp_path / "first", tmp_path / "last"
    with pytest.raises(OutputError, match="meanwhile"), replacing([first, last]):
        last.write_text("theirs")
    assert _names(tmp_path) == ["last"]


def test_two_outputs_of_one_name(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    with (
        pytest.raises(OutputError, match="two outputs"),
        replacing([tmp_path / "a", tmp_path / "link" / "a"]),
    ):
        raise AssertionError("never entered")


def test_an_error_in_the_block_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="boom"), replacing([tmp_path / "out"]):
        raise ValueError("boom")
    assert _names(tmp_path) == []
