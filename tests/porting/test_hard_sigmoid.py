"""``hard_sigmoid`` is another function in Keras 3: nothing is rewritten to it silently."""

from __future__ import annotations

import pytest

from keraport.catalog.releases import get_release
from keraport.porting.port import Ported, port

BETWEEN = [
    ("keras3.15", "tf2.15"),
    ("tf2.3", "keras3.15"),
    ("tf1.12", "keras3.15"),
    ("keras2.2", "keras3.15"),
]
LINES = [
    "a = layers.Activation('hard_sigmoid')",
    "a = layers.Dense(2, 'hard_sigmoid')",
    "a = layers.Dense(2, activation='hard_sigmoid')",
    "a = layers.LSTM(2, recurrent_activation='hard_sigmoid')",
    "a = activations.get('hard_sigmoid')",
    "def f(x, gate='hard_sigmoid'): pass",
    "a = {'activation': 'hard_sigmoid'}",
]


def ported(line: str, from_: str, to: str) -> Ported:
    keras = "keras" if from_.startswith("keras") else "tensorflow.keras"
    text = f"from {keras} import activations, layers\n\n{line}\n"
    return port(text, get_release(from_), get_release(to), (3, 9))


@pytest.mark.parametrize(("from_", "to"), BETWEEN)
@pytest.mark.parametrize("line", LINES)
def test_strings_are_marked(line: str, from_: str, to: str) -> None:
    made = ported(line, from_, to)
    [note] = [note for note in made.undecided if "x / 6 + 0.5" in note.text]
    assert note.line == 3


@pytest.mark.parametrize(("from_", "to"), [("tf1.12", "tf2.15"), ("tf2.3", "tf2.15")])
@pytest.mark.parametrize("line", LINES)
def test_the_same_function_is_not(line: str, from_: str, to: str) -> None:
    assert not ported(line, from_, to).undecided


@pytest.mark.parametrize(("from_", "to"), BETWEEN)
def test_a_name_is_no_function(from_: str, to: str) -> None:
    assert not ported("a = layers.Dense(2, name='hard_sigmoid')", from_, to).undecided


@pytest.mark.parametrize("from_", ["tf1.12", "keras2.2"])
@pytest.mark.parametrize("layer", ["LSTM(3)", "GRU(3)", "ConvLSTM2D(3, 2)"])
def test_a_default_is_marked_and_not_written(layer: str, from_: str) -> None:
    made = ported(f"a = layers.{layer}", from_, "keras3.15")
    [note] = [note for note in made.undecided if "x / 6 + 0.5" in note.text]
    assert note.line == 3
    assert "recurrent_activation=" not in made.code


def test_that_default_is_written_where_it_means_the_same() -> None:
    made = ported("a = layers.LSTM(3)", "tf1.12", "tf2.15")
    assert "layers.LSTM(3, recurrent_activation='hard_sigmoid')" in made.code


@pytest.mark.parametrize(
    "line", ["f = activations.hard_sigmoid", "y = activations.hard_sigmoid(x)"]
)
def test_the_function_of_keras_3_is_put_into_the_file(line: str) -> None:
    made = ported(line, "keras3.15", "tf2.15")
    assert not made.undecided
    assert "def hard_sigmoid_of_keras3(x):" in made.code
    assert line.replace("activations.hard_sigmoid", "hard_sigmoid_of_keras3") in made.code
