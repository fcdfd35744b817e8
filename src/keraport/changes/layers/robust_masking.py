"""Keywords that tf_keras 2.21 brought, and TensorFlow never had."""

from __future__ import annotations

from keraport.catalog.api import Kind
from keraport.changes.change import Change
from keraport.changes.combinators import Added
from keraport.changes.sources import tf_keras_file

CHANGES = tuple(
    Change(
        Kind.LAYER,
        (name,),
        key=key,
        held="tf-keras 2.21..",
        source=tf_keras_file("2.21.0", path),
        effect=Added(neutral=False, because=because),
    )
    for name, key, path, because in (
        ("InputLayer", "optional", "engine/input_layer.py", "all of its inputs are fed"),
        (
            "MultiHeadAttention",
            "softmax_robust_masking",
            "layers/attention/multi_head_attention.py",
            "what is masked everywhere gets equal scores there",
        ),
        (
            "Softmax",
            "robust_masking",
            "layers/activation/softmax.py",
            "what is masked everywhere gets equal scores there",
        ),
    )
)
