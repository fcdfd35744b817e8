"""``convert --objects FILE.py --port``: the user's own source is rewritten on the way."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from keraport.cli.main import run

ROOT = Path(__file__).parents[2]
MODEL = ROOT / "examples" / "custom_layer" / "custom_model_tf2.h5"
"""Saved by TensorFlow 2.3 with a class of the user's, `MyCustomLayer`."""

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    def run_command(*arguments: object) -> tuple[int, str, str]:
        status = run([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run_command


def source_file(tmp_path: Path, text: str) -> Path:
    """Source that has the class."""
    path = tmp_path / "mine.py"
    path.write_text(text, encoding="utf-8")
    return path


CLASS = """import tensorflow as tf


class MyCustomLayer(tf.keras.layers.Layer):
    def call(self, inputs):
        return %s
"""


def test_a_refusal_names_both_lines(call: Call, tmp_path: Path) -> None:
    out = tmp_path / "out.h5"
    status, _, err = call("convert", MODEL, out, "--to", "tf1.12")
    assert status == 3
    assert f" {out} --to tf1.12 --objects FILE.py --port\n" in err
    assert "keraport port-objects FILE.py --from tf2.3 --to tf1.12 -o FILE_tf1_12.py\n" in err
    status, text, _ = call("convert", MODEL, out, "--to", "tf1.12", "--json")
    hint = json.loads(text)["error"]["hint"]
    assert "keraport port-objects FILE.py --from tf2.3 --to tf1.12 -o FILE_tf1_12.py" in hint


def test_a_pair_without_rules_is_not_offered(call: Call, tmp_path: Path) -> None:
    status, _, err = call("convert", MODEL, tmp_path / "out.h5", "--to", "keras2.3")
    assert status == 3
    assert "--objects FILE.py" in err
    assert "--port" not in err
    assert "port-objects" not in err


def test_the_file_is_rewritten_and_written_beside_the_output(call: Call, tmp_path: Path) -> None:
    path = source_file(tmp_path, CLASS % "inputs + 0 * tf.math.reduce_std(inputs)")
    out = tmp_path / "out.h5"
    arguments = ("convert", MODEL, out, "--to", "tf1.12", "--objects", path, "--port")
    status, text, _ = call(*arguments, "--json")
    assert status == 0
    [ported] = json.loads(text)["report"]["ported"]
    assert ported["source"] == str(path)
    assert ported["written"] == "mine_tf1_12.py"
    assert ported["changes"] > 0
    assert ported["undecided"] == []
    assert json.loads(text)["report"]["written"] == ["mine_tf1_12.py", "out.h5"]
    assert "from mine_tf1_12 import MyCustomLayer" in json.loads(text)["report"]["load"]
    written = (tmp_path / "mine_tf1_12.py").read_text("utf-8")
    assert "_reduce_std(inputs)" in written
    assert written.endswith("# keraport port-objects wrote this file from mine.py\n")
    assert path.read_text("utf-8").count("tf.math.reduce_std") == 1
    # Another model with the same classes, and the same model again.
    assert call("convert", MODEL, tmp_path / "b.h5", *arguments[3:])[0] == 0
    (tmp_path / "mine_tf1_12.py").write_text("something = 'else'\n", encoding="utf-8")
    status, _, err = call("convert", MODEL, tmp_path / "c.h5", *arguments[3:])
    assert (status, "mine_tf1_12.py: exists already" in err) == (2, True)
    assert not (tmp_path / "c.h5").exists()


def test_what_is_undecided_in_a_class_that_the_model_needs_is_refused(
    call: Call, tmp_path: Path
) -> None:
    path = source_file(tmp_path, CLASS % "tf.raw_ops.BiasAdd(value=inputs, bias=[0.0])")
    status, _, err = call(
        "convert", MODEL, tmp_path / "out.h5", "--to", "tf1.12", "--objects", path, "--port"
    )
    assert status == 3
    assert f"{path}: 1 line has to be rewritten by hand for TensorFlow 1.12.0: line 6: " in err
    assert "keraport port-objects" in err
    assert sorted(item.name for item in tmp_path.iterdir()) == ["mine.py"]


def test_what_is_undecided_elsewhere_is_said(call: Call, tmp_path: Path) -> None:
    unused = "\n\ndef spare(x):\n    return tf.raw_ops.BiasAdd(value=x, bias=[0.0])\n"
    path = source_file(tmp_path, CLASS % "inputs" + unused)
    page = tmp_path / "report.html"
    arguments = ("--to", "tf1.12", "--objects", path, "--port", "--report", page)
    status, text, _ = call("convert", MODEL, tmp_path / "out.h5", *arguments)
    assert status == 0
    assert "mine.py:10: tf.raw_ops.BiasAdd" in page.read_text("utf-8")
    assert "rewritten as mine_tf1_12.py: " in text
    assert f"{path}:10: " in text
    assert "(not used by this model)" in text
    # What it names in turn is used.
    path = source_file(tmp_path, CLASS % "spare(inputs)" + unused)
    status, _, err = call(
        "convert", MODEL, tmp_path / "d.h5", "--to", "tf1.12", "--objects", path, "--port"
    )
    assert (status, "line 10: " in err) == (3, True)


def test_what_the_target_does_not_parse_is_refused_with_verify_too(
    call: Call, tmp_path: Path
) -> None:
    text = CLASS % "inputs" + "\n\nif (n := 2):\n    pass\n"
    path = source_file(tmp_path, text)
    arguments = ("--to", "tf1.12", "--objects", path, "--port", "--verify")
    status, _, err = call("convert", MODEL, tmp_path / "out.h5", *arguments)
    assert status == 3
    assert "cannot be rewritten for TensorFlow 1.12.0" in err


def test_a_file_that_takes_from_others_beside_it(call: Call, tmp_path: Path) -> None:
    (tmp_path / "beside.py").write_text("factor = 1\n", encoding="utf-8")
    path = source_file(tmp_path, "import beside\n" + CLASS % "inputs * beside.factor")
    status, _, err = call(
        "convert", MODEL, tmp_path / "out.h5", "--to", "tf1.12", "--objects", path, "--port"
    )
    assert status == 2
    assert f"{path}:1: imports beside, which lies beside it" in err


@pytest.mark.parametrize("module", ["utils.foo", "utils"])
def test_a_file_that_takes_from_a_plain_folder_beside_it(
    call: Call, tmp_path: Path, module: str
) -> None:
    (tmp_path / "utils").mkdir()
    (tmp_path / "utils" / "foo.py").write_text("SCALE = 1\n", encoding="utf-8")
    (tmp_path / "json").mkdir()  # the installed one is imported instead
    path = source_file(tmp_path, f"import json\nimport {module}\n" + CLASS % "inputs")
    arguments = ("--to", "tf1.12", "--objects", path, "--port")
    status, _, err = call("convert", MODEL, tmp_path / "out.h5", *arguments)
    assert status == 2
    assert f"{path}:2: imports utils, which lies beside it" in err
    path = source_file(tmp_path, "import json\n" + CLASS % "inputs")
    assert call("convert", MODEL, tmp_path / "out.h5", *arguments)[0] == 0


@pytest.mark.parametrize("options", [(), ("--port",)])
def test_two_files_of_one_name(call: Call, tmp_path: Path, options: tuple[str, ...]) -> None:
    folders = [tmp_path / name for name in ("a", "b")]
    for folder in folders:
        folder.mkdir()
    paths = [source_file(folder, CLASS % "inputs") for folder in folders]
    given = [word for path in paths for word in ("--objects", path)]
    out = tmp_path / "out.h5"
    status, _, err = call("convert", MODEL, out, "--to", "tf1.12", *given, *options)
    assert status == 2
    assert f"{paths[0]} and {paths[1]}: `import mine` finds one of them only" in err
    assert sorted(item.name for item in tmp_path.iterdir()) == ["a", "b"]
    given = ["--objects", paths[0], "--objects", paths[0]]
    assert call("convert", MODEL, out, "--to", "tf1.12", *given, *options)[0] == 0


@pytest.mark.parametrize("options", [(), ("--force",)])
def test_a_link_to_nowhere_is_not_written_through(
    call: Call, tmp_path: Path, options: tuple[str, ...]
) -> None:
    path = source_file(tmp_path, CLASS % "inputs")
    (tmp_path / "mine_tf1_12.py").symlink_to(tmp_path / "elsewhere.py")
    out = tmp_path / "out.h5"
    arguments = ("--to", "tf1.12", "--objects", path, "--port")
    status, _, err = call("convert", MODEL, out, *arguments, *options)
    assert (status, "mine_tf1_12.py: is a symbolic link" in err) == (2, True)
    assert not (tmp_path / "elsewhere.py").exists()
    assert not out.exists()


def test_another_encoding_is_not_claimed(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    text = "# -*- coding: latin-1 -*-\nNAME = 'caf\xe9'\n" + CLASS % "inputs"
    path.write_bytes(text.encode("latin-1"))
    arguments = ("--to", "tf1.12", "--objects", path, "--port")
    assert call("convert", MODEL, tmp_path / "out.h5", *arguments)[0] == 0
    written = (tmp_path / "mine_tf1_12.py").read_bytes()
    assert written.startswith(b"# -*- coding: utf-8 -*-\n")
    space: dict[str, object] = {}
    exec(compile(written.partition(b"import tensorflow")[0], "mine", "exec"), space)
    assert space["NAME"] == "caf\xe9"


def test_port_is_not_offered_where_it_was_given(call: Call, tmp_path: Path) -> None:
    path = source_file(tmp_path, (CLASS % "inputs").replace("MyCustomLayer", "Other"))
    out = tmp_path / "out.h5"
    arguments = ("convert", MODEL, out, "--to", "tf1.12", "--objects", path, "--port")
    status, _, err = call(*arguments)
    assert status == 3
    assert "define MyCustomLayer for TensorFlow 2.3.0 in FILE.py and type" in err
    assert err.count("--port") == 1
    assert "keraport port-objects" not in err


def test_port_is_not_offered_for_what_it_left(call: Call, tmp_path: Path) -> None:
    arguments = ("convert", MODEL, tmp_path / "out.h5", "--to", "tf1.12", "--port", "--objects")
    path = source_file(tmp_path, CLASS % "inputs" + "\n\nY = tf.linalg.eig([[1.0]])\n")
    status, _, err = call(*arguments, path, "--verify")
    assert (status, "tf.linalg.eig is not in TensorFlow 1.12.0" in err) == (2, True)
    assert "in what `keraport port-objects` makes of the original" in err
    assert "--port" not in err
    path = source_file(tmp_path, CLASS % "inputs" + "\n\ndef f(x):\n    tf.linalg.eig(x)\n")
    status, out, _ = call(*arguments, path)
    assert (status, "tf.linalg.eig is not in TensorFlow 1.12.0" in out) == (0, True)
    assert "--port" not in out


def test_a_package(call: Call, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "__init__.py").write_text("from .inner import MyCustomLayer\n", encoding="utf-8")
    (folder / "inner.py").write_text(CLASS % "inputs", encoding="utf-8")
    out = tmp_path / "out.h5"
    arguments = ("--to", "tf1.12", "--objects", folder, "--port", "--json")
    status, text, _ = call("convert", MODEL, out, *arguments)
    assert status == 0
    report = json.loads(text)["report"]
    assert report["written"] == ["mine_tf1_12", "out.h5"]
    assert "from mine_tf1_12 import MyCustomLayer" in report["load"]
    assert (tmp_path / "mine_tf1_12" / "inner.py").is_file()
    status, text, _ = call("convert", MODEL, tmp_path / "b.h5", *arguments)
    assert (status, "exists already" in text) == (2, True)


def test_a_package_with_links(call: Call, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "__init__.py").write_text("from .inner import MyCustomLayer\n", encoding="utf-8")
    (tmp_path / "real.py").write_text(CLASS % "inputs", encoding="utf-8")
    (folder / "inner.py").symlink_to("../real.py")
    out = tmp_path / "out.h5"
    arguments = ("--to", "tf1.12", "--objects", folder, "--port")
    assert call("convert", MODEL, out, *arguments)[0] == 0
    written = tmp_path / "mine_tf1_12" / "inner.py"
    assert "class MyCustomLayer" in written.read_text("utf-8")
    assert not written.is_symlink()
    (folder / "stolen.py").symlink_to("/etc/hostname")
    status, _, err = call("convert", MODEL, tmp_path / "b.h5", *arguments)
    assert status == 2
    assert f"{folder / 'stolen.py'}: is a symbolic link that leads out of {tmp_path}" in err


def test_port_needs_a_file(call: Call, tmp_path: Path) -> None:
    status, _, err = call("convert", MODEL, tmp_path / "out.h5", "--to", "tf1.12", "--port")
    assert (status, "add --objects" in err) == (2, True)


@pytest.mark.runtime("tf2.3", "tf1.12")
def test_it_is_verified_with_the_original_in_the_source_release(call: Call, tmp_path: Path) -> None:
    """The original alone runs in TensorFlow 2.3, the rewritten file alone in TensorFlow 1.12."""
    text = CLASS % "inputs * tf.math.reduce_std(inputs)" + "\n\ntf.random.set_seed(1)\n"
    path, out = source_file(tmp_path, text), tmp_path / "out.h5"
    page = tmp_path / "report.html"
    arguments = ("--to", "tf1.12", "--objects", path, "--port", "--verify", "--report", page)
    status, text, err = call("convert", MODEL, out, *arguments)
    assert status == 0, err
    assert "PASS custom_model_tf2.h5 in tf2.3 and out.h5 in tf1.12" in text
    assert "tf.set_random_seed(1)" in (tmp_path / "mine_tf1_12.py").read_text("utf-8")
    assert "mine_tf1_12.py" in page.read_text("utf-8")
    # It names what it was made from, and that runs in the source release again.
    status, text, err = call("verify", MODEL, out, "--objects", tmp_path / "mine_tf1_12.py")
    assert status == 0, err
    ported = tmp_path / "sub"
    ported.mkdir()
    assert call("port-objects", path, "--to", "tf1.12", "-o", ported / "own.py")[0] == 0
    status, text, err = call(
        "convert",
        MODEL,
        ported / "o.h5",
        "--to",
        "tf1.12",
        "--verify",
        "--objects",
        ported / "own.py",
    )
    assert status == 0, err
    assert "PASS" in text
