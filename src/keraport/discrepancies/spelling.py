"""The same function in the words of the architecture: leaky ReLU, thresholds, swish as product."""

from __future__ import annotations

from dataclasses import replace

from keraport.analysis.rewiring import output_of
from keraport.discrepancies.editing import free_name, inserted, removed, replaced
from keraport.discrepancies.following import Item, swish_behind
from keraport.discrepancies.functions import SWISH, spelt_like
from keraport.discrepancies.pair import Pair
from keraport.model import Call, Layer, TensorRef


def same_words(site: Pair) -> None:
    """Give layers of the trained network the class and keywords of those that have their place."""
    for one, other in zip(*site.tails(), strict=False):
        if one.function is None or one.function != other.function:
            continue
        products = one.layer.class_name == "Multiply", other.layer.class_name == "Multiply"
        if one.function == SWISH and products == (False, True):
            _expand(site, one, other)
            return
        if one.function == SWISH and products == (True, False):
            _collapse(site, one, other)
            return
        classes = {one.layer.class_name, other.layer.class_name}
        fused = one.layer.name == site.anchor or other.layer.name == site.place
        # An Activation of a name is compared by that name, whatever layer says the same.
        if not fused and len(classes) == 2 and "Activation" not in classes:
            site.model = replaced(site.model, spelt_like(one.layer, other.layer))
            what = f"{one.layer.class_name} rewritten as {other.layer.class_name}"
            site.did(one.layer.name, other.layer.name, what)


def _expand(site: Pair, one: Item, other: Item) -> None:
    """``x * sigmoid(x)`` in the place of an activation."""
    name = site.split() if one.layer.name == site.anchor else one.layer.name
    (source,) = site.model.layer(name).calls[0].refs()
    product = Layer(free_name(site.model, f"{name}_product"), "Multiply", {})
    sigmoid = site.model.layer(name)
    config = {**sigmoid.config, "activation": "sigmoid"}
    site.model = inserted(replaced(site.model, sigmoid.with_config(config)), name, product)
    calls = (Call([source, TensorRef(name, 0, 0)]),)
    config = {"name": product.name}
    site.model = replaced(site.model, replace(product, config=config, calls=calls))
    site.did(one.layer.name, other.layer.name, "swish rewritten as x * sigmoid(x)")


def _collapse(site: Pair, one: Item, other: Item) -> None:
    """One activation in the place of ``x * sigmoid(x)``."""
    product = one.layer
    for layer in site.model.layers:
        found = swish_behind(site.model, layer.name)
        if found is not None and found[1].name == product.name:
            sigmoid = found[0]
            config = {"name": product.name, "activation": "swish"}
            swish = Layer(product.name, "Activation", config, (Call([output_of(layer)]),))
            site.model = removed(replaced(site.model, swish), sigmoid.name)
            site.did(product.name, other.layer.name, "x * sigmoid(x) rewritten as swish")
            return
