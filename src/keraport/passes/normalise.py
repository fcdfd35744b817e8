"""From the words of the source release to the neutral form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from keraport.catalog.api import Kind
from keraport.catalog.releases import Release
from keraport.changes import Change, later_than
from keraport.changes.change import Subject
from keraport.changes.combinators import RenamedClass
from keraport.model import Layer, Model, Object, Training, Value
from keraport.passes.graph_check import check_graph
from keraport.passes.kinds import kind_of
from keraport.passes.training import map_functions


def normalise(
    model: Model, training: Training | None, source: Release
) -> tuple[Model, Training | None]:
    """The same model in the neutral form, and how it was compiled.

    Precondition: they say what `source` wrote. Postcondition: every class and keyword has its
    neutral name, and every default that later releases changed is written out.

    Raises:
        DamagedFileError: the graph of layers contradicts itself.
    """
    check_graph(model)
    changes = later_than(source)
    if not changes:
        return model, training
    upgraded = _upgrade_training(training, changes) if training is not None else None
    return _upgrade_model(model, changes), upgraded


def _upgrade_model(model: Model, changes: Sequence[Change]) -> Model:
    return replace(
        model,
        class_name=_model_class(model.class_name, changes),
        layers=tuple(_upgrade_layer(layer, changes) for layer in model.layers),
    )


def _model_class(class_name: str, changes: Sequence[Change]) -> str:
    for change in changes:
        if isinstance(change.what, RenamedClass) and change.what.old == class_name:
            return change.names[0]
    return class_name


def _upgrade_layer(layer: Layer, changes: Sequence[Change]) -> Layer:
    if layer.model is not None:
        model = _upgrade_model(layer.model, changes)
        return replace(layer, model=model, class_name=model.class_name)
    layer = layer.with_config(
        {key: _upgrade_value(key, value, changes) for key, value in layer.config.items()}
    )
    return _up(layer, Kind.LAYER, changes)


def _upgrade_value(key: str, value: Value, changes: Sequence[Change]) -> Value:
    if isinstance(value, Layer):
        return _upgrade_layer(value, changes)
    if isinstance(value, list):
        return [_upgrade_value(key, item, changes) for item in value]
    kind = kind_of(key)
    if kind is not None and isinstance(value, Object):
        return _up(value, kind, changes)
    return value


def _upgrade_training(training: Training, changes: Sequence[Change]) -> Training:
    def upgrade(kind: Kind, item: Object) -> Object:
        return _up(item, kind, changes)

    return map_functions(training, upgrade)


def _up(subject: Subject, kind: Kind, changes: Sequence[Change]) -> Subject:
    for change in changes:
        if change.concerns(kind, subject.class_name):
            subject = change.what.up(change, subject)
    return subject
