"""Seeded numbers: inputs, targets, and weights far from their initial values.

Python 3.6 to 3.13.
"""

import zlib
from typing import Any, List

import numpy as np

from matrix.case import Case
from matrix.positions import fed

SAMPLES = 4
WORDS = np.array(["the", "quick", "brown", "fox", "jumps", "over", "a", "lazy", "dog", ""])

POSITIVE = ("gamma", "scale", "moving_variance", "variance", "moving_stddev", "kernel_scale")
"""Kinds of weights that are divided by, or that make outputs vanish near 0."""
KEPT = ("mean", "variance", "count")
"""Kinds of weights of preprocessing layers, which `adapt` sets."""


def generator(name: str, purpose: str) -> Any:
    """Numbers that depend on the case and the purpose only."""
    return np.random.RandomState(zlib.crc32(("%s:%s" % (name, purpose)).encode()))


def draw_inputs(case: Case) -> List[np.ndarray]:
    """One array for each input of the model."""
    random = generator(case.name, "inputs")
    arrays = []
    for one in fed(case):
        shape = (one.batch or SAMPLES,) + tuple(size or case.unknown for size in one.shape)
        arrays.append(_draw(one.draw, shape, one.dtype or "float32", random))
    return arrays


def _draw(kind: Any, shape: Any, dtype: str, random: Any) -> np.ndarray:
    if kind == "words":
        return random.choice(WORDS, shape)
    if kind == "texts":
        texts = [" ".join(random.choice(WORDS, 5)) for _ in range(int(np.prod(shape)))]
        return np.array(texts).reshape(shape)
    if isinstance(kind, int):
        return random.randint(0, kind, shape).astype(dtype)
    if kind == "padded":
        array = random.normal(0.0, 1.0, shape)
        # At the end, in the middle, at the start; sample 0 stays whole.
        array[1, -2:], array[2, 2:3], array[3, :1] = 0.0, 0.0, 0.0
    elif kind == "positive":
        array = random.uniform(0.0, 1.0, shape)
    elif kind == "pixels":
        array = random.uniform(0.0, 255.0, shape)
    else:
        array = random.normal(0.0, 1.0, shape)
    return array.astype(dtype)


def nudged(arrays: List[np.ndarray]) -> List[np.ndarray]:
    """The same inputs, moved by one unit in the last place.

    Zeros stay: next to them stands a number that TensorFlow 2.0 does not flush to 0, so that a step
    which was masked would no longer be.
    """
    return [
        np.where(array == 0, array, np.nextafter(array, np.inf)).astype(array.dtype)
        if array.dtype.kind == "f"
        else array
        for array in arrays
    ]


def draw_target(kind: str, output: np.ndarray, random: Any) -> np.ndarray:
    """What an output is trained towards."""
    if kind == "onehot":
        return np.eye(output.shape[-1], dtype="float32")[
            random.randint(0, output.shape[-1], output.shape[:-1])
        ]
    if kind == "sparse":
        return random.randint(0, output.shape[-1], output.shape[:-1])
    if kind == "binary":
        return random.randint(0, 2, output.shape).astype("float32")
    return random.uniform(0.1, 1.0, output.shape).astype("float32")


def move_weights(release: Any, model: Any, name: str) -> None:
    """Give every weight values unlike its initial ones, scaled so that nothing saturates."""
    random = generator(name, "weights")
    kept = {
        id(weight)
        for layer in release.layers_within(model)
        if hasattr(layer, "adapt")
        for weight in layer.weights
    }
    values = model.get_weights()
    weights = release.weights_of(model)
    for weight, value in zip(weights, values):
        # Tables of words have no shape, and stay what they are.
        if hasattr(weight, "shape") and tuple(map(int, weight.shape)) != np.shape(value):
            raise ValueError("weights and their values are in different orders")
    moved = []
    for weight, value in zip(weights, values):
        value = np.asarray(value)
        if value.dtype.kind != "f" or id(weight) in kept:
            moved.append(value)
        else:
            moved.append(_moved(_kind(weight), value, random))
    model.set_weights(moved)


def _kind(weight: Any) -> str:
    path = getattr(weight, "path", None) or weight.name
    return str(path).split("/")[-1].split(":")[0]


def _moved(kind: str, value: np.ndarray, random: Any) -> np.ndarray:
    shape = value.shape
    if kind in POSITIVE or kind.rstrip("_0123456789").endswith("variance"):
        made = random.uniform(0.5, 1.8, shape)
    elif kind == "embeddings":
        made = random.normal(0.0, 1.0, shape)
    elif len(shape) < 2 or kind in ("bias", "alpha"):
        made = random.normal(0.0, 0.4, shape)
    elif kind == "depthwise_kernel":
        made = random.normal(0.0, 1.2 / np.sqrt(np.prod(shape[:-2])), shape)
    else:
        made = random.normal(0.0, 1.2 / np.sqrt(np.prod(shape[:-1])), shape)
    return made.astype(value.dtype)
