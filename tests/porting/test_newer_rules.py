"""What is written for Keras 3 and TensorFlow 2.15, line by line, and what is left to the author."""

from __future__ import annotations

import pytest

from keraport.catalog.releases import get_release
from keraport.porting.port import Ported, port


def ported(text: str, from_: str = "tf2.3", to: str = "keras3.15") -> Ported:
    """Source for Keras 3.15."""
    return port(text, get_release(from_), get_release(to), (3, 9))


@pytest.mark.parametrize(
    ("from_", "to", "before", "after"),
    [
        (
            "tf2.3",
            "keras3.15",
            "import tensorflow as tf\nx = tf.keras.layers.Dense(2)\n",
            "import keras\nx = keras.layers.Dense(2)\n",
        ),
        (
            "keras2.2",
            "keras3.15",
            "from keras.engine.topology import Layer, InputSpec\n",
            "from keras.layers import Layer, InputSpec\n",
        ),
        (
            "keras2.2",
            "tf2.15",
            "from keras.engine.topology import Layer\n",
            "from tensorflow.keras.layers import Layer\n",
        ),
        (
            "tf1.12",
            "keras3.15",
            "from tensorflow.python.keras.layers import Dense\n",
            "from keras.layers import Dense\n",
        ),
        (
            "tf1.12",
            "tf2.15",
            "import tensorflow as tf\n\n\ndef f(x):\n    return tf.log(x)\n",
            "import tensorflow as tf\n\n\ndef f(x):\n    return tf.math.log(x)\n",
        ),
        (
            "tf1.12",
            "tf2.15",
            "import tensorflow as tf\nx = tf.where(c, a, b)\n",
            "import tensorflow as tf\nx = tf.compat.v1.where(c, a, b)\n",
        ),
        (
            "keras3.15",
            "tf2.15",
            "import keras\nfrom keras import ops\ny = ops.sum(x, axis=1)\n",
            "from tensorflow import keras\nimport tensorflow as tf\ny = tf.reduce_sum(x, axis=1)\n",
        ),
    ],
)
def test_names(from_: str, to: str, before: str, after: str) -> None:
    made = ported(before, from_, to)
    assert made.code == after
    assert not made.undecided


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("self.w = K.variable(1.0)", "does not save"),
        ("self.w = tf.Variable(1.0)", "does not save"),
        ("self.trainable_weights = []", "cannot be set"),
        ("self._trainable_weights.append(x)", "_trainable_weights is gone"),
        ("self.add_metric(x, name='m')", "add_metric is gone"),
        ("self.add_update(x)", "add_update is gone"),
        ("K.learning_phase()", "learning_phase is gone"),
        ("K.function([x], [x])", "is not in Keras 3.15"),
        ("x = input_shape.with_rank(2)", "is a tuple"),
        ("self.a = layers.Dense(2, activation='hard_sigmoid')", "x / 6 + 0.5"),
    ],
)
def test_what_is_left_to_the_author(line: str, told: str) -> None:
    made = ported(
        "import tensorflow as tf\nfrom tensorflow.keras import backend as K, layers\n\n\n"
        f"class Mine(layers.Layer):\n    def build(self, input_shape):\n        {line}\n"
    )
    assert told in " ".join(note.text for note in made.undecided)
    assert "        # keraport: " in made.code


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("self.add_variable('b', [3])", "self.add_weight(name='b', shape=[3])"),
        ("n = input_shape.as_list()[-1]", "n = list(input_shape)[-1]"),
        ("n = input_shape[-1].value", "n = input_shape[-1]"),
        ("n = input_shape.ndims", "n = len(input_shape)"),
        ("d = self._compute_dtype", "d = self.compute_dtype"),
        ("c = layers.LeakyReLU(alpha=0.1)", "c = layers.LeakyReLU(negative_slope=0.1)"),
        ("c = layers.Dense(2, kernel_constraint='nonneg')", "kernel_constraint='non_neg')"),
        ("y = K.concatenate([a, b])", "y = keras.ops.concatenate([a, b], axis=-1)"),
        ("y = K.batch_dot(a, b)", "y = tf.keras.backend.batch_dot(a, b)"),
    ],
)
def test_lines_of_a_layer(line: str, after: str) -> None:
    made = ported(
        "from tensorflow.keras import backend as K, layers\n\n\n"
        f"class Mine(layers.Layer):\n    def build(self, input_shape):\n        {line}\n"
    )
    assert after in made.code
    assert not made.undecided


@pytest.mark.parametrize("from_", ["keras2.2", "keras2.3", "tf1.12", "tf2.3"])
@pytest.mark.parametrize(
    ("call", "after"),
    [
        ("cumsum(x)", "cumsum(x, axis=0)"),
        ("cumprod(x)", "cumprod(x, axis=0)"),
        ("cumsum(x, 1)", "cumsum(x, 1)"),
        ("cumprod(x, axis=-1)", "cumprod(x, axis=-1)"),
    ],
)
def test_a_default_is_said_where_the_list_of_names_lacks_the_function(
    from_: str, call: str, after: str
) -> None:
    keras = "keras" if from_.startswith("keras") else "tensorflow.keras"
    made = ported(f"from {keras} import backend as K\n\n\ny = K.{call}\n", from_)
    assert made.code.endswith(f"y = keras.ops.{after}\n")
    assert not made.undecided


def test_a_default_that_stars_hide_is_marked() -> None:
    made = ported("from tensorflow.keras import backend as K\ny = K.concatenate(*xs)\n")
    [note] = made.undecided
    assert "axis=-1" in note.text
