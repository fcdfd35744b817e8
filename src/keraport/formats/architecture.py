"""The JSON that Keras writes for a model (``get_config``) to a `Model`, and back.

One document serves whole models, ``model.to_json()`` and nested models alike. The rules are those
of ``network.py`` (TF 1.12: ``Network.get_config``), ``functional.py`` (TF 2.3:
``get_network_config``, ``reconstruct_from_config``) and ``node.py`` (TF 2.3: ``Node.serialize``).
Nothing is interpreted here beyond structure: names, defaults and meanings belong to releases.
"""

from __future__ import annotations

import reprlib
from collections.abc import Mapping
from typing import Any

from keraport.errors import DamagedFileError
from keraport.model import Call, Layer, Model, Object, TensorRef, Training, Value

LAYER_KEYS = frozenset({"layer", "backward_layer", "forward_layer", "cell", "cells"})
"""Config keys of wrappers and RNNs under which a serialised object is a layer."""

ACTIVATION_KEYS = frozenset({"activation", "recurrent_activation"})
"""Config keys under which a layer may stand in the place of a function."""

_MODEL_KEYS = frozenset({"name", "layers", "input_layers", "output_layers"})
_LAYER_DOCUMENT_KEYS = frozenset({"class_name", "config", "name", "inbound_nodes"})
_TRAINING_KEYS = frozenset({"optimizer_config", "loss", "metrics"})


def parse_model(document: Value) -> Model:
    """The model that a config document describes.

    Args:
        document: ``{"class_name": ..., "config": {...}}`` as parsed from JSON.

    Raises:
        DamagedFileError: it is not such a document; the message names the place.
    """
    class_name, config = _class_and_config(document, "the model config")
    if isinstance(config, list):
        raise DamagedFileError(
            "the model config is a bare list of layers, the style of Keras 2.0 and 2.1, "
            "expected an object with a 'layers' key",
            hint="open it in Keras 2.2 or later and save it again",
        )
    if not _describes_model(class_name, config):
        raise DamagedFileError(
            f"the model config describes a {class_name!r:.120} without a list of layers, "
            "so it holds no architecture",
            hint="a subclassed model saves no architecture: rebuild it, then load its weights",
        )
    extra = {key: value for key, value in document.items() if key not in ("class_name", "config")}
    return _parse_graph(class_name, config, extra)


def dump_model(model: Model) -> dict[str, Any]:
    """The config document of a model; inverse of `parse_model`."""
    return {"class_name": model.class_name, "config": _dump_graph(model), **dump_value(model.extra)}


def parse_training(document: Value) -> Training:
    """What ``training_config`` says.

    Raises:
        DamagedFileError: it is no JSON object.
    """
    if not isinstance(document, dict):
        raise DamagedFileError(
            f"training_config is {type(document).__name__}, expected an object",
            hint="save the model again, or with include_optimizer=False",
        )
    optimizer = _parse(document.get("optimizer_config"))
    return Training(
        optimizer=optimizer if isinstance(optimizer, Object) else None,
        loss=_parse(document.get("loss"), wraps=False),
        metrics=_parse(document.get("metrics"), wraps=False),
        settings={
            key: _parse(value, wraps=False)
            for key, value in document.items()
            if key not in _TRAINING_KEYS
        },
    )


def parse_value(value: Value) -> Value:
    """A value of a config: objects become `Object`, wrapped layers `Layer`."""
    return _parse(value, wraps=False)


def dump_training(training: Training) -> dict[str, Any]:
    """The ``training_config`` document; inverse of `parse_training`."""
    return {
        "loss": dump_value(training.loss),
        "metrics": dump_value(training.metrics),
        **dump_value(training.settings),
        "optimizer_config": dump_value(training.optimizer),
    }


def _parse_graph(class_name: str, config: dict[str, Any], extra: Mapping[str, Any]) -> Model:
    name = _text(config.get("name", ""), f"the name of a {class_name!r:.120}")
    where = f"model {name!r:.120}"
    functional = "input_layers" in config
    layers = tuple(_parse_layer(item, where) for item in config["layers"])
    if functional:
        _require_unique_names(layers, where)
    return Model(
        name=name,
        class_name=class_name,
        layers=layers,
        inputs=_parse_refs(config["input_layers"], f"input_layers of {where}")
        if functional
        else None,
        outputs=_parse_refs(config.get("output_layers", []), f"output_layers of {where}")
        if functional
        else None,
        settings={key: _parse(value) for key, value in config.items() if key not in _MODEL_KEYS},
        extra=extra,
    )


def _parse_layer(document: Value, where: str) -> Layer:
    class_name, config = _class_and_config(document, f"a layer of {where}")
    if not isinstance(config, dict):
        raise DamagedFileError(
            f"a {class_name!r:.120} in {where} has {type(config).__name__} "
            "for a config, not an object",
            hint="the file is damaged, or was not written by Keras",
        )
    name = _text(document.get("name", config.get("name", "")), f"the name of a {class_name!r:.120}")
    nested = _describes_model(class_name, config)
    calls = document.get("inbound_nodes", [])
    return Layer(
        name=name,
        class_name=class_name,
        config={} if nested else {k: _parse(v, k) for k, v in config.items()},
        calls=tuple(_parse_call(call, f"layer {name!r:.120}") for call in _list(calls, name)),
        model=_parse_graph(class_name, config, {}) if nested else None,
        extra={k: v for k, v in document.items() if k not in _LAYER_DOCUMENT_KEYS},
    )


def _describes_model(class_name: str, config: Value) -> bool:
    if not isinstance(config, dict) or not isinstance(config.get("layers"), list):
        return False
    return "input_layers" in config or class_name == "Sequential" or _is_stack(config)


_STACK_KEYS = frozenset({"name", "layers", "build_input_shape"})


def _is_stack(config: dict[str, Any]) -> bool:
    """True for what only ``Sequential.get_config`` writes, whatever a class made of it is called.

    An own layer may keep layers under the same key, too; what it is fed does not stand there.
    """
    layers = config["layers"]
    if not layers or not all(isinstance(item, dict) and "class_name" in item for item in layers):
        return False
    if layers[0]["class_name"] == "InputLayer":
        return True
    first = layers[0].get("config")
    fed = "build_input_shape" in config or (
        isinstance(first, dict) and "batch_input_shape" in first
    )
    return fed and {"name", "layers"} <= config.keys() <= _STACK_KEYS


def _parse_call(node: Value, where: str) -> Call:
    """One inbound node; Keras repeats the call's keyword arguments beside every input tensor."""
    arguments: dict[str, Any] = {}

    def visit(entry: Value) -> Value:
        if _is_tensor(entry):
            if len(entry) == 4:
                arguments.update(_arguments(entry[3], where))
            return TensorRef(entry[0], entry[1], entry[2])
        if isinstance(entry, list):
            return [visit(item) for item in entry]
        if isinstance(entry, dict):
            return {key: visit(item) for key, item in entry.items()}
        raise DamagedFileError(
            f"an inbound node of {where} holds {reprlib.repr(entry)}, "
            "not [layer, node, tensor, arguments]",
            hint="the file is damaged, or of a release that keraport does not read yet",
        )

    inputs = visit(node)
    return Call(inputs, {key: _parse_argument(value) for key, value in arguments.items()})


def _arguments(value: Value, where: str) -> Mapping[str, Any]:
    """The keyword arguments beside an input tensor, which may be absent."""
    if isinstance(value, dict):
        return value
    if value:
        raise DamagedFileError(
            f"an inbound node of {where} has the arguments {reprlib.repr(value)}, "
            "expected an object",
            hint="the file is damaged, or was not written by Keras",
        )
    return {}


def _parse_argument(value: Value) -> Value:
    if _is_tensor(value):
        return TensorRef(value[0], value[1], value[2])
    if isinstance(value, list):
        return [_parse_argument(item) for item in value]
    return _parse(value)


def _parse_refs(value: Value, where: str) -> Value:
    if _is_tensor(value):
        return TensorRef(value[0], value[1], value[2])
    if isinstance(value, list):
        return [_parse_refs(item, where) for item in value]
    if isinstance(value, dict):
        return {key: _parse_refs(item, where) for key, item in value.items()}
    raise DamagedFileError(
        f"{where} holds {reprlib.repr(value)}, expected [layer, node, tensor]",
        hint="the file is damaged, or was not written by Keras",
    )


def _is_tensor(value: Value) -> bool:
    """Keras' own test for serialised tensors (TF 2.3: ``tf_utils._is_serialized_node_data``)."""
    return (
        isinstance(value, list)
        and len(value) in (3, 4)
        and isinstance(value[0], str)
        and all(type(index) is int for index in value[1:3])
    )


def _parse(value: Value, key: str = "", *, wraps: bool = True) -> Value:
    """Objects in a config; under the keys of wrappers layers, unless keys are names of outputs."""
    if isinstance(value, list):
        return [_parse(item, key, wraps=wraps) for item in value]
    if not isinstance(value, dict):
        return value
    if isinstance(value.get("class_name"), str) and "config" in value:
        if wraps and key in LAYER_KEYS:
            return _parse_layer(value, f"a config under {key!r}")
        if wraps and key in ACTIVATION_KEYS and _is_of_layer(value["config"]):
            return _parse_layer(value, f"a config under {key!r}")
        extra = {k: v for k, v in value.items() if k not in ("class_name", "config")}
        return Object(value["class_name"], _parse(value["config"]), extra)
    return {k: _parse(v, k, wraps=wraps) for k, v in value.items()}


def _is_of_layer(config: Value) -> bool:
    """True for a config with what ``Layer.get_config`` writes, and no other object does."""
    return isinstance(config, dict) and {"name", "trainable"} <= config.keys()


def _dump_graph(model: Model) -> dict[str, Any]:
    config: dict[str, Any] = {"name": model.name} if model.name else {}
    config["layers"] = [dump_layer(layer, model.is_sequential) for layer in model.layers]
    if not model.is_sequential:
        config["input_layers"] = dump_value(model.inputs)
        config["output_layers"] = dump_value(model.outputs)
    return {**config, **dump_value(model.settings)}


def dump_layer(layer: Layer, in_sequential: bool = True) -> dict[str, Any]:
    """A layer as Keras writes it into a model's config."""
    config = _dump_graph(layer.model) if layer.model is not None else dump_value(layer.config)
    document = {"class_name": layer.class_name, "config": config, **dump_value(layer.extra)}
    if not in_sequential:
        document["name"] = layer.name
        document["inbound_nodes"] = [_dump_call(call) for call in layer.calls]
    return document


def _dump_call(call: Call) -> Value:
    arguments = dump_value(call.arguments)

    def visit(value: Value) -> Value:
        if isinstance(value, TensorRef):
            return [value.layer, value.node, value.tensor, arguments]
        if isinstance(value, dict):
            return {key: visit(item) for key, item in value.items()}
        return [visit(item) for item in value]

    return visit(call.inputs)


def dump_value(value: Value) -> Value:
    """A value of a config as JSON."""
    if isinstance(value, TensorRef):
        return [value.layer, value.node, value.tensor]
    if isinstance(value, Layer):
        return dump_layer(value)
    if isinstance(value, Object):
        return {
            "class_name": value.class_name,
            "config": dump_value(value.config),
            **dump_value(value.extra),
        }
    if isinstance(value, Mapping):
        return {key: dump_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [dump_value(item) for item in value]
    return value


def _class_and_config(document: Value, what: str) -> tuple[str, Value]:
    if not isinstance(document, dict) or not isinstance(document.get("class_name"), str):
        raise DamagedFileError(
            f"{what} has no class_name, found {reprlib.repr(document)}",
            hint="the file is damaged, or was not written by Keras",
        )
    if "config" not in document:
        raise DamagedFileError(
            f"{what}, a {document['class_name']!r:.120}, has no config",
            hint="the file is damaged, or was not written by Keras",
        )
    return document["class_name"], document["config"]


def _text(value: Value, what: str) -> str:
    if not isinstance(value, str):
        raise DamagedFileError(
            f"{what} is {reprlib.repr(value)}, expected a string",
            hint="the file is damaged, or was not written by Keras",
        )
    return value


def _list(value: Value, layer: str) -> list[Any]:
    if not isinstance(value, list):
        raise DamagedFileError(
            f"the inbound nodes of layer {layer!r:.120} are {type(value).__name__}, "
            "expected a list",
            hint="the file is damaged, or was not written by Keras",
        )
    return value


def _require_unique_names(layers: tuple[Layer, ...], where: str) -> None:
    seen: set[str] = set()
    for layer in layers:
        if layer.name in seen:
            raise DamagedFileError(
                f"two layers of {where} are called {layer.name!r:.120}",
                hint="the file is damaged: Keras refuses to build such a model",
            )
        seen.add(layer.name)
