"""Which nested models an older loader cannot fill with their weights, and what to do about it.

Loaders of TF 1.12 convert weights of older layouts as they hand them out. For a nested model they
walk over its layers twice, with the trainable weights and then with the others
(``preprocess_weights_for_loading`` in ``engine/saving.py``). A model nested in a nested model is
given half of its weights at a time and takes them for all: a convolution in it is handed the
moving mean of a BatchNormalization as its kernel. This is replayed here with names in the place of
arrays.
"""

from __future__ import annotations

from dataclasses import replace

from keraport.analysis.order import layer_order
from keraport.analysis.weights import Slot, flat_slots, slots
from keraport.changes.site import Refused
from keraport.changes.weights.nested import RestoresModelsInModels
from keraport.model import Layer, Model
from keraport.report import Note, Verdict
from keraport.surgery.inlining import inline_models
from keraport.translate.rewrite import Rewriting, model_class

_CONVOLUTIONS = frozenset({"Conv1D", "Conv2D", "Conv3D", "Conv2DTranspose", "ConvLSTM2D"})
_GATED = frozenset({"LSTM", "GRU"})


class _MisplacedError(Exception):
    """A layer is handed weights that are not its own."""


def make_restorable(model: Model, rewriting: Rewriting) -> Model:
    """The outermost model with nested models flattened where the target could not fill them.

    Args:
        model: lowered.
        rewriting: takes the notes, and the new paths of layers.
    """
    if not rewriting.steps.undone(RestoresModelsInModels):
        return model
    layers = tuple(_restorable_layer(layer, rewriting) for layer in model.layers)
    return replace(model, layers=layers)


def _restorable_layer(layer: Layer, rewriting: Rewriting) -> Layer:
    if is_restored(layer):
        return layer
    try:
        flat = _flattened(layer, "", rewriting)
    except Refused as refused:
        rewriting.journal.note(layer.name, refused.note)
        return layer
    if not is_restored(flat):
        text = (
            f"{rewriting.target} cannot hand out the weights of the models inside it: it mixes up "
            "trainable and other weights of a model in a model"
        )
        hint = "take the innermost model's layers into the model around it"
        rewriting.journal.note(layer.name, Note(Verdict.REFUSED, text, hint))
        return layer
    text = (
        "the layers of the models inside it are its own now: "
        f"{rewriting.target} mixes up the weights of models nested twice"
    )
    rewriting.journal.note(layer.name, Note(Verdict.EXACT, text))
    return flat


def _flattened(layer: Layer, prefix: str, rewriting: Rewriting) -> Layer:
    path = f"{prefix}{layer.name}"
    if layer.model is not None:
        flat = inline_models(layer.model, f"{path}/", rewriting.moved)
        name = model_class(flat.class_name, rewriting)
        return replace(layer, model=replace(flat, class_name=name), class_name=name)
    inner = layer.config.get("layer")
    if layer.class_name == "TimeDistributed" and isinstance(inner, Layer):
        return layer.with_config(
            {**layer.config, "layer": _flattened(inner, f"{path}/", rewriting)}
        )
    return layer


def is_restored(layer: Layer) -> bool:
    """True if TF 1.12 hands a layer of the outermost model, and all inside, their own weights."""
    try:
        _hand_out(layer, flat_slots(layer, rounds=True), "")
    except _MisplacedError:
        return False
    return True


def _hand_out(layer: Layer, weights: list[Slot], prefix: str) -> None:
    """``preprocess_weights_for_loading`` of TF 1.12."""
    path = f"{prefix}{layer.name}"
    inner = layer.config.get("layer")
    if layer.class_name == "TimeDistributed" and isinstance(inner, Layer):
        _hand_out(inner, weights, f"{path}/")
    elif layer.class_name in ("Model", "Sequential") and layer.model is not None:
        _hand_out_to_model(layer.model, weights, f"{path}/")
    own_kernel = (path, "kernel")
    if layer.class_name in _CONVOLUTIONS and weights[:1] != [own_kernel]:
        raise _MisplacedError(path)
    if layer.class_name in _GATED and len(weights) == 3 and weights[0] != own_kernel:
        raise _MisplacedError(path)


def _hand_out_to_model(model: Model, weights: list[Slot], prefix: str) -> None:
    """``convert_nested_model`` of TF 1.12."""
    for trainable in (True, False):
        for part in layer_order(model):
            count = len(slots(part, prefix, trainable=trainable, rounds=True))
            if count:
                _hand_out(part, weights[:count], prefix)
                weights = weights[count:]
