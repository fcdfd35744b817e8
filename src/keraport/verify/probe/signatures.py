"""Calls the signatures of a SavedModel, as the release's own loader gives them."""
# ruff: noqa: F401, UP010, UP031, UP035, B905

from __future__ import absolute_import

import importlib

import numpy as np
from probe import loading  # type: ignore[import-not-found]
from probe.operations import describe_array, plain, read_arrays  # type: ignore[import-not-found]

MYPY = False
if MYPY:
    from typing import Any, Dict, List

TAG = "serve"


def call(request):
    # type: (Dict[str, Any]) -> Dict[str, Any]
    """Call ``signature`` of the SavedModel ``model`` with ``inputs`` by their ``names``.

    Returns:
        versions, and outputs (name, shape, dtype) in the order of their names; the values are
        written to the file ``outputs``.
    """
    tf = importlib.import_module("tensorflow")
    arrays = read_arrays(request["inputs"], "input")
    named = dict(zip(request["names"], arrays))
    run = _in_session if tf.__version__.startswith("1.") else _by_function
    found = run(tf, str(request["model"]), str(request["signature"]), named)
    names = sorted(found)
    results = [plain(_text(np.asarray(found[name]))) for name in names]
    np.savez(
        request["outputs"], **{"output_%d" % index: array for index, array in enumerate(results)}
    )
    return {
        "versions": loading.versions(),
        "outputs": [describe_array(array, name=name) for name, array in zip(names, results)],
        "layers": [],
        "skipped": [],
    }


def nodes(request):
    # type: (Dict[str, Any]) -> Dict[str, Any]
    """The values of nodes of a signature's graph, by ``nodes``, which are names of operations.

    Arguments are those of `call`. What the graph does not have, or does not run, is left out.

    Returns:
        versions, and names of the nodes whose values were written, in the order of ``nodes``.
    """
    tf = importlib.import_module("tensorflow")
    arrays = read_arrays(request["inputs"], "input")
    named = dict(zip(request["names"], arrays))
    run = _nodes_in_session if tf.__version__.startswith("1.") else _nodes_when_frozen
    found = run(tf, str(request["model"]), str(request["signature"]), named, request["nodes"])
    names = [name for name in request["nodes"] if name in found]
    written = {"output_%d" % index: plain(found[name]) for index, name in enumerate(names)}
    np.savez(request["outputs"], **written)
    return {"versions": loading.versions(), "nodes": names}


def _nodes_in_session(tf, path, signature, named, wanted):
    # type: (Any, str, str, Dict[str, Any], List[str]) -> Dict[str, Any]
    with tf.Graph().as_default() as graph, tf.Session() as session:
        meta = tf.saved_model.loader.load(session, [TAG], path)
        about = meta.signature_def[signature]
        feed = {about.inputs[name].name: array for name, array in named.items()}
        return _values(graph, session, wanted, feed)


def _nodes_when_frozen(tf, path, signature, named, wanted):
    # type: (Any, str, str, Dict[str, Any], List[str]) -> Dict[str, Any]
    """Functions are inlined by TensorFlow itself when it freezes a signature."""
    convert = importlib.import_module("tensorflow.python.framework.convert_to_constants")
    loaded = tf.saved_model.load(path)
    frozen = convert.convert_variables_to_constants_v2(
        loaded.signatures[signature], lower_control_flow=False
    )
    places = {tensor.op.name: tensor.name for tensor in frozen.inputs}
    with tf.Graph().as_default() as graph:
        tf.graph_util.import_graph_def(frozen.graph.as_graph_def(), name="")
        with tf.compat.v1.Session(graph=graph) as session:
            feed = {places[name]: array for name, array in named.items() if name in places}
            return _values(graph, session, wanted, feed)


def _values(graph, session, wanted, feed):
    # type: (Any, Any, List[str], Dict[str, Any]) -> Dict[str, Any]
    """First outputs of what the graph has, all at once; nothing if it does not run."""
    there = {operation.name: operation for operation in graph.get_operations()}
    fetched = {
        name: name + ":0"
        for name in wanted
        if name in there and there[name].outputs and there[name].outputs[0].dtype.is_floating
    }
    return dict(session.run(fetched, feed))


def _in_session(tf, path, signature, named):
    # type: (Any, str, str, Dict[str, Any]) -> Dict[str, Any]
    with tf.Graph().as_default(), tf.Session() as session:
        meta = tf.saved_model.loader.load(session, [TAG], path)
        about = meta.signature_def[signature]
        feed = {about.inputs[name].name: array for name, array in named.items()}
        wanted = {name: info.name for name, info in about.outputs.items()}
        return dict(session.run(wanted, feed))


def _by_function(tf, path, signature, named):
    # type: (Any, str, str, Dict[str, Any]) -> Dict[str, Any]
    loaded = tf.saved_model.load(path)
    function = loaded.signatures[signature]
    fed = {name: tf.constant(array) for name, array in named.items()}
    return {name: value.numpy() for name, value in function(**fed).items()}


def _text(array):
    # type: (Any) -> Any
    """Strings as text; TensorFlow gives them as bytes."""
    if array.dtype.kind == "O":
        flat = [
            item.decode("utf-8", "backslashreplace") if isinstance(item, bytes) else str(item)
            for item in array.reshape(-1)
        ]
        return np.array(flat, dtype="U").reshape(array.shape)
    if array.dtype.kind == "S":
        return np.char.decode(array, "utf-8", "backslashreplace")
    return array
