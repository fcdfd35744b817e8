"""Layers that prepare images, and numbers that come one by one (TF 2.3)."""

from __future__ import annotations

from keraport.catalog.api import Kind
from keraport.changes.change import Change
from keraport.changes.combinators import NewClass
from keraport.changes.companions import AsCompanion, as_companion
from keraport.changes.site import Expansion, Site
from keraport.changes.sources import keras_file
from keraport.model import Layer
from keraport.report import Verdict

_IMAGES = keras_file("2.3.0", "layers/preprocessing/image_preprocessing.py")
_WHILE_TRAINING = (
    "no stock layer changes images at random; the same at inference, "
    "while it trains the same kind of changes with other random numbers"
)

_NEW = (
    (
        "Resizing",
        "older releases resize with pixel centres elsewhere, and in no layer",
        Verdict.EQUIVALENT,
    ),
    ("CenterCrop", "no stock layer cuts the middle out of images of any size", Verdict.EXACT),
    ("RandomCrop", _WHILE_TRAINING, Verdict.EQUIVALENT),
    *(
        (name, _WHILE_TRAINING, Verdict.EXACT)
        for name in (
            *("RandomContrast", "RandomFlip", "RandomHeight", "RandomRotation"),
            *("RandomTranslation", "RandomWidth", "RandomZoom"),
        )
    ),
)
"""Class, why stock layers do not do, how faithful the companion is."""


def _discretization(layer: Layer, site: Site) -> Layer | Expansion:
    because = f"no layer of {site.target} sorts numbers into bins"
    return as_companion(layer, site, "Discretization", because)


CHANGES = (
    *(
        Change(
            Kind.LAYER,
            (name,),
            held="tf 2.3..",
            source=_IMAGES,
            what=NewClass(otherwise=AsCompanion(name, because, verdict)),
        )
        for name, because, verdict in _NEW
    ),
    Change(
        Kind.LAYER,
        ("Discretization",),
        held="tf 2.3..",
        source=keras_file("2.3.0", "layers/preprocessing/discretization.py"),
        what=NewClass(otherwise=_discretization),
    ),
)
