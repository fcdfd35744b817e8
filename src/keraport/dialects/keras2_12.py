"""Models as ``config.json`` of an archive: every object with the module that it is looked up in.

Source: ``serialization_lib.serialize_keras_object`` and ``_retrieve_class_or_fn`` (Keras 2.15): an
object of the public API is found by ``module`` and ``class_name``, anything else by
``registered_name`` among the custom objects. The module of a user's class is not written: that of
a file decides what loading imports.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from keraport.dialects import plain, tf_keras, values
from keraport.dialects.identity import SPELLING
from keraport.model import KERAS, Config, Layer, Model, Object, TensorRef, Training, Value

_LAYERS: Final = "keras.layers"
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

_OBJECT_MODULES: Final[Mapping[str, str]] = {
    "initializer": "keras.initializers",
    "regularizer": "keras.regularizers",
    "constraint": "keras.constraints",
    "dtype": "keras.mixed_precision",
    "loss": "keras.losses",
    "metrics": "keras.metrics",
    "weighted_metrics": "keras.metrics",
}
"""Where Keras 2.15 has the objects that stand under keys of that name, or that end in it."""

_SCHEDULES: Final = "keras.optimizers.schedules"
_SEPARATOR: Final = ">"


def dump_model(model: Model, training: Training | None = None) -> dict[str, Any]:
    """The document of a whole model.

    Args:
        model: as `keraport.dialects.dump_model` takes it.
        training: how it was compiled.
    """
    named = _named(model.class_name, model.package)
    document = {**named, "config": _graph(model), **_extra(model.extra, model.package)}
    if training is not None and training.optimizer is not None:
        document["compile_config"] = _compiled(training, training.optimizer)
    return document


def dump_value(value: Value, key: str = "") -> Value:
    """A value of a config; `key` is the one that it stands under."""
    if isinstance(value, Layer):
        return _by_any_name(_layer(value))
    if isinstance(value, Object):
        return _object(value, key)
    if isinstance(value, TensorRef):
        return plain.dump_value(value)
    if isinstance(value, Mapping):
        return {name: dump_value(item, name) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [dump_value(item, key) for item in value]
    return value


def _layer(layer: Layer, in_sequential: bool = True) -> dict[str, Any]:
    """A layer of a model."""
    named = _named(layer.class_name, layer.package)
    config = _graph(layer.model) if layer.model is not None else _config(layer)
    document = {**named, "config": config, **_extra(layer.extra, layer.package)}
    if not in_sequential:
        document["name"] = layer.name
        document["inbound_nodes"] = [tf_keras.dump_call(call, dump_value) for call in layer.calls]
    return document


def _graph(model: Model) -> dict[str, Any]:
    config: dict[str, Any] = {"name": model.name} if model.name else {}
    config["layers"] = [_layer(layer, model.is_sequential) for layer in model.layers]
    if not model.is_sequential:
        config["input_layers"] = plain.dump_refs(model.inputs)
        config["output_layers"] = plain.dump_refs(model.outputs)
    return {**config, **{key: dump_value(value, key) for key, value in model.settings.items()}}


def _named(class_name: str, package: str, module: str = "") -> dict[str, Any]:
    """Class and module. A name with a package is one that the user registered."""
    if package != KERAS or _SEPARATOR in class_name:
        _, _, name = class_name.rpartition(_SEPARATOR)
        return {"module": None, "class_name": name, "registered_name": class_name}
    module = module or _MODULES.get(class_name, _LAYERS)
    # What is in no public module is found by its name, too.
    registered = class_name if module.startswith("keras.src.") else None
    name = "Functional" if class_name == "Model" else class_name
    return {"module": module, "class_name": name, "registered_name": registered}


def _extra(extra: Config, package: str) -> dict[str, Any]:
    """Further keys. Layers of Keras' own are built by what they are called on."""
    kept = {key: dump_value(value) for key, value in extra.items() if key not in SPELLING}
    if package != KERAS and "build_config" in extra:
        kept["build_config"] = dump_value(extra["build_config"])
    return kept


def _config(layer: Layer) -> dict[str, Any]:
    found = {key: dump_value(value, key) for key, value in layer.config.items()}
    if layer.class_name == "Lambda" and layer.config.get("function_type") == "lambda":
        found["function"] = {"class_name": "__lambda__", "config": {"value": found["function"]}}
    return found


def _object(item: Object, key: str) -> dict[str, Any] | str:
    """An object; one of no known kind says where it is only if the file it comes from did."""
    if name := values.name_of_function(item):
        return {"module": "builtins", "class_name": values.FUNCTION, "config": name,
                "registered_name": values.FUNCTION}  # fmt: skip
    module = item.extra.get("module") or _OBJECT_MODULES.get(key.rpartition("_")[2])
    module = module or _OBJECT_MODULES.get(key)
    rest = {"config": dump_value(item.config), **_extra(item.extra, item.package)}
    if item.package == KERAS and not isinstance(module, str):
        return {"class_name": item.class_name, **rest}
    return _by_any_name({**_named(item.class_name, item.package, str(module)), **rest})


def _by_any_name(document: dict[str, Any]) -> dict[str, Any]:
    """What stands in a config, with the registered name for a name, too.

    Keras 2.15 looks up some of them by ``class_name`` alone (``Wrapper.from_config``), and takes
    Keras' own for a class of the user's that is called like it.
    """
    registered = document["registered_name"]
    if document["module"] is None and isinstance(registered, str):
        return {**document, "class_name": registered}
    return document


def _compiled(training: Training, optimizer: Object) -> dict[str, Any]:
    """``compile_config``: the arguments of ``compile``."""
    return {
        "optimizer": _optimizer(optimizer),
        "loss": _under("loss", training.loss),
        "metrics": _under("metrics", training.metrics),
        "loss_weights": dump_value(training.settings.get("loss_weights")),
        "weighted_metrics": _under("metrics", training.settings.get("weighted_metrics")),
        "run_eagerly": None,
        "steps_per_execution": None,
        "jit_compile": None,
    }


def _under(key: str, value: Value) -> Value:
    """A structure whose objects are all of one kind, whatever outputs are called."""
    if isinstance(value, Mapping):
        return {name: _under(key, item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_under(key, item) for item in value]
    return dump_value(value, key)


def _optimizer(optimizer: Object) -> dict[str, Any]:
    config = optimizer.config
    # Keras 2.11 and later register their own optimizers, in the package of those who name none.
    name = optimizer.class_name.removeprefix("Custom>")
    if optimizer.package != KERAS and _SEPARATOR in name:
        return {**_named(name, optimizer.package), "config": dump_value(config)}
    legacy = isinstance(config, Mapping) and config.get("is_legacy_optimizer")
    if isinstance(config, Mapping):
        config = {key: _scheduled(value) for key, value in config.items()}
    module = "keras.optimizers.legacy" if legacy else "keras.optimizers"
    return {"module": module, "class_name": name, "config": config, "registered_name": name}


def _scheduled(value: Value) -> Value:
    """A hyperparameter; schedules are the objects among them."""
    if isinstance(value, Object) and value.package == KERAS:
        named = _named(value.class_name, KERAS, str(value.extra.get("module") or _SCHEDULES))
        return {**named, "config": dump_value(value.config)}
    return dump_value(value)
