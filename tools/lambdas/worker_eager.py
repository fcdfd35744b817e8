"""Loads and runs what was converted in TensorFlow 2 or Keras 3; answers as `worker_target` does."""

import importlib.util

import numpy as np
import tensorflow as tf
from serving import serve

tf.config.threading.set_inter_op_parallelism_threads(1)
tf.config.threading.set_intra_op_parallelism_threads(1)


def run(request):
    """Load a model and run it.

    Args:
        request: ``companion``, ``module`` to call it by, ``functions`` (layer, function, arguments)
            to try one by one, ``specs`` of inputs, ``inputs`` to read, ``model`` to load or None,
            ``values`` to write or None.

    Returns:
        ``failed`` by layer, ``ran``, ``problem`` of loading.
    """
    reply = {"failed": {}, "ran": [], "problem": None}
    names = [name for name, _, _ in request["specs"]]
    with np.load(request["inputs"]) as file:
        given = [tf.constant(file[name], dtype=kind) for name, kind, _ in request["specs"]]
    module = _import(request["companion"], request["module"])
    tf.keras.backend.clear_session()
    if request["functions"]:
        _try(request, module, reply["failed"])
    values = _load(request["model"], names, given, reply) if request["model"] else {}
    tf.keras.backend.clear_session()
    if request["values"]:
        np.savez(request["values"], **values)
    reply["ran"] = sorted(values)
    return reply


def _import(path, name):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _try(request, module, failed):
    """Which of the functions can be built, so that one does not hide the others."""
    given = [tf.keras.Input(shape, dtype=kind) for _, kind, shape in request["specs"]]
    for layer, function, arguments in request["functions"]:
        try:
            tf.keras.layers.Lambda(getattr(module, function), arguments=arguments)(given)
        except Exception as problem:
            failed[layer] = _short(problem)


def _load(path, names, given, reply):
    try:
        model = tf.keras.models.load_model(path, compile=False)
    except Exception as problem:
        reply["problem"] = _short(problem)
        return {}
    by_name = dict(zip(names, given))
    feed = [by_name[layer.name] for layer in model.layers if layer.name in by_name]
    values = {}
    for layer in model.layers:
        if layer.name in by_name:
            continue
        try:
            values[layer.name] = _plain(tf.function(layer)(feed))
        except Exception as problem:
            reply["failed"][layer.name] = "runs: " + _short(problem)
    return values


def _plain(value):
    value = np.asarray(value)
    return value.astype("S") if value.dtype == object else value


def _short(problem):
    return "%s: %s" % (type(problem).__name__, str(problem).strip().split("\n")[0][:200])


OPERATIONS = {"run": run}

if __name__ == "__main__":
    serve(OPERATIONS)
