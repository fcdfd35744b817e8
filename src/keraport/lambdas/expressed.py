"""Functions that a target has nothing like, written as what they compute.

``tf.keras.applications.*.preprocess_input`` of TensorFlow 2.3 passes its input and a mode on to
``imagenet_utils.preprocess_input``, whose arithmetic is this
(``keras/applications/imagenet_utils.py``, ``_preprocess_symbolic_input``).
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from keraport.lambdas.nodes import UntranslatableError

CASTS: Mapping[str, str] = {
    "tf.to_double": "tf.cast(x, tf.float64)",
    "tf.to_float": "tf.cast(x, tf.float32)",
    "tf.to_int32": "tf.cast(x, tf.int32)",
    "tf.to_int64": "tf.cast(x, tf.int64)",
}
"""Functions that TensorFlow 2 removed: what they are defined as (``ops/math_ops.py``)."""

OF_KERAS: Mapping[str, str] = {
    "tf.keras.backend.identity": "tf.identity",
    "tf.keras.backend.logsumexp": "tf.reduce_logsumexp",
    "tf.keras.backend.size": "tf.size",
    "tf.keras.backend.slice": "tf.slice",
}
"""Functions of the backend of standalone Keras alone: those of TensorFlow that they call
(``backend/tensorflow_backend.py``). ``multi_gpu_model`` writes Lambdas that use them."""

OWN_MODULES: Mapping[str, str] = {"imagenet_utils": "keras.applications.imagenet_utils"}
"""Global names of Keras' own modules that stand for modules of Keras."""

HOME = "tensorflow.python.keras.applications."
"""Where functions are defined that see these names, as the config of a Lambda says."""

PREPROCESS_INPUT = "tf.keras.applications.imagenet_utils.preprocess_input"

_MEAN = "tf.cast(tf.constant([{0}]), x.dtype)"
_CAFFE = _MEAN.format("-103.939, -116.779, -123.68")
_TORCH = _MEAN.format("-0.485, -0.456, -0.406")
_MODES: Mapping[tuple[str, str], str] = {
    ("tf", "channels_last"): "x / 127.5 - 1.0",
    ("tf", "channels_first"): "x / 127.5 - 1.0",
    ("caffe", "channels_last"): f"K.bias_add(x[..., ::-1], {_CAFFE}, 'channels_last')",
    ("caffe", "channels_first"): f"K.bias_add(x[:, ::-1], {_CAFFE}, 'channels_first')",
    ("torch", "channels_last"): (
        f"K.bias_add(x / 255.0, {_TORCH}, 'channels_last') / [0.229, 0.224, 0.225]"
    ),
}


def preprocessed(x: ast.expr, arguments: Mapping[str, object]) -> ast.expr:
    """What ``imagenet_utils.preprocess_input`` computes of an image.

    Args:
        x: the image, of rank 4.
        arguments: ``mode`` and ``data_format``, as far as they are given; the default of the
            second is what Keras is set to, ``channels_last`` unless somebody changes it.

    Raises:
        UntranslatableError: an unknown mode, or one that cannot be written so.
    """
    mode = str(arguments.get("mode", "caffe"))
    data_format = str(arguments.get("data_format") or "channels_last")
    text = _MODES.get((mode, data_format))
    if text is None:
        raise UntranslatableError(f"calls preprocess_input with mode={mode!r}, {data_format}")
    return put(x, text)


IN_TRAIN_PHASE = "tf.keras.backend.in_train_phase"


def by_phase(args: Sequence[ast.expr], keywords: Sequence[ast.keyword]) -> ast.expr:
    """``K.in_train_phase(x, alt, training)`` where the phase is handed to the function.

    Raises:
        UntranslatableError: it is not handed on, so that only Keras would know it.
    """
    given = dict(zip(("x", "alt", "training"), args, strict=False))
    given.update({item.arg or "": item.value for item in keywords})
    if set(given) != {"x", "alt", "training"}:
        raise UntranslatableError("asks Keras for the phase, which the target does not tell")
    return ast.IfExp(given["training"], _value(given["x"]), _value(given["alt"]))


def _value(node: ast.expr) -> ast.expr:
    """What a function without arguments gives, or the value itself."""
    return node.body if isinstance(node, ast.Lambda) and not node.args.args else node


def put(x: ast.expr, template: str) -> ast.expr:
    """The template with an expression where it says ``x``."""
    return _Put(x).visit(ast.parse(template, mode="eval").body)  # type: ignore[no-any-return]


class _Put(ast.NodeTransformer):
    """Puts an expression where the template says ``x``."""

    def __init__(self, x: ast.expr) -> None:
        self.x = x

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """The name that stands for it."""
        return self.x if node.id == "x" else node
