"""How a model says the shape of what it is given."""

from __future__ import annotations

from dataclasses import replace

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of, configured, without
from keraport.changes.combinators import Added, Renamed
from keraport.changes.declared import declared
from keraport.changes.graph.deferred import entry_of, takes_rows_of_numbers
from keraport.changes.keras3.windows import DROPPED, keras3_file, since
from keraport.changes.site import Expansion, Refused, Site
from keraport.model import Config, Layer, Model, Value
from keraport.report import Verdict

_SHAPE = "batch_input_shape"
_ENTRY = "InputLayer"
_SOURCE = keras3_file("models/sequential.py")


@declared
class FirstLayerSaysShape(Effect):
    """The first layer of a stack may say what it is given; in Keras 3 an InputLayer does.

    The keyword itself stays until the model is rewritten, after its layers.
    """

    def model_to_release(self, model: Model, site: Site) -> Model:
        """Put an InputLayer before such a layer, and drop the keyword everywhere."""
        stack = model.is_sequential and model.layers
        entry = (_entry(model) or _guessed(model, site)) if stack else None
        layers = tuple(_without_shape(layer) for layer in model.layers)
        if entry is None:
            return replace(model, layers=layers)
        site.note(
            Verdict.EXACT,
            f"{entry.name} added, an InputLayer: {_SHAPE} of a first layer is not known to "
            f"{site.target}",
            source=_SOURCE,
        )
        return replace(model, layers=(entry, *layers))


def _entry(model: Model) -> Layer | None:
    """The InputLayer that says what the first layer of a stack says itself; None if it needs none.

    A stack that says it by the shape that it was built with needs one as well.
    """
    first = model.layers[0]
    if first.class_name == _ENTRY:
        return None
    shape: Value = None
    dtype: Value = None
    said = first if first.model is None else entry_of(first)
    if said is not None:
        shape, dtype = (
            said.config.get(_SHAPE, said.config.get("batch_shape")),
            said.config.get("dtype"),
        )
    if shape is None:
        shape = model.settings.get("build_input_shape")
    return _entry_of(model, shape, dtype) if isinstance(shape, list) else None


def _guessed(model: Model, site: Site) -> Layer | None:
    """The InputLayer of a stack that was built by its first call, and does not say for what.

    Standalone Keras builds it anew when it loads the weights; Keras 3 would not find them.
    """
    first = model.layers[0]
    if first.class_name == _ENTRY or not first.weights:
        return None
    if not takes_rows_of_numbers(model):
        raise Refused(
            f"the file does not record the model's input shape, and {site.target} has to know "
            "it before it loads the weights",
            hint="give its first layer an input_shape, and save the model again",
            source=_SOURCE,
        )
    shape: Value = [None, first.weights[0].shape[0]]
    return _entry_of(model, shape, first.config.get("dtype"))


def _entry_of(model: Model, shape: Value, dtype: Value) -> Layer:
    first = model.layers[0]
    taken = {layer.name for layer in model.layers}
    name = f"{first.name}_input"
    while name in taken:
        name += "_"
    dtype = dtype if isinstance(dtype, str) else "float32"
    config: Config = {"batch_shape": shape, "dtype": dtype, "sparse": False, "name": name}
    return Layer(name, _ENTRY, config)


def _without_shape(layer: Layer) -> Layer:
    if layer.model is not None:
        return layer
    return layer.with_config(without(layer.config, _SHAPE)) if _SHAPE in layer.config else layer


@declared
class InnerLayerSaysShape(Effect):
    """A layer in a wrapper may say what it is given; Keras 3 finds that out."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Drop it."""
        config = config_of(subject)
        if site.wrapper is None or change.key not in config:
            return subject
        return configured(subject, without(config, change.key))


CHANGES = (
    Change(
        Kind.LAYER,
        (_ENTRY,),
        key=_SHAPE,
        held=DROPPED,
        source=keras3_file("layers/core/input_layer.py"),
        effect=Renamed(other="batch_shape"),
    ),
    Change(
        Kind.LAYER,
        (_ENTRY,),
        key="ragged",
        held=DROPPED,
        source=keras3_file("layers/core/input_layer.py"),
        effect=Added(
            neutral=False,
            because="its Input has a ragged placeholder on TensorFlow only",
            hint="pad the input to a rectangle and mask it (Masking, Embedding(mask_zero=True))",
        ),
    ),
    Change(
        Kind.LAYER,
        (_ENTRY,),
        key="optional",
        held=since("3.4"),
        source=keras3_file("layers/core/input_layer.py"),
        effect=Added(
            neutral=False,
            because="its inputs are always given",
            hint="make a model for each set of inputs",
        ),
    ),
    Change(
        Kind.LAYER,
        ("*",),
        key=_SHAPE,
        held=DROPPED,
        source=_SOURCE,
        effect=InnerLayerSaysShape(),
    ),
    Change(
        Kind.LAYER,
        ("Sequential",),
        key=_SHAPE,
        held=DROPPED,
        source=_SOURCE,
        effect=FirstLayerSaysShape(),
    ),
)
