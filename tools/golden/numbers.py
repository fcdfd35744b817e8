"""Seeded numbers: weights far from their initial values, inputs, and targets to train on."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from golden.case import Case, Model, settle


def generator(name: str, purpose: str) -> np.random.RandomState:
    """Numbers that depend on the case and the purpose only, not on the cases before it."""
    return np.random.RandomState(zlib.crc32(f"{name}:{purpose}".encode()))


WORDS = np.array(["the", "quick", "fox", "jumps", "over", "a", "lazy", ""])

_POSITIVE = ("gamma", "kernel_scale", "moving_variance", "variance")
"""Kinds of weights that are divided by, or that make a layer's output vanish near 0."""

_REPEATED: dict[str, Callable[[list[np.ndarray]], np.ndarray]] = {
    "moving_stddev": lambda values: np.sqrt(values[-1] + 1e-3),
    "renorm_mean": lambda values: values[-3],
    "renorm_stddev": lambda values: values[-2],
}
"""Kinds that tell, for training, what a weight before them tells for inference."""


def move_weights(model: Model, name: str) -> None:
    """Give every weight values unlike its initial ones, scaled so that nothing saturates."""
    random = generator(name, "weights")
    values: list[np.ndarray] = []
    for weight in model.weights:
        kind = _kind(weight)
        made = _REPEATED[kind](values) if kind in _REPEATED else _value(weight, random)
        values.append(made)
    model.set_weights(values)
    settle(model)


def _kind(weight: Any) -> str:
    return weight.name.split("/")[-1].split(":")[0]


def _value(weight: Any, random: np.random.RandomState) -> np.ndarray:
    shape = tuple(weight.shape.as_list())
    kind = _kind(weight)
    if kind in _POSITIVE:
        value = random.uniform(0.5, 1.8, shape)
    elif kind == "embeddings":
        value = random.normal(0.0, 1.0, shape)
    elif len(shape) < 2 or kind in ("bias", "alpha"):
        value = random.normal(0.0, 0.4, shape)
    elif kind == "depthwise_kernel":
        value = random.normal(0.0, 1.2 / np.sqrt(np.prod(shape[:-2])), shape)
    else:
        value = random.normal(0.0, 1.2 / np.sqrt(np.prod(shape[:-1])), shape)
    return value.astype(weight.dtype.as_numpy_dtype)


def draw_inputs(model: Model, case: Case, purpose: str = "inputs") -> list[np.ndarray]:
    """One array for each input of the model, floats of both signs, integers or words."""
    random = generator(case.name, purpose)
    arrays = []
    for tensor in model.inputs:
        batch, *rest = tensor.shape.as_list()
        shape = (batch or case.batch, *(size or case.unknown for size in rest))
        if tensor.dtype == tf.string:
            arrays.append(random.choice(WORDS, shape))
            continue
        if case.fed:
            arrays.append(random.normal(0.0, 3.0, shape).astype(case.fed))
            continue
        if tensor.dtype.is_integer or _is_embedded(model, tensor):
            array = random.randint(1 if case.masked else 0, case.integers, shape)
        elif tensor.dtype.is_bool:
            array = random.randint(0, 2, shape)
        else:
            array = random.normal(0.0, 1.0, shape)
        if case.masked:
            _pad(array)
        arrays.append(array.astype(tensor.dtype.as_numpy_dtype))
    return arrays


def _is_embedded(model: Model, tensor: Any) -> bool:
    """Whether the input holds indices: the input of a Sequential is float32 even then."""
    embeddings = [item for item in model.layers if isinstance(item, tf.keras.layers.Embedding)]
    return any(layer.get_input_at(0) is tensor for layer in embeddings)


def _pad(array: np.ndarray) -> None:
    """Zero some timesteps: at the end, in the middle, at the start; sample 0 stays whole."""
    array[1, -2:] = 0
    array[2, 2:3] = 0
    array[3, :1] = 0


def draw_targets(kind: str, output: np.ndarray, name: str) -> np.ndarray:
    """Targets that fit an output: ``real``, ``positive``, ``binary``, ``onehot`` or ``sparse``."""
    random = generator(name, "targets")
    if kind == "real":
        return random.normal(0.0, 1.0, output.shape).astype(output.dtype)
    if kind == "positive":
        return random.uniform(0.1, 1.0, output.shape).astype(output.dtype)
    if kind == "binary":
        return random.randint(0, 2, output.shape).astype(output.dtype)
    classes = random.randint(0, output.shape[-1], output.shape[:-1])
    if kind == "sparse":
        return classes
    return np.eye(output.shape[-1], dtype=output.dtype)[classes]
