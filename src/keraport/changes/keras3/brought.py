"""Layers that Keras 3 brought, and that companions define for older releases."""

from __future__ import annotations

from typing import Final

from keraport import hub
from keraport.catalog.api import Kind
from keraport.changes.change import Change
from keraport.changes.combinators import NewClass
from keraport.changes.companions import as_companion
from keraport.changes.keras3.windows import LATER, keras3_file
from keraport.changes.site import Refused, Site
from keraport.model import Layer
from keraport.report import Verdict

_IMAGES: Final = "layers/preprocessing/image_preprocessing"


def _computing(layer: Layer, site: Site) -> Layer:
    because = f"{site.target} has no such layer"
    return as_companion(layer, site, layer.class_name, because, verdict=Verdict.EQUIVALENT)


def _contrast(layer: Layer, site: Site) -> Layer:
    if layer.config.get("data_format") == "channels_first":
        raise Refused(
            "data_format='channels_first': it stretches the values along other axes than those of "
            "each channel, which is not supported yet",
            hint="transpose the images before and after the layer",
        )
    return _computing(layer, site)


def _augmentation(layer: Layer, site: Site) -> Layer:
    if any(call.arguments.get("training") for call in layer.calls):
        raise Refused(
            "it is called with training=True, and so augments images when the model predicts",
            hint="augment the images before the model, and cut the layer off",
        )
    because = (
        f"{site.target} has no such layer. It predicts the same; training the model with it raises "
        "NotImplementedError: augment the images before the model instead"
    )
    return as_companion(layer, site, layer.class_name, because)


CHANGES = (
    *(
        Change(
            Kind.LAYER,
            (name,),
            held=LATER,
            source=keras3_file(path),
            effect=NewClass(otherwise=otherwise),
        )
        for name, path, otherwise in (
            ("RMSNormalization", "layers/normalization/rms_normalization.py", _computing),
            ("AutoContrast", f"{_IMAGES}/auto_contrast.py", _contrast),
        )
    ),
    *(
        Change(
            Kind.LAYER,
            (name,),
            held=LATER,
            source=keras3_file("layers/pooling/base_adaptive_pooling.py"),
            effect=NewClass(otherwise=_computing),
        )
        for name, _ in hub.keras3.ADAPTIVE_POOLING
    ),
    *(
        Change(
            Kind.LAYER,
            (name,),
            held=LATER,
            source=keras3_file(_IMAGES),
            effect=NewClass(otherwise=_augmentation),
        )
        for name in hub.keras3.AUGMENTATIONS
    ),
)
