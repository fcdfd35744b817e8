"""Models as Keras 3 writes and reads them: ``config.json`` of an archive, HDF5 files, JSON.

Source: ``Functional.get_config``, ``functional_from_config`` and ``deserialize_node`` in
``models/functional.py``, ``serialization_lib`` (Keras 3.0 to 3.15). HDF5 files that Keras 3 writes
leave ``module`` out beside layers; its loader takes layers with it, too
(``functional_from_config``), so that one document does for all formats.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from keraport.dialects import keras3
from keraport.dialects.graph import ACTIVATION_KEYS
from keraport.dialects.located import Located
from keraport.model import (
    FUNCTION,
    OPERATIONS,
    Call,
    Config,
    Constant,
    Layer,
    Model,
    Object,
    TensorRef,
    Value,
)

_WRAPPED: Final = "fn"
"""What ``MeanMetricWrapper`` and ``LossFunctionWrapper`` call the function that they wrap."""
_WHOLE_NAMES: Final[Mapping[str, str]] = {
    "bce": "binary_crossentropy",
    "kld": "kl_divergence",
    "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "mse": "mean_squared_error",
    "msle": "mean_squared_logarithmic_error",
}
"""Losses by their short names (``ALL_OBJECTS_DICT`` in ``losses/__init__.py``)."""
_POLICY: Final = "Policy"
"""A dtype policy of Keras 2. Keras 3 takes its name for it (3.0 takes nothing else)."""


def _in_order(inputs: Value, given: Config) -> tuple[list[Value], Config]:
    """What an operation is called with, by its place, and the rest by its name.

    What stands in no place of its own is named ``x1``, ``x2``, ... by its place (`keras3.parse`).
    """
    places = {f"x{number + 1}": number for number in range(len(given) + 1)}
    placed = {places[key]: value for key, value in given.items() if key in places}
    free = next(number for number in range(len(given) + 1) if number not in placed)
    placed[free] = inputs
    together = len(placed) == max(placed) + 1
    if not together:
        return [inputs], given
    rest = {key: value for key, value in given.items() if key not in places}
    return [placed[number] for number in sorted(placed)], rest


class _Documents(Located):
    """Calls are arguments and keyword arguments, with tensors among them."""

    def call(self, call: Call, layer: Layer, around: Model | None) -> Value:
        counted = _counted(around)

        def visit(value: Value) -> Value:
            if isinstance(value, TensorRef):
                return _tensor(value, counted)
            if isinstance(value, Constant):
                return self.dump_value(value.value)
            if isinstance(value, Mapping):
                return {key: visit(item) for key, item in value.items()}
            if isinstance(value, list | tuple):
                return [visit(item) for item in value]
            return self.dump_value(value)

        # None is what every argument is that is not given.
        given: Config = {key: v for key, v in call.arguments.items() if v is not None}
        inputs = _bare(call.inputs)
        if layer.package == OPERATIONS:
            ordered, named = _in_order(inputs, given)
            return {"args": [visit(item) for item in ordered], "kwargs": visit(named)}
        return {"args": [visit(inputs)], "kwargs": visit(given)}

    def refs(self, structure: Value, model: Model) -> Value:
        """A single tensor stands bare; calls of Sequentials are counted without their own."""
        uncounted = self.uncounted(keras3.nested_in(model))

        def visit(value: Value) -> Value:
            if isinstance(value, TensorRef):
                return [value.layer, value.node - (value.layer in uncounted), value.tensor]
            if isinstance(value, Mapping):
                return {key: visit(item) for key, item in value.items()}
            return [visit(item) for item in value]

        return visit(_bare(structure))

    def uncounted(self, nested: keras3.NestedModels) -> frozenset[str]:
        """Models whose calls are counted there without the one that they were built with."""
        return nested.uncounted

    def dump_value(self, value: Value, key: str = "") -> Value:
        """Functions that are not looked up by their bare names stand as objects.

        Those are the user's own where Keras looks among its activations, and the functions that a
        metric or a loss wraps.
        """
        if isinstance(value, str) and (
            key == _WRAPPED or (key in ACTIVATION_KEYS and value in self.own)
        ):
            return {"module": "builtins", "class_name": FUNCTION, "config": value,
                    "registered_name": FUNCTION}  # fmt: skip
        return super().dump_value(value, key)

    def object(self, item: Object, key: str) -> dict[str, Any] | str:
        if item.class_name == _POLICY and isinstance(item.config, Mapping):
            return str(item.config.get("name"))
        return super().object(item, key)

    def losses(self, value: Value) -> Value:
        """By their whole names: its loader of HDF5 files looks for short ones in a wrong place."""
        if isinstance(value, Mapping):
            return {key: self.losses(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.losses(item) for item in value]
        return _WHOLE_NAMES.get(value.lower(), value) if isinstance(value, str) else value

    def ways_to_run(self) -> dict[str, Any]:
        return {"run_eagerly": False, "steps_per_execution": 1, "jit_compile": "auto"}

    def bytecode(self, function: Value) -> Value:
        code, defaults, closure = function
        config = {"code": code, "defaults": defaults, "closure": closure}
        return {"class_name": "__lambda__", "config": config}


def _counted(model: Model | None) -> frozenset[str]:
    return frozenset() if model is None else keras3.nested_in(model).all


def _tensor(ref: TensorRef, counted: frozenset[str]) -> Value:
    """Its shape and dtype are those that the layer gives it when the model is rebuilt."""
    history = [ref.layer, ref.node - (ref.layer in counted), ref.tensor]
    config = {"shape": [None], "dtype": "float32", "keras_history": history}
    return {"class_name": "__keras_tensor__", "config": config}


def _bare(structure: Value) -> Value:
    if isinstance(structure, list | tuple) and len(structure) == 1:
        return structure[0]
    return structure


class _Listed(_Documents):
    """What a graph takes and gives is a list or a dict, even if it is one tensor.

    Layers stand behind those that they are called on: the loader fails at a call of what was not
    called yet (``deserialize_node``: up to 3.7 it raises ValueError, and goes on at IndexError).
    """

    def graph(self, model: Model) -> dict[str, Any]:
        """The config of a model, its layers in an order in which they can be called."""
        return super().graph(_in_order_of_calls(model))

    def refs(self, structure: Value, model: Model) -> Value:
        found = super().refs(structure, model)
        return [found] if isinstance(_bare(structure), TensorRef) else found


def _in_order_of_calls(model: Model) -> Model:
    """The model with its layers behind those that they are called on, where there is an order."""
    if model.is_sequential:
        return model
    placed: dict[str, Layer] = {}
    waiting = list(model.layers)
    while waiting:
        ready = [
            layer
            for layer in waiting
            if all(
                ref.layer in placed or ref.layer == layer.name
                for call in layer.calls
                for ref in call.refs()
            )
        ]
        if not ready:
            return model
        placed |= {layer.name: layer for layer in ready}
        waiting = [layer for layer in waiting if layer.name not in placed]
    return replace(model, layers=tuple(placed.values()))


class _Uncounted(_Listed):
    """No call that a model was built with is counted."""

    def uncounted(self, nested: keras3.NestedModels) -> frozenset[str]:
        return nested.all


DOCUMENTS: Final = _Documents(
    modules={
        "Functional": "keras.src.models.functional",
        "GroupedQueryAttention": "keras.src.layers.attention.grouped_query_attention",
        "Model": "keras.src.models.functional",
        "Sequential": "keras",
    },
    object_modules={
        "initializer": "keras.initializers",
        "regularizer": "keras.regularizers",
        "constraint": "keras.constraints",
        "loss": "keras.losses",
        "metrics": "keras.metrics",
        "weighted_metrics": "keras.metrics",
    },
)
OF_3_3: Final = _Listed(DOCUMENTS.modules, DOCUMENTS.object_modules)
UP_TO_3_2: Final = _Uncounted(DOCUMENTS.modules, DOCUMENTS.object_modules)
"""Those of Keras 3.0 to 3.2."""
