"""Loads and runs what was converted in TensorFlow 1.12.0, and reports what it should not do.

Python 3.6. Marks for whoever reads the log of strace
are files that do not exist, asked for: ``/keraport-mark/NUMBER/begin`` and ``.../end``.
"""

import importlib.util
import marshal
import os
import pickle
import sys

import numpy as np
import tensorflow as tf
from serving import serve

K = tf.keras.backend
SEEN = []
WATCHED = [
    (marshal, "loads"),
    (marshal, "load"),
    (pickle, "loads"),
    (pickle, "load"),
    (pickle, "Unpickler"),
    (sys.modules["builtins"], "compile"),
    (sys.modules["builtins"], "exec"),
    (sys.modules["builtins"], "eval"),
]
REAL = {(module.__name__, name): getattr(module, name) for module, name in WATCHED}
_listening = [False]


def _reporting(module, name):
    real = getattr(module, name)

    def report(*args, **kwargs):
        if _listening[0]:
            frame = sys._getframe(1)
            SEEN.append(
                "%s.%s called by %s:%d"
                % (module.__name__, name, frame.f_code.co_filename, frame.f_lineno)
            )
        return real(*args, **kwargs)

    return report


def _listen(on):
    """Put the reporting functions in the places of the real ones, or the real ones back."""
    for module, name in WATCHED:
        real = REAL[module.__name__, name]
        setattr(module, name, real)
        if on:
            setattr(module, name, _reporting(module, name))
    _listening[0] = on


def run(request):
    """Load a model and run it.

    Args:
        request: ``mark``, ``companion``, ``module`` to call it by, ``functions`` (layer, function,
            arguments) to try one by one, ``specs`` of inputs, ``inputs`` to read, ``model`` to
            load or None, ``values`` to write or None.

    Returns:
        ``failed`` by layer, ``ran``, ``events`` of the patched functions, ``error`` of loading.
    """
    inputs = dict(np.load(request["inputs"]))
    module = _import(request["companion"], request["module"])
    reply = {"failed": {}, "ran": [], "problem": None}
    del SEEN[:]
    K.clear_session()
    _mark(request["mark"], "begin")
    _listen(True)
    values = {}
    try:
        if request["functions"]:
            _try(request, module, reply["failed"])
        if request["model"]:
            values = _load(request, inputs, reply)
    finally:
        _listen(False)
        _mark(request["mark"], "end")
    K.clear_session()
    if request["values"]:
        np.savez(request["values"], **values)
    reply["ran"] = sorted(values)
    reply["events"] = list(SEEN)
    return reply


def _import(path, name):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _mark(number, word):
    try:
        os.stat("/keraport-mark/%s/%s" % (number, word))
    except OSError:
        pass


def _try(request, module, failed):
    """Which of the functions can be built, so that one does not hide the others."""
    given = [tf.keras.Input(shape, dtype=dtype) for _, dtype, shape in request["specs"]]
    for layer, function, arguments in request["functions"]:
        try:
            made = tf.keras.layers.Lambda(getattr(module, function), arguments=arguments)(given)
            if not isinstance(made, tf.Tensor):
                raise TypeError("no tensor")
        except Exception as problem:
            failed[layer] = _short(problem)
    K.clear_session()


def _load(request, inputs, reply):
    try:
        model = tf.keras.models.load_model(request["model"], custom_objects=None, compile=False)
    except Exception as problem:
        reply["problem"] = _short(problem)
        return {}
    feed = {tensor: inputs[name] for name, tensor in zip(model.input_names, model.inputs)}
    outputs = dict(zip(model.output_names, model.outputs))
    session = K.get_session()
    try:
        return {name: _plain(value) for name, value in session.run(outputs, feed).items()}
    except Exception:
        pass
    values = {}
    for name, tensor in outputs.items():
        try:
            values[name] = _plain(session.run(tensor, feed))
        except Exception as problem:
            reply["failed"][name] = "runs: " + _short(problem)
    return values


def _plain(value):
    value = np.asarray(value)
    return value.astype("S") if value.dtype == object else value


def _short(problem):
    return "%s: %s" % (type(problem).__name__, str(problem).strip().split("\n")[0][:200])


def modules(request):
    """The files of all modules that are loaded, which ``inspect`` looks at for warnings."""
    del request
    files = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
    return {"files": sorted({os.path.abspath(path) for path in files if path})}


OPERATIONS = {"run": run, "modules": modules}

if __name__ == "__main__":
    serve(OPERATIONS)
