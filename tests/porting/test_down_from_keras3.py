"""Source for Keras 3, rewritten for TensorFlow 1.12 in two steps, by the lines of the original."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from keraport.errors import UsageError
from keraport.porting.files import port_objects, port_package
from keraport.porting.port import Ported

KERAS_3 = '''"""Mine."""

import keras
from keras import ops


@keras.saving.register_keras_serializable()
class Mine(keras.Layer):
    def __init__(self, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.seeds = keras.random.SeedGenerator(seed)

    def build(self, input_shape):
        self.scale = self.add_weight(shape=(input_shape[-1],), initializer="ones")

    def call(self, x):
        noise = keras.random.normal(ops.shape(x), seed=self.seeds)
        return ops.silu(x) * self.scale + 0.0 * noise

    def compute_output_spec(self, x):
        return keras.KerasTensor(x.shape, x.dtype)


def half(x):
    return ops.segment_sum(x, [0, 0], 1)
'''


def ported(text: str, tmp_path: Path, to: str = "tf1.12", from_: str = "keras3.15") -> Ported:
    path = tmp_path / "mine.py"
    path.write_text(text, encoding="utf-8")
    return port_objects(path, to, from_=from_)


def test_what_can_be_decided_is_and_the_rest_has_its_line(tmp_path: Path) -> None:
    made = ported(KERAS_3, tmp_path)
    assert [item.line for item in made.undecided] == [25]
    assert "keras.ops.segment_sum" in made.undecided[0].text
    ast.parse(made.code, feature_version=(3, 5))
    assert "class Mine(tf.keras.layers.Layer):" in made.code
    assert 'self.add_weight(name="scale", shape=' in made.code
    assert "self.seeds = _seed_of(seed)" in made.code
    assert "tf.nn.swish(x) * self.scale" in made.code
    assert "compute_output_spec" not in made.code
    assert made.code.count("# keraport: ") == 1
    lines = {item.text: item.line for item in made.changes}
    assert lines['the weight is named "scale"'] == 14
    assert lines["compute_output_spec is left out: only Keras 3 asks for it"] == 20
    assert {"_seed_of", "register_keras_serializable"} <= set(made.helpers)


def test_a_method_alone_in_its_class(tmp_path: Path) -> None:
    text = (
        "import keras\n\n\nclass Mine(keras.layers.Dense):\n"
        "    def compute_output_spec(self, x) -> keras.KerasTensor:\n        return x\n"
    )
    made = ported(text, tmp_path, "tf2.15")
    assert not made.undecided
    ast.parse(made.code)


def test_a_package_goes_in_two_steps_as_well(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "__init__.py").write_text("from .inner import Mine\n", encoding="utf-8")
    (folder / "inner.py").write_text(KERAS_3, encoding="utf-8")
    made = port_package(folder, "tf1.12", from_="keras3.15").files
    assert made[Path("__init__.py")].code == "from .inner import Mine\n"
    assert "tf.nn.swish" in made[Path("inner.py")].code
    assert [item.line for item in made[Path("inner.py")].undecided] == [25]


@pytest.mark.parametrize(("from_", "to"), [("keras3.15", "tf1.15"), ("keras2.3", "tf1.12")])
def test_steps_that_nobody_has_tried_are_not_taken(from_: str, to: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there are no rules"):
        ported("x = 1\n", tmp_path, to, from_)


def test_einsum_and_gelu_of_keras_3(tmp_path: Path) -> None:
    text = (
        "from keras import ops\n\n\ndef f(x):\n"
        "    return ops.gelu(ops.einsum('bij->bji', x)) + ops.gelu(x, approximate=False)\n"
    )
    made = ported(text, tmp_path, "tf2.15")
    assert not made.undecided
    assert "tf.nn.gelu(tf.einsum('bij->bji', x), approximate=True)" in made.code
    assert "tf.nn.gelu(x, approximate=False)" in made.code


@pytest.mark.parametrize("to", ["tf2.15", "tf1.12"])
def test_leaky_relu_of_keras_3(to: str, tmp_path: Path) -> None:
    text = "from keras import layers\n\nx = layers.LeakyReLU(negative_slope=0.2)\n"
    made = ported(text, tmp_path, to)
    assert not made.undecided
    assert "layers.LeakyReLU(alpha=0.2)" in made.code
