"""Masks that a Lambda of a newer release hands on, because it returns its very input.

The mask is noted on the tensor (``_keras_mask``), which is found there again when the model runs,
whatever the graph says. In releases of TensorFlow 1 and in standalone Keras 2 it ends there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from keraport.analysis.masks import masked_layers
from keraport.catalog.api import load_api
from keraport.catalog.releases import Release
from keraport.changes import between, lacks
from keraport.changes.layers.masks import LambdasHandMasksOn
from keraport.model import Call, Layer, Model
from keraport.records import dataclass
from keraport.report import Journal, Note, Verdict
from keraport.surgery.returned_inputs import Returned

_KEPT = frozenset({"name", "trainable", "dtype", "batch_input_shape", "batch_shape"})


def with_lambdas_that_hand_masks_on(
    model: Model,
    source: Release,
    target: Release,
    journal: Journal,
    functions: Mapping[str, str],
    given: Returned,
) -> Model:
    """The model with `Activation("linear")`, which hands masks on, for such a Lambda.

    Args:
        model: as read.
        source: the release that wrote it.
        target: the release to be written for.
        journal: is told, also of what is refused.
        functions: the source of functions that Lambda layers call, by name.
        given: which of the tensors that a function is called with it returns, by its source and
            their dtypes (`keraport.lambdas.returned`).
    """
    if not functions:
        return model
    # Graphs of Keras 3 say that the layers behind had no mask, though they find one.
    says_none = source.has("has-operations") and not target.has("has-operations")
    ends = bool(between(source, target).undone(LambdasHandMasksOn))
    if lacks(source, LambdasHandMasksOn) or not (ends or says_none):
        return model
    handing = _Handing(source, target, journal, functions, given, says_none)
    while True:
        reached = masked_layers(model, load_api(source.id)).reached
        found = handing.model(model, "", reached)
        if found is model:
            return model
        model = found


@dataclass(frozen=True, slots=True)
class _Handing:
    source: Release
    target: Release
    journal: Journal
    functions: Mapping[str, str]
    given: Returned
    says_none: bool

    def model(self, model: Model, prefix: str, reached: frozenset[str]) -> Model:
        layers = [self.layer(layer, f"{prefix}{layer.name}", reached) for layer in model.layers]
        same = all(new is old for new, old in zip(layers, model.layers, strict=True))
        return model if same else replace(model, layers=tuple(layers))

    def layer(self, layer: Layer, path: str, reached: frozenset[str]) -> Layer:
        if layer.model is not None:
            inner = self.model(layer.model, f"{path}/", reached)
            return layer if inner is layer.model else replace(layer, model=inner)
        if layer.class_name != "Lambda" or path not in reached:
            return layer
        source = self.functions.get(str(layer.config.get("function")))
        counts = {len(call.refs()) for call in layer.calls} or {1}
        dtypes = [str(layer.config.get("dtype") or "float32")] * max(counts)
        if source is None or not self.given(source, dtypes):
            return layer
        text = f"returns what it is given, and {self.source} hands the mask on with that"
        if self.says_none or counts != {1}:
            hint = "take the Lambda out, or return a copy of the tensor if no mask is wanted"
            self.journal.note(path, Note(Verdict.REFUSED, text, hint))
            return layer
        text = f"Activation('linear') in its place: it {text}, {self.target} does not"
        self.journal.note(path, Note(Verdict.EXACT, text))
        config = {key: value for key, value in layer.config.items() if key in _KEPT}
        calls = tuple(Call(call.inputs) for call in layer.calls)
        config["activation"] = "linear"
        return replace(layer, class_name="Activation", config=config, calls=calls)
