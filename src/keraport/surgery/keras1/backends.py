"""Which backend a file of Keras 1 was saved with; it does not say so.

Its variables do: those of TensorFlow are called ``dense_1_W:0``, with the number of the output of
the operation that makes them, those of Theano as Keras calls them. Theano turns kernels around when
it convolves, so that it makes a difference.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from keraport.model import ModelFile

_NUMBERED: Final = ":0"
_UNNAMED: Final = "param_"
"""How weights are called whose variables had no names (``save_weights_to_hdf5_group``)."""


def with_backend(file: ModelFile) -> ModelFile:
    """The file with the backend that it was saved with, where that can be told."""
    if file.producer.backend:
        return file
    return replace(file, producer=replace(file.producer, backend=backend_of(file)))


def backend_of(file: ModelFile) -> str:
    """The backend; empty if nothing tells."""
    names = [weight.name for group in file.groups for weight in group.weights]
    named = [name for name in names if not name.startswith(_UNNAMED)]
    if not named:
        return ""
    return "tensorflow" if all(name.endswith(_NUMBERED) for name in named) else "theano"
