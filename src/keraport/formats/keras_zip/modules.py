"""A `Model` as ``config.json`` of Keras 2.15: every object with the module that it is looked up in.

Source: ``serialization_lib.serialize_keras_object`` and ``_retrieve_class_or_fn`` (Keras 2.15): an
object of the public API is found by ``module`` and ``class_name``, anything else by
``registered_name`` among the custom objects.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from keraport.formats.architecture import dump_model, dump_training
from keraport.model import Model, Training, Value

_MODULES: Final[Mapping[str, str]] = {
    "ClassMethod": "keras.src.layers.core.tf_op_layer",
    "Functional": "keras.src.engine.functional",
    "InstanceMethod": "keras.src.layers.core.tf_op_layer",
    "InstanceProperty": "keras.src.layers.core.tf_op_layer",
    "Model": "keras.src.engine.functional",
    "RandomFourierFeatures": "keras.layers.experimental",
    "Sequential": "keras",
    "SlicingOpLambda": "keras.src.layers.core.tf_op_layer",
    "SyncBatchNormalization": "keras.layers.experimental",
    "TFOpLambda": "keras.src.layers.core.tf_op_layer",
}
"""Where Keras 2.15 has the layers that are not in ``keras.layers``."""

_NESTED: Final = frozenset({"layer", "backward_layer", "forward_layer", "cell", "cells"})


def model_document(model: Model, training: Training | None) -> dict[str, Any]:
    """The document of a whole model.

    Args:
        model: what `architecture.dump_model` takes.
        training: how it was compiled.
    """
    document = _layer(dump_model(model))
    if training is not None and training.optimizer is not None:
        document["compile_config"] = _compiled(dump_training(training))
    return document


def _layer(document: Mapping[str, Any]) -> dict[str, Any]:
    """A layer or a model; what is in it as well."""
    class_name = str(document["class_name"])
    rest = {k: v for k, v in document.items() if k not in ("class_name", "config")}
    config = document["config"]
    if isinstance(config, dict) and isinstance(config.get("layers"), list):
        config = {**config, "layers": [_layer(layer) for layer in config["layers"]]}
    elif isinstance(config, dict):
        config = _config(class_name, config)
    return {**_named(class_name), "config": config, **rest}


def _named(class_name: str) -> dict[str, Any]:
    """Class and module. A name with a package is one that the user registered."""
    if ">" in class_name:
        _, _, plain = class_name.rpartition(">")
        return {"module": None, "class_name": plain, "registered_name": class_name}
    module = _MODULES.get(class_name, "keras.layers")
    registered = None if module.startswith("keras.layers") or module == "keras" else class_name
    name = "Functional" if class_name == "Model" else class_name
    return {"module": module, "class_name": name, "registered_name": registered}


def _config(class_name: str, config: dict[str, Any]) -> dict[str, Any]:
    found = {key: _nested(value) if key in _NESTED else value for key, value in config.items()}
    if class_name == "Lambda" and config.get("function_type") == "lambda":
        found["function"] = {"class_name": "__lambda__", "config": {"value": config["function"]}}
    return found


def _nested(value: Value) -> Value:
    if isinstance(value, list):
        return [_nested(item) for item in value]
    if isinstance(value, dict) and {"class_name", "config"} <= value.keys():
        return _layer(value)
    return value


def _compiled(document: Mapping[str, Any]) -> dict[str, Any]:
    """``compile_config``: the arguments of ``compile``."""
    return {
        "optimizer": _optimizer(document["optimizer_config"]),
        "loss": _objects(document.get("loss"), "keras.losses"),
        "metrics": _objects(document.get("metrics"), "keras.metrics"),
        "loss_weights": document.get("loss_weights"),
        "weighted_metrics": _objects(document.get("weighted_metrics"), "keras.metrics"),
        "run_eagerly": None,
        "steps_per_execution": None,
        "jit_compile": None,
    }


def _optimizer(document: Mapping[str, Any]) -> dict[str, Any]:
    config = document["config"]
    name = str(document["class_name"]).removeprefix("Custom>")
    legacy = isinstance(config, dict) and config.get("is_legacy_optimizer")
    if isinstance(config, dict):
        config = {k: _objects(v, "keras.optimizers.schedules") for k, v in config.items()}
    module = "keras.optimizers.legacy" if legacy else "keras.optimizers"
    return {"module": module, "class_name": name, "config": config, "registered_name": name}


def _objects(value: Value, module: str) -> Value:
    """A structure whose objects are looked up in `module` unless they say where."""
    if isinstance(value, list):
        return [_objects(item, module) for item in value]
    if not isinstance(value, dict):
        return value
    if isinstance(value.get("class_name"), str) and "config" in value:
        return {"module": module, "registered_name": None, **value}
    return {key: _objects(item, module) for key, item in value.items()}
