"""What a SavedModel names in its graph: signatures, saver, initializer, assets."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Final

from keraport.errors import ForeignFileError, UsageError
from keraport.formats.limits import shown
from keraport.graphs.body import Body, Ref
from keraport.graphs.carry import Ends

if TYPE_CHECKING:
    from keraport.graphs import graph_pb2 as pb

_INIT: Final = "__saved_model_init_op"
_TRAIN: Final = "__saved_model_train_op"
_MAIN_OPS: Final = ("saved_model_main_op", "legacy_init_op")


def signatures_of(meta: pb.MetaGraph) -> list[str]:
    """Names of the signatures that somebody calls."""
    return sorted(name for name in meta.signature_def if name not in (_INIT, _TRAIN))


def keep_signatures(meta: pb.MetaGraph, wanted: Collection[str], where: str) -> None:
    """Leave out the signatures that are not wanted; all stay if none is named.

    Raises:
        UsageError: one is not there.
        ForeignFileError: there is none.
    """
    there = signatures_of(meta)
    if not there:
        raise ForeignFileError(
            f"{where}: has no signature, so nothing in it can be called by name",
            hint="save it with signatures: tf.saved_model.save(model, DIR, signatures=...)",
        )
    for name in wanted:
        if name not in there:
            known = ", ".join(there)[:300]
            raise UsageError(
                f"{where}: has no signature {shown(name)}, expected one of {known}",
                hint="--signature names a signature of the SavedModel",
            )
    for name in there:
        if wanted and name not in wanted:
            del meta.signature_def[name]


class Named:
    """The ends of a graph, and where their names stand in the message.

    Args:
        meta: the message, which is changed by `settle`.
    """

    def __init__(self, meta: pb.MetaGraph) -> None:
        self._meta = meta
        saver = meta.saver_def
        self._has_saver = bool(saver.restore_op_name)
        self._infos = [*_infos(meta)]
        self._assets = [item.tensor_info for item in meta.asset_file_def]
        self._init = _init(meta)
        names = (saver.filename_tensor_name, saver.save_tensor_name)
        self.ends = Ends(
            tuple(_ref(item.name) for item in self._infos),
            tuple(_ref(item.name) for item in self._assets),
            tuple(_ref(name) for name in names) if self._has_saver else (),
            (*[saver.restore_op_name] * self._has_saver, *[self._init] * bool(self._init)),
            restores=int(self._has_saver),
        )

    def settle(self, body: Body) -> None:
        """Write the names that the ends have in a carried body into the message."""
        names = [f"{ref.node}:{ref.output}" for ref in body.results]
        for info, name in zip([*self._infos, *self._assets], names, strict=False):
            info.name = name
        done = [*body.done]
        if self._has_saver and done:
            saver = self._meta.saver_def
            saver.filename_tensor_name, saver.save_tensor_name = names[-2:]
            saver.restore_op_name = done.pop(0)
        else:
            self._meta.ClearField("saver_def")
        for name in (_INIT, _TRAIN):
            if name in self._meta.signature_def:
                del self._meta.signature_def[name]
        self._meta.collection_def.clear()
        if done:
            self._meta.collection_def[_MAIN_OPS[0]].node_list.value.append(done[0])


def _infos(meta: pb.MetaGraph) -> Iterator[pb.TensorInfo]:
    for name in signatures_of(meta):
        signature = meta.signature_def[name]
        yield from (signature.inputs[key] for key in sorted(signature.inputs))
        yield from (signature.outputs[key] for key in sorted(signature.outputs))


def _init(meta: pb.MetaGraph) -> str:
    """The node that initializes tables; empty for none."""
    if _INIT in meta.signature_def and _INIT in meta.signature_def[_INIT].outputs:
        return _ref(meta.signature_def[_INIT].outputs[_INIT].name).node
    for key in _MAIN_OPS:
        if key in meta.collection_def and meta.collection_def[key].node_list.value:
            return _ref(meta.collection_def[key].node_list.value[0]).node
    return ""


def _ref(text: str) -> Ref:
    name, _, number = text.rpartition(":")
    return Ref(name, int(number)) if name and number.isdigit() else Ref(text)
