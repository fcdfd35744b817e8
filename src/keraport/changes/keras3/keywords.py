"""Keywords that Keras 3 dropped or brought, where at most one value has a meaning elsewhere."""

from __future__ import annotations

from typing import Final

from keraport.catalog.api import Kind
from keraport.changes.change import Change, shown, without
from keraport.changes.combinators import Added, Cosmetic, Rewrite, Unchanged
from keraport.changes.keras3.brought import scaled_by_deviation
from keraport.changes.keras3.windows import DROPPED, NEW, again_in, keras3_file, since
from keraport.changes.site import Site
from keraport.model import Layer, Value
from keraport.report import Verdict

_ROTATION: Final = "layers/preprocessing/image_preprocessing/random_rotation.py"
_CONVOLUTION: Final = "layers/convolutional/base_conv.py"
_SEPARABLE: Final = ("SeparableConv1D", "SeparableConv2D")
_LOOKUPS: Final = ("StringLookup", "IntegerLookup")
_TRANSPOSED: Final = ("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose")
_IMAGES: Final = (
    *("CenterCrop", "RandomBrightness", "RandomContrast", "RandomCrop", "RandomFlip"),
    *("RandomRotation", "RandomTranslation", "RandomZoom", "Resizing"),
)

_IGNORED: Final = (
    (_SEPARABLE, "groups", _CONVOLUTION, "separable convolutions ignore it"),
    *(
        (_SEPARABLE, key, _CONVOLUTION, "a separable convolution has a kernel for each step")
        for key in ("kernel_initializer", "kernel_regularizer", "kernel_constraint")
    ),
    *(
        (
            ("SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"),
            key,
            "layers/regularization/spatial_dropout.py",
            because,
        )
        for key, because in (
            ("noise_shape", "the layer makes its own"),
            ("trainable", "the layer has no weights"),
        )
    ),
    (
        ("Discretization",),
        "trainable",
        "layers/preprocessing/discretization.py",
        "the layer has no weights",
    ),
    *(
        (("Lambda",), key, "layers/core/lambda_layer.py", "its value says what it is")
        for key in ("module", "mask_type", "mask_module", "output_shape_module")
    ),
    (_LOOKUPS, "activity_regularizer", "layers/preprocessing/index_lookup.py", "no outputs train"),
)
"""Classes, the keyword that they lost, where, why nothing depends on it."""

_NEUTRAL: Final[tuple[tuple[tuple[str, ...], str, Value, str, str], ...]] = (
    (_TRANSPOSED, "groups", 1, _CONVOLUTION, "TensorFlow has no kernel for it either"),
    (
        ("DepthwiseConv1D", "DepthwiseConv2D"),
        "groups",
        1,
        _CONVOLUTION,
        "a depthwise convolution has a group for each channel",
    ),
)
"""Classes, the keyword that they lost, the value it may have, where, why no other."""

_QUANTIZED: Final = ("Dense", "EinsumDense", "Embedding", "ReversibleEmbedding")
_CONVOLUTIONS: Final = ("Conv1D", "Conv2D", "Conv3D")
_HEADS: Final = ("MultiHeadAttention", "GroupedQueryAttention")
_NOT_THERE: Final = "rebuild the layer without it"

_BROUGHT: Final[tuple[tuple[tuple[str, ...], str, Value, str, str], ...]] = (
    (("CategoryEncoding",), "sparse", False, again_in("3.2"), "its encodings are dense"),
    (("ZeroPadding1D",), "data_format", "channels_last", since("3.5"), "it pads the second axis"),
    (_HEADS, "sliding_window", None, since("3.15"), "it attends to all steps"),
    (_HEADS, "use_gate", False, since("3.14"), "it has no gate"),
    (("Resizing",), "pad_to_aspect_ratio", False, since("3.3"), "it distorts or crops images"),
    (("Resizing",), "antialias", False, since("3.9"), "it takes single pixels"),
)
"""Classes, the keyword that came, its neutral value, since when, what releases without it do."""


def _left_out(because: str, *keys: str) -> Rewrite:
    """Leaves keywords out whose meaning the weights have."""

    def rewrite(layer: Layer, site: Site) -> Layer:
        said = ", ".join(f"{key}={shown(layer.config[key])}" for key in keys if key in layer.config)
        site.note(Verdict.EXACT, f"{said} left out: {because}", source=_DENSE)
        return layer.with_config(without(layer.config, *keys))

    return rewrite


_DENSE: Final = keras3_file("layers/core/dense.py")
_MERGED: Final = _left_out(
    "the stored kernel has the product of the low-rank matrices in it", "lora_rank", "lora_alpha"
)
_NUMBERS: Final = "the weights are the numbers that the integers stand for"

_IN_WEIGHTS: Final[tuple[tuple[tuple[str, ...], str, str, Rewrite], ...]] = (
    (_QUANTIZED, "quantization_config", since("3.13"), _left_out(_NUMBERS, "quantization_config")),
    (
        ("EinsumDense",),
        "gptq_unpacked_column_size",
        since("3.12"),
        _left_out(_NUMBERS, "gptq_unpacked_column_size"),
    ),
    (_QUANTIZED, "lora_rank", NEW, _MERGED),
    (_CONVOLUTIONS, "lora_rank", since("3.3"), _MERGED),
    (
        (*_CONVOLUTIONS, *_QUANTIZED),
        "lora_alpha",
        since("3.10"),
        _left_out("without it the factor is 1, and it is in the stored kernel", "lora_alpha"),
    ),
)
"""Classes, the keyword that came, since when, how a value other than None is written without it."""

_DROPS: Final = "it only says what is dropped while training"

_COSMETIC: Final = (
    (("MultiHeadAttention",), "seed", since("3.4"), _DROPS),
    (("GroupedQueryAttention",), "seed", since("3.7"), _DROPS),
    (("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"), "seed", NEW, "it only says what is dropped"),
    (_LOOKUPS, "oov_method", since("3.14"), "it is used only with a salt"),
    (("RandomContrast",), "value_range", since("3.8"), "it is used only in training"),
    (("Resizing",), "fill_mode", since("3.3"), "it is used only when images are padded"),
    (("Resizing",), "fill_value", since("3.3"), "it is used only when images are padded"),
    (_IMAGES, "bounding_box_format", since("3.6"), "images have no boxes in a model's graph"),
)

_WRITTEN: Final = (
    (
        ("AveragePooling1D", "AveragePooling2D", "AveragePooling3D"),
        ("pool_size",),
        "the pool size is always written",
    ),
    (("ConvLSTM2D", "ConvLSTM3D"), ("strides", "dilation_rate"), "they are always written"),
    (
        ("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"),
        ("recurrent_activation",),
        "it is always written",
    ),
    (("PReLU",), ("alpha_initializer",), "it is always written, and weights are loaded"),
    (("ZeroPadding3D",), ("padding",), "it is always written"),
    (
        ("Model",),
        ("layers", "input_layers", "output_layers"),
        "every loader takes a Model for a graph of layers",
    ),
    (
        (
            *("AveragePooling1D", "MaxPooling1D", "GlobalAveragePooling1D", "GlobalMaxPooling1D"),
            "Conv1D",
        ),
        ("data_format",),
        "it is always written",
    ),
    (("BatchNormalization",), ("virtual_batch_size",), "None, which nothing else is written for"),
)
"""Classes, keywords, and why a difference between the catalogs makes none."""


CHANGES = (
    Change(
        Kind.LAYER,
        ("LayerNormalization",),
        key="rms_scaling",
        held=NEW,
        source=keras3_file("layers/normalization/layer_normalization.py"),
        effect=Added(neutral=False, otherwise=scaled_by_deviation),
    ),
    Change(
        Kind.LAYER,
        ("Embedding",),
        key="input_length",
        held=again_in("3.2"),
        source=keras3_file("layers/core/embedding.py", "3.0.5"),
        effect=Cosmetic("it only says a shape"),
    ),
    Change(
        Kind.LAYER,
        ("RandomRotation",),
        key="value_range",
        held="keras3 3.0..3.5",
        source=keras3_file(_ROTATION, "3.0.5"),
        effect=Cosmetic("it is ignored"),
    ),
    Change(
        Kind.LAYER,
        ("GRU",),
        key="implementation",
        held=again_in("3.4"),
        source=keras3_file("layers/rnn/gru.py", "3.0.5"),
        effect=Cosmetic("it only orders the arithmetic"),
    ),
    *(
        Change(
            Kind.LAYER,
            names,
            key=key,
            held=DROPPED,
            source=keras3_file(path),
            effect=Cosmetic(because),
        )
        for names, key, path, because in _IGNORED
    ),
    *(
        Change(
            Kind.LAYER,
            names,
            key=key,
            held=DROPPED,
            source=keras3_file(path),
            effect=Added(neutral=neutral, because=because, hint=_NOT_THERE),
        )
        for names, key, neutral, path, because in _NEUTRAL
    ),
    *(
        Change(
            Kind.LAYER,
            names,
            key=key,
            held=held,
            source=keras3_file("layers/__init__.py"),
            effect=Added(neutral=neutral, because=because, hint=_NOT_THERE),
        )
        for names, key, neutral, held, because in _BROUGHT
    ),
    *(
        Change(
            Kind.LAYER,
            names,
            key=key,
            held=held,
            source=_DENSE,
            effect=Added(neutral=None, otherwise=otherwise),
        )
        for names, key, held, otherwise in _IN_WEIGHTS
    ),
    *(
        Change(
            Kind.LAYER,
            names,
            key=key,
            held=held,
            source=keras3_file("layers/__init__.py"),
            effect=Cosmetic(because),
        )
        for names, key, held, because in _COSMETIC
    ),
    Change(
        Kind.LAYER,
        _LOOKUPS,
        key="salt",
        held=since("3.14"),
        source=keras3_file("layers/preprocessing/index_lookup.py"),
        effect=Added(neutral=None, because="it hashes without one", hint=_NOT_THERE),
    ),
    *(
        Change(
            Kind.LAYER,
            names,
            held=DROPPED,
            source=keras3_file("layers/__init__.py"),
            effect=Unchanged(because, keys=keys),
        )
        for names, keys, because in _WRITTEN
    ),
)
