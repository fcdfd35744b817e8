"""Convolutions that TensorFlow 2.3.0 cannot compute on a CPU, said with those that it can.

Its CPU kernels know one group and channels last only. While `on_cpu` holds, a grouped convolution
is split, convolved and concatenated, and a channels-first one is transposed; weights are the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import tensorflow as tf
from tensorflow.python.ops import nn_ops


@contextmanager
def on_cpu() -> Iterator[None]:
    """Layers built and called inside compute on a CPU whatever their groups and data format."""
    stock = nn_ops.convolution_v2

    def convolution(given: Any, filters: Any, data_format: Any = None, **options: Any) -> Any:
        rank = filters.shape.rank
        first = bool(data_format) and data_format.startswith("NC")
        if first:
            given = tf.transpose(given, [0, *range(2, rank), 1])
        groups = given.shape[-1] // filters.shape[-2]
        parts = zip(  # noqa: B905 - Python 3.8
            tf.split(given, groups, -1), tf.split(filters, groups, -1)
        )
        found = tf.concat([stock(part, kernel, **options) for part, kernel in parts], -1)
        return tf.transpose(found, [0, rank - 1, *range(1, rank - 1)]) if first else found

    nn_ops.convolution_v2 = convolution
    try:
        yield
    finally:
        nn_ops.convolution_v2 = stock
