"""Layers that prepare images, and numbers that come one by one (TF 2.3)."""

from __future__ import annotations

from dataclasses import replace

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of, configured
from keraport.changes.combinators import Added, Cosmetic, NewClass, Renamed, Unchanged
from keraport.changes.companions import AsCompanion, as_companion
from keraport.changes.declared import declared
from keraport.changes.layers.encoded_behind import encoded_behind
from keraport.changes.layers.training_only import only_while_training
from keraport.changes.site import Expansion, Refused, Site
from keraport.changes.sources import keras_file, own_keras_file
from keraport.model import Layer
from keraport.report import Verdict

_IMAGES = keras_file("2.3.0", "layers/preprocessing/image_preprocessing.py")
_IMAGES_SINCE = own_keras_file("2.15.0", "layers/preprocessing/image_preprocessing.py")
_BINS = own_keras_file("2.15.0", "layers/preprocessing/discretization.py")
_WHILE_TRAINING = (
    "no stock layer changes images at random; the same at inference, "
    "in training the same kind of changes with other random numbers"
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
    because = f"no layer of {site.target} puts numbers into bins"
    return as_companion(layer, site, "Discretization", because)


def _as_bright(layer: Layer, site: Site) -> Layer:
    """At inference images stay as they are."""
    site.note(
        Verdict.EXACT,
        f"rewritten as Rescaling(1.0): {site.target} cannot change how bright images are, which "
        "the layer does only while it trains",
    )
    kept = ("name", "trainable", "dtype", "batch_input_shape")
    config = {key: layer.config[key] for key in kept if key in layer.config}
    config |= {"scale": 1.0, "offset": 0.0}
    return replace(layer, class_name="Rescaling", config=config)


def _binned_and_encoded(layer: Layer, site: Site) -> Expansion:
    """Numbers of bins, and CategoryEncoding of them."""
    bins = layer.config.get("bins")
    if not isinstance(bins, list):
        raise Refused("its bins are not in the config", source=_BINS)
    return encoded_behind(layer, site, size=len(bins) + 1)


@declared
class MoreFillModes(Effect):
    """What random changes leave empty may be filled by the nearest pixels."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Fill it otherwise: only training asks for it."""
        config = config_of(subject)
        mode = config.get(change.key, _FILL_MODES[0])
        if mode in _FILL_MODES:
            return subject
        site.note(
            Verdict.EXACT,
            f"{change.key}={mode!r} written as {_FILL_MODES[0]!r}: {site.target} fills empty "
            "pixels this way in training",
            source=change.source,
        )
        return configured(subject, {**config, change.key: _FILL_MODES[0]})


_FILL_MODES = ("reflect", "wrap", "constant")

CHANGES = (
    Change(
        Kind.LAYER,
        ("CategoryCrossing",),
        key="separator",
        held="tf 2.5..",
        source=own_keras_file("2.6.0", "layers/preprocessing/category_crossing.py"),
        effect=Unchanged("None, the default before, means '_X_'"),
    ),
    *(
        Change(
            Kind.LAYER,
            (name,),
            held="tf 2.2..",
            source=_IMAGES,
            effect=NewClass(otherwise=AsCompanion(name, because, verdict)),
        )
        for name, because, verdict in _NEW
    ),
    Change(
        Kind.LAYER,
        ("Discretization",),
        held="tf 2.3..",
        source=keras_file("2.3.0", "layers/preprocessing/discretization.py"),
        effect=NewClass(otherwise=_discretization),
    ),
    Change(
        Kind.LAYER,
        ("RandomRotation", "RandomTranslation", "RandomZoom"),
        key="fill_value",
        held="tf 2.4..",
        source=_IMAGES_SINCE,
        effect=Added(
            neutral=0.0,
            otherwise=only_while_training("fill_value", "empty pixels are filled by 0"),
        ),
    ),
    Change(
        Kind.LAYER,
        ("RandomBrightness",),
        held="tf 2.9..",
        source=_IMAGES_SINCE,
        effect=NewClass(otherwise=_as_bright),
    ),
    Change(
        Kind.LAYER,
        ("Discretization", "DiscretizationV2"),
        key="bins",
        held="tf ..2.4",
        source=_BINS,
        effect=Renamed(other="bin_boundaries"),
    ),
    Change(
        Kind.LAYER,
        ("Discretization", "DiscretizationV2"),
        key="num_bins",
        held="tf 2.5..",
        source=_BINS,
        effect=Added(
            neutral=None,
            because="its bins are in the config, and these are kept as weights",
            hint="rebuild the layer with bin_boundaries=layer.bin_boundaries",
        ),
    ),
    Change(
        Kind.LAYER,
        ("Discretization", "DiscretizationV2"),
        key="epsilon",
        held="tf 2.5..",
        source=_BINS,
        effect=Cosmetic("only `adapt` uses it"),
    ),
    Change(
        Kind.LAYER,
        ("Discretization",),
        key="output_mode",
        held="tf 2.8..",
        source=_BINS,
        effect=Added(neutral="int", otherwise=_binned_and_encoded),
    ),
    Change(
        Kind.LAYER,
        ("Discretization",),
        key="sparse",
        held="tf 2.8..",
        source=_BINS,
        effect=Added(neutral=False, because="it returns only indices of bins"),
    ),
    Change(
        Kind.LAYER,
        ("RandomRotation", "RandomTranslation", "RandomZoom"),
        held="tf 2.3..",
        source=keras_file("2.2.0", "layers/preprocessing/image_preprocessing.py"),
        effect=Unchanged("they are always written", keys=("fill_mode", "width_factor")),
    ),
    Change(
        Kind.LAYER,
        ("RandomRotation", "RandomTranslation", "RandomZoom"),
        key="fill_mode",
        held="tf 2.4..",
        source=_IMAGES_SINCE,
        effect=MoreFillModes(),
    ),
)
