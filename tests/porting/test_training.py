"""``training`` of call: releases hand it at other times, so what depends on it is marked."""

from __future__ import annotations

from pathlib import Path

import pytest

from keraport.catalog.releases import get_release
from keraport.porting.files import port_objects
from keraport.porting.port import Ported, port

DIRECTIONS = [
    ("tf2.3", "tf1.12"),
    ("tf2.15", "tf1.12"),
    ("keras3.15", "tf2.15"),
    ("tf1.12", "keras3.15"),
    ("keras2.2", "tf2.15"),
]


def ported(method: str, from_: str, to: str) -> Ported:
    keras = "keras" if from_.startswith("keras") else "tensorflow.keras"
    text = f"from {keras} import layers, backend as K\n\n\nclass Mine(layers.Layer):\n"
    body = "".join(f"    {line}\n" for line in method.splitlines())
    return port(text + body, get_release(from_), get_release(to), (3, 5))


@pytest.mark.parametrize(("from_", "to"), DIRECTIONS)
@pytest.mark.parametrize("default", ["True", "1", "ON"])
@pytest.mark.parametrize("before", ["x", "x, *"])
def test_a_default_that_trains(from_: str, to: str, default: str, before: str) -> None:
    made = ported(f"def call(self, {before}, training={default}):\n    return x + 1", from_, to)
    [note] = made.undecided
    assert note.line == 5
    assert f"training={default}" in note.text
    assert "    # keraport: call has training=" in made.code


@pytest.mark.parametrize(("from_", "to"), DIRECTIONS)
@pytest.mark.parametrize(
    "line",
    [
        "if training is None: x = x * 2",
        "x = x * 3 if training is False else x * 5",
        "x = x * 3 if training is not None and self.on else x * 5",
        "x = x * (training == True)",
        "x = x * 2 if True is training else x",
        "flag = training in (0, False)",
        "if training is None: training = False",
        "f = lambda: training is None",
    ],
)
def test_comparisons(line: str, from_: str, to: str) -> None:
    made = ported(f"def call(self, x, training=None):\n    {line}\n    return x + 1", from_, to)
    assert [(note.line, "comparison of training" in note.text) for note in made.undecided] == [
        (6, True)
    ]


@pytest.mark.parametrize(
    "line",
    [
        "if training is None: training = K.learning_phase()",
        "if training is None:\n        training = K.learning_phase()",
        "training = K.learning_phase() if training is None else training",
    ],
)
def test_the_guard_means_the_same(line: str) -> None:
    method = f"def call(self, x, training=None):\n    {line}\n    return x + 1"
    assert not ported(method, "tf2.3", "tf1.12").undecided


def test_methods_that_call_hands_it_to() -> None:
    method = "def attend(self, x, training=None):\n    return x if training is None else x * 2"
    assert ported(method, "tf2.3", "tf1.12").undecided


def test_between_releases_that_hand_the_same() -> None:
    method = "def call(self, x, training=None):\n    return x if training is None else x * 2"
    assert not ported(method, "tf2.3", "tf2.15").undecided


def test_two_steps_say_it_once(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text(
        "import keras\n\n\nclass Mine(keras.layers.Layer):\n"
        "    def call(self, x, training=True):\n        return x if training is None else x * 2\n",
        encoding="utf-8",
    )
    made = port_objects(path, "tf1.12", from_="keras3.15")
    assert [note.line for note in made.undecided] == [5, 6]
    assert made.code.count("# keraport: ") == 2
