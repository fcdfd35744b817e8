"""Documents to models: models, their layers, and what stands in the configs of those.

One document serves whole models, ``model.to_json()`` and nested models alike. The rules are those
of ``network.py`` (TF 1.12: ``Network.get_config``), ``functional.py`` (TF 2.3 and 2.15:
``get_network_config``, ``reconstruct_from_config``; Keras 3: ``Functional.get_config``).
Nothing is interpreted here beyond structure: names, defaults and meanings belong to releases.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from keraport.dialects import keras3, lists, merged, tf_keras, values
from keraport.dialects.checks import (
    DAMAGED,
    class_and_config,
    nodes,
    require_unique_names,
    text,
)
from keraport.dialects.identity import Identity, identity
from keraport.errors import DamagedFileError
from keraport.model import KERAS, NAMELESS, OPERATIONS, Call, Layer, Model, Object, Value

LAYER_KEYS: Final = frozenset({"layer", "backward_layer", "forward_layer", "cell", "cells"})
"""Config keys of wrappers and RNNs under which a serialised object is a layer."""

ACTIVATION_KEYS: Final = frozenset({"activation", "recurrent_activation"})
"""Config keys under which a layer may stand in the place of a function."""

_OBJECT_KEYS: Final = frozenset({"class_name", "config"})
_MODEL_KEYS: Final = frozenset({"name", "layers", "input_layers", "output_layers"})
_LAYER_DOCUMENT_KEYS: Final = _OBJECT_KEYS | {"name", "inbound_nodes"}
_NO_MODELS: Final[frozenset[str]] = frozenset()


def parse_model(document: Value) -> Model:
    """The model that a config document describes.

    Args:
        document: ``{"class_name": ..., "config": {...}}`` as parsed from JSON.

    Raises:
        DamagedFileError: it is not such a document; the message names the place.
    """
    document = merged.with_branches_in_graphs(lists.with_names(document))
    _, config = class_and_config(document, "the model config")
    named = identity(document)
    if not _describes_model(named.class_name, config):
        raise DamagedFileError(
            f"the model config describes a {named.class_name!r:.120} without a list of layers, "
            "so it holds no architecture",
            hint="a subclassed model saves no architecture: rebuild it, then load its weights",
        )
    return _parse_graph(named, config, _without(document, _OBJECT_KEYS))


def parse_value(value: Value) -> Value:
    """A value of a config: objects become `Object`, wrapped layers `Layer`."""
    return _parse(value, wraps=False)


def _parse_graph(named: Identity, config: dict[str, Any], extra: Mapping[str, Any]) -> Model:
    name = text(config.get("name", ""), f"the name of a {named.class_name!r:.120}")
    where = f"model {name!r:.120}"
    functional = "input_layers" in config
    inner = keras3.nested_models(config["layers"])
    layers = tuple(_parse_layer(item, where, inner.all) for item in config["layers"])
    inputs = outputs = None
    if not functional:
        # TensorFlow writes a layer that the graph around the stack calls, too, with those calls.
        layers = tuple(replace(layer, calls=()) for layer in layers)
    else:
        require_unique_names(layers, where)
        inputs = tf_keras.parse_refs(config["input_layers"], f"input_layers of {where}")
        outputs = tf_keras.parse_refs(
            config.get("output_layers", []), f"output_layers of {where}", inner.uncounted
        )
    return Model(
        name=name,
        class_name=named.class_name,
        layers=layers,
        inputs=inputs,
        outputs=outputs,
        settings={key: _parse(value) for key, value in config.items() if key not in _MODEL_KEYS},
        extra=extra,
        package=named.package,
    )


def _parse_layer(document: Value, where: str, models: frozenset[str] = _NO_MODELS) -> Layer:
    """A layer; `models` are the names of models beside it whose own call does not count."""
    class_name, config = class_and_config(document, f"a layer of {where}")
    named = identity(document)
    if not isinstance(config, dict):
        raise DamagedFileError(
            f"a {class_name!r:.120} in {where} has {type(config).__name__} "
            "for a config, not an object",
            hint=DAMAGED,
        )
    name = text(document.get("name", config.get("name", "")), f"the name of a {class_name!r:.120}")
    nested = _describes_model(named.class_name, config)
    calls = nodes(document.get("inbound_nodes", []), name)
    if keras3.is_operation(document, named):
        named = Identity(named.class_name, OPERATIONS)
    return Layer(
        name=name,
        class_name=named.class_name,
        config={} if nested else _parse_config(config, keras3.is_chain(named.class_name)),
        calls=tuple(_parse_call(call, f"layer {name!r:.120}", named, models) for call in calls),
        model=_parse_graph(named, config, {}) if nested else None,
        extra=_without(document, _LAYER_DOCUMENT_KEYS),
        package=named.package,
    )


def _describes_model(class_name: str, config: Value) -> bool:
    if not isinstance(config, dict) or not isinstance(config.get("layers"), list):
        return False
    return "input_layers" in config or class_name == "Sequential" or _is_stack(config)


_STACK_KEYS: Final = frozenset({"name", "layers", "build_input_shape"})


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


def _parse_call(node: Value, where: str, named: Identity, models: frozenset[str]) -> Call:
    """One inbound node, of either spelling."""
    if keras3.is_node(node):
        function = named.class_name if named.package == KERAS else ""
        call = keras3.parse_call(node, where, function, models)
    else:
        call = tf_keras.parse_call(node, where)
    return Call(call.inputs, {key: _parse(value) for key, value in call.arguments.items()})


def _parse_config(config: dict[str, Any], chain: bool = False) -> dict[str, Any]:
    found = {key: _parse(value, key) for key, value in config.items()}
    if chain and isinstance(config.get("layers"), list):
        found["layers"] = [
            _parse_layer(item, "a config under 'layers'") for item in config["layers"]
        ]
    if "dtype" in found:
        found["dtype"] = values.policy_of(found["dtype"])
    return values.with_bare_functions(config, found)


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
        return _parse_object(value)
    if key in ACTIVATION_KEYS and values.is_bare_lambda(value):
        return NAMELESS
    return {k: _parse(v, k, wraps=wraps) for k, v in value.items()}


def _parse_object(document: dict[str, Any]) -> Value:
    named = identity(document)
    extra = _without(document, _OBJECT_KEYS)
    found = Object(named.class_name, _parse(document["config"]), extra, named.package)
    return values.plain_policy(found)


def _without(document: Mapping[str, Any], keys: frozenset[str]) -> dict[str, Any]:
    """The further keys of a document. Numbers of shared objects are addresses beside modules."""
    shared = "shared_object_id" if "registered_name" in document else ""
    return {k: v for k, v in document.items() if k not in keys and k != shared}


def _is_of_layer(config: Value) -> bool:
    """True for a config with what ``Layer.get_config`` writes, and no other object does."""
    return isinstance(config, dict) and {"name", "trainable"} <= config.keys()
