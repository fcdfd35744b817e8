"""The command: files in and out, exit statuses, JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.porting.conftest import HERE

from keraport.cli.main import run

FINE = "import tensorflow as tf\n\ny = tf.math.divide_no_nan(1.0, 2.0)  # kept\n"
PORTED = "import tensorflow as tf\n\ny = tf.div_no_nan(1.0, 2.0)  # kept\n"
MARKED = "import tensorflow as tf\n\ny = tf.linalg.eig(x)\n"


def port(*arguments: object) -> int:
    return run(["port-objects", *map(str, arguments)])


@pytest.fixture
def fine(tmp_path: Path) -> Path:
    path = tmp_path / "mine.py"
    path.write_text(FINE, encoding="utf-8")
    return path


@pytest.fixture
def marked(tmp_path: Path) -> Path:
    path = tmp_path / "marked.py"
    path.write_text(MARKED, encoding="utf-8")
    return path


def test_it_prints_the_source(fine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert port(fine, "--to", "tf1.12") == 0
    printed = capsys.readouterr()
    assert printed.out == PORTED
    assert printed.err == "1 change, 0 left to you\n"
    assert fine.read_text(encoding="utf-8") == FINE


def test_it_writes_a_file(fine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = fine.with_name("out.py")
    assert port(fine, "--to", "tf1.12", "-o", out) == 0
    told = f"\n# keraport port-objects wrote this file from {fine.name}\n"
    assert out.read_text(encoding="utf-8") == PORTED + told
    assert capsys.readouterr().out == ""
    assert port(fine, "--to", "tf1.12", "-o", out) == 2
    assert "exists already" in capsys.readouterr().err
    assert port(fine, "--to", "tf1.12", "-o", out, "--force") == 0


def test_it_never_overwrites_its_input(fine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert port(fine, "--to", "tf1.12", "-o", fine, "--force") == 2
    assert "the output is the input" in capsys.readouterr().err
    assert fine.read_text(encoding="utf-8") == FINE
    assert sorted(fine.parent.iterdir()) == [fine]


def test_what_is_left_makes_the_status_3(marked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = marked.with_name("out.py")
    assert port(marked, "--to", "tf1.12", "-o", out) == 3
    error = capsys.readouterr().err
    assert f"{marked}:3: tf.linalg.eig is not in TensorFlow 1.12.0" in error
    assert "# keraport: tf.linalg.eig is not" in out.read_text(encoding="utf-8")
    assert port(marked, "--to", "tf1.12", "--allow-marks") == 0


def test_json(marked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert port(marked, "--to", "tf1.12", "--json") == 3
    printed = capsys.readouterr()
    document = json.loads(printed.out)
    assert document.keys() == {
        *("schema", "source", "from", "to", "python", "output"),
        *("changes", "undecided", "put_in", "code"),
    }
    assert (document["from"], document["to"], document["python"]) == ("tf2.3", "tf1.12", "3.5")
    [note] = document["undecided"]
    assert note == {"line": 3, "text": "tf.linalg.eig is not in TensorFlow 1.12.0"}
    assert printed.err == ""


def test_quiet(fine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = fine.with_name("out.py")
    assert port(fine, "--to", "tf1.12", "-o", out, "-q") == 0
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--to", "tf0.9"], "unknown release"),
        (["--to", "tf2.3"], "no rules that rewrite source of tf2.3 for tf2.3"),
        (["--to", "tf2.3", "--from", "tf1.12"], "no rules that rewrite source of tf1.12"),
        (["--to", "tf1.12", "--from", "tf2.0"], "no rules that rewrite source of tf2.0"),
        (["--to", "tf1.12", "--python", "2.7"], "expected 3.5 or later"),
        (["--to", "tf1.12", "-o", "nowhere/out.py"], "does not exist"),
    ],
)
def test_what_cannot_be_asked_for(
    fine: Path, capsys: pytest.CaptureFixture[str], options: list[str], told: str
) -> None:
    assert port(fine, *options) == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "status", "told"),
    [
        (b"def f(:\n", 4, "bad.py:1: does not parse as Python 3"),
        (b"x = 1\nprint 'two'\n", 4, "bad.py:2: does not parse as Python 3"),
        (b"\x89HDF\r\n\x1a\n\x00\xff\xfe", 4, "is not UTF-8 text"),
        (b"# coding: no-such\n", 4, "is not UTF-8 text"),
        (b"x = '\x00'\n", 4, "does not parse as Python 3"),
        (b"(" * 5000, 4, "nested too deeply"),
        (b"x = " + b"-" * 20000 + b"1\n", 4, "nested too deeply"),
        (b"x = a" + b".b" * 20000 + b"\n", 4, "nested too deeply"),
        (b"x = " + b" + ".join([b"a"] * 20000) + b"\n", 4, "nested too deeply"),
        (b"#" * (5 * 2**20), 4, "too many for source"),
        (b"x = [" + b"1, " * 150_000 + b"]\n", 4, "too many for source"),
        (b"; ".join([b"x = x + f(x)"] * 40_000), 4, "too many for source"),
    ],
    ids=lambda value: str(value)[:12],
)
def test_bad_files(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    content: bytes,
    status: int,
    told: str,
) -> None:
    path = tmp_path / "bad.py"
    path.write_bytes(content)
    assert port(path, "--to", "tf1.12", "-o", tmp_path / "out.py") == status
    assert told in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["missing.py", "."])
def test_no_file(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert port(tmp_path / name, "--to", "tf1.12") == 2
    assert "cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"\n", b"'''Doc.'''", b"\xef\xbb\xbfx = 1\n"])
def test_small_files_stay_as_they_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    path = tmp_path / "small.py"
    path.write_bytes(content)
    assert port(path, "--to", "tf1.12") == 0
    assert capsys.readouterr().out == content.decode("utf-8-sig")


def test_nothing_of_the_file_is_run(tmp_path: Path) -> None:
    path = tmp_path / "hostile.py"
    path.write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\nraise SystemExit(9)\n", "utf-8")
    assert port(path, "--to", "tf1.12") == 0
    assert not (tmp_path / "ran").exists()


def test_the_originals_are_ported_whole(capsys: pytest.CaptureFixture[str]) -> None:
    for path in sorted((HERE / "originals").glob("*.py")):
        assert port(path, "--to", "tf1.12") == 0
        assert "# keraport:" not in capsys.readouterr().out
