"""Public classes that are no layer a model can hold."""

from __future__ import annotations

WITHOUT_CASE = {
    "AbstractRNNCell": "a base class: its call raises NotImplementedError; classes made from it "
    "are the user's own and are given with --objects",
    "InputSpec": "no layer: it describes what a layer accepts and is written to no file",
    "Wrapper": "a base class without a call of its own; TimeDistributed and Bidirectional are "
    "made from it",
    "experimental.preprocessing.PreprocessingLayer": "a base class: its adapt raises "
    "NotImplementedError",
}
"""Path of the class below ``tf.keras.layers``: why there is no case for it."""
