"""Layers of standalone Keras: what 2.0 to 2.3 lack of tf.keras 1.12, and what they alone have."""

from __future__ import annotations

from dataclasses import replace

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject
from keraport.changes.combinators import Added, Cosmetic, NewClass, Unchanged
from keraport.changes.companions import AsCompanion
from keraport.changes.declared import declared
from keraport.changes.layers.channels_first import OnAnyDevice
from keraport.changes.layers.local import with_windows
from keraport.changes.site import Expansion, Refused, Site
from keraport.changes.sources import keras_file, own_keras_file
from keraport.model import Layer, Value
from keraport.report import Verdict

_NORMALIZATION = own_keras_file("2.2.4", "layers/normalization.py")
_RECURRENT = own_keras_file("2.0.9", "layers/recurrent.py")
_CUDNN = own_keras_file("2.0.9", "layers/cudnn_recurrent.py")
_CONVOLUTIONAL = own_keras_file("2.1.6", "layers/convolutional.py")
_LOCAL = own_keras_file("2.2.4", "layers/local.py")
_RELU = own_keras_file("2.2.4", "layers/advanced_activations.py")
_CORE = own_keras_file("2.2.4", "layers/core.py")
_WRAPPERS = own_keras_file("2.0.9", "layers/wrappers.py")
_LEGACY = own_keras_file("2.1.6", "legacy/layers.py")


@declared
class BuildsWhatItWraps(Effect):
    """The base class of wrappers builds the layer that it holds, and so has weights."""

    alters_meaning = True

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """An Activation that does nothing: the layer inside is never called."""
        return self._doing_nothing(change, subject, site)

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """The same the other way round: the weights of the layer inside make no difference."""
        return self._doing_nothing(change, subject, site)

    @staticmethod
    def _doing_nothing(change: Change, subject: Subject, site: Site) -> Subject:
        if not isinstance(subject, Layer):
            return subject
        if site.masked:
            raise Refused(
                f"a mask reaches it, and only one of {site.source} and {site.target} builds the "
                "layer that it holds",
                hint="cut the layer off: it returns what it is given",
                source=change.source,
            )
        site.note(
            Verdict.EXACT,
            "rewritten as Activation('linear'): it returns what it is given, and never calls the "
            "layer that it holds",
            source=change.source,
        )
        kept = {key: subject.config[key] for key in _KEPT if key in subject.config}
        config = {**kept, "activation": "linear"}
        return replace(subject, class_name="Activation", config=config, weights=())


_KEPT = ("name", "trainable", "dtype", "batch_input_shape")

_NEVER = "tf 1.., keras2 none"
"""All but standalone Keras."""

_NO_RENORM = "it does not renormalise"

_KEYWORDS: tuple[tuple[tuple[str, ...], str, str, str, Value, str], ...] = (
    (("BatchNormalization",), "renorm", _NEVER, _NORMALIZATION, False, _NO_RENORM),
    (("BatchNormalization",), "renorm_clipping", _NEVER, _NORMALIZATION, None, _NO_RENORM),
    (("BatchNormalization",), "renorm_momentum", _NEVER, _NORMALIZATION, 0.99, _NO_RENORM),
    (
        ("BatchNormalization",),
        "virtual_batch_size",
        _NEVER,
        _NORMALIZATION,
        None,
        "it normalises the whole batch",
    ),
    (("Conv1D",), "data_format", "tf 1.., keras2 2.2..", _CONVOLUTIONAL,
     "channels_last", "its channels are always last"),
    (("Flatten",), "data_format", "tf 1.., keras2 2.1..", _CORE,
     "channels_last", "its channels are always last"),
    (("SeparableConv1D",), "data_format", "tf 1.., keras2 2.2.3..", _CONVOLUTIONAL,
     "channels_last", "its channels are always last"),
    (("ReLU",), "negative_slope", "tf 1.., keras2 2.2.3..", _RELU, 0.0, "it has no slope"),
    (("ReLU",), "threshold", "tf 1.., keras2 2.2.3..", _RELU, 0.0, "it begins at 0"),
    (("Bidirectional",), "num_constants", "tf 1.., keras2 2.1..", _WRAPPERS, None,
     "its cells take no constants"),
    (("CuDNNGRU", "CuDNNLSTM"), "go_backwards", "tf 1.., keras2 2.1..", _CUDNN, False,
     "its cuDNN layers run forward only"),
    (("GRU", "GRUCell"), "reset_after", "tf 1.., keras2 2.1..", _RECURRENT, False,
     "its GRU always resets before the product"),
)  # fmt: skip
"""Classes, keyword, releases, source, the value that stands for what others do, what that is."""

_CLASSES = (
    (("DepthwiseConv2D", "SeparableConv1D", "Softmax"), "tf 1.., keras2 2.1..", _CONVOLUTIONAL),
    (("ReLU",), "tf 1.., keras2 2.2..", _RELU),
)
"""Classes that came later."""

_HINT = "rebuild the layer from those that the target has"

_CHANNELS_FIRST = (
    (1, "keras2 2.0..", ("Conv1D", "SeparableConv1D")),
    (2, "keras2 2.0..", ("Conv2D", "SeparableConv2D", "Conv2DTranspose")),
    (3, "keras2 2.0..", ("Conv3D", "Conv3DTranspose")),
    (1, "keras2 2.0.., keras3 3.0..", ("AveragePooling1D", "MaxPooling1D")),
    (2, "keras2 2.0.., keras3 3.0..", ("AveragePooling2D", "MaxPooling2D")),
    (3, "keras2 2.0.., keras3 3.0..", ("AveragePooling3D", "MaxPooling3D")),
)
"""Spatial dimensions, the releases that transpose images for these layers, and the layers."""

_AS_COMPANION = (
    ("Highway", "only standalone Keras 2 still has the layer of Keras 1"),
    ("MaxoutDense", "only standalone Keras 2 still has the layer of Keras 1"),
)
"""Classes that it alone has, and that companions define for the others."""

_OWN = (
    ("Merge", "keras2 2.0..2.1", "it is a function, or a layer of Keras 1"),
    ("Recurrent", "keras2 2.0..", "it only is what recurrent layers of Keras 1 derive from"),
    ("ConvRecurrent2D", "keras2 2.0..", "it only is what ConvLSTM2D of Keras 2.0 derives from"),
)
"""Classes that it alone has, the releases, and why the others cannot say them."""

CHANGES = (
    *(
        Change(Kind.LAYER, names, key=key, held=held, source=source,
               effect=Added(neutral=neutral, because=because))
        for names, key, held, source, neutral, because in _KEYWORDS
    ),
    Change(
        Kind.LAYER,
        ("LocallyConnected1D", "LocallyConnected2D"),
        key="implementation",
        held=_NEVER,
        source=_LOCAL,
        effect=Added(neutral=1, otherwise=with_windows),
    ),
    *(
        Change(Kind.LAYER, names, held=held, source=source, effect=NewClass(hint=_HINT))
        for names, held, source in _CLASSES
    ),
    *(
        Change(Kind.LAYER, names, key="data_format", held=held,
               source=own_keras_file("2.2.4", "backend/tensorflow_backend.py"),
               effect=OnAnyDevice(rank))
        for rank, held, names in _CHANNELS_FIRST
    ),
    *(
        Change(Kind.LAYER, (name,), held="keras2 2.0..", source=_LEGACY,
               effect=NewClass(otherwise=AsCompanion(name, because)))
        for name, because in _AS_COMPANION
    ),
    *(
        Change(Kind.LAYER, (name,), held=held, source=_LEGACY,
               effect=NewClass(because=because, hint=_HINT))
        for name, held, because in _OWN
    ),
    Change(
        Kind.LAYER,
        ("Lambda",),
        key="module",
        held=_NEVER,
        source=_CORE,
        effect=Cosmetic("it only says where a function was defined"),
    ),
    Change(
        Kind.LAYER,
        ("Lambda",),
        key="output_shape_module",
        held=_NEVER,
        source=_CORE,
        effect=Cosmetic("it only says where a function was defined"),
    ),
    Change(
        Kind.LAYER,
        ("ConvLSTM2D",),
        key="implementation",
        held="keras2 2.0..2.0",
        source=own_keras_file("2.0.9", "layers/convolutional_recurrent.py"),
        effect=Cosmetic("ConvLSTM2D computes the same, whatever it says"),
    ),
    Change(
        Kind.LAYER,
        ("SeparableConv1D", "Flatten"),
        key="data_format",
        held="keras2 2.2..",
        source=_CONVOLUTIONAL,
        effect=Unchanged("the default is the same: the one of the user's settings, channels last"),
    ),
    Change(
        Kind.LAYER,
        ("ConvLSTM2DCell",),
        held="keras2 2.1..2.2.5",
        source=own_keras_file("2.2.4", "layers/convolutional_recurrent.py"),
        effect=Unchanged("a part of ConvLSTM2D, which no file names but in ConvRNN2D"),
    ),
    Change(
        Kind.LAYER,
        ("Wrapper",),
        held="tf 1.., keras2 ..2.2.5",
        source=own_keras_file("2.3.1", "layers/wrappers.py"),
        effect=Unchanged("the base class of wrappers, which has no call of its own"),
    ),
    Change(
        Kind.LAYER,
        ("Wrapper",),
        key="build",
        held="tf 1.14.., tf-keras 2.., keras3 3..",
        source=keras_file("1.15.5", "layers/wrappers.py"),
        effect=BuildsWhatItWraps(),
    ),
)  # fmt: skip
