"""Dtypes of outputs: wrappers around layers of another dtype, and images of whole numbers."""

from __future__ import annotations

from typing import Final

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of
from keraport.changes.declared import declared
from keraport.changes.keras3.windows import DROPPED, keras3_file
from keraport.changes.objects.policies import policy_name
from keraport.changes.site import Expansion, Refused, Site
from keraport.model import Config, Layer, Model, Object, Value
from keraport.model.graph import find_refs

_WRAPPERS: Final = {
    "Bidirectional": "layer",
    "SpectralNormalization": "layer",
    "TimeDistributed": "layer",
    "RNN": "cell",
}
"""Wrappers, and the argument that holds what they wrap."""


def _dtype(config: Config) -> str | None:
    """The name of the policy; None where there is none, or it has none."""
    value: Value = config.get("dtype")
    if isinstance(value, Object):
        return policy_name(value) or _text(config_of(value).get("name"))
    return policy_name(value)


def _text(value: Value) -> str | None:
    return value if isinstance(value, str) else None


@declared
class GivesWhatIsWrapped(Effect):
    """A wrapper gives the dtype of the layer in it; in Keras 3 its own.

    Measured with float32 around float64 and the other way round in TensorFlow 2.15 and Keras 3.15;
    RNN of TensorFlow 2.15 fails on such a cell.
    """

    alters_meaning = True

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse a wrapper around a layer of another dtype."""
        config = config_of(subject)
        inner = config.get(change.key)
        if not isinstance(inner, Layer) or inner.model is not None:
            return subject
        outer, within = _dtype(config), _dtype(inner.config)
        if outer is None or within is None or outer == within:
            return subject
        raise Refused(
            f"its dtype is {outer!r}, and {within!r} that of the layer in it: it gives the first "
            f"in {site.source}, and other releases the second",
            hint="build both with one dtype",
            source=change.source,
        )


_KEEP: Final = (
    *(
        "Equalization",
        "MaxNumBoundingBoxes",
        "MixUp",
        "RandomBrightness",
        "RandomColorDegeneration",
    ),
    *("RandomColorJitter", "RandomContrast", "RandomCrop", "RandomGrayscale", "RandomHue"),
    *("RandomInvert", "RandomPosterization", "RandomSaturation"),
)
"""What hands integers on as they are when a model predicts (Keras 3.15)."""

_ROUNDS: Final = "Resizing"
"""The same, with other values: it rounds what it has computed."""

_FLOATS: Final = frozenset({"CenterCrop", "Dense", "Normalization", "RandomFlip", "RandomRotation",
                            "RandomTranslation", "RandomZoom", "Rescaling"})  # fmt: skip
"""What gives floats for integers in every release."""


@declared
class GivesFloats(Effect):
    """Layers for images give floats, whatever they are given; in Keras 3 integers for integers."""

    alters_meaning = True

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse where something may look at the integers."""
        given = {dtype for call in site.dtypes for dtype in call.inputs}
        whole = sorted(dtype for dtype in given if dtype.startswith(("int", "uint")))
        if not whole or not isinstance(subject, Layer):
            return subject
        nearest = subject.config.get("interpolation") == "nearest"
        if (subject.class_name != _ROUNDS or nearest) and is_read_as_floats(subject, site.model):
            return subject
        raise Refused(
            f"it is given {whole[0]}, and gives that in {site.source}; {site.target} gives floats",
            hint="put Rescaling(1.0) before it, and save the model again",
            source=change.source,
        )


def is_read_as_floats(layer: Layer, model: Model | None) -> bool:
    """True if all that reads a layer makes floats of integers, or hands them to what does."""
    if model is None:
        return False
    if model.is_sequential:
        names = [item.name for item in model.layers]
        readers = model.layers[names.index(layer.name) + 1 :][:1] if layer.name in names else ()
        is_output = not readers
    else:
        readers = tuple(
            item
            for item in model.layers
            if any(ref.layer == layer.name for call in item.calls for ref in call.refs())
        )
        is_output = any(ref.layer == layer.name for ref in find_refs(model.outputs))
    return not is_output and all(
        item.class_name in _FLOATS or (item.class_name in _KEEP and is_read_as_floats(item, model))
        for item in readers
    )


CHANGES: Final = (
    *(
        Change(
            Kind.LAYER,
            (name,),
            key=key,
            held=DROPPED,
            source=keras3_file("layers/layer.py"),
            effect=GivesWhatIsWrapped(),
        )
        for name, key in _WRAPPERS.items()
    ),
    Change(
        Kind.LAYER,
        (*_KEEP, _ROUNDS),
        key="dtype_of_images",
        held=DROPPED,
        source=keras3_file(
            "layers/preprocessing/image_preprocessing/base_image_preprocessing_layer.py"
        ),
        effect=GivesFloats(),
    ),
)
