"""Which layer of one network stands where a layer of the other stands, and what follows it."""

from __future__ import annotations

from collections.abc import Sequence

from keraport import hub
from keraport.analysis.order import layer_order
from keraport.discrepancies.editing import is_output, is_simple, next_of, readers
from keraport.discrepancies.functions import LINEAR, SWISH, Function, function_of, named
from keraport.discrepancies.linear import KERNELS
from keraport.model import Layer, Model
from keraport.records import dataclass

_IDLE = hub.names(lambda row: row.idle)
"""Layers that hand on what they get when a model predicts."""

_DECORATION = hub.names(lambda row: row.decorates)
_SIZES = ("units", "filters", "kernel_size", "strides", "output_dim", "depth_multiplier", "axis")


@dataclass(frozen=True, slots=True)
class Item:
    """Something that happens to what an anchor returns.

    Args:
        layer: the layer that does it; the anchor itself where its own activation does.
        function: the function that it applies to each number; None if it is something else.
    """

    layer: Layer
    function: Function | None

    @property
    def is_norm(self) -> bool:
        """True for a BatchNormalization."""
        return self.layer.class_name == "BatchNormalization"


def anchors(model: Model) -> list[Layer]:
    """The layers that both networks are expected to have, in an order of the graph alone."""
    return [layer for layer in layer_order(model) if layer.class_name not in _DECORATION]


def aligned(trained: Model, rebuilt: Model) -> list[tuple[str, str]]:
    """Names of layers that take each other's place, as far as can be told.

    By name where both have the same names, else by order if both have the same classes and sizes
    in the same order. A wrong guess does no harm here: what is made out of it computes the same as
    before, and only fits the other network worse.
    """
    ones, others = anchors(trained), anchors(rebuilt)
    if {layer.name for layer in ones} == {layer.name for layer in others}:
        return [(layer.name, layer.name) for layer in ones]
    if list(map(_kind, ones)) == list(map(_kind, others)):
        return [(one.name, other.name) for one, other in zip(ones, others, strict=True)]
    known = {layer.name: layer for layer in others}
    return [
        (layer.name, layer.name)
        for layer in ones
        if layer.name in known and _kind(layer) == _kind(known[layer.name])
    ]


def _kind(layer: Layer) -> tuple[str, ...]:
    return (layer.class_name, *(repr(_plain(layer.config.get(key))) for key in _SIZES))


def _plain(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def tail(model: Model, anchor: str) -> list[Item]:
    """What happens to the output of a layer until the next anchor, branch or end of the model."""
    layer = model.layer(anchor)
    found = []
    if layer.class_name in KERNELS:
        function = named(layer.config.get("activation"))
        if function != LINEAR:
            found.append(Item(layer, function))
    item = _following(model, anchor)
    while item is not None:
        found.append(item)
        item = _following(model, item.layer.name)
    return [item for item in found if not _is_idle(item)]


def _following(model: Model, name: str) -> Item | None:
    product = swish_behind(model, name)
    if product is not None:
        return Item(product[1], SWISH)
    layer = next_of(model, name)
    if layer is None or layer.class_name not in _DECORATION:
        return None
    return Item(layer, function_of(layer))


def swish_behind(model: Model, name: str) -> tuple[Layer, Layer] | None:
    """The sigmoid and the product behind a layer that together are ``x * sigmoid(x)``."""
    found = readers(model, name)
    if len(found) != 2 or is_output(model, name):
        return None
    for (sigmoid, _), (product, call) in (found, found[::-1]):
        if (
            product.class_name == "Multiply"
            and function_of(sigmoid) == ("sigmoid",)
            and is_simple(sigmoid)
            and len(product.calls) == 1
            and sorted(ref.layer for ref in call.refs()) == sorted((name, sigmoid.name))
            and len(readers(model, sigmoid.name)) == 1
            and not is_output(model, sigmoid.name)
        ):
            return sigmoid, product
    return None


def _is_idle(item: Item) -> bool:
    return item.layer.class_name in _IDLE or item.function == LINEAR


def norms(items: Sequence[Item]) -> list[tuple[int, Item]]:
    """The BatchNormalizations among them, each with the number of other items before it."""
    found, others = [], 0
    for item in items:
        if item.is_norm:
            found.append((others, item))
        else:
            others += 1
    return found
