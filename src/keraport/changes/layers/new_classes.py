"""Classes that some releases lack, and what stands for them there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from keraport.catalog.api import Kind
from keraport.catalog.windows import NO_RELEASE
from keraport.changes.change import Change, without
from keraport.changes.combinators import NewClass, Rewrite, Unchanged, UnloadableClass
from keraport.changes.companions import AsCompanion, as_companion
from keraport.changes.site import Expansion, Refused, Site
from keraport.changes.sources import keras_file, own_keras_file
from keraport.model import Layer
from keraport.model.weights import transformed_weight
from keraport.report import Verdict

_HINT = (
    "cut the model before and after the layer, or rebuild it from layers that the target has; "
    "`keraport check` lists every such layer"
)
_OF_CONVOLUTIONS = (
    *("filters", "groups", "kernel_initializer", "kernel_regularizer", "kernel_constraint"),
)
"""Keywords of every convolution that this one never acts upon."""
_OF_CONV_LSTM = ("seed", "stateful", "time_major", "unroll", "zero_output_for_mask")
"""Keywords that change nothing of what a ConvLSTM without a mask predicts, but for `stateful`."""


def _group_normalization(layer: Layer, site: Site) -> Layer:
    if site.masked:
        raise Refused(
            "a mask reaches it, with which it weighs what it normalises: not supported yet",
            hint="end the mask before the layer",
        )
    because = f"no layer of {site.target} normalises groups of channels"
    return as_companion(layer, site, layer.class_name, because, verdict=Verdict.EQUIVALENT)


def _as_conv_lstm(layer: Layer, site: Site) -> Layer:
    """The layer that is this with such a cell."""
    cell = layer.config.get("cell")
    if not isinstance(cell, Layer) or cell.class_name != "ConvLSTM2DCell":
        raise Refused(f"{site.target} has no such layer for other cells than ConvLSTM2DCell")
    site.note(Verdict.EXACT, "rewritten as ConvLSTM2D, which is a ConvRNN2D with such a cell")
    config = {
        **without(cell.config, "name", "trainable", "dtype"),
        **without(layer.config, "cell", "unroll"),
    }
    # They are of the layer now, not of the cell in it, in the same order.
    weights = tuple(transformed_weight(w, w.name, w.shape, np.asarray) for w in layer.weights)
    return replace(layer, class_name="ConvLSTM2D", config=config, weights=weights)


def _depthwise(layer: Layer, site: Site) -> Layer:
    plain = layer.with_config(without(layer.config, *_OF_CONVOLUTIONS))
    because = f"DepthwiseConv2D of {site.target} takes only images"
    return as_companion(plain, site, layer.class_name, because, verdict=Verdict.EQUIVALENT)


def _conv_lstm(layer: Layer, site: Site) -> Layer:
    """The companion's class, which has no states but its own."""
    for is_so, what in (
        (site.masked, "a mask reaches it"),
        (bool(layer.config.get("stateful")), "stateful=True"),
        (any(len(call.refs()) != 1 for call in layer.calls), "an initial state is given to it"),
        (site.wrapper is not None, "it stands in a wrapper"),
    ):
        if is_so:
            raise Refused(
                f"{what}: not supported yet, {site.target} has no {layer.class_name}",
                hint="rebuild the layer as a ConvLSTM2D with one dimension more",
            )
    plain = layer.with_config(without(layer.config, *_OF_CONV_LSTM))
    because = f"ConvLSTM2D of {site.target} takes only images"
    return as_companion(plain, site, layer.class_name, because, verdict=Verdict.EQUIVALENT)


def spectral_normalization(layer: Layer, site: Site) -> Layer | Expansion:
    """The layer inside: what is normalised while it trains is in its kernel."""
    inner = layer.config.get("layer")
    if not isinstance(inner, Layer) or inner.model is not None:
        raise Refused("the layer inside is no plain layer: not supported yet", hint=_HINT)
    site.note(
        Verdict.EXACT,
        f"rewritten as the {inner.class_name} inside: its kernel is normalised already, and "
        f"{site.target} cannot normalise it while it trains",
    )
    kept = {key: layer.config[key] for key in _OF_WRAPPERS if key in layer.config}
    config = {**inner.config, **kept, "name": layer.name}
    weights = tuple(item for item in layer.weights if not _is_vector(item.name))
    return replace(layer, class_name=inner.class_name, config=config, weights=weights)


def as_identity(layer: Layer, site: Site) -> Layer:
    """Identity in the place of a base class; what it wraps, it never calls."""
    if layer.class_name == "Layer" and layer.weights:
        raise Refused(
            "the class of the layer is not in the file, and its weights say that it is a custom "
            "class",
            hint="save the model with the class's own name (get_config, get_custom_objects)",
        )
    site.note(Verdict.EXACT, "rewritten as Identity: it returns what it is given")
    config = {key: layer.config[key] for key in _OF_BASES if key in layer.config}
    return replace(layer, class_name="Identity", config=config, weights=())


_OF_BASES = ("name", "trainable", "dtype", "batch_input_shape")


def _is_vector(name: str) -> bool:
    return name.split("/")[-1].split(":")[0] in ("vector_u", "sn_u")


_OF_WRAPPERS = ("batch_input_shape", "trainable")

_NEW: tuple[tuple[str, str, str, str, Rewrite | None], ...] = (
    (
        "AbstractRNNCell",
        "tf 1.14..",
        keras_file("1.15.5", "layers/recurrent.py"),
        "cells there derive from Layer",
        None,
    ),
    (
        "ConvLSTM1D",
        "tf 2.6..",
        own_keras_file("2.15.0", "layers/rnn/conv_lstm1d.py"),
        "",
        _conv_lstm,
    ),
    (
        # TensorFlow 2.0 has the class, and fails at such a cell in it.
        "ConvRNN2D",
        "keras2 2.1..2.2.5, tf 1.12..1.15",
        own_keras_file("2.2.4", "layers/convolutional_recurrent.py"),
        "",
        _as_conv_lstm,
    ),
    (
        "ConvLSTM3D",
        "tf 2.6..",
        own_keras_file("2.15.0", "layers/rnn/conv_lstm3d.py"),
        "",
        _conv_lstm,
    ),
    (
        "DepthwiseConv1D",
        "tf 2.7..",
        own_keras_file("2.15.0", "layers/convolutional/depthwise_conv1d.py"),
        "",
        _depthwise,
    ),
    (
        "GroupNormalization",
        "tf 2.11..",
        own_keras_file("2.15.0", "layers/normalization/group_normalization.py"),
        "",
        _group_normalization,
    ),
    (
        "SpectralNormalization",
        "tf 2.13..",
        own_keras_file("2.15.0", "layers/normalization/spectral_normalization.py"),
        "",
        spectral_normalization,
    ),
    (
        "UnitNormalization",
        "tf 2.9..",
        own_keras_file("2.15.0", "layers/normalization/unit_normalization.py"),
        "",
        AsCompanion("UnitNormalization", "no layer divides by the length of a vector"),
    ),
)
"""Class, the releases that have it, where it is from; what those without it lack, or what stands
for it there."""

CHANGES = (
    *(
        Change(
            Kind.LAYER,
            (name,),
            held=held,
            source=source,
            effect=NewClass(otherwise=otherwise, because=because, hint=_HINT),
        )
        for name, held, source, because, otherwise in _NEW
    ),
    *(
        Change(
            Kind.LAYER,
            (name,),
            key="call",
            held=NO_RELEASE,
            source=own_keras_file("2.15.0", path),
            effect=UnloadableClass(otherwise=as_identity),
        )
        for name, path in (
            ("PreprocessingLayer", "engine/base_preprocessing_layer.py"),
            ("Wrapper", "layers/rnn/base_wrapper.py"),
        )
    ),
    Change(
        Kind.LAYER,
        ("PreprocessingLayer",),
        held="tf 2.4..2.5",
        source=keras_file("2.4.0", "engine/base_preprocessing_layer.py"),
        effect=Unchanged("it is abstract, and never written"),
    ),
)
