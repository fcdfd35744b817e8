"""How a config document is spelt: the JSON that Keras writes for a model, to a `Model` and back.

HDF5 files, JSON and ``.keras`` archives hold the same documents, so that they are read here and
formats only move bytes. What stands in a document is recognised by its own marks, never by the
release that is said to have written it: inbound nodes that are lists are those of tf.keras 1.12 to
2.15 (`tf_keras`), nodes with ``args`` and ``kwargs`` are those of Keras 3 (`keras3`), objects with
``module`` and ``registered_name`` are those of Keras 2.12 and later (`identity`, `values`).

Three spellings are written (`spellings`): `plain`, which tf.keras 1.12 to 2.15 read from HDF5 and
JSON; `keras2_12`, in which every object says where its class is, as their ``.keras`` archives want
it; `keras3_documents`, for all that Keras 3 reads.
"""

from keraport.dialects.graph import parse_model, parse_value
from keraport.dialects.plain import dump_layer, dump_model, dump_value
from keraport.dialects.training import dump_training, parse_compiled, parse_training

__all__ = [
    "dump_layer",
    "dump_model",
    "dump_training",
    "dump_value",
    "parse_compiled",
    "parse_model",
    "parse_training",
    "parse_value",
]
