"""Layers for images: their data_format, RandomCrop, and what Keras 3 cannot interpolate."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from keraport.catalog.api import Kind
from keraport.catalog.windows import held
from keraport.changes.change import Change, Effect, Subject, config_of, without
from keraport.changes.combinators import ActedUpon, Added, NewClass
from keraport.changes.companions import as_companion
from keraport.changes.declared import declared
from keraport.changes.keras3.brought import handed_on
from keraport.changes.keras3.windows import (
    BETWEEN,
    DROPPED,
    NEW,
    again_in,
    keras3_file,
    since,
    up_to,
)
from keraport.changes.layers.channels_first import between_permutes, can_be_several
from keraport.changes.layers.dtype_rules import UNKNOWN
from keraport.changes.layers.image_crops import as_smart_resize
from keraport.changes.layers.integer_outputs import GIVES_INT64
from keraport.changes.site import Expansion, Refused, Site
from keraport.changes.sources import own_keras_file
from keraport.model import Config, Layer
from keraport.report import Verdict

_PATH: Final = "layers/preprocessing/image_preprocessing/"
_OLD: Final = own_keras_file("2.15.0", "layers/preprocessing/image_preprocessing.py")

_DATA_FORMATS: Final = (
    (("CenterCrop", "RandomCrop", "RandomRotation", "RandomTranslation", "RandomZoom"), NEW),
    (("Resizing",), NEW),
    (("RandomBrightness", "RandomContrast", "RandomFlip"), since("3.6")),
)

_METHODS: Final = ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5", "area")


def _gives_no_numbers(config: Config) -> bool:
    return bool(config.get("output_mode", "int") != "int")


def _is_no_area(config: Config) -> bool:
    return bool(config.get("interpolation") != "area")


def _never(config: Config) -> bool:  # noqa: ARG001
    return False


def _is_known(config: Config) -> bool:
    return config.get("interpolation", "bilinear") in _METHODS


def _sorts_floats(layer: Layer, site: Site) -> Layer:
    """The companion's class, which is given floats as they are."""
    because = f"output_mode='int' of {site.target} cuts floats to integers before it sorts them"
    given = {dtype for call in site.dtypes for dtype in call.inputs}
    if not given or given & {UNKNOWN, "float64"}:
        raise Refused(
            f"{because}, and what the layer is given is not known to be float32 or integers",
            hint="rebuild the layer with output_mode='one_hot', or make its input a float32",
        )
    gives = layer.config.get("dtype")
    if gives not in ("int32", "int64") or held(since("3.1"), site.source):
        gives = "int64" if held(GIVES_INT64, site.source) else "int32"
    config = {**without(layer.config, "trainable"), "dtype": "float32", "gives": gives}
    return as_companion(layer.with_config(config), site, "DiscretizationV2", because)


def _by_area(layer: Layer, site: Site) -> Layer:
    """The companion's class, which averages areas as TensorFlow does."""
    for key in ("antialias", "pad_to_aspect_ratio"):
        if layer.config.get(key):
            raise Refused(
                f"interpolation='area' and {key}=True: not supported yet",
                hint="rebuild the layer with another interpolation",
            )
    because = f"{site.target} does not interpolate by area"
    name = f"{layer.class_name}ByArea"
    idle = ("antialias", "fill_mode", "fill_value", "pad_to_aspect_ratio")
    layer = layer.with_config(without(layer.config, *idle))
    return as_companion(layer, site, name, because, verdict=Verdict.EQUIVALENT)


@declared
class CropsAtInference(Effect):
    """RandomCrop cuts out the middle and resizes when a model predicts; Keras 3 does nothing."""

    alters_meaning = True

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """Rewrite it as a layer that returns its input."""
        return handed_on(subject, site) if isinstance(subject, Layer) else subject

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """CenterCrop and Resizing, which do the same when a model predicts."""
        if not isinstance(subject, Layer):
            return subject
        because = f"RandomCrop of {site.target} leaves images unchanged at inference"
        return as_smart_resize(subject, site, because)


def _as_it_is(layer: Layer, site: Site) -> Layer:
    """RandomHeight and RandomWidth only act while a model trains."""
    site.note(
        Verdict.EXACT,
        f"rewritten as Rescaling(1.0): {layer.class_name} passes images through at inference; "
        "while it trains, they are no longer stretched at random",
    )
    kept = {key: layer.config[key] for key in ("name", "dtype") if key in layer.config}
    config = {**kept, "trainable": True, "scale": 1.0, "offset": 0.0}
    return replace(layer, class_name="Rescaling", config=config)


@declared
class AddsBiasAlongWidth(Effect):
    """The bias of images with the channels first is added along the last axis.

    Keras 3.7 and later do so on TensorFlow, where that axis is as long as there are filters
    (``add`` in ``backend/tensorflow/numpy.py``).
    """

    alters_meaning = True
    backends = frozenset({"jax", "torch"})

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """With channels last between two Permute where that may happen, or refuse."""
        if not adds_bias_along_width(subject, site):
            return subject
        because = f"{site.target} may add the bias along the width"
        ranks = {len(shape) - 2 for shape in site.input_shapes if shape is not None}
        rank = max(ranks, default=0)
        if isinstance(subject, Layer) and can_be_several(subject, site, rank):
            return between_permutes(subject, site, rank, source=change.source, because=because)
        raise bias_refused(change, str(site.target))

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse: no other release adds it so, and no other backend."""
        if not adds_bias_along_width(subject, site):
            return subject
        on = " with TensorFlow" if site.target.backend else ""
        raise bias_refused(change, f"{site.source}{on}")


def adds_bias_along_width(subject: Subject, site: Site) -> bool:
    """True if the channels come first, and there may be as many of them as the outputs are wide."""
    config = config_of(subject)
    first = config.get("data_format") == "channels_first"
    if not first or config.get("use_bias") is False:
        return False
    shapes = site.output_shapes or (None,)
    widths = {shape[-1] if shape else None for shape in shapes}
    channels = {shape[1] if shape and len(shape) > 1 else None for shape in shapes}
    return not widths.isdisjoint(channels | {None})


def bias_refused(change: Change, release: str) -> Refused:
    """The refusal of such a bias, which a release adds along the width."""
    return Refused(
        "data_format='channels_first', and its output may be as wide as it has channels: "
        f"{release} adds the bias along the width then",
        hint="build it with use_bias=False and add the bias in a separate layer, or rebuild "
        "the model with channels last",
        source=change.source,
    )


CHANGES = (
    *(
        Change(
            Kind.LAYER,
            names,
            key="data_format",
            held=held,
            source=keras3_file(_PATH + "base_image_preprocessing_layer.py"),
            effect=Added(
                neutral="channels_last",
                because="its layers for images take the channels last",
                hint="put Permute around the layer, or rebuild the model with channels last",
            ),
        )
        for names, held in _DATA_FORMATS
    ),
    Change(
        Kind.LAYER,
        ("RandomCrop",),
        key="inference",
        held=up_to("3.5"),
        source=keras3_file(_PATH + "random_crop.py"),
        effect=CropsAtInference(),
        drift=f"images of another size {BETWEEN}",
    ),
    Change(
        Kind.LAYER,
        ("RandomCrop",),
        key="height",
        held="tf 1.., keras3 ..3.5, keras3 3.8..",
        source=keras3_file(_PATH + "random_crop.py", "3.7.0"),
        effect=ActedUpon(
            harmless=_never,
            because="images are cut at another place there at inference",
            hint="leave RandomCrop out of the model that predicts",
        ),
    ),
    *(
        Change(
            Kind.LAYER,
            (name,),
            held=DROPPED,
            source=_OLD,
            effect=NewClass(otherwise=_as_it_is),
        )
        for name in ("RandomHeight", "RandomWidth")
    ),
    Change(
        Kind.LAYER,
        ("Discretization",),
        key="output_mode",
        held=again_in("3.12"),
        source=keras3_file("layers/preprocessing/discretization.py", "3.11.3"),
        effect=ActedUpon(
            harmless=_gives_no_numbers,
            because="output_mode='int' cuts floats to integers before they are sorted into bins",
            otherwise=_sorts_floats,
        ),
    ),
    Change(
        Kind.LAYER,
        ("Resizing", "UpSampling2D"),
        key="interpolation",
        held=again_in("3.6"),
        source=keras3_file("backend/tensorflow/image.py", "3.5.0"),
        effect=ActedUpon(
            harmless=_is_no_area,
            because="`area` raises an error there",
            otherwise=_by_area,
        ),
    ),
    Change(
        Kind.LAYER,
        ("Resizing", "UpSampling2D"),
        key="interpolation",
        held=DROPPED,
        source=keras3_file("backend/tensorflow/image.py"),
        effect=ActedUpon(
            harmless=_is_known,
            because=f"methods other than {', '.join(_METHODS)} raise an error there",
            hint="rebuild the layer with one of these",
        ),
    ),
    Change(
        Kind.LAYER,
        (
            *("Conv1D", "Conv2D", "Conv3D", "Conv1DTranspose", "Conv2DTranspose"),
            *("Conv3DTranspose", "DepthwiseConv1D", "DepthwiseConv2D"),
            *("SeparableConv1D", "SeparableConv2D"),
        ),
        key="data_format",
        held=since("3.7"),
        source=keras3_file("backend/tensorflow/numpy.py"),
        effect=AddsBiasAlongWidth(),
        drift=f"0.11 {BETWEEN}: Conv3D",
    ),
)
