"""The user's own classes are found by parsing; the file is never run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from keraport.errors import UsageError
from keraport.passes.objects import read_objects

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
