"""Pipes, devices, sockets, links and closed folders where a file is expected: said at once."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import socket
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import h5py
import pytest
from tests.cli.conftest import dense, save_model
from tests.hostile.saved_models import Directory

from keraport.errors import InputFileError
from keraport.formats import read

GOLDEN = Path(__file__).parents[1] / "formats" / "golden"
SECONDS = 20
KINDS = ("pipe", "endless device", "socket", "link", "folder", "link that leads nowhere")

UNPRIVILEGED = """
import ctypes, os, sys
for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH: root obeys permissions then
    ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)
os.execv(sys.executable, [sys.executable, "-m", "keraport", *sys.argv[1:]])
"""


READ_ALL = """
import json, resource, sys
from pathlib import Path
from keraport.errors import KeraportError
from keraport.formats import read
resource.setrlimit(resource.RLIMIT_DATA, (1 << 30,) * 2)
found = []
for path in sys.argv[1:]:
    try:
        found.append([0, str(read(Path(path)))])
    except KeraportError as error:
        found.append([error.exit_status, str(error)])
print(json.dumps(found))
"""


def become(path: Path, kind: str) -> None:
    """Put something else in the place of a file; what it held lies beside it."""
    held = path.read_bytes()
    path.unlink()
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "endless device":
        # A device cannot be made without privileges; a link to one leads there as well.
        path.symlink_to("/dev/zero")
    elif kind == "socket":
        server = socket.socket(socket.AF_UNIX)
        home = Path.cwd()
        os.chdir(path.parent)  # a socket's path has 108 bytes at most
        server.bind(path.name)
        os.chdir(home)
        server.close()
    elif kind == "folder":
        path.mkdir()
    elif kind == "link":
        elsewhere = path.parent.parent.with_name("elsewhere")
        elsewhere.write_bytes(held)
        path.symlink_to(elsewhere)
    else:
        path.symlink_to(path.with_name("nowhere"))


def answer(*arguments: str | Path) -> tuple[int, str]:
    """Exit status and messages of a command, in a process of its own with little memory."""
    limits = "import resource as r; r.setrlimit(r.RLIMIT_DATA, (1 << 30,) * 2);"
    program = f"{limits} from keraport.cli.main import run; import sys; sys.exit(run(sys.argv[1:]))"
    ended = subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        capture_output=True, text=True, check=False, timeout=SECONDS,
    )  # fmt: skip
    return ended.returncode, ended.stderr


def saved_model(folder: Path) -> Path:
    path = Directory({"a": [0]}, [(3, 2)]).write(folder / "model" / "bad")
    (path / "keras_metadata.pb").write_bytes(b"")
    return path


@cache
def _unpacked() -> Path:
    """A SavedModel of TensorFlow 1, as it was saved."""
    folder = Path(tempfile.mkdtemp(prefix="keraport-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with tarfile.open(GOLDEN / "saved_models_of_releases.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return sorted(folder.rglob("saved_model.json"))[0].parents[1]


def saved_model_1x(folder: Path) -> Path:
    path = folder / "model" / "bad"
    shutil.copytree(_unpacked(), path)
    return path


def checkpoint(folder: Path) -> Path:
    path = folder / "model" / "bad"
    path.mkdir(parents=True)
    for item in (GOLDEN / "checkpoints" / "tf2.3").glob("saver.*"):
        shutil.copy(item, path)
    return path / "saver"


PARTS: list[tuple[Callable[[Path], Path], str]] = [
    (saved_model, "saved_model.pb"),
    (saved_model, "keras_metadata.pb"),
    (saved_model, "variables/variables.index"),
    (saved_model, "variables/variables.data-00000-of-00001"),
    (saved_model_1x, "assets/saved_model.json"),
    (checkpoint, "saver.index"),
    (checkpoint, "saver.data-00000-of-00001"),
]


CASES = [(build, part, kind) for build, part in PARTS for kind in KINDS]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> list[list[object]]:
    """Exit status and message for each case, of one process with little memory."""
    folder = tmp_path_factory.mktemp("parts")
    paths = []
    for number, (build, part, kind) in enumerate(CASES):
        path = build(folder / str(number))
        become((path if path.is_dir() else path.parent) / part, kind)
        paths.append(str(path))
    ended = subprocess.run(
        [sys.executable, "-c", READ_ALL, *paths],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    found: list[list[object]] = json.loads(ended.stdout)
    return found


@pytest.mark.parametrize("number", range(len(CASES)), ids=[f"{c[1]}-{c[2]}" for c in CASES])
def test_parts_of_directories(number: int, answers: list[list[object]]) -> None:
    build, part, _ = CASES[number]
    status, said = answers[number]
    # The name of a checkpoint whose index is no file is no name of a checkpoint.
    none = build is checkpoint and part.endswith("index") and "there is no such file" in str(said)
    assert status == (2 if none else 4), said
    assert part.rpartition("/")[2].removesuffix(".index") in str(said)


@pytest.mark.parametrize("kind", ["pipe", "endless device", "socket"])
@pytest.mark.parametrize("name", ["m.h5", "m.keras", "m.json", "m.weights.h5", "m.index"])
def test_files_that_are_named(name: str, kind: str, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / name
    path.write_bytes(b"")
    become(path, kind)
    status, said = answer("inspect", path)
    assert status == 4, said
    assert "not a regular file" in said


@pytest.mark.parametrize("kind", ["pipe", "endless device"])
def test_weights_beside_an_architecture(kind: str, tmp_path: Path) -> None:
    model = save_model(tmp_path / "m.h5", [dense("a")])
    with h5py.File(model) as file:
        text = file.attrs["model_config"]
    architecture = tmp_path / "m.json"
    architecture.write_text(text if isinstance(text, str) else text.decode())
    weights = tmp_path / "w.h5"
    weights.write_bytes(b"")
    become(weights, kind)
    out = tmp_path / "out.h5"
    status, said = answer(
        "convert", architecture, out, "--weights", weights, "--to", "tf1.12", "--from", "tf2.3"
    )
    assert status == 4, said
    assert "not a regular file" in said
    assert not out.exists()


def test_a_link_that_the_user_names_is_followed(tmp_path: Path) -> None:
    model = save_model(tmp_path / "m.h5", [dense("a")])
    (tmp_path / "link.h5").symlink_to(model)
    assert read(tmp_path / "link.h5").model is not None
    path = saved_model(tmp_path)
    (tmp_path / "link").symlink_to(path)
    assert read(tmp_path / "link").model is not None


def test_a_link_on_the_way(tmp_path: Path) -> None:
    path = saved_model(tmp_path)
    (path / "variables").rename(tmp_path / "elsewhere")
    (path / "variables").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputFileError, match="variables: is a symbolic link"):
        read(path)


CLOSED: list[tuple[Callable[[Path], Path], str]] = [
    *((saved_model, part) for part in ("", "variables", "saved_model.pb", "keras_metadata.pb")),
    *((saved_model, f"variables/variables.{part}") for part in ("index", "data-00000-of-00001")),
    *((saved_model_1x, part) for part in ("assets", "assets/saved_model.json", "variables")),
    *((checkpoint, part) for part in ("", "saver.index", "saver.data-00000-of-00001")),
]


@pytest.mark.parametrize(
    ("build", "part"), CLOSED, ids=[f"{build.__name__}-{part}" for build, part in CLOSED]
)
def test_what_may_not_be_read(build: Callable[[Path], Path], part: str, tmp_path: Path) -> None:
    path = build(tmp_path)
    closed = (path if path.is_dir() else path.parent) / part
    closed.chmod(0)
    try:
        ended = subprocess.run(
            [sys.executable, "-c", UNPRIVILEGED, "inspect", str(path)],
            capture_output=True, text=True, check=False, timeout=SECONDS,
        )  # fmt: skip
    finally:
        closed.chmod(0o700)
    assert ended.returncode == 4, ended.stderr
    assert "permission denied" in ended.stderr
