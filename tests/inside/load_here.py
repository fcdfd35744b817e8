"""Runs inside a real release: ``load_model``, as users call it there.

``python load_here.py JOBS.json``, where the file has ``module`` (whose ``load_model`` is called:
``keraport``, or a stub beside the file), ``imports`` (done before, in that order) and ``jobs``.
Each has ``path``, ``keywords``, ``keras`` (a module to be given, or none), ``own`` and ``called``
(a custom object to be given, or none) and ``arrays``. Prints a line of JSON: for each job the class of
the model, those of its layers, and how far its outputs are from those in ``arrays``, as a share of
the largest value; or the error.
"""

import importlib
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import numpy as np


def named(files, prefixes):
    """The keys ``in0``, ``input_0`` or ``x0``, ... in their order."""
    found = [key for key in files if key.rstrip("0123456789").rstrip("_") in prefixes]
    return sorted(found, key=lambda key: int(key.lstrip("abcdefghijklmnopqrstuvwxyz_")))


def difference(model, arrays):
    """How far the outputs of a model are from the recorded ones."""
    data = np.load(arrays)
    given = [data[key] for key in named(data.files, ("in", "input", "x"))]
    wanted = [data[key] for key in named(data.files, ("out", "output", "y"))]
    result = model.predict(given if len(given) > 1 else given[0])
    result = result if isinstance(result, (list, tuple)) else [result]
    assert given
    assert len(result) == len(wanted)
    return max(
        float(np.max(np.abs(one - other)) / (1e-6 + np.max(np.abs(other))))
        for one, other in zip(result, wanted)
    )


def done(load_model, job):
    """What a job gives."""
    keywords = dict(job.get("keywords", {}))
    if job.get("keras"):
        keywords["keras"] = importlib.import_module(job["keras"])
    if job.get("own"):
        module = importlib.import_module(job["own"])
        keywords["custom_objects"] = {job["called"]: getattr(module, job["called"])}
    try:
        model = load_model(job["path"], **keywords)
    except Exception as error:
        return {
            "error": type(error).__name__,
            "kind": getattr(error, "kind", ""),
            "text": str(error),
            "hint": getattr(error, "hint", ""),
        }
    return {
        "model": type(model).__module__,
        "layers": [type(layer).__name__ for layer in model.layers],
        "is_compiled": bool(getattr(model, "optimizer", None)),
        "difference": difference(model, job["arrays"]),
    }


with open(sys.argv[1]) as stream:
    request = json.load(stream)
sys.path[:0] = [os.path.dirname(os.path.abspath(sys.argv[1]))] + request.get("paths", [])
for name in request["imports"]:
    importlib.import_module(name)
load_model = importlib.import_module(request["module"]).load_model
print("RESULT " + json.dumps([done(load_model, job) for job in request["jobs"]]))
