"""Models as ``config.json`` of an archive of Keras 2.12 to 2.15 and tf_keras."""

from __future__ import annotations

from typing import Final

from keraport.dialects import tf_keras
from keraport.dialects.located import Located
from keraport.model import Call, Layer, Model, Value


class _Documents(Located):
    """Calls are lists, as in all of tf.keras."""

    def call(self, call: Call, layer: Layer, around: Model | None) -> Value:  # noqa: ARG002
        return tf_keras.dump_call(call, self.dump_value)


DOCUMENTS: Final = _Documents(
    modules={
        "ClassMethod": "keras.src.layers.core.tf_op_layer",
        "Functional": "keras.src.engine.functional",
        "InstanceMethod": "keras.src.layers.core.tf_op_layer",
        "InstanceProperty": "keras.src.layers.core.tf_op_layer",
        "Model": "keras.src.engine.functional",
        "RandomFourierFeatures": "keras.layers.experimental",
        "Sequential": "keras",
        "SlicingOpLambda": "keras.src.layers.core.tf_op_layer",
        "SyncBatchNormalization": "keras.layers.experimental",
        "TFOpLambda": "keras.src.layers.core.tf_op_layer",
    },
    object_modules={
        "initializer": "keras.initializers",
        "regularizer": "keras.regularizers",
        "constraint": "keras.constraints",
        "dtype": "keras.mixed_precision",
        "loss": "keras.losses",
        "metrics": "keras.metrics",
        "weighted_metrics": "keras.metrics",
    },
)
OF_TF_KERAS: Final = _Documents(
    {
        name: f"tf_{module}" if module.startswith("keras.src.") else module
        for name, module in DOCUMENTS.modules.items()
    },
    DOCUMENTS.object_modules,
)
"""tf_keras says ``keras.layers`` as they do, and ``tf_keras.src`` for what no name is public of."""
dump_model = DOCUMENTS.dump_model
