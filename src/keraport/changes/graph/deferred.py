"""Sequential models inside of others that do not say what they are fed."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from keraport import hub
from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject
from keraport.changes.declared import declared
from keraport.changes.site import Expansion, Refused, Site
from keraport.changes.sources import own_keras_file
from keraport.model import Layer, Model, Value
from keraport.report import Verdict

_SHAPE: Final = "batch_input_shape"
_ENTRY: Final = "InputLayer"
_OF_ANY_SIZE: Final = frozenset(
    {"Activation", "BatchNormalization", "Dense", "ELU", "LeakyReLU", "ReLU", "Softmax"}
)
"""Layers that work on rows as on steps of rows."""


@declared
class CountsNoBuild(Effect):
    """A Sequential that is built by its first call counts that call alone.

    Standalone Keras counts the build as well, so that files number the call 1; other releases wait
    for such a call for ever, unless the model is built before.
    """

    alters_meaning = True

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse: the loader would hang."""
        if not isinstance(subject, Layer) or subject.model is None:
            return subject
        if not is_untold(subject.model):
            return subject
        raise Refused(
            f"it does not say what it is fed, which {site.source} finds out when it is called; "
            f"{site.target} would number its calls otherwise, and wait for one for ever",
            hint="give its first layer an input_shape, and save the model again",
            source=change.source,
        )

    def model_to_hub(self, model: Model, site: Site) -> Model:
        """Tell what the stack is fed, as far as its weights say it: loaders need to know."""
        if not is_untold(model) or model.layers[0].model is not None:
            return model
        first = model.layers[0]
        if not first.weights:
            return model
        if not takes_rows_of_numbers(model):
            raise Refused(
                f"the file does not record the model's input shape, and {site.target} has to know "
                "before it loads the weights",
                hint="give its first layer an input_shape, and save the model again",
                source=own_keras_file("2.3.1", "engine/sequential.py"),
            )
        shape: list[Value] = [None, first.weights[0].shape[0]]
        site.note(
            Verdict.EXACT,
            f"{_SHAPE}={shape!r} added to {first.name}, inferred from its kernel: the file does "
            "not record the model's input shape",
        )
        return told(model, shape)


def is_untold(model: Model) -> bool:
    """True for a stack of layers that does not say what it is fed."""
    if not model.is_sequential or not model.layers or "build_input_shape" in model.settings:
        return False
    first = model.layers[0]
    return first.class_name != _ENTRY and _SHAPE not in first.config and entry_of(first) is None


def entry_of(layer: Layer) -> Layer | None:
    """What says the shape that a model is fed, at any depth: a stack that begins with it takes it.

    So do all releases: they look for the first layer of the first layer (``Sequential.add``).
    """
    model = layer.model
    while model is not None and model.layers:
        if model.inputs is not None and len(model.inputs) != 1:
            return None
        first = model.layers[0]
        if first.class_name == _ENTRY or _SHAPE in first.config:
            return first
        model = first.model
    return None


def told(model: Model, shape: list[Value]) -> Model:
    """The stack with that shape in its first layer."""
    first, *rest = model.layers
    return replace(model, layers=(first.with_config({_SHAPE: shape, **first.config}), *rest))


def takes_rows_of_numbers(model: Model) -> bool:
    """True for a stack that begins with Dense, so that its kernel tells what it is fed.

    Rows are the usual case. A stack that is fed more axes than two says so when it is called.
    """
    sized = (hub.row(layer.class_name) for layer in model.layers)
    return model.layers[0].class_name == "Dense" and all(
        row is not None and (row.stepwise or row.idle or layer.class_name in _OF_ANY_SIZE)
        for layer, row in zip(model.layers, sized, strict=True)
    )


CHANGES = (
    Change(
        Kind.LAYER,
        ("Sequential",),
        key="build_input_shape",
        held="tf 1.., tf-keras 2.., keras3 3.., keras2 none",
        source=own_keras_file("2.3.1", "engine/sequential.py"),
        effect=CountsNoBuild(),
    ),
)
