"""Building recurrent layers of TensorFlow 2.3.0 without their functions for GPUs.

LSTM and GRU trace two functions, one for each device, whenever they are called on a symbolic
tensor, which takes seconds. Models are built without them, and computed with what a CPU takes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import tensorflow as tf

_FLAG = "_could_use_gpu_kernel"
_KEPT = "_kept_gpu_kernel"


@contextmanager
def quick_building() -> Iterator[None]:
    """LSTM and GRU made inside trace nothing until `as_released` is called."""
    classes = (tf.keras.layers.LSTM, tf.keras.layers.GRU)
    stock = [item.__init__ for item in classes]
    for item, make in zip(classes, stock):  # noqa: B905 - Python 3.8
        item.__init__ = _marking(make)
    try:
        yield
    finally:
        for item, make in zip(classes, stock):  # noqa: B905 - Python 3.8
            item.__init__ = make


def _marking(make: Any) -> Any:
    def __init__(self: Any, *arguments: Any, **keywords: Any) -> None:  # noqa: N807
        make(self, *arguments, **keywords)
        setattr(self, _KEPT, getattr(self, _FLAG))
        setattr(self, _FLAG, False)

    return __init__


def as_released(model: Any) -> None:
    """Let all recurrent layers in the model compute as the release does."""
    # Not `submodules`: cells that drop hold caches that it trips over.
    for layer in model._flatten_layers():
        if hasattr(layer, _KEPT):
            setattr(layer, _FLAG, getattr(layer, _KEPT))
