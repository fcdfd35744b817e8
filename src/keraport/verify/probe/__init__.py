"""Runs inside a real release, served by ``keraport/runtimes/serve.py``; never imported by keraport.

Python 2.7 to 3.13; the standard library and the release (with the NumPy it brings) only. Every
operation takes a dict and returns one, both JSON. A model is named by either of::

    {"model": path}                             a whole model, for the stock load_model
    {"architecture": path, "weights": path}     JSON, and weights loaded in order (may be absent)

and beside it ``objects`` (paths of Python files with custom objects) and ``compile``.
Arrays travel in ``.npz`` files: ``input_0``, ... in the order of the model, likewise ``output_0``.
"""

from probe.operations import describe, fresh, installed, predict, train  # type: ignore[import-not-found]
from probe.signatures import call, nodes  # type: ignore[import-not-found]
from probe.weights import held, weights  # type: ignore[import-not-found]

OPERATIONS = {
    "installed": installed,
    "describe": describe,
    "predict": predict,
    "call": call,
    "nodes": nodes,
    "fresh": fresh,
    "train": train,
    "weights": weights,
    "held": held,
}
