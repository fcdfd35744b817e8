"""Documents in which every object says in which module it is looked up.

Source: ``serialization_lib.serialize_keras_object`` and ``_retrieve_class_or_fn`` (Keras 2.15 and
3): an object of the public API is found by ``module`` and ``class_name``, anything else by
``registered_name`` among the custom objects. The module of a user's class is not written: that of
a file decides what loading imports.

What Keras 2.15 and Keras 3 say otherwise stands in `keras2_12` and `keras3_documents`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from keraport.dialects import plain
from keraport.dialects.identity import SPELLING
from keraport.model import (
    FUNCTION,
    KERAS,
    OPERATIONS,
    Call,
    Config,
    Layer,
    Model,
    Object,
    TensorRef,
    Training,
    Value,
)
from keraport.records import dataclass

_LAYERS: Final = "keras.layers"
_SCHEDULES: Final = "keras.optimizers.schedules"
_SEPARATOR: Final = ">"
_SHARED: Final = "shared_object_id"
"""Loaders make one object of all that bear the same number. Keras 3 then counts the calls in one
model as calls in the other, too, and does not find the tensor that a graph names."""
_KERAS_INSIDE: Final = ("keras.src.", "tf_keras.src.")
"""How modules begin that are no part of the public API."""


@dataclass(frozen=True, slots=True)
class Located:
    """How a line of releases writes such documents.

    Args:
        modules: where the layers are that are not in ``keras.layers``.
        object_modules: where the objects are that stand under keys of that name, or end in it.
        own: names that whoever loads the file gives the loader, whatever package they are of: the
            user's own classes and functions, and those of a companion.
    """

    modules: Mapping[str, str]
    object_modules: Mapping[str, str]
    own: frozenset[str] = frozenset()

    def dump_model(self, model: Model, training: Training | None = None) -> dict[str, Any]:
        """The document of a whole model.

        Args:
            model: as `keraport.dialects.dump_model` takes it.
            training: how it was compiled.
        """
        named = self._named(model.class_name, model.package)
        extra = self._extra(model.extra, model.package)
        document = {**named, "config": self.graph(model), **extra}
        if training is not None and training.optimizer is not None:
            document["compile_config"] = self._compiled(training, training.optimizer)
        return document

    def dump_value(self, value: Value, key: str = "") -> Value:
        """A value of a config; `key` is the one that it stands under."""
        if isinstance(value, Layer):
            return _by_any_name(self.layer(value))
        if isinstance(value, Object):
            return self.object(value, key)
        if isinstance(value, TensorRef):
            return plain.dump_value(value)
        if isinstance(value, Mapping):
            return {name: self.dump_value(item, name) for name, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.dump_value(item, key) for item in value]
        return value

    def layer(self, layer: Layer, in_sequential: bool = True, around: Model | None = None) -> Any:
        """A layer of a model; `around` is the model that it stands in, if that is a graph."""
        # The file that an operation comes from says where it is.
        module = layer.extra.get("module") if layer.package == OPERATIONS else ""
        named = self._named(layer.class_name, layer.package, str(module or ""))
        config = self.graph(layer.model) if layer.model is not None else self.config(layer)
        document = {**named, "config": config, **self._extra(layer.extra, layer.package)}
        if not in_sequential:
            document["name"] = layer.name
            document["inbound_nodes"] = [self.call(call, layer, around) for call in layer.calls]
        return document

    def call(self, call: Call, layer: Layer, around: Model | None) -> Value:
        """The inbound node that says a call of a layer."""
        raise NotImplementedError

    def refs(self, structure: Value, model: Model) -> Value:  # noqa: ARG002
        """What goes into or comes out of a graph."""
        return plain.dump_refs(structure)

    def graph(self, model: Model) -> dict[str, Any]:
        """The config of a model."""
        config: dict[str, Any] = {"name": model.name} if model.name else {}
        stack = model.is_sequential
        config["layers"] = [self.layer(layer, stack, model) for layer in model.layers]
        if not stack:
            config["input_layers"] = self.refs(model.inputs, model)
            config["output_layers"] = self.refs(model.outputs, model)
        return {**config, **{key: self.dump_value(v, key) for key, v in model.settings.items()}}

    def config(self, layer: Layer) -> dict[str, Any]:
        """The config of a layer that is no model."""
        found = {key: self.dump_value(value, key) for key, value in layer.config.items()}
        if layer.class_name == "Lambda" and layer.config.get("function_type") == "lambda":
            found["function"] = self.bytecode(found["function"])
        return found

    def bytecode(self, function: Value) -> Value:
        """The function of a Lambda, which older documents have bare."""
        return {"class_name": "__lambda__", "config": {"value": function}}

    def _named(self, class_name: str, package: str, module: str = "") -> dict[str, Any]:
        """Class and module. A name with a package is one that the user registered."""
        if package not in (KERAS, OPERATIONS) or _SEPARATOR in class_name or class_name in self.own:
            _, _, name = class_name.rpartition(_SEPARATOR)
            return {"module": None, "class_name": name, "registered_name": class_name}
        module = module or self.modules.get(class_name, _LAYERS)
        name = "Functional" if class_name == "Model" else class_name
        # What is in no public module is found by its name, too.
        registered = name if module.startswith(_KERAS_INSIDE) else None
        return {"module": module, "class_name": name, "registered_name": registered}

    def _extra(self, extra: Config, package: str) -> dict[str, Any]:
        """Further keys. Layers of Keras' own are built by what they are called on."""
        left = {*SPELLING, _SHARED}
        kept = {key: self.dump_value(v) for key, v in extra.items() if key not in left}
        # Operations have no weights to build.
        if package not in (KERAS, OPERATIONS) and "build_config" in extra:
            kept["build_config"] = self.dump_value(extra["build_config"])
        return kept

    def object(self, item: Object, key: str) -> dict[str, Any] | str:
        """An object; one of no known kind says where it is only if the file it comes from did."""
        if name := item.function:
            return {"module": "builtins", "class_name": FUNCTION, "config": name,
                    "registered_name": FUNCTION}  # fmt: skip
        module = item.extra.get("module") or self.object_modules.get(key.rpartition("_")[2])
        module = module or self.object_modules.get(key)
        class_in_keras = item.package == KERAS and item.class_name not in self.own
        rest = {"config": self.dump_value(item.config), **self._extra(item.extra, item.package)}
        if class_in_keras and not isinstance(module, str):
            return {"class_name": item.class_name, **rest}
        return _by_any_name({**self._named(item.class_name, item.package, str(module)), **rest})

    def _compiled(self, training: Training, optimizer: Object) -> dict[str, Any]:
        """``compile_config``: the arguments of ``compile``."""
        return {
            "optimizer": self.optimizer(optimizer),
            "loss": self._under("loss", training.loss),
            "metrics": self._under("metrics", training.metrics),
            "loss_weights": self.dump_value(training.settings.get("loss_weights")),
            "weighted_metrics": self._under("metrics", training.settings.get("weighted_metrics")),
            **self.ways_to_run(),
        }

    def dump_training(self, training: Training) -> dict[str, Any]:
        """The ``training_config`` of HDF5 files; inverse of `keraport.dialects.parse_training`."""
        optimizer = training.optimizer
        return {
            "loss": self._under("loss", self.losses(training.loss)),
            "metrics": self._under("metrics", training.metrics),
            "weighted_metrics": self._under("metrics", training.settings.get("weighted_metrics")),
            "loss_weights": self.dump_value(training.settings.get("loss_weights")),
            "optimizer_config": None if optimizer is None else self.optimizer(optimizer),
        }

    def losses(self, value: Value) -> Value:
        """Losses as ``training_config`` has them."""
        return value

    def ways_to_run(self) -> dict[str, Any]:
        """Arguments of ``compile`` that say how it is done, not what; their defaults."""
        return {"run_eagerly": None, "steps_per_execution": None, "jit_compile": None}

    def _under(self, key: str, value: Value) -> Value:
        """A structure whose objects are all of one kind, whatever outputs are called."""
        if isinstance(value, Mapping):
            return {name: self._under(key, item) for name, item in value.items()}
        if isinstance(value, list | tuple):
            return [self._under(key, item) for item in value]
        return self.dump_value(value, key)

    def optimizer(self, optimizer: Object) -> dict[str, Any]:
        """An optimizer, with the objects among its hyperparameters."""
        config = optimizer.config
        # Keras 2.11 and later register their own optimizers, in the package of those who name none.
        name = optimizer.class_name.removeprefix("Custom>")
        if (optimizer.package != KERAS and _SEPARATOR in name) or name in self.own:
            return {**self._named(name, optimizer.package), "config": self.dump_value(config)}
        legacy = isinstance(config, Mapping) and config.get("is_legacy_optimizer")
        if isinstance(config, Mapping):
            config = {key: self._hyperparameter(value) for key, value in config.items()}
        module = "keras.optimizers.legacy" if legacy else "keras.optimizers"
        return {"module": module, "class_name": name, "config": config, "registered_name": name}

    def _hyperparameter(self, value: Value) -> Value:
        """Schedules are the objects among them."""
        if isinstance(value, Object) and value.package == KERAS:
            module = str(value.extra.get("module") or _SCHEDULES)
            return {
                **self._named(value.class_name, KERAS, module),
                "config": self.dump_value(value.config),
            }
        return self.dump_value(value)


def _by_any_name(document: dict[str, Any]) -> dict[str, Any]:
    """What stands in a config, with the registered name for a name, too.

    Keras 2.15 looks up some of them by ``class_name`` alone (``Wrapper.from_config``), and takes
    Keras' own for a class of the user's that is called like it.
    """
    registered = document["registered_name"]
    if document["module"] is None and isinstance(registered, str):
        return {**document, "class_name": registered}
    return document
