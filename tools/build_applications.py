"""Build large models of ``tf.keras.applications`` of TensorFlow, with calibrated weights.

Run it with the Python of the runtime that ``keraport runtimes install tf2.3`` (or ``tf2.15``)
builds::

    PYTHON tools/build_applications.py OUT_DIR MobileNetV2 DenseNet121

For each name it writes ``<name>.h5`` and ``<name>.npz``: ``input_0``, ``output_0``, and
``rounding``, which is how far the outputs are from those of the same model in float64. Nothing is
downloaded: weights are random, and the statistics of every BatchNormalization are measured on a
forward pass, layer by layer, so that activations keep their scale and outputs differ by sample.
"""

from __future__ import annotations

import argparse
import os
import zlib
from pathlib import Path
from typing import Any

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import numpy as np
import tensorflow as tf

NEW = hasattr(tf.keras.layers, "Normalization")
Normalization = (
    tf.keras.layers if NEW else tf.keras.layers.experimental.preprocessing
).Normalization

APPLICATIONS = tuple(
    sorted(
        name
        for name, item in vars(tf.keras.applications).items()
        if callable(item) and name[0].isupper()
    )
)
"""Every model that the release brings along."""
VERSIONS = ("2.3.0", "2.15.1")
"""TensorFlow whose models it builds."""
PIXELS = ("ConvNeXt", "EfficientNet", "MobileNetV3", "RegNet", "ResNetRS")
"""Families that take pixels from 0 to 255 and scale them themselves."""
DEEP = ("ResNetRS270", "ResNetRS350", "ResNetRS420")
"""Models of hundreds of layers: rounding grows in them unless their branches add little."""
CLASSES, SAMPLES = 10, 4
SIDES = {"InceptionResNetV2": 160, "InceptionV3": 160}
SIDE = 96
"""Pixels: few enough to be quick, and so many that the statistics of the last layers are not those
of single positions, which would blow up every rounding."""
MOST_ROUNDING = 1e-3
CLEARLY = 0.01
"""Outputs of two samples, or of a fresh copy, differ by this at least (they are probabilities)."""


def randomise(model: Any, random: np.random.RandomState, gamma: float) -> None:
    """He-like kernels, small biases, gamma and beta around `gamma` and zero."""
    for weight in model.weights:
        shape = tuple(weight.shape.as_list())
        kind = weight.name.split("/")[-1].split(":")[0]
        if kind == "depthwise_kernel":
            value = random.normal(0.0, np.sqrt(2.0 / np.prod(shape[:2])), shape)
        elif len(shape) > 1:
            value = random.normal(0.0, np.sqrt(2.0 / np.prod(shape[:-1])), shape)
        elif kind == "gamma":
            value = random.uniform(0.7 * gamma, 1.3 * gamma, shape)
        elif kind in ("moving_variance", "variance"):
            value = random.uniform(0.7, 1.3, shape)
        else:
            value = random.normal(0.0, 0.2, shape)
        weight.assign(value.astype(weight.dtype.as_numpy_dtype))


def _predicting(layer: Any) -> Any:
    """What tells a layer that the model predicts, if it takes that."""
    return {"training": False} if getattr(layer, "_expects_training_arg", False) else {}


def adapt(layer: Any, mean: Any, variance: Any) -> None:
    """Give a Normalization these statistics, unless it was made with its own."""
    if not NEW:
        layer.mean.assign(mean)
        layer.variance.assign(variance)
    elif hasattr(layer, "adapt_mean"):
        layer.adapt_mean.assign(mean)
        layer.adapt_variance.assign(variance)
        layer.finalize_state()


def calibrate(model: Any, images: np.ndarray) -> None:
    """Set the statistics of each BatchNormalization and Normalization to those of its input.

    The graph is walked once, in order, so that every layer sees calibrated ones before it.
    """
    values = {model.input.ref(): tf.constant(images)}
    for layer in model.layers[1:]:
        node = layer.inbound_nodes[-1]
        tensors = [values[tensor.ref()] for tensor in tf.nest.flatten(node.input_tensors)]
        given = tensors if len(tensors) > 1 else tensors[0]

        def known(value):
            """What a tensor of the graph is for these images; other values as they are."""
            return values.get(value.ref(), value) if hasattr(value, "ref") else value

        arguments, named = tf.nest.map_structure(known, (node.call_args, node.call_kwargs))
        if isinstance(layer, tf.keras.layers.BatchNormalization):
            mean, variance = tf.nn.moments(given, axes=[0, 1, 2])
            layer.moving_mean.assign(mean)
            layer.moving_variance.assign(variance + 1e-4)
        elif isinstance(layer, Normalization):
            mean, variance = tf.nn.moments(given, axes=[0, 1, 2])
            adapt(layer, mean, variance)
        values[node.outputs.ref()] = layer(*arguments, **{**named, **_predicting(layer)})


def in_doubles(name: str, model: Any, images: np.ndarray) -> np.ndarray:
    """The outputs of an application computed in float64, with the weights of `model`."""
    side = images.shape[1]
    tf.keras.backend.set_floatx("float64")
    try:
        twin = getattr(tf.keras.applications, name)(
            weights=None, input_shape=(side, side, 3), classes=CLASSES
        )
        twin.set_weights(model.get_weights())
        return np.asarray(twin.predict(images.astype("float64"), batch_size=SAMPLES))
    finally:
        tf.keras.backend.set_floatx("float32")


def build(name: str, folder: Path) -> None:
    """Build, calibrate, check and save one application.

    Raises:
        SystemExit: its outputs would not tell a wrong model from a right one.
    """
    tf.keras.backend.clear_session()
    tf.random.set_seed(1)
    random = np.random.RandomState(zlib.crc32(name.encode()))
    side = SIDES.get(name, SIDE)
    options = {"weights": None, "input_shape": (side, side, 3), "classes": CLASSES}
    model = getattr(tf.keras.applications, name)(**options)
    images = random.normal(0.0, 1.0, (SAMPLES, side, side, 3)).astype("float32")
    images += random.normal(0.0, 1.0, (SAMPLES, 1, 1, 3)).astype("float32")
    if name.startswith(PIXELS):
        images = np.clip(128 + 40 * images, 0, 255)
    untrained = model.predict(images, batch_size=SAMPLES)
    randomise(model, random, 0.3 if name in DEEP else 1.0)
    calibrate(model, images)
    # A Normalization has its statistics as constants, which what was traced before would keep.
    model.predict_function = None
    outputs = model.predict(images, batch_size=SAMPLES)
    spread = float(np.ptp(outputs, axis=0).max())
    moved = float(np.abs(outputs - untrained).max())
    print(f"{name}: outputs spread by {spread:.3f}, differ from a fresh copy by {moved:.3f}")
    if min(spread, moved) < CLEARLY:
        raise SystemExit(f"{name}: outputs are nearly constant, a wrong model could pass")
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.save(str(folder / f"{name}.h5"))
    rounding = float(np.abs(in_doubles(name, model, images) - outputs).max() / outputs.max())
    if rounding > MOST_ROUNDING:
        raise SystemExit(f"{name}: {rounding:.1e} away from itself in float64")
    np.savez_compressed(
        str(folder / f"{name}.npz"), input_0=images, output_0=outputs, rounding=rounding
    )


def main() -> None:
    """Build what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out_dir", type=Path)
    parser.add_argument("name", nargs="+", choices=APPLICATIONS)
    arguments = parser.parse_args()
    if tf.__version__ not in VERSIONS:
        raise SystemExit(f"this is TensorFlow {tf.__version__}, expected {' or '.join(VERSIONS)}")
    arguments.out_dir.mkdir(parents=True, exist_ok=True)
    for name in arguments.name:
        build(name, arguments.out_dir)


if __name__ == "__main__":
    main()
