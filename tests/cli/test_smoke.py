"""``convert --smoke``: what the target does not open does not appear."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import CUSTOM, DIGITS, MY_LAYERS, Call

TO = ("--to", "tf1.12", "--smoke")
needs_tf112 = pytest.mark.runtime("tf1.12")
FAILING = """
import tensorflow as tf

class MyCustomLayer(tf.keras.layers.Layer):
    def __init__(self, units=1, **keywords):
        super(MyCustomLayer, self).__init__(**keywords)
        {body}

    def build(self, shape):
        self.extra = self.add_weight("extra", shape=(3,), initializer="zeros")
        super(MyCustomLayer, self).build(shape)
"""


@needs_tf112
@pytest.mark.parametrize(
    ("name", "more", "written"),
    [
        ("out.h5", [], {"out.h5"}),
        ("out", ["--format", "savedmodel-1.x"], {"out"}),
        ("out", ["--format", "tf-weights"], {"out.index", "out.data-00000-of-00001"}),
    ],
)
def test_opened_and_then_written(
    call: Call, tmp_path: Path, name: str, more: list[str], written: set[str]
) -> None:
    answer = call("convert", DIGITS, tmp_path / name, *TO, *more)
    assert answer.status == 0, answer.err
    assert f"OPENED {name} in tf1.12, 12 weights as in the file; predicted once" in answer.out
    assert {path.name for path in tmp_path.iterdir()} == written


@pytest.mark.runtime("keras3.5")
def test_weights_beside_an_architecture_count(call: Call, tmp_path: Path) -> None:
    """They are `.weights.h5` there, and held against what the model holds all the same."""
    answer = call("convert", DIGITS, tmp_path / "out.json", "--to", "keras3.5", "--smoke")
    assert answer.status == 0, answer.err
    assert "OPENED out.json in keras3.5, 12 weights as in the file" in answer.out
    assert {path.name for path in tmp_path.iterdir()} == {"out.json", "out.weights.h5"}


@needs_tf112
@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ("raise ValueError('not today')", 6, "not today"),
        ("self.units = units", 5, "the layer builds 1 weight (extra [3])"),
        ("import os; os._exit(3)", 6, "ended with exit status 3"),
    ],
)
def test_what_the_target_does_not_open_does_not_appear(
    call: Call, tmp_path: Path, body: str, status: int, told: str
) -> None:
    out, objects = tmp_path / "out.h5", tmp_path / "mine.py"
    out.write_bytes(b"before")
    objects.write_text(MY_LAYERS.read_text() + FAILING.format(body=body))
    answer = call("convert", CUSTOM, out, *TO, "--objects", objects, "--force")
    assert answer.status == status, answer.err
    assert told in answer.err
    assert ".keraport-" not in answer.err
    assert out.read_bytes() == b"before"
    assert {path.name for path in tmp_path.iterdir()} == {"out.h5", "mine.py"}


def test_a_target_that_is_not_installed(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAPORT_CACHE_DIR", str(tmp_path / "cache"))
    answer = call("convert", DIGITS, tmp_path / "out.h5", *TO)
    assert answer.status == 0
    assert "NOT OPENED: tf1.12 is not installed; `keraport runtimes install tf1.12`" in answer.out
    assert {path.name for path in tmp_path.iterdir()} == {"out.h5"}
    document = call("convert", DIGITS, tmp_path / "two.h5", *TO, "--json").document
    assert document["smoke"]["opened"] is False


def test_options_that_do_not_go_together(call: Call, tmp_path: Path) -> None:
    answer = call("convert", DIGITS, tmp_path / "o.h5", *TO, "--source-objects", MY_LAYERS)
    assert answer.status == 2
    assert "add --verify" in answer.err
