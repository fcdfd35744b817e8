"""Walks over what ``compile`` was called with: losses, metrics, the optimizer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from keraport.catalog.api import Kind
from keraport.model import Object, Training, Value

Visit = Callable[[Kind, Object], Object]


def named(name: str) -> Object:
    """A function given by its name, as an object without a config."""
    return Object(name, None)


def map_functions(training: Training, visit: Visit) -> Training:
    """The same training with each loss, metric and optimizer replaced by what `visit` answers.

    A name is visited as an `Object` whose config is None, and becomes a name again if it stays so.
    """
    optimizer = training.optimizer
    return replace(
        training,
        optimizer=visit(Kind.OPTIMIZER, optimizer) if optimizer is not None else None,
        loss=map_value(training.loss, lambda item: visit(Kind.LOSS, item)),
        metrics=map_value(training.metrics, lambda item: visit(Kind.METRIC, item)),
        settings={
            **training.settings,
            **(
                {
                    "weighted_metrics": map_value(
                        training.settings["weighted_metrics"],
                        lambda item: visit(Kind.METRIC, item),
                    )
                }
                if "weighted_metrics" in training.settings
                else {}
            ),
        },
    )


def map_value(value: Value, visit: Callable[[Object], Object]) -> Value:
    """A structure of names and objects with each of them replaced."""
    if isinstance(value, str):
        return _as_value(visit(named(value)))
    if isinstance(value, Object):
        return _as_value(visit(value))
    if isinstance(value, Mapping):
        return {key: map_value(item, visit) for key, item in value.items()}
    if isinstance(value, list):
        return [map_value(item, visit) for item in value]
    return value


def _as_value(item: Object) -> Value:
    return item.class_name if item.config is None else item
