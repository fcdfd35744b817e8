"""Subclasses of Model and Sequential that were saved with their architecture.

A class like ``class CustomModel(tf.keras.Model)`` with a ``train_step`` of its own, called as
``CustomModel(inputs, outputs)``, is a graph of layers: it saves the config of one and predicts as
one (``Model.__new__`` in ``engine/training.py``, TF 2.3).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from keraport.analysis.kinds import MODEL_CLASSES
from keraport.catalog.api import Api, Kind
from keraport.model import KERAS, Layer, Model
from keraport.model.graph import map_layers
from keraport.records import dataclass
from keraport.report import Journal, Note, Verdict


def as_base_classes(
    model: Model,
    api: Api,
    own: Collection[str],
    renamed: Mapping[str, str],
    journal: Journal,
) -> Model:
    """The model with the user's own classes of models replaced by what they derive from.

    Args:
        model: as read, under the user's names.
        api: of the release that wrote it.
        own: what the user's files define; such classes stay.
        renamed: old name: new name, as the user says.
        journal: is told of each.
    """
    return _Bases(api, own, renamed, journal).model(model, "")


@dataclass(frozen=True, slots=True)
class _Bases:
    api: Api
    own: Collection[str]
    renamed: Mapping[str, str]
    journal: Journal

    def model(self, model: Model, prefix: str) -> Model:
        layers = tuple(self.layer(layer, f"{prefix}{layer.name}") for layer in model.layers)
        name = self.base(model, prefix.rstrip("/") or model.name or model.class_name)
        package = KERAS if name in MODEL_CLASSES else model.package
        return replace(model, layers=layers, class_name=name, package=package)

    def layer(self, layer: Layer, path: str) -> Layer:
        if layer.model is not None:
            inner = self.model(layer.model, f"{path}/")
            return replace(layer, model=inner, class_name=inner.class_name, package=inner.package)
        return layer.with_config(
            map_layers(
                layer.config,
                lambda item: self.layer(item, f"{path}/{item.name or item.class_name}"),
            )
        )

    def base(self, model: Model, path: str) -> str:
        """The class that computes what a model does; notes it where it is another one."""
        name = model.class_name
        if name in self.own or (model.package == KERAS and self._is_stock(name)):
            return name
        base = "Sequential" if model.is_sequential else self._graph()
        text = (
            f"{name} is not built into {self.api.release_id}; treated as a custom class; "
            f"it holds the config of a {base} and is written as one: the same predictions, unless "
            f"{name} has a `call` of its own; its training is not carried over"
        )
        if name in self.renamed:
            text = f"{name} is written as {base}, as --map says"
        self.journal.note(path, Note(Verdict.EXACT, text))
        return base

    def _is_stock(self, name: str) -> bool:
        return name in MODEL_CLASSES or self.api.find(Kind.LAYER, name) is not None

    def _graph(self) -> str:
        return next(name for name in sorted(MODEL_CLASSES) if self.api.find(Kind.LAYER, name))
