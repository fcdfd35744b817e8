"""InputLayer, and the keywords that every layer has."""

from __future__ import annotations

from dataclasses import replace

from keraport.catalog.api import Kind
from keraport.changes.change import Change, without
from keraport.changes.combinators import Added, NewClass, Unchanged
from keraport.changes.site import Refused, Site
from keraport.changes.sources import keras_file, own_keras_file
from keraport.model import Layer
from keraport.report import Verdict


def _in_the_graph(layer: Layer, site: Site) -> Layer:
    """A built-in layer computes the same in a graph; custom ones are left to the user's class."""
    site.note(
        Verdict.EXACT,
        "dynamic=True left out: the layer computes the same in a graph, to which "
        f"{site.target} always adds it",
    )
    return layer.with_config(without(layer.config, "dynamic"))


def _as_it_is(layer: Layer, site: Site) -> Layer:
    """What passes its input on; Identity ends a mask, and so does Rescaling."""
    if any(len(call.refs()) != 1 for call in layer.calls):
        raise Refused(
            f"{site.target} has no Identity, and it is called with several tensors",
            hint="use an Identity for each of them",
        )
    common = {key: value for key, value in layer.config.items() if key in _OF_EVERY_LAYER}
    if site.masked:
        site.note(Verdict.EXACT, "rewritten as Rescaling(1.0), which ends the mask as well")
        config = {**common, "scale": 1.0, "offset": 0.0}
        return replace(layer, class_name="Rescaling", config=config)
    site.note(Verdict.EXACT, 'rewritten as Activation("linear")')
    config = {**common, "activation": "linear"}
    return replace(layer, class_name="Activation", config=config)


_OF_EVERY_LAYER = ("name", "trainable", "dtype", "batch_input_shape", "dynamic")

CHANGES = (
    Change(
        Kind.LAYER,
        ("*",),
        key="dynamic",
        held="tf 1.14..",
        source=keras_file("1.15.5", "engine/base_layer.py"),
        effect=Added(
            neutral=False,
            otherwise=_in_the_graph,
        ),
    ),
    Change(
        Kind.LAYER,
        ("InputLayer",),
        key="ragged",
        held="tf 1.15..",
        source=keras_file("1.15.5", "engine/input_layer.py"),
        effect=Added(
            neutral=False,
            because="its Input has no ragged placeholder, and `predict` makes rectangular arrays "
            "of all that it is fed",
            hint="pad the input to a rectangle and mask it (Masking, Embedding(mask_zero=True))",
        ),
    ),
    Change(
        Kind.LAYER,
        ("Lambda",),
        held="tf 1.14..",
        source=keras_file("1.15.5", "layers/core.py"),
        effect=Unchanged(
            "a Lambda is refused whatever its keywords are: it holds bytecode",
            keys=("mask", "mask_type", "mask_module"),
        ),
    ),
    Change(
        Kind.LAYER,
        ("InputLayer",),
        key="type_spec",
        held="tf 2.5..",
        source=own_keras_file("2.15.0", "engine/input_layer.py"),
        effect=Added(
            neutral=None,
            because="its inputs are described by their shape and dtype",
            hint="rebuild the model with Input(shape, dtype=...)",
        ),
    ),
    Change(
        Kind.LAYER,
        ("InputLayer",),
        held="tf 2.5..",
        source=own_keras_file("2.15.0", "engine/input_layer.py"),
        effect=Unchanged("None, the default since, means False", keys=("ragged", "sparse")),
    ),
    Change(
        Kind.LAYER,
        ("Identity",),
        held="tf 2.12..",
        source=own_keras_file("2.15.0", "layers/core/identity.py"),
        effect=NewClass(otherwise=_as_it_is),
    ),
)
