"""InputLayer, and the keywords that every layer has."""

from __future__ import annotations

from keraport.catalog.api import Kind
from keraport.changes.change import Change
from keraport.changes.combinators import Added, Honoured, Unchanged
from keraport.changes.sources import TF_1_14, keras_file
from keraport.model import Config


def _has_dimensions(config: Config) -> bool:
    shape = config.get("batch_input_shape")
    return not isinstance(shape, list) or len(shape) != 1


CHANGES = (
    Change(
        Kind.LAYER,
        ("*",),
        key="dynamic",
        since="tf1.15",
        source=keras_file("1.15.5", "engine/base_layer.py"),
        what=Added(
            neutral=False,
            because="a dynamic layer runs Python code at every step, which it cannot do",
            hint="rebuild the layer without dynamic=True",
        ),
    ),
    Change(
        Kind.LAYER,
        ("InputLayer",),
        key="ragged",
        since="tf1.15",
        source=TF_1_14,
        what=Added(
            neutral=False,
            because="it has no ragged tensors in Keras",
            hint="pad the input to a rectangle and mask it (Masking, Embedding(mask_zero=True))",
        ),
    ),
    Change(
        Kind.LAYER,
        ("InputLayer",),
        key="sparse",
        since="tf2.3",
        source=keras_file("2.3.0", "ops/core.py"),
        what=Honoured(
            harmless=lambda config: not config.get("sparse"),
            because="its layers do not take sparse tensors",
            hint="feed the input as a dense array",
        ),
    ),
    Change(
        Kind.LAYER,
        ("InputLayer",),
        key="batch_input_shape",
        since="tf2.3",
        source=keras_file("1.12.0", "engine/training_utils.py"),
        what=Honoured(
            harmless=_has_dimensions,
            because="it gives every input at least one dimension beside the batch",
            hint="rebuild the model with an input of shape (1,)",
        ),
    ),
    Change(
        Kind.LAYER,
        ("Lambda",),
        since="tf1.15",
        source=keras_file("1.15.5", "layers/core.py"),
        what=Unchanged(
            "a Lambda is refused whatever its keywords are: it holds bytecode",
            keys=("mask", "mask_type", "mask_module"),
        ),
    ),
)
