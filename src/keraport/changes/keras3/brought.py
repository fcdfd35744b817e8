"""Layers that Keras 3 brought, for releases that lack them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from keraport import hub
from keraport.catalog.api import Kind
from keraport.changes.change import Change, without
from keraport.changes.combinators import NewClass
from keraport.changes.companions import AsCompanion, as_companion
from keraport.changes.keras3.windows import NEW, keras3_file, since
from keraport.changes.site import INPUT, Expansion, Refused, Site
from keraport.model import Call, Layer, TensorRef, Weight
from keraport.model.weights import Array, transformed_weight
from keraport.report import Verdict

_HINT: Final = (
    "cut the model before and after the layer, or rebuild it from layers that the target has; "
    "`keraport check` lists every such layer"
)
_IMAGES: Final = "layers/preprocessing/image_preprocessing/"

_WHILE_TRAINING: Final = (
    ("3.6", ("Solarization",)),
    ("3.7", ("MaxNumBoundingBoxes",)),
    ("3.8", ("Equalization", "MixUp", "RandAugment", "RandomColorDegeneration")),
    ("3.8", ("RandomColorJitter", "RandomGrayscale", "RandomHue", "RandomPosterization")),
    ("3.8", ("RandomSaturation", "RandomSharpness", "RandomShear")),
    ("3.9", ("AugMix", "CutMix", "RandomErasing", "RandomGaussianBlur", "RandomInvert")),
    ("3.9", ("RandomPerspective",)),
    ("3.10", ("RandomElasticTransform",)),
)
"""Release, and what it brought that changes images while a model trains, and hands them on when it
predicts."""

_CLAHE: Final = "ContrastLimitedAdaptiveHistogramEqualization"
_COMPANIONS: Final = (
    ("AutoContrast", "3.6", f"{_IMAGES}auto_contrast.py", Verdict.EQUIVALENT),
    (_CLAHE, "3.14", f"{_IMAGES}clahe.py", Verdict.EQUIVALENT),
    ("MelSpectrogram", "3.1", "layers/preprocessing/mel_spectrogram.py", Verdict.EQUIVALENT),
    ("RMSNormalization", "3.9", "layers/normalization/rms_normalization.py", Verdict.EXACT),
    ("ReversibleEmbedding", "3.12", "layers/core/reversible_embedding.py", Verdict.EXACT),
    ("STFTSpectrogram", "3.7", "layers/preprocessing/stft_spectrogram.py", Verdict.EQUIVALENT),
    *(
        (name, "3.13", "layers/pooling/base_adaptive_pooling.py", Verdict.EQUIVALENT)
        for name, _ in hub.keras3.ADAPTIVE_POOLING
    ),
)
"""Class that the companion defines, its release, where it is from, how faithful its arithmetic."""


_HEADS: Final = "GroupedQueryAttention"
_SHARED: Final = ("key", "value")
_IDLE_OF_HEADS: Final = (
    *("head_dim", "num_key_value_heads", "num_query_heads", "sliding_window", "use_gate"),
    *("seed", "flash_attention"),
)


def handed_on(layer: Layer, site: Site) -> Layer:
    """A Rescaling that does nothing, in the place of what changes images while a model trains."""
    site.note(
        Verdict.EXACT,
        f"rewritten as Rescaling(1.0): {layer.class_name} passes images through at inference; "
        f"while {site.target} trains, they are no longer changed",
    )
    kept = {key: layer.config[key] for key in ("name", "dtype") if key in layer.config}
    config = {**kept, "trainable": True, "scale": 1.0, "offset": 0.0}
    calls = tuple(
        replace(call, arguments=without(call.arguments, "training")) for call in layer.calls
    )
    return replace(layer, class_name="Rescaling", config=config, calls=calls)


def _with_heads_of_their_own(layer: Layer, site: Site) -> Layer:
    """MultiHeadAttention whose keys and values are written once for each head."""
    config = layer.config
    for key, neutral in (("sliding_window", None), ("use_gate", False)):
        if config.get(key, neutral) != neutral:
            raise Refused(f"{key}={config[key]!r} is not supported yet", hint=_HINT)
    given = any("attention_mask" in call.arguments for call in layer.calls)
    scores = any(call.arguments.get("return_attention_scores") for call in layer.calls)
    if site.masked or (given and (config.get("dropout") or scores)):
        raise Refused("a mask reaches it: not supported yet", hint=_HINT)
    queries, shared = int(config["num_query_heads"]), int(config["num_key_value_heads"])
    weights = tuple(_repeated(weight, queries // shared) for weight in layer.weights)
    if not weights:
        raise Refused("its weights are not at hand: not supported yet", hint=_HINT)
    site.note(
        Verdict.EQUIVALENT,
        f"rewritten as MultiHeadAttention: each of the {shared} heads of keys and values is "
        f"written {queries // shared} times",
    )
    plain = {
        **without(config, *_IDLE_OF_HEADS),
        "num_heads": queries,
        "key_dim": config["head_dim"],
        "value_dim": config["head_dim"],
        "output_shape": None,
        "attention_axes": None,
        **dict.fromkeys(("query_shape", "key_shape", "value_shape")),
    }
    return replace(layer, class_name="MultiHeadAttention", config=plain, weights=weights)


def _repeated(weight: Weight, times: int) -> Weight:
    """A weight of the keys or values, whose heads are the axis before the last."""
    parts = weight.name.split("/")
    if len(parts) < 2 or parts[-2] not in _SHARED:
        return weight
    axis = len(weight.shape) - 2
    shape = tuple(size * times if at == axis else size for at, size in enumerate(weight.shape))

    def repeated(values: Array) -> Array:
        return np.repeat(values, times, axis=axis)

    return transformed_weight(weight, weight.name, shape, repeated)


def _one_after_another(layer: Layer, site: Site) -> Expansion:
    """The layers of a Pipeline."""
    layers = layer.config.get("layers")
    if not isinstance(layers, list) or not all(isinstance(item, Layer) for item in layers):
        raise Refused("its layers are not in its config", hint=_HINT)
    site.note(Verdict.EXACT, "rewritten as the layers in it, one after another")
    given, parts = TensorRef(INPUT, 0, 0), []
    for item in layers:
        parts.append(replace(item, calls=(Call([given]),)))
        given = TensorRef(item.name, 0, 0)
    return Expansion(tuple(parts), (given,))


def scaled_by_deviation(layer: Layer, site: Site) -> Layer:
    """LayerNormalization with ``rms_scaling``, as the companion's class."""
    plain = layer.with_config(
        without(
            layer.config,
            *("rms_scaling", "center", "scale"),
            *("beta_initializer", "beta_regularizer", "beta_constraint"),
        )
    )
    because = f"LayerNormalization of {site.target} always takes the mean off"
    return as_companion(plain, site, "ScaledByDeviation", because, verdict=Verdict.EQUIVALENT)


CHANGES: Final = (
    *(
        Change(
            Kind.LAYER,
            names,
            held=since(position),
            source=keras3_file(f"{_IMAGES}base_image_preprocessing_layer.py"),
            effect=NewClass(otherwise=handed_on),
        )
        for position, names in _WHILE_TRAINING
    ),
    *(
        Change(
            Kind.LAYER,
            (name,),
            held=since(position),
            source=keras3_file(path),
            effect=NewClass(otherwise=AsCompanion(name, "no stock layer does the same", verdict)),
        )
        for name, position, path, verdict in _COMPANIONS
    ),
    Change(
        Kind.LAYER,
        ("Pipeline",),
        held=since("3.6"),
        source=keras3_file("layers/preprocessing/pipeline.py"),
        effect=NewClass(otherwise=_one_after_another),
    ),
    Change(
        Kind.LAYER,
        (_HEADS,),
        held=NEW,
        source=keras3_file("layers/attention/grouped_query_attention.py"),
        effect=NewClass(otherwise=_with_heads_of_their_own),
    ),
)
