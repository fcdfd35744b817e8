"""The user's own classes are found by parsing; the file is never run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from keraport.errors import UsageError
from keraport.own.objects import read_objects

SOURCE = '''
"""My layers."""
import os, sys
open({mark!r}, "w").write("the file was run")
raise SystemExit("the file was run")

class MyLayer(Base):
    class Inner:
        pass
    def method(self):
        pass

def my_activation(x):
    def helper(y):
        return y
    return helper(x)

if True:
    class Conditional:
        pass

VALUE = 3
'''


def test_definitions_at_the_top_level(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    path = tmp_path / "my_layers.py"
    path.write_text(SOURCE.format(mark=str(mark)), encoding="utf-8")
    found = read_objects(path)
    assert found.path == path
    assert found.names == ("MyLayer", "my_activation")
    assert not mark.exists()
    assert "my_layers" not in sys.modules


def test_the_source_above_would_leave_a_mark(tmp_path: Path) -> None:
    """Guards the test above."""
    mark = tmp_path / "mark"
    path = tmp_path / "my_layers.py"
    path.write_text(SOURCE.format(mark=str(mark)), encoding="utf-8")
    run = subprocess.run([sys.executable, path], capture_output=True, check=False)
    assert run.returncode == 1
    assert mark.exists()


def test_source_in_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "old.py"
    path.write_bytes("# -*- coding: latin-1 -*-\nclass Mine:\n    name = 'é'\n".encode("latin-1"))
    assert read_objects(path).names == ("Mine",)


NO_SOURCE = {
    "syntax error": b"class Mine(:\n",
    "Python 2": b"class Mine:\n    def call(self):\n        print 'hello'\n",
    "null bytes": b"class Mine:\n\x00    pass\n",
    "not text": b"\x89HDF\r\n\x1a\n\x00\xff\xfe",
    "nested too deeply": b"x = " + b"(" * 100_000 + b")" * 100_000,
    "wrong encoding": b"# -*- coding: utf-8 -*-\nx = '\xff'\n",
    "unknown encoding": b"# -*- coding: klingon -*-\nx = 1\n",
}


@pytest.mark.parametrize("name", NO_SOURCE)
def test_what_is_no_source(name: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_bytes(NO_SOURCE[name])
    with pytest.raises(UsageError) as caught:
        read_objects(path)
    assert str(path) in caught.value.message
    assert "no Python source" in caught.value.message
    assert caught.value.hint


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.py"
    with path.open("wb") as file:
        file.truncate(10_000_001)
    with pytest.raises(UsageError, match="larger than 10000000 bytes") as caught:
        read_objects(path)
    assert caught.value.hint


@pytest.mark.parametrize("what", ["missing", "folder"])
def test_what_cannot_be_read(what: str, tmp_path: Path) -> None:
    path = tmp_path / "there"
    if what == "folder":
        path.mkdir()
    with pytest.raises(UsageError, match="cannot be read") as caught:
        read_objects(path)
    assert str(path) in caught.value.message
    assert caught.value.hint


def test_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "empty.py"
    path.write_bytes(b"")
    assert read_objects(path).names == ()


@pytest.mark.parametrize("name", ["my-layers.py", "2nd.py", "class.py", "a b.py", "a;b.py"])
def test_a_name_that_cannot_be_imported(name: str, tmp_path: Path) -> None:
    """The line that loads the output imports the file by its name."""
    path = tmp_path / name
    path.write_text("class Mine: pass\n", encoding="utf-8")
    with pytest.raises(UsageError, match="no module can be imported by the name") as caught:
        read_objects(path)
    assert "rename" in caught.value.hint


def write_package(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


MINE = "class Mine:\n    def __init__(self, units, **kwargs): pass\n"


@pytest.mark.parametrize(
    ("files", "names"),
    [
        (
            {
                "__init__.py": "from .layers import Mine",
                "layers/__init__.py": "from .core import Mine",
                "layers/core.py": f"from ..util import factor\n{MINE}",
                "util.py": "factor = 2",
            },
            ("Mine",),
        ),
        (
            {"__init__.py": "from pack.core import Mine as Other", "core.py": MINE},
            ("Other",),
        ),
        (
            {
                "__init__.py": "from .core import *\nAlso = Mine",
                "core.py": f"__all__ = ['Mine']\n{MINE}\nclass Hidden: pass",
            },
            ("Mine", "Also"),
        ),
        (
            {
                "__init__.py": "try:\n    from .core import Mine\nexcept ImportError:\n    pass",
                "core.py": MINE,
            },
            ("Mine",),
        ),
        (
            {
                "__init__.py": "from .a import Mine\nfrom .b import Second",
                "a.py": f"from .b import Second\n{MINE}",
                "b.py": "from .a import Mine\nclass Second(Mine): pass",
            },
            ("Mine", "Second"),
        ),
        (
            {"__init__.py": f"from ...outside import Mine\nfrom numpy import array\n{MINE}"},
            ("Mine",),
        ),
        ({"__init__.py": "from . import core\nfrom .missing import Mine", "core.py": MINE}, ()),
    ],
)
def test_what_a_package_hands_on(
    files: dict[str, str], names: tuple[str, ...], tmp_path: Path
) -> None:
    found = read_objects(write_package(tmp_path / "pack", files))
    assert found.names == names


def test_the_definition_behind_a_name_is_found(tmp_path: Path) -> None:
    files = {"__init__.py": "from .deep.core import Mine", "deep/core.py": MINE}
    [found] = read_objects(write_package(tmp_path / "pack", files)).definitions
    assert (found.name, found.required) == ("Mine", ("units",))


def test_a_file_hands_on_what_lies_beside_it(tmp_path: Path) -> None:
    root = write_package(tmp_path, {"core.py": MINE, "mine.py": "from core import Mine\n"})
    assert read_objects(root / "mine.py").names == ("Mine",)


def test_a_module_of_a_package_is_no_file_of_its_own(tmp_path: Path) -> None:
    files = {"__init__.py": "", "core.py": f"from .util import factor\n{MINE}", "util.py": ""}
    root = write_package(tmp_path / "pack", files)
    with pytest.raises(UsageError, match="cannot be imported alone") as caught:
        read_objects(root / "core.py")
    assert caught.value.hint == f"name the folder of the package: --objects {root}"


@pytest.mark.parametrize(
    "text",
    ["x = " + "-" * 20_000 + "1\n", "x = [" + "1, " * 300_000 + "]\n", "x = a" + ".b" * 20_000],
    ids=["unary", "long", "attributes"],
)
def test_what_is_too_large_to_be_worked_on(text: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"nested too deeply|too many for source"):
        read_objects(path)
