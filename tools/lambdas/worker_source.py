"""Builds, runs and saves Lambdas in the release that they are written for (TensorFlow 2.0 on)."""

import math

import numpy as np
import tensorflow as tf
from serving import serve
from tensorflow import keras
from tensorflow.keras import backend as K

tf.config.threading.set_inter_op_parallelism_threads(1)
tf.config.threading.set_intra_op_parallelism_threads(1)


def build(request):
    """A model of all functions that the release itself can build and run, with its values.

    Args:
        request: ``functions`` (name, text, arguments), ``specs`` of the inputs (name, dtype,
            shape), files: ``inputs`` and ``moved`` to read, ``model`` and ``values`` to write.

    Returns:
        ``failed`` by name, and by how much each output ``moves`` with the moved inputs.
    """
    K.clear_session()
    inputs = [keras.Input(shape, dtype=dtype, name=name) for name, dtype, shape in request["specs"]]
    failed, layers, outputs = {}, {}, {}
    for item in request["functions"]:
        name = item["name"]
        try:
            layer = keras.layers.Lambda(
                _function(item["text"]), name=name, arguments=item["arguments"]
            )
            outputs[name] = layer(inputs)
            layers[name] = layer
            if not (hasattr(outputs[name], "shape") and hasattr(outputs[name], "dtype")):
                raise TypeError("no tensor")
        except Exception as problem:
            outputs.pop(name, None)
            failed[name] = _short(problem)
    given = [_read(path, request["specs"]) for path in (request["inputs"], *request["moved"])]
    values = _values(layers, outputs, inputs, given, failed)
    names = [name for name in outputs if name in values[0]]
    moves = {}
    if names:
        keras.Model(inputs, [outputs[name] for name in names]).save(request["model"])
        np.savez(request["values"], **{name: _plain(values[0][name]) for name in names})
        moves = {
            name: max(_moved(values[0][name], other[name]) for other in values[1:])
            for name in names
        }
    K.clear_session()
    return {"failed": failed, "moves": moves}


def _function(text):
    space = {"tf": tf, "K": K, "np": np, "math": math, "keras": keras}
    exec(text, space)
    function = space["f"]
    function.__name__ = "<lambda>"  # Keras keeps the code of those only
    return function


def _values(layers, outputs, inputs, given, failed):
    """Values of each output by name for each of what is given, as one graph where that runs."""
    names = list(outputs)
    if not names:
        return [{} for _ in given]
    model = keras.Model(inputs, [outputs[name] for name in names])
    try:
        run = tf.function(lambda *tensors: model(list(tensors)), input_signature=_signature(inputs))
        found = [run(*tensors) for tensors in given]
        found = [item if isinstance(item, (list, tuple)) else [item] for item in found]
        return [{name: value.numpy() for name, value in zip(names, item)} for item in found]
    except Exception:
        pass
    found = [{} for _ in given]
    for name in names:
        try:
            layer = layers[name]
            run = tf.function(
                lambda *tensors: layer(list(tensors)), input_signature=_signature(inputs)
            )
            values = [run(*tensors).numpy() for tensors in given]
        except Exception as problem:
            failed[name] = _short(problem)
            continue
        for place, value in zip(found, values):
            place[name] = value
    return found


def _signature(inputs):
    return [tf.TensorSpec(item.shape, item.dtype) for item in inputs]


def _read(path, specs):
    with np.load(path) as file:
        return [tf.constant(file[name], dtype=dtype) for name, dtype, _ in specs]


def _plain(value):
    value = np.asarray(value)
    return value.astype("S") if value.dtype == object else value


def _moved(one, other):
    """The largest difference of finite values; infinite where places of NaN differ."""
    one, other = np.asarray(one), np.asarray(other)
    if one.shape != other.shape:
        return 1e300
    if one.dtype.kind in "OSU":
        return 0.0 if (one == other).all() else 1e300
    one, other = one.astype(np.complex128), other.astype(np.complex128)
    same = (one == other) | (np.isnan(one) & np.isnan(other))
    if same.all():
        return 0.0
    with np.errstate(all="ignore"):
        difference = np.abs(one - other)[~same]
    return 1e300 if not np.isfinite(difference).all() else float(difference.max())


def _short(problem):
    return "%s: %s" % (type(problem).__name__, str(problem).strip().split("\n")[0][:200])


OPERATIONS = {"build": build}

if __name__ == "__main__":
    serve(OPERATIONS)
