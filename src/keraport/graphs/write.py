"""A carried graph as the files of TensorFlow 1 hold it."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from keraport.errors import UsageError
from keraport.graphs.contexts import contexts_of
from keraport.graphs.emit import nodes_of_graph
from keraport.graphs.variables import with_variables

if TYPE_CHECKING:
    from keraport.catalog.releases import Release
    from keraport.graphs import graph_pb2 as pb
    from keraport.graphs.body import Body
    from keraport.graphs.carry import Crossing

_PRODUCER: Final = 27
"""``TF_GRAPH_DEF_VERSION`` of TensorFlow 1.12; later ones read what it wrote."""
_CONSUMER: Final = 12
_ASSETS: Final = "saved_model_assets"
_ANY: Final = "type.googleapis.com/tensorflow.AssetFileDef"
_MOST_BYTES: Final = 2**31 - 1


def saved_model(
    meta: pb.MetaGraph,
    body: Body,
    trainable: Collection[str],
    target: Release,
    crossing: Crossing,
) -> bytes:
    """``saved_model.pb``, with variables in the collections of TensorFlow 1.

    Args:
        meta: as read, with the names of the carried graph in signatures and saver.
        body: the carried graph.
        trainable: names of the nodes of variables that training changes.
        target: the release that is to open it.
        crossing: the operations of both sides.
    """
    from keraport.graphs import graph_pb2 as pb

    body, variables = with_variables(body, trainable, crossing.where)
    lists = {
        "variables": variables,
        "trainable_variables": [item for item in variables if item.trainable],
    }
    for key, items in lists.items():
        if items:
            texts = [item.SerializeToString(deterministic=True) for item in items]
            meta.collection_def[key].bytes_list.value.extend(texts)
    for key, contexts in contexts_of(body, crossing.target).items():
        meta.collection_def[key].bytes_list.value.extend(contexts)
    for asset in meta.asset_file_def:
        packed = pb.Any(type_url=_ANY, value=asset.SerializeToString(deterministic=True))
        meta.collection_def[_ASSETS].any_list.value.append(packed)
    meta.graph_def.CopyFrom(_graph(body))
    about = meta.meta_info_def
    about.tensorflow_version = target.tensorflow
    for field in ("tensorflow_git_version", "stripped_op_list", "stripped_default_attrs"):
        about.ClearField(field)
    meta.object_graph_def = b""
    saved = pb.SavedModel(saved_model_schema_version=1, meta_graphs=[meta])
    return _within(saved.SerializeToString(deterministic=True), "the graph")


def versions() -> pb.Versions:
    """Of a graph that every TensorFlow from 1.12 on reads."""
    from keraport.graphs import graph_pb2 as pb

    return pb.Versions(producer=_PRODUCER, min_consumer=_CONSUMER)


def _graph(body: Body) -> pb.Graph:
    from keraport.graphs import graph_pb2 as pb

    return pb.Graph(node=nodes_of_graph(body), versions=versions())


def _within(data: bytes, what: str) -> bytes:
    if len(data) > _MOST_BYTES:
        raise UsageError(
            f"{what} has {len(data):,} bytes, and TensorFlow reads messages up to {_MOST_BYTES:,}",
            hint="name signatures that need less: --signature NAME",
        )
    return data
