"""Layers whose ``call`` takes further tensors, which TensorFlow 1 cannot load from a file.

TensorFlow 2.3 saves a tensor in a keyword argument of a call with the layer that it comes from
(``_serialize_keras_tensor`` in ``tensorflow/python/keras/engine/node.py``); TensorFlow 1.12 hands
such keywords on as they stand in the file, as lists of names.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst
import libcst.matchers as m

from keraport.porting.context import Context

_HELPER = "_takes_tensors"
_BY_KERAS = frozenset(
    {"constants", "initial_state", "mask", "state", "states", "training", "input_shape"}
)
"""Parameters that Keras itself fills, or hands on."""


def takes_tensors(original: cst.ClassDef, updated: cst.ClassDef, context: Context) -> cst.ClassDef:
    """``def call(self, query, memory)`` takes a list, too, once models are loaded with it."""
    own = context.tree.classes[id(original)]
    call = own.methods.get("call")
    if call is None or original.name.value not in context.layers:
        return updated
    names = list(_tensors(call))
    if not names:
        return updated
    first = [*call.params.posonly_params, *call.params.params][1].name.value
    if _takes_several(call, first):
        context.left(
            call,
            f"{first} of call is a list, and {', '.join(names)} may be tensors, too: take them all "
            f"in that list, for {context.target.title} loads no other tensors",
        )
        return updated
    told = f"{original.name.value} takes {', '.join(names)} as further inputs, too"
    context.changed(original, told)
    args = [cst.Arg(cst.SimpleString(f'"{name}"')) for name in names]
    made = cst.Decorator(cst.Call(context.helper(_HELPER), args))
    return updated.with_changes(decorators=[*updated.decorators, made])


def _tensors(call: cst.FunctionDef) -> Iterator[str]:
    """Parameters after the first that tensors may be given for."""
    params = [*call.params.posonly_params, *call.params.params]
    for item in [*params[2:], *call.params.kwonly_params]:
        none = item.default is None or m.matches(item.default, m.Name("None"))
        if none and item.name.value not in _BY_KERAS:
            yield item.name.value


def _takes_several(call: cst.FunctionDef, name: str) -> bool:
    """True if the first parameter of ``call`` is unpacked, counted, or looked at item by item."""
    tensor = m.Name(name)
    item = m.Subscript(tensor, [m.SubscriptElement(m.Index(m.Integer()))])
    targets = [m.AssignTarget(m.Tuple() | m.List())]
    unpacked = m.Assign(targets, tensor)
    tested = m.Call(m.Name("isinstance") | m.Name("len"), [m.Arg(tensor), m.ZeroOrMore()])
    return bool(m.findall(call.body, item | unpacked | tested))
