"""Layers that give integers, and the Dense behind them that casts these in newer releases."""

from __future__ import annotations

from dataclasses import replace

from keraport.changes.layers.dtypes import compute_dtype
from keraport.changes.site import Refused, Site
from keraport.model import Layer, Model
from keraport.model.graph import find_refs

_PASS_ON = frozenset({"Concatenate", "Dropout", "Flatten", "Permute", "RepeatVector", "Reshape"})
"""Layers that give what they take, in other places."""


def casting_itself(layer: Layer, site: Site) -> Layer:
    """The layer told to give floats, if a Dense behind it takes its integers.

    Raises:
        Refused: the model returns the integers as well.
    """
    if site.model is None:
        return layer
    readers, is_output = _behind(layer, site.model)
    dtypes = {compute_dtype(reader) for reader in readers if reader.class_name == "Dense"}
    if not dtypes:
        return layer
    if is_output or len(dtypes) > 1:
        raise Refused(
            "its integers are looked at as they are, and by a Dense: layers of "
            f"{site.target} do not cast, so that they would have to be integers and floats at once",
            hint="use two such layers, one for the Dense",
        )
    return replace(layer, config={**layer.config, "gives": dtypes.pop()})


def _behind(layer: Layer, model: Model) -> tuple[list[Layer], bool]:
    """What reads the layer's output, directly or as others pass it on; whether the model does."""
    if model.is_sequential:
        names = [item.name for item in model.layers]
        rest = model.layers[names.index(layer.name) + 1 :]
        for reader in rest:
            if reader.class_name not in _PASS_ON:
                return [reader], False
        return [], True
    waiting, giving = [layer.name], {layer.name}
    readers: dict[str, Layer] = {}
    while waiting:
        name = waiting.pop()
        for reader in model.layers:
            if any(ref.layer == name for call in reader.calls for ref in call.refs()):
                if reader.class_name not in _PASS_ON:
                    readers[reader.name] = reader
                elif reader.name not in giving:
                    giving.add(reader.name)
                    waiting.append(reader.name)
    outputs = {ref.layer for ref in find_refs(model.outputs)}
    return list(readers.values()), bool(outputs & giving)
