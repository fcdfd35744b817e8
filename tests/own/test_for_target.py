"""Source that is not for the target is named by its line, with what rewrites it."""

from __future__ import annotations

from pathlib import Path

import pytest

from keraport.convert import Options, check
from keraport.errors import UsageError

MODEL = Path(__file__).parent / "own_classes" / "second.h5"
"""Saved by TensorFlow 2.3."""

CLASS = """

class Second(tf.keras.layers.Layer):
    def call(self, inputs):
        return inputs
"""


def checked(tmp_path: Path, text: str, to: str) -> list[str]:
    """What is said of the file in the report."""
    path = tmp_path / "mine.py"
    path.write_text(text, encoding="utf-8")
    report = check(MODEL, to, options=Options(objects=(path,)))
    return [n.text for row in report.layers for n in row.notes if n.text.startswith("mine.py:")]


@pytest.mark.parametrize(
    ("text", "to", "told", "hint"),
    [
        (
            f"import tensorflow as tf\n{CLASS}\ndef f(x, /):\n    return x\n",
            "tf1.12",
            "mine.py:8: is not for TensorFlow 1.12.0: is no Python 3.6",
            "add --port",
        ),
        (
            f"import tensorflow as tf\nif (n := 2):\n    pass\n{CLASS}",
            "tf1.12",
            "mine.py:2: is not for TensorFlow 1.12.0: is no Python 3.6",
            "write what is there",
        ),
        (
            "import tensorflow as tf\n"
            f"from tensorflow.keras.layers import LayerNormalization{CLASS}",
            "tf1.12",
            "mine.py:2: is not for TensorFlow 1.12.0: from tensorflow.keras.layers import "
            "LayerNormalization: tf.keras.layers.LayerNormalization is not in TensorFlow 1.12.0",
            "or rewrite it first: keraport port-objects",
        ),
        (
            "import tensorflow as tf\n\n@tf.keras.utils.register_keras_serializable()\n"
            "class Second(tf.keras.layers.Layer):\n    pass\n",
            "tf1.12",
            "mine.py:3: is not for TensorFlow 1.12.0: "
            "tf.keras.utils.register_keras_serializable is not in TensorFlow 1.12.0",
            "add --port",
        ),
        (
            f"import keras\nimport tensorflow as tf{CLASS}",
            "tf1.12",
            "mine.py:1: is not for TensorFlow 1.12.0: import keras: TensorFlow 1.12.0 does not "
            "bring keras",
            "--from keras3.15 --to tf1.12 -o ",
        ),
        (
            f"import tensorflow as tf\nfrom keras import ops{CLASS}",
            "tf2.15",
            "mine.py:2: is not for TensorFlow 2.15.1: from keras import ops: keras.ops is not in",
            "--from keras3.15 --to tf2.15 -o ",
        ),
        (
            f"import tensorflow as tf\nfrom tensorflow.keras.layers.experimental import "
            f"preprocessing{CLASS}",
            "keras3.15",
            "mine.py:2: is not for Keras 3.15.1: ",
            "add --port",
        ),
    ],
)
def test_what_the_target_cannot_import_is_refused(
    text: str, to: str, told: str, hint: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError) as caught:
        checked(tmp_path, text, to)
    assert told in caught.value.message
    assert hint in caught.value.hint
    assert ("--port" in caught.value.hint) == (
        hint in ("add --port", "or rewrite it first: keraport port-objects")
    )


def test_what_a_function_calls_is_noted(tmp_path: Path) -> None:
    text = f"import tensorflow as tf{CLASS}\ndef f(x):\n    return tf.math.reduce_std(x)\n"
    [note] = checked(tmp_path, text, "tf1.12")
    assert note == (
        "mine.py:8: tf.math.reduce_std is not in TensorFlow 1.12.0; "
        "--port rewrites source for TensorFlow 2.3.0"
    )
    assert not checked(tmp_path, text, "tf2.15")


@pytest.mark.parametrize(
    "text",
    [
        "try:\n    from tensorflow.keras.layers import LayerNormalization\n"
        "except ImportError:\n    LayerNormalization = None\n",
        "def f(x):\n    if hasattr(tf.math, 'reduce_std'):\n        return tf.math.reduce_std(x)\n",
        "def f(x):\n    return tf.nn.relu(x) if True else tf.math.reduce_std(x)\n",
        "S = tf.float32.max, tf.newaxis, tf.VERSION, tf.flags, tf.contrib.layers, tf.__version__\n",
        "def f(tf_like):\n    return tf_like.math.reduce_std(1)\n",
        "def f(x: 'tf.math.reduce_std') -> 'tf.keras.ops.Tensor':\n    return x\n",
    ],
)
def test_what_is_tried_or_unknown_is_let_be(text: str, tmp_path: Path) -> None:
    assert not checked(tmp_path, f"import tensorflow as tf\n{text}{CLASS}", "tf1.12")
