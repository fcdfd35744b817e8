"""Public classes of Keras 3.15 that have no case."""

from __future__ import annotations

WITHOUT_CASE = {
    "InputSpec": "no layer: it describes what a layer accepts and is written to no file",
    "Wrapper": "a base class without a call of its own; TimeDistributed, Bidirectional and "
    "SpectralNormalization are made from it",
    "FlaxLayer": "it holds a module of Flax, which TensorFlow does not run",
    "JaxLayer": "it holds a function of JAX, which TensorFlow does not run",
    "TorchModuleWrapper": "it holds a module of PyTorch, which TensorFlow does not run",
    "TFSMLayer": "it holds the path of a SavedModel, not its weights",
}
"""Name of the class: why there is no case for it."""
