"""Names out of a file (C8): never a path, never source, never a command of the terminal."""

from __future__ import annotations

import ast
import json
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Answer
from tests.hostile.models import (
    MARK,
    NAMES,
    as_hdf5,
    as_json,
    bytecode,
    dense,
    entry,
    given,
    model,
)

from keraport.cli.main import run

Run = Callable[..., Answer]
MY_CLASS = "class Mine:\n    def __init__(self, **kwargs): pass\n"
names = pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Run:
    """A command in this process; whatever it is given, it has to answer as designed."""

    def run_command(*arguments: object) -> Answer:
        status = run([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        assert status in (0, 2, 3, 4), printed.err
        assert not Path(MARK).exists()
        for text in (printed.out, printed.err):
            assert all(letter.isprintable() or letter == "\n" for letter in text), text
            assert not any(line.startswith("error: all is well") for line in text.splitlines())
        return Answer(status, printed.out, printed.err)

    return run_command


def only_harmless(source: str) -> None:
    """Source that imports TensorFlow and the user's file, and defines things."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            assert {item.name for item in node.names} <= {"tensorflow", "math", "numpy"}
        elif isinstance(node, ast.ImportFrom):
            assert node.module in ("mine", "__future__")
        elif isinstance(node, ast.Name):
            assert node.id not in ("os", "system", "exec", "eval", "__import__")
    for node in ast.parse(source).body:
        assert not isinstance(node, ast.If | ast.For | ast.While | ast.With | ast.Try)


@names
def test_they_are_shown_and_kept(name: str, call: Run, tmp_path: Path) -> None:
    path = as_json(model(given(), dense(name, "in"), name=name), tmp_path)
    assert call("inspect", path).status == 0
    found = call("inspect", path, "--json")
    assert found.document["layers"][1]["path"] == name
    assert found.document["model"]["name"] == name
    out = tmp_path / "out.json"
    done = call("convert", path, out, "--to", "tf1.12")
    assert done.status == 0
    converted = json.loads(out.read_text(encoding="utf-8"))
    assert converted["config"]["layers"][1]["name"] == name
    assert sorted(item.name for item in tmp_path.iterdir()) == ["hostile.json", "out.json"]


@names
def test_no_source_is_made_of_them(name: str, call: Run, tmp_path: Path) -> None:
    inner = model(given("inner_in"), dense(name, "inner_in"), name=name)
    nested = {**inner, "name": name, "inbound_nodes": [[["in", 0, 0, {}]]]}
    mine = entry("mine", "Mine", {"name": "mine", name: name}, "")
    mine["inbound_nodes"] = [[[name, 1, 0, {name: name}]]]
    path = as_json(model(given(), nested, mine, name=name), tmp_path)
    objects = tmp_path / "mine.py"
    objects.write_text(MY_CLASS, encoding="utf-8")
    answer = call("code", path, "--to", "tf1.12", "--objects", objects)
    assert answer.status == 0, answer.err
    only_harmless(answer.out)


@names
def test_companions(name: str, call: Run, tmp_path: Path) -> None:
    layers = [given(), dense(name, "in", activation="exponential")]
    config = {"name": f"{name}2", "axis": [1], "epsilon": 0.001, "center": True, "scale": True}
    more = dict.fromkeys(("beta_regularizer", "gamma_regularizer"))
    layers.append(entry(f"{name}2", "LayerNormalization", {**config, **more}, name))
    path = as_json(model(*layers), tmp_path)
    assert call("convert", path, tmp_path / "out.json", "--to", "tf1.12").status == 0
    only_harmless((tmp_path / "out_objects.py").read_text(encoding="utf-8"))
    assert len(list(tmp_path.iterdir())) == 3


def in_a_shell(line: str, folder: Path) -> list[str]:
    """The words that a shell makes of a line; it would run what the line brings along."""
    done = subprocess.run(
        ["bash", "-c", f"printf '%s\\0' {line.strip()}"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split("\0")[:-1]


@names
def test_lambdas(name: str, call: Run, tmp_path: Path) -> None:
    """The line to copy is one word for the shell, whatever the layer is called."""
    path = as_hdf5(model(given(), bytecode(name, "in", ["4wEAAAA=", None, None])), tmp_path)
    out = tmp_path / "out.h5"
    for options in ([], ["--translate-lambdas"]):
        answer = call("convert", path, out, "--to", "tf1.12", *options)
        assert answer.status == 3
        lines = [text for text in answer.err.splitlines() if text.startswith("    keraport ")]
        for text in lines:
            words = in_a_shell(text, tmp_path)
            assert words[:2] == ["keraport", "convert"]
            assert words.count("touch") == 0
    (hint,) = (text for text in answer.err.splitlines() if text.strip().startswith("hint:"))
    if not any(sign in name for sign in "\n'"):
        assert "touch" not in shlex.split(hint.replace("\\", "\\\\"))
    assert not out.exists()


@names
def test_classes_and_functions(name: str, call: Run, tmp_path: Path) -> None:
    layers = [
        given(),
        entry("own", name, {"name": "own"}, "in"),
        dense("d", "own", activation=name),
    ]
    path = as_json(model(*layers), tmp_path)
    answer = call("check", path, "--to", "tf1.12", "--json")
    assert answer.status == 3
    options = [row for item in answer.document["report"]["layers"] for row in item["notes"]]
    assert all(row["options"][:2] == ["--objects", "FILE.py"] for row in options if row["options"])
    assert call("convert", path, tmp_path / "o.json", "--to", "tf1.12").status == 3
    assert not (tmp_path / "o.json").exists()


def test_calls_that_wait_for_each_other(call: Run, tmp_path: Path) -> None:
    """A nested model's first call is its own graph: what names that one waits for ever."""
    inner = model(given("inner_in"), dense("inner_out", "inner_in"), name="inner")
    nested = {**inner, "name": "inner", "inbound_nodes": [[["in", 0, 0, {}]]]}
    path = as_json(model(given(), nested, dense("out", "inner")), tmp_path)
    answer = call("code", path, "--to", "tf1.12")
    assert answer.status == 4
    assert "form a cycle" in answer.err
