"""``--trust``: without it no command opens a file in a real release that brings code along."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import DIGITS, LAMBDA, ROOT, Call, save_model

LAMBDAS = ROOT / "examples" / "lambdas" / "lambdas_tf2.h5"
TO_TF112 = ("--to", "tf1.12")


def test_the_command_line_says_what_to_type(call: Call, tmp_path: Path) -> None:
    bad = save_model(tmp_path / "bad.h5", [LAMBDA])
    answer = call("verify", bad, DIGITS, "--to", "tf2.3")
    assert answer.status == 3
    assert "double: a Lambda with Python bytecode" in answer.err
    assert "add --trust" in answer.err
    document = call("verify", bad, DIGITS, "--to", "tf2.3", "--json").document
    assert document["error"]["kind"] == "not_trusted"
    assert document["error"]["hazards"][0]["kind"] == "bytecode"


def test_convert_says_it_before_the_work(call: Call, tmp_path: Path) -> None:
    out = tmp_path / "out.h5"
    arguments = (LAMBDAS, out, *TO_TF112, "--translate-lambdas", "--verify")
    answer = call("convert", *arguments)
    assert answer.status == 3
    assert "would run code from the file, or open paths that it names" in answer.err
    assert not list(tmp_path.iterdir())


def test_trust_without_anything_to_run(call: Call, tmp_path: Path) -> None:
    answer = call("convert", DIGITS, tmp_path / "out.h5", *TO_TF112, "--trust")
    assert answer.status == 2
    assert "add --verify" in answer.err


@pytest.mark.runtime("tf2.3", "tf1.12")
def test_translated_lambdas_are_proven_with_trust(call: Call, tmp_path: Path) -> None:
    out, names = tmp_path / "out.h5", tmp_path / "names.py"
    # The bytecode uses names of the program that it comes from.
    names.write_text("import tensorflow as tf\ncustom_objects = {'tf': tf}\n")
    arguments = (LAMBDAS, out, *TO_TF112, "--translate-lambdas", "--source-objects", names)
    answer = call("convert", *arguments, "--verify", "--trust")
    assert answer.status == 0, answer.err
    assert out.exists()
