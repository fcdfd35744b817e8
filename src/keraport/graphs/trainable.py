"""Which variables of a SavedModel are trained, by the names of their nodes.

Variables are in the graph in the order of their objects (``map_resources`` of
``python/saved_model/save.py``); a Keras model lists those that it trains.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from google.protobuf.message import DecodeError

if TYPE_CHECKING:
    from keraport.formats.saved_model import saved_model_pb2
    from keraport.graphs import graph_pb2 as pb

_LISTED = "trainable_variables"


def trainable_of(meta: pb.MetaGraph) -> frozenset[str]:
    """Names of the nodes of variables that training changes."""
    from keraport.formats.saved_model import saved_model_pb2

    graph = saved_model_pb2.ObjectGraph()
    try:
        graph.ParseFromString(meta.object_graph_def)
        if not graph.nodes:
            return _of_collection(meta)
    except DecodeError:
        return frozenset()
    nodes = [node.name for node in meta.graph_def.node if node.op == "VarHandleOp"]
    objects = [at for at, node in enumerate(graph.nodes) if node.HasField("variable")]
    listed = _listed(graph)
    return frozenset(
        name
        for name, at in zip(nodes, objects, strict=False)
        if (at in listed if listed is not None else graph.nodes[at].variable.trainable)
    )


def _of_collection(meta: pb.MetaGraph) -> frozenset[str]:
    """As TensorFlow 1 lists them."""
    from keraport.graphs import graph_pb2 as pb

    if _LISTED not in meta.collection_def:
        return frozenset()
    found = map(pb.VariableDef.FromString, meta.collection_def[_LISTED].bytes_list.value)
    return frozenset(item.variable_name.rpartition(":")[0] for item in found)


def _listed(graph: saved_model_pb2.ObjectGraph) -> frozenset[int] | None:
    """Numbers of the variables that the root says it trains; None if it says nothing."""
    children = {child.local_name: child.node_id for child in graph.nodes[0].children}
    place = children.get(_LISTED)
    if place is None or not 0 <= place < len(graph.nodes):
        return None
    return frozenset(child.node_id for child in graph.nodes[place].children)
