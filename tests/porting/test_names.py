"""Names of TensorFlow 2.3 in the words of TensorFlow 1.12, however they were imported."""

from __future__ import annotations

import pytest
from tests.porting.conftest import rewritten

from keraport.catalog.public_names import public_names
from keraport.catalog.releases import get_release
from keraport.porting.tables import tables_for

TABLES = tables_for(get_release("tf2.3"), get_release("tf1.12"))
TF = "import tensorflow as tf\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("tf.math.reduce_sum(x, 1)", "tf.math.reduce_sum(x, 1)"),
        ("tf.math.divide_no_nan(x, y)", "tf.div_no_nan(x, y)"),
        ("tf.math.mod(x, y)", "tf.mod(x, y)"),
        ("tf.math.is_nan(x)", "tf.is_nan(x)"),
        ("tf.signal.fft(x)", "tf.fft(x)"),
        ("tf.random.set_seed(1)", "tf.set_random_seed(1)"),
        ("tf.dtypes.float32", "tf.float32"),
        ("tf.nest.flatten(x)", "tf.contrib.framework.nest.flatten(x)"),
        ("tf.compat.as_str(x)", "tf.compat.as_str(x)"),
        ("tf.compat.v1.placeholder(tf.float32)", "tf.placeholder(tf.float32)"),
        ("tf.keras.initializers.HeNormal(seed=1)", "tf.keras.initializers.he_normal(seed=1)"),
        ("tf.initializers.Zeros()", "tf.keras.initializers.Zeros()"),
        ("tf.keras.regularizers.L2(l2=0.1)", "tf.keras.regularizers.l2(l=0.1)"),
        ("tf.losses.mean_squared_error(a, b)", "tf.keras.losses.mean_squared_error(a, b)"),
        ("x.math.floormod", "x.math.floormod"),
        ("np.math.mod", "np.math.mod"),
        ("tf.where(x)", "tf.where(x)"),
        ("tf.range(3)", "tf.range(3)"),
        ("tf.gather(x, i, axis=1)", "tf.gather(x, i, axis=1)"),
    ],
)
def test_they_are_said_there(before: str, after: str) -> None:
    made = rewritten(f"{TF}y = {before}\n")
    assert made.code == f"{TF}y = {after}\n"
    assert not made.undecided


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "import tensorflow.keras.backend as K\ny = K.cumsum(x)\n",
            "import tensorflow.keras.backend as K\nimport tensorflow as tf\ny = tf.cumsum(x)\n",
        ),
        (
            "from tensorflow import math as m\ny = m.divide_no_nan(a, b)\n",
            "from tensorflow import math as m\nimport tensorflow as tf\ny = tf.div_no_nan(a, b)\n",
        ),
        (
            "from tensorflow.math import divide_no_nan as d, exp\ny = d(a, exp(b))\n",
            "from tensorflow.math import exp\nimport tensorflow as tf\nd = tf.div_no_nan\n"
            "y = d(a, exp(b))\n",
        ),
        (
            f"{TF}m = tf.math\ny = m.divide_no_nan(a, b)\n",
            f"{TF}m = tf.math\ny = tf.div_no_nan(a, b)\n",
        ),
        (
            f"{TF}\n\ndef f(tf):\n    return tf.math.mod(1, 2)\n",
            f"{TF}\n\ndef f(tf):\n    return tf.math.mod(1, 2)\n",
        ),
        (
            "import tensorflow.compat.v1 as tf\ny = tf.log(x)\n",
            "import tensorflow as tf\ny = tf.log(x)\n",
        ),
        (
            "from tensorflow.keras import layers as L, models\ny = L.Dense(3)\n",
            "from tensorflow.keras import layers as L, models\ny = L.Dense(3)\n",
        ),
    ],
)
def test_aliases_are_followed(before: str, after: str) -> None:
    made = rewritten(before)
    assert made.code == after
    assert not made.undecided


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("y = tf.linalg.eig(x)", "tf.linalg.eig is not in TensorFlow 1.12.0"),
        ("y = tf.RaggedTensor", "tf.RaggedTensor is not in TensorFlow 1.12.0"),
        ("y = tf.strings.split(x)", "tf.strings.split of tf2.3 gives a ragged tensor"),
        ("class L(tf.keras.losses.Loss): pass", "tf.keras.losses.Loss is not in TensorFlow"),
        ("y = tf.gather_nd(x, i, batch_dims=1)", "tf.gather_nd takes no batch_dims there"),
        ("import keras", "keras is another package"),
        ("from tensorflow.keras.layers import *", "names from `import *` cannot be followed"),
        ("from tensorflow.python.ops import nn_ops", "tensorflow.python is private"),
    ],
)
def test_what_is_not_there_is_marked_and_left(text: str, line: str) -> None:
    made = rewritten(f"{TF}{text}\n")
    [note] = made.undecided
    assert (note.line, note.text.startswith(line)) == (2, True), note
    assert made.code == f"{TF}# keraport: {note.text}\n{text}\n"


@pytest.mark.parametrize("name", ["LayerNormalization", "Attention"])
def test_layers_that_the_target_lacks_are_put_into_the_file(name: str) -> None:
    made = rewritten(f"from tensorflow.keras.layers import Dense, {name} as N\ny = N()\n")
    assert name in made.helpers
    assert made.code.startswith("from tensorflow.keras.layers import Dense\nimport tensorflow")
    assert f"class {name}(" in made.code
    assert f"\nN = {name}\n" in made.code
    assert f'get_custom_objects().update({{"{name}": {name}' in made.code


def test_a_module_that_the_target_lacks() -> None:
    text = "from tensorflow.keras.layers.experimental import preprocessing\n"
    made = rewritten(f"{text}y = preprocessing.Rescaling(0.5)\n")
    assert "import preprocessing" not in made.code
    assert "\ny = Rescaling(0.5)\n" in made.code


def test_the_hand_written_tables_name_what_exists() -> None:
    """A name that is misspelt there would never be found in a file."""
    source = {**public_names("tf2.3"), **public_names("tf2.15")}
    target = public_names("tf1.12")
    unlisted = ("compat.", "contrib.")
    names = {*TABLES.renamed, *TABLES.helpers, *TABLES.helpers_with, *TABLES.differs}
    assert {n for n in names if n not in source and not n.startswith(unlisted)} == set()
    assert {
        n for n in TABLES.renamed.values() if n not in target and not n.startswith(unlisted)
    } == set()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "from tensorflow.python.keras.layers import Dense, Layer",
            "from tensorflow.keras.layers import Dense, Layer",
        ),
        (
            "from tensorflow.python.keras import backend as K\ny = K.mean(x)",
            "from tensorflow.keras import backend as K\ny = K.mean(x)",
        ),
        ("import tensorflow.python.keras.layers as kl", "import tensorflow.keras.layers as kl"),
        (
            "from tensorflow.python.keras.engine.base_layer import InputSpec, Layer as L",
            "import tensorflow as tf\nInputSpec = tf.keras.layers.InputSpec\n"
            "L = tf.keras.layers.Layer",
        ),
        (
            "from tensorflow.python.ops import math_ops as m\ny = m.reduce_sum(x) + m.add(x, x)",
            "import tensorflow as tf\ny = tf.reduce_sum(x) + tf.add(x, x)",
        ),
        (
            "import tensorflow.python.ops.array_ops as a\ny = a.reshape(x, [1])",
            "import tensorflow as tf\ny = tf.reshape(x, [1])",
        ),
        (
            "from tensorflow.python.framework import dtypes\ny = dtypes.float32",
            "import tensorflow as tf\ndtypes = tf.dtypes\ny = tf.float32",
        ),
        (
            "import tensorflow as tf\ny = tf.python.keras.layers.Dense(2)",
            "import tensorflow as tf\ny = tf.keras.layers.Dense(2)",
        ),
    ],
)
def test_private_names_become_public_ones(before: str, after: str) -> None:
    made = rewritten(f"{before}\n")
    assert made.code == f"{after}\n"
    assert not made.undecided


def test_names_that_come_by_a_star_are_followed() -> None:
    text = "from tensorflow.keras.layers import *\n\nx = GRU(8)\ny = LayerNormalization()\n"
    made = rewritten(text)
    assert not made.undecided
    assert "x = GRU(8, recurrent_activation='sigmoid', reset_after=True)" in made.code
    assert "class LayerNormalization(" in made.code


@pytest.mark.parametrize(
    "text",
    [
        "from tensorflow.python.ops import math_ops\ny = math_ops.no_such_thing(x)",
        "from tensorflow.python.ops import math_ops\ny = vars(math_ops)",
        "from tensorflow.python.keras.utils import tf_utils",
        "import tensorflow.python.eager.context as c",
    ],
)
def test_private_names_without_a_public_one_are_left(text: str) -> None:
    [note] = rewritten(f"{text}\n").undecided
    assert note.text == "tensorflow.python is private and changes with every release"
