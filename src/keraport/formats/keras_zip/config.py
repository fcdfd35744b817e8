"""``config.json`` of an archive in the words of ``model_config`` of an HDF5 file.

Keras 2.12 and later write objects as ``{module, class_name, config, registered_name}``, layers
with a ``build_config``, models with a ``compile_config``; Keras 3 writes calls as ``{args,
kwargs}`` with ``__keras_tensor__`` in them. Source: ``serialization_lib.serialize_keras_object``,
``Node.serialize`` and ``Functional.get_config`` of Keras 2.15 and 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from keraport.errors import DamagedFileError
from keraport.formats.architecture import LAYER_KEYS
from keraport.model import Object, Training, Value

POSITIONAL: Final[Mapping[str, tuple[str, ...]]] = {
    "MultiHeadAttention": ("query", "value", "key"),
    **dict.fromkeys(
        ("Bidirectional", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "GRU", "LSTM", "RNN",
         "SimpleRNN"),
        ("sequences", "initial_state"),
    ),
}  # fmt: skip
"""What Keras 3 calls the arguments that it may give by position; the first are the inputs."""

OPTIMIZERS: Final[Mapping[str, str]] = {
    name.lower(): name
    for name in (
        *("Adadelta", "Adafactor", "Adagrad", "Adam", "Adamax", "AdamW", "Ftrl", "Lion", "Nadam"),
        *("RMSprop", "SGD"),
    )
}
"""What ``compile(optimizer="...")`` makes, by the name in small letters
(``optimizers.deserialize``)."""

_OBJECT_KEYS: Final = frozenset({"class_name", "config"})
_DROPPED: Final = frozenset(
    {"module", "registered_name", "build_config", "compile_config", "shared_object_id"}
)
"""What a layer has in ``config.json`` and not in ``model_config``."""
_TENSOR: Final = "__keras_tensor__"
_POLICIES: Final = frozenset({"DTypePolicy", "FloatDTypePolicy"})
_PLAIN: Final = frozenset({"float16", "float32", "float64", "bfloat16", "int32", "int64", "uint8",
                           "string", "bool"})  # fmt: skip
_DAMAGED: Final = "the file is damaged, or was not written by Keras"
_COMPILE_SETTINGS: Final = ("loss_weights", "weighted_metrics")


def model_document(document: Value) -> Value:
    """The same model as ``model_config`` would have it; for `parse_model`.

    Raises:
        DamagedFileError: calls of layers that make no sense.
    """
    if not isinstance(document, dict):
        return document
    return _layer(document, set())


def training(compiled: Value) -> Training | None:
    """What ``compile_config`` says; None if the model was not compiled.

    Args:
        compiled: it, parsed as any config.
    """
    if not isinstance(compiled, Mapping) or compiled.get("optimizer") is None:
        return None
    optimizer = compiled["optimizer"]
    if isinstance(optimizer, str):
        # Given to compile() by name, so it has all its defaults.
        optimizer = Object(OPTIMIZERS.get(optimizer.lower(), optimizer), {})
    return Training(
        optimizer=optimizer if isinstance(optimizer, Object) else None,
        loss=compiled.get("loss"),
        metrics=compiled.get("metrics"),
        settings={key: compiled.get(key) for key in _COMPILE_SETTINGS if key in compiled},
    )


def _layer(document: dict[str, Any], models: set[str]) -> dict[str, Any]:
    """A layer or model; `models` are the names of the models that stand beside it."""
    found = {k: v for k, v in document.items() if k not in _DROPPED}
    found["class_name"] = _class_name(document)
    config = document.get("config")
    if isinstance(config, dict):
        nested = isinstance(config.get("layers"), list)
        found["config"] = _graph(config) if nested else _config(config)
    name = str(found["class_name"])
    if isinstance(document.get("inbound_nodes"), list):
        found["inbound_nodes"] = [_call(node, name, models) for node in document["inbound_nodes"]]
    return found


def _class_name(document: Mapping[str, Any]) -> Value:
    """The name under which a user's class is registered, as ``model_config`` spells it."""
    registered = document.get("registered_name")
    if isinstance(registered, str) and ">" in registered:
        return registered
    return document.get("class_name")


def _graph(config: dict[str, Any]) -> dict[str, Any]:
    layers = config["layers"]
    keras3 = any(_is_keras3(layer) for layer in layers)
    models = {
        str(layer.get("name"))
        for layer in layers
        if keras3 and isinstance(layer, dict) and _holds_layers(layer.get("config"))
    }
    found = {key: _value(value) for key, value in config.items() if key != "layers"}
    found["layers"] = [_layer(x, models) if isinstance(x, dict) else x for x in layers]
    for key in ("input_layers", "output_layers"):
        if key in config and models:
            found[key] = _refs(config[key], models)
    return found


def _holds_layers(config: Value) -> bool:
    return isinstance(config, dict) and isinstance(config.get("layers"), list)


def _is_keras3(layer: Value) -> bool:
    nodes = layer.get("inbound_nodes") if isinstance(layer, dict) else None
    return isinstance(nodes, list) and any(isinstance(n, dict) and "args" in n for n in nodes)


def _config(config: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in config.items():
        if key in LAYER_KEYS and isinstance(value, list):
            found[key] = [_wrapped(item) for item in value]
        else:
            found[key] = _wrapped(value) if key in LAYER_KEYS else _value(value)
    dtype = found.get("dtype")
    if isinstance(dtype, str) and dtype.startswith("mixed_"):
        found["dtype"] = _policy(dtype)  # Keras 3.0 writes the name alone.
    function = found.get("function")
    if isinstance(function, dict) and function.get("class_name") == "__lambda__":
        found.update(_lambda(function))
    return found


def _lambda(function: dict[str, Any]) -> dict[str, Any]:
    """Bytecode, defaults and closure stand bare in ``model_config``."""
    value = function.get("config")
    value = value.get("value") if isinstance(value, dict) else value
    if isinstance(value, dict):
        value = [value.get("code"), value.get("defaults"), value.get("closure")]
    return {"function": value, "function_type": "lambda"}


def _wrapped(value: Value) -> Value:
    """A layer inside of another; HDF5 files, too, say in which module its class is."""
    if not (isinstance(value, dict) and value.keys() >= _OBJECT_KEYS):
        return _value(value)
    kept = {k: value[k] for k in ("module", "registered_name", "build_config") if k in value}
    return {**kept, **_layer(value, set())}


def _value(value: Value) -> Value:
    if isinstance(value, list):
        return [_value(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() >= _OBJECT_KEYS:
        config = value["config"]
        if str(value["class_name"]) in _POLICIES and isinstance(config, dict):
            name = config.get("name")
            return name if isinstance(name, str) and name in _PLAIN else _policy(name)
        value = {**value, "class_name": _class_name(value)}
    return {key: _value(item) for key, item in value.items() if key != "shared_object_id"}


def _policy(name: Value) -> dict[str, Any]:
    """A policy of two dtypes, as Keras 2.15 writes it."""
    return {
        "module": "keras.mixed_precision",
        "class_name": "Policy",
        "config": {"name": name},
        "registered_name": None,
    }


def _call(node: Value, class_name: str, models: set[str]) -> Value:
    """An inbound node: a list of [layer, node, tensor, keywords]."""
    if not isinstance(node, dict) or "args" not in node:
        return _value(node)
    args, keywords = node.get("args"), node.get("kwargs")
    if not isinstance(args, list) or not isinstance(keywords, dict):
        raise DamagedFileError(
            f"an inbound node of a {class_name} is {str(node)[:80]!r}, expected args and kwargs",
            hint=_DAMAGED,
        )
    names = POSITIONAL.get(class_name, ())
    positional = {
        names[number] if number < len(names) else f"x{number + 1}": value
        for number, value in enumerate(args)
    }
    given = {**positional, **keywords}
    # The first argument that is, or holds, a tensor; Keras 2 has no other way to say what goes in.
    first = next((k for k in (*names[:1], *given) if _holds_tensor(given.get(k))), "")
    keywords = {key: value for key, value in given.items() if key != first}
    arguments = {
        key: _argument(value, models) for key, value in keywords.items() if value is not None
    }
    inputs = _inputs(given.get(first), arguments, models)
    return inputs if isinstance(inputs, dict) or _is_list_of_entries(inputs) else [inputs]


def _is_list_of_entries(inputs: Value) -> bool:
    return isinstance(inputs, list) and all(isinstance(item, list | dict) for item in inputs)


def _holds_tensor(value: Value) -> bool:
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            if item.get("class_name") == _TENSOR:
                return True
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)
    return False


def _inputs(value: Value, arguments: Mapping[str, Any], models: set[str]) -> Value:
    if isinstance(value, list):
        return [_inputs(item, arguments, models) for item in value]
    if isinstance(value, dict) and value.get("class_name") != _TENSOR:
        return {key: _inputs(item, arguments, models) for key, item in value.items()}
    return [*_history(value, models), dict(arguments)]


def _argument(value: Value, models: set[str]) -> Value:
    if isinstance(value, list):
        return [_argument(item, models) for item in value]
    if isinstance(value, dict):
        if value.get("class_name") == _TENSOR:
            return _history(value, models)
        if value.keys() >= _OBJECT_KEYS:
            return _value(value)
        return {key: _argument(item, models) for key, item in value.items()}
    return value


def _history(value: Value, models: set[str]) -> list[Any]:
    """Layer, call and tensor. A model's own call counts in Keras 2 and does not in Keras 3."""
    config = value.get("config") if isinstance(value, dict) else None
    history = config.get("keras_history") if isinstance(config, dict) else None
    if not _is_ref(history):
        raise DamagedFileError(
            f"an inbound node holds {str(value)[:80]!r}, expected a tensor", hint=_DAMAGED
        )
    return _shifted(history, models)


def _refs(value: Value, models: set[str]) -> Value:
    if _is_ref(value):
        return _shifted(value, models)
    if isinstance(value, dict):
        return {key: _refs(item, models) for key, item in value.items()}
    return [_refs(item, models) for item in value] if isinstance(value, list) else value


def _is_ref(value: Value) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 3
        and isinstance(value[0], str)
        and all(type(number) is int for number in value[1:])
    )


def _shifted(ref: Any, models: set[str]) -> list[Any]:
    layer, node, tensor = ref
    return [layer, node + (layer in models), tensor]
