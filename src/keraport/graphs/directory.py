"""A SavedModel directory of another release, as its graph is: for TensorFlow 1."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from keraport.graphs.body import Ref
from keraport.graphs.carry import Carried, carry, graph_of
from keraport.graphs.contexts import contexts_of
from keraport.graphs.registry import registry
from keraport.graphs.variables import with_variables

if TYPE_CHECKING:
    from keraport.graphs import graph_pb2 as pb

INIT: Final = "__saved_model_init_op"
_MAIN_OP: Final = "saved_model_main_op"
_ASSETS: Final = "saved_model_assets"
_TYPE_URL: Final = "type.googleapis.com/tensorflow."


def ref(text: str) -> Ref:
    """``name:0`` as a `Ref`."""
    name, _, number = text.rpartition(":")
    return Ref(name, int(number)) if name else Ref(text)


def text(item: Ref) -> str:
    """A `Ref` as ``name:0``."""
    return f"{item.node}:{item.output}"


class Ends:
    """What is asked of a graph from outside, in one order before and after it is carried over."""

    def __init__(self, meta: pb.MetaGraph) -> None:
        self._meta = meta
        self.infos = [*self._infos()]
        self.results = [ref(info.name) for info in self.infos]
        saver = meta.saver_def
        self.has_saver = bool(saver.restore_op_name)
        if self.has_saver:
            self.results += [ref(saver.filename_tensor_name), ref(saver.save_tensor_name)]
        self.init = self._init()
        self.done = [saver.restore_op_name] * self.has_saver + [self.init] * bool(self.init)

    def _infos(self) -> Iterator[pb.TensorInfo]:
        for name, signature in sorted(self._meta.signature_def.items()):
            if name != INIT:
                yield from (signature.inputs[key] for key in sorted(signature.inputs))
                yield from (signature.outputs[key] for key in sorted(signature.outputs))
        yield from (item.tensor_info for item in self._meta.asset_file_def)

    def _init(self) -> str:
        if INIT in self._meta.signature_def:
            return ref(self._meta.signature_def[INIT].outputs[INIT].name).node
        listed = self._meta.collection_def[_MAIN_OP].node_list.value
        return listed[0] if listed else ""

    def settle(self, results: Iterable[Ref], done: Iterable[str]) -> None:
        """Write the carried names into the message."""
        names = [text(item) for item in results]
        for info, name in zip(self.infos, names, strict=False):
            info.name = name
        ends = [*done]
        if self.has_saver:
            saver = self._meta.saver_def
            saver.filename_tensor_name, saver.save_tensor_name = names[-2:]
            saver.restore_op_name = ends.pop(0)
        if INIT in self._meta.signature_def:
            del self._meta.signature_def[INIT]
        if _MAIN_OP in self._meta.collection_def:
            del self._meta.collection_def[_MAIN_OP]
        if self.init:
            self._meta.collection_def[_MAIN_OP].node_list.value.append(ends[0])


def carried_model(
    saved: pb.SavedModel, source: str, target: str, where: str
) -> tuple[bytes, Carried]:
    """``saved_model.pb`` for the target."""
    from keraport.graphs import graph_pb2 as pb

    meta = saved.meta_graphs[0]
    ends = Ends(meta)
    carried = carry(
        meta, registry(source), registry(target), target, where, ends.results, ends.done
    )
    if carried.refusals:
        return b"", carried
    ends.settle(carried.body.results, carried.body.done)
    carried.body, variables = with_variables(
        carried.body, [n.name for n in carried.body.nodes.values() if n.op == "VarHandleOp"]
    )
    for key in ("variables", "trainable_variables"):
        listed = [
            item.SerializeToString() for item in variables if key == "variables" or item.trainable
        ]
        if listed:
            meta.collection_def[key].bytes_list.value.extend(listed)
    for key, contexts in contexts_of(carried.body, registry(target)).items():
        meta.collection_def[key].bytes_list.value.extend(contexts)
    for item in meta.asset_file_def:
        packed = pb.Any(type_url=f"{_TYPE_URL}AssetFileDef", value=item.SerializeToString())
        meta.collection_def[_ASSETS].any_list.value.append(packed)
    versions = pb.Versions(producer=27, min_consumer=12)
    meta.graph_def.CopyFrom(graph_of(carried, versions))
    meta.meta_info_def.tensorflow_version = "1.12.0"
    meta.meta_info_def.tensorflow_git_version = ""
    meta.meta_info_def.ClearField("stripped_op_list")
    meta.object_graph_def = b""
    out = pb.SavedModel(saved_model_schema_version=1, meta_graphs=[meta])
    return out.SerializeToString(deterministic=True), carried
