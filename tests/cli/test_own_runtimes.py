"""``--runtime``: commands of the user's own, the last of which sees next to nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest
from tests.cli.conftest import DIGITS, Call
from tests.cli.test_json import validate

from keraport.catalog.releases import Release, get_release
from keraport.convert import convert
from keraport.runtimes import ensure_runtime

TF112, TF23 = get_release("tf1.12"), get_release("tf2.3")


def python_of(release: Release) -> str:
    return str(ensure_runtime(release))


@pytest.mark.runtime("tf1.12", "tf2.3")
def test_verify_in_a_command_and_an_interpreter(call: Call, tmp_path: Path) -> None:
    """Nothing of the environment reaches one of them, and nothing is installed for either."""
    out = tmp_path / "out.h5"
    convert(DIGITS, out, "tf1.12")
    own = (
        *("--runtime", f"tf1.12=env -i HOME={tmp_path} {python_of(TF112)}"),
        *("--runtime", f"tf2.3={python_of(TF23)}"),
    )
    cache = {"KERAPORT_CACHE_DIR": str(tmp_path / "empty")}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in cache.items():
            patch.setenv(name, value)
        answer = call("verify", DIGITS, out, "--layers", "--json", "-q", *own)
    assert (answer.status, answer.err) == (0, "")
    document = answer.document
    validate(document, "verification")
    assert document["status"] == "agree"
    assert document["versions"]["source"]["tensorflow"] == "2.3.0"
    assert document["versions"]["target"]["tensorflow"] == "1.12.0"
    assert not (tmp_path / "empty").exists()


@pytest.mark.runtime("tf1.12")
def test_smoke_in_an_environment_that_a_variable_names(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--smoke` installs nothing, and takes what is there."""
    monkeypatch.setenv("KERAPORT_RUNTIME_TF1_12", python_of(TF112))
    monkeypatch.setenv("KERAPORT_CACHE_DIR", str(tmp_path / "empty"))
    out = tmp_path / "out.h5"
    answer = call("convert", DIGITS, out, "--to", "tf1.12", "--smoke", "--json", "-q")
    assert answer.status == 0
    validate(answer.document, "conversion")
    assert answer.document["smoke"]["opened"] is True
    assert answer.document["smoke"]["versions"]["tensorflow"] == "1.12.0"


@pytest.mark.runtime("tf2.3")
def test_another_release_is_told(call: Call, tmp_path: Path) -> None:
    own = ("--runtime", f"tf1.12={python_of(TF23)}")
    answer = call("convert", DIGITS, tmp_path / "o.h5", "--to", "tf1.12", "--smoke", "-q", *own)
    assert answer.status == 6
    assert "has TensorFlow 2.3.0, expected TensorFlow 1.12.0" in answer.err
    assert not (tmp_path / "o.h5").exists()


def test_an_interpreter_without_the_release(call: Call, tmp_path: Path) -> None:
    own = ("--runtime", f"tf1.12={sys.executable}")
    answer = call("convert", DIGITS, tmp_path / "o.h5", "--to", "tf1.12", "--smoke", "-q", *own)
    assert answer.status == 6
    assert "No module named" in answer.err
    assert "docs/guides/runtimes.md" in answer.err


ENTER = """#!/bin/sh
# {python} in a root of its own, where only what is named here is visible.
exec {unshare} sh -ec '
for place in {places}; do
    mkdir -p "{root}$place"
    mount --bind "$place" "{root}$place"
done
exec chroot "{root}" {python} "$@"
' sh "$@"
"""


@pytest.fixture
def chroot(
    tmp_path_factory: pytest.TempPathFactory, skip_without: Callable[[str, str], NoReturn]
) -> tuple[str, Path]:
    """A script that runs TensorFlow 1.12 in a chroot, and a folder that is visible there."""
    unshare = "unshare -m" if os.getuid() == 0 else "unshare -rm"
    allowed = shutil.which("unshare") and shutil.which("chroot")
    test = [*unshare.split(), "mount", "-t", "tmpfs", "none", "/mnt"]
    if not allowed or subprocess.run(test, capture_output=True, check=False).returncode:
        skip_without("a chroot", "this system lets nobody make namespaces of mounts")
    python = Path(python_of(TF112))
    shared = tmp_path_factory.mktemp("shared")
    root = tmp_path_factory.mktemp("root")
    interpreter = python.resolve().parents[1]
    places: list[Path | str] = [
        python.parents[1],
        interpreter,
        shared,
        "/usr",
        "/lib",
        "/lib64",
        "/proc",
        "/dev",
    ]
    present = dict.fromkeys(str(place) for place in places if Path(place).exists())
    script = tmp_path_factory.mktemp("bin") / "python-in-chroot"
    script.write_text(
        ENTER.format(unshare=unshare, root=root, python=python, places=" ".join(present))
    )
    script.chmod(0o755)
    return str(script), shared


@pytest.mark.runtime("tf1.12", "tf2.3")
@pytest.mark.skipif(sys.platform != "linux", reason="chroot and namespaces of mounts")
def test_a_place_where_keraport_itself_is_not_visible(
    chroot: tuple[str, Path], call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the release, the folder of the model and that for temporary files are."""
    script, shared = chroot
    monkeypatch.setenv("TMPDIR", str(shared))
    monkeypatch.setattr("tempfile.tempdir", None)
    source, out = shared / "digits.h5", shared / "out.h5"
    shutil.copy(DIGITS, source)
    convert(source, out, "tf1.12")
    own = ("--runtime", f"tf1.12={script}")
    answer = call("verify", source, out, "--json", "-q", *own)
    assert (answer.status, answer.err) == (0, "")
    assert answer.document["passed"] is True
    hidden = Path(__file__).parent
    answer = call("verify", source, out, "--objects", hidden / "__init__.py", "-q", *own)
    assert answer.status == 6
    assert f"does not see {hidden / '__init__.py'}" in answer.err
