"""Models as tf.keras 1.12 to 2.15 read them from HDF5 files and JSON.

Classes stand by their names, those that the user registered as ``package>Name``; nothing says in
which module they are. TF 2.15 writes that beside some of them and reads them without.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from keraport.dialects import tf_keras
from keraport.dialects.identity import SPELLING
from keraport.model import Config, Layer, Model, Object, TensorRef, Value


def dump_model(model: Model) -> dict[str, Any]:
    """The config document of a model; inverse of `keraport.dialects.parse_model`."""
    return {
        "class_name": model.class_name,
        "config": _dump_graph(model),
        **_dump_extra(model.extra),
    }


def dump_layer(layer: Layer, in_sequential: bool = True) -> dict[str, Any]:
    """A layer as Keras writes it into a model's config."""
    config = _dump_graph(layer.model) if layer.model is not None else dump_value(layer.config)
    document = {"class_name": layer.class_name, "config": config, **_dump_extra(layer.extra)}
    if not in_sequential:
        document["name"] = layer.name
        document["inbound_nodes"] = [tf_keras.dump_call(call, dump_value) for call in layer.calls]
    return document


def dump_value(value: Value) -> Value:
    """A value of a config as JSON."""
    if isinstance(value, TensorRef):
        return [value.layer, value.node, value.tensor]
    if isinstance(value, Layer):
        return dump_layer(value)
    if isinstance(value, Object):
        return value.function or {
            "class_name": value.class_name,
            "config": dump_value(value.config),
            **_dump_extra(value.extra),
        }
    if isinstance(value, Mapping):
        return {key: dump_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [dump_value(item) for item in value]
    return value


def dump_refs(structure: Value) -> Value:
    """A single tensor stands in a list (``get_network_config``); Keras 3 writes it bare."""
    return dump_value([structure] if isinstance(structure, TensorRef) else structure)


def _dump_graph(model: Model) -> dict[str, Any]:
    config: dict[str, Any] = {"name": model.name} if model.name else {}
    config["layers"] = [dump_layer(layer, model.is_sequential) for layer in model.layers]
    if not model.is_sequential:
        config["input_layers"] = dump_refs(model.inputs)
        config["output_layers"] = dump_refs(model.outputs)
    return {**config, **dump_value(model.settings)}


def _dump_extra(extra: Config) -> dict[str, Any]:
    return {key: dump_value(value) for key, value in extra.items() if key not in SPELLING}
