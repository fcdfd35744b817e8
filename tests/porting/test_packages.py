"""Packages: all their files, in a new folder, whatever it is called."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from tests.porting.conftest import PACKAGE

from keraport import python_files
from keraport.cli.main import run


def port(*arguments: object) -> int:
    return run(["port-objects", *map(str, arguments), "--to", "tf1.12"])


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PACKAGE, tmp_path / "blocks"))


def test_a_package_becomes_a_package(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (package / "words.txt").write_text("a\n", encoding="utf-8")
    out = package.with_name("ported")
    assert port(package, "-o", out) == 0
    made = sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())
    wanted = [path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py")]
    assert made == sorted(wanted)
    told = capsys.readouterr().err
    assert "7 files, " in told
    assert "not copied, as they are no Python source: words.txt" in told
    assert "from ..layers.base import Base" in (out / "layers" / "__init__.py").read_text("utf-8")
    assert "from . import losses" in (out / "util.py").read_text("utf-8")
    assert "class Apart(HoldsMore, _CountsLayersInside, layers.Layer):" in (
        out / "layers" / "combined.py"
    ).read_text("utf-8")


def test_a_package_that_keeps_its_name_keeps_its_imports(package: Path, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    assert port(package, "-o", tmp_path / "new" / "blocks") == 0
    text = (tmp_path / "new" / "blocks" / "layers" / "__init__.py").read_text("utf-8")
    assert "from blocks.layers.base import Base" in text


def test_a_plain_import_of_the_package_is_left(
    package: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (package / "more.py").write_text("import blocks.util\n", encoding="utf-8")
    assert port(package, "-o", package.with_name("ported")) == 3
    assert "more.py:1: blocks.util has another name where" in capsys.readouterr().err


def test_json(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = package.with_name("ported")
    assert port(package, "-o", out, "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert document.keys() == {"schema", "source", "from", "to", "python", "output", "files"}
    assert document["files"][0]["source"] == str(package / "__init__.py")
    assert {tuple(item) for item in document["files"]} == {
        ("source", "changes", "undecided", "put_in", "code")
    }


@pytest.mark.parametrize(
    ("output", "told"),
    [
        (None, "name the folder to write: -o NEW_FOLDER"),
        ("blocks", "exists already"),
        ("blocks/inner", "lies inside the package that is read"),
        ("no/where", "does not exist"),
    ],
)
def test_where_it_cannot_go(
    package: Path, capsys: pytest.CaptureFixture[str], output: str | None, told: str
) -> None:
    before = sorted(package.parent.rglob("*"))
    options = [] if output is None else ["-o", package.parent / output]
    assert port(package, *options) == 2
    assert told in capsys.readouterr().err
    assert sorted(package.parent.rglob("*")) == before


def test_a_bad_file_leaves_nothing(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (package / "layers" / "bad.py").write_text("def f(:\n", encoding="utf-8")
    assert port(package, "-o", package.with_name("ported")) == 4
    assert "bad.py:1: does not parse" in capsys.readouterr().err
    assert sorted(path.name for path in package.parent.iterdir()) == ["blocks"]


def test_links_are_not_followed(package: Path) -> None:
    (package / "layers" / "loop").symlink_to(package, target_is_directory=True)
    (package / "stolen.py").symlink_to("/etc/hostname")
    out = package.with_name("ported")
    assert port(package, "-o", out) == 0
    assert not (out / "layers" / "loop").exists()
    assert not (out / "stolen.py").exists()


def test_a_linked_module_is_rewritten(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    beside = package.with_name("real.py")
    beside.write_text("import tensorflow as tf\n\ny = tf.math.divide_no_nan(1.0, 2.0)\n", "utf-8")
    (package / "linked.py").symlink_to("../real.py")
    (package / "nowhere.py").symlink_to("../missing.py")
    out = package.with_name("ported")
    assert port(package, "-o", out) == 0
    assert "tf.div_no_nan(1.0, 2.0)" in (out / "linked.py").read_text("utf-8")
    assert not (out / "linked.py").is_symlink()
    assert "divide_no_nan" in beside.read_text("utf-8")
    told = capsys.readouterr().err
    assert "nowhere.py" in told
    assert "linked.py" not in told


def test_folders_without_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "p").joinpath(*["d"] * 40).mkdir(parents=True)
    (tmp_path / "p" / "a.py").write_text("x = 1\n", encoding="utf-8")
    assert port(tmp_path / "p", "-o", tmp_path / "out") == 4
    assert "lies too deep" in capsys.readouterr().err


def test_too_many_files(
    package: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(python_files, "MOST_FILES", 3)
    assert port(package, "-o", package.with_name("ported")) == 4
    assert "more than 3 Python files" in capsys.readouterr().err


def test_a_fifo_is_no_source(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(tmp_path / "mine.py")
    assert port(tmp_path / "mine.py") == 2
    assert "is not a regular file" in capsys.readouterr().err


def test_a_file_that_leaves_its_package(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert port(package / "layers" / "core.py", "-o", package.with_name("core12.py")) == 3
    assert "port the folder of the package" in capsys.readouterr().err
    assert port(package / "layers" / "core.py", "-o", package / "layers" / "core12.py") == 0


def test_a_base_in_the_same_folder(tmp_path: Path) -> None:
    head = "import tensorflow as tf\n"
    (tmp_path / "base.py").write_text(
        f"{head}\n\nclass Base(tf.keras.layers.Layer):\n    pass\n\n\nclass Plain:\n    pass\n",
        encoding="utf-8",
    )
    body = "    def __init__(self):\n        self.one = tf.keras.layers.Dense(2)\n"
    (tmp_path / "mine.py").write_text(
        f"{head}from base import Base, Plain\n\n\nclass Mine(Plain, Base):\n{body}\n\n"
        f"class Other(Plain):\n{body}",
        encoding="utf-8",
    )
    assert port(tmp_path / "mine.py", "-o", tmp_path / "out.py") == 0
    text = (tmp_path / "out.py").read_text("utf-8")
    assert "class Mine(Plain, _CountsLayersInside, Base):" in text
    assert "class Other(Plain):" in text
