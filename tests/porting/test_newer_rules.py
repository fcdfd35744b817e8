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
        ("self.w = [K.variable(1.0)]", "does not save"),
        ("self.w = [tf.Variable(1.0)]", "does not save"),
        ("self.w = tf.Variable(1.0, shape=[])", "does not save"),
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
        ("self.w = tf.Variable(1.0)", "self.w = _weight_of(self, 1.0)"),
        ("self.w = K.variable(1.0)", "_weight_of(self, 1.0, dtype=keras.backend.floatx())"),
        ("self.path = 'a'", "self._own_path = 'a'"),
    ],
)
def test_lines_of_a_layer(line: str, after: str) -> None:
    made = ported(
        "import tensorflow as tf\nfrom tensorflow.keras import backend as K, layers\n\n\n"
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


def of_old_keras(lines: str, to: str = "keras3.15") -> Ported:
    """A layer of standalone Keras that is built by these lines."""
    text = "from keras import backend as K\nfrom keras.layers import Layer\n\n\n"
    text += f"class Mine(Layer):\n    def build(self, s):\n{lines}        self.built = True\n"
    return ported(text, "keras2.2", to)


_LISTED = "        self.a = K.variable(1.0)\n        self.b = K.variable(2.0)\n"


@pytest.mark.parametrize(
    ("lines", "to"),
    [
        (f"{_LISTED}        self.trainable_weights = [self.b, self.a]\n", "keras3.15"),
        (f"{_LISTED}        self.trainable_weights = [self.b, self.a]\n", "tf2.15"),
        (f"{_LISTED}        self.trainable_weights = [self.a]\n", "tf2.15"),
        (f"{_LISTED}        self.non_trainable_weights = [self.a, self.b]\n", "tf2.15"),
        (f"{_LISTED}        self.trainable_weights = weights\n", "keras3.15"),
        (_LISTED, "keras3.15"),
        (
            "        self.a = self.add_weight(name='a', shape=(1,))\n"
            "        self.b = K.variable(2.0)\n"
            "        self.trainable_weights = [self.b]\n",
            "keras3.15",
        ),
    ],
)
def test_lists_of_weights_that_say_more_than_their_order(lines: str, to: str) -> None:
    assert of_old_keras(lines, to).undecided


def test_a_list_of_weights_that_says_what_is_so() -> None:
    lines = f"{_LISTED}        self.trainable_weights = [self.a, self.b]\n"
    for to in ("keras3.15", "tf2.15"):
        made = of_old_keras(lines, to)
        assert not made.undecided
        assert "trainable_weights" not in made.code


def test_a_variable_of_no_trained_list() -> None:
    lines = f"{_LISTED}        self.non_trainable_weights = [self.a, self.b]\n"
    made = of_old_keras(lines)
    assert not made.undecided
    assert made.code.count("trainable=False") == 2


@pytest.mark.parametrize(
    ("signature", "from_", "to", "after"),
    [
        ("self, *args, **kwargs", "keras2.2", "keras3.15", "self, inputs, *args, **kwargs"),
        ("self, *args, **kwargs", "keras2.2", "tf2.15", "self, *args, training=None, **kwargs"),
        ("self, args, **kwargs", "keras2.2", "tf2.15", "self, args, training=None, **kwargs"),
        ("self, args, **kwargs", "keras2.2", "keras3.15", "self, args, **kwargs"),
        ("self, args, **kwargs", "tf2.3", "keras3.15", "self, args, training=None, **kwargs"),
        ("self, args, **kwargs", "tf2.3", "tf2.15", "self, args, **kwargs"),
    ],
)
def test_what_stars_of_call_are_handed(signature: str, from_: str, to: str, after: str) -> None:
    keras = "keras" if from_.startswith("keras") else "tensorflow.keras"
    made = ported(
        f"from {keras}.layers import Dense\n\n\nclass Mine(Dense):\n"
        f"    def call({signature}):\n        return super(Mine, self).call(args, **kwargs)\n",
        from_,
        to,
    )
    assert f"def call({after}):" in made.code
    assert not made.undecided


def test_imports_that_nothing_uses_are_left_out() -> None:
    text = "from keras.legacy import interfaces\nfrom keras.layers import Layer\n"
    made = ported(text, "keras2.2")
    assert made.code == "from keras.layers import Layer\n"
    assert not made.undecided
    assert ported(f"{text}x = interfaces.y\n", "keras2.2").undecided


def test_an_import_that_may_fail_stays() -> None:
    text = (
        "try:\n    from keras import initializations\n"
        "except ImportError:\n    from keras import initializers as initializations\n"
    )
    assert ported(text, "keras2.2").code == text
