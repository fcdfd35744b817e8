"""Layers that Keras 3 dropped, and those that it brought."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject
from keraport.changes.combinators import NewClass
from keraport.changes.companions import AsCompanion
from keraport.changes.keras3.windows import DROPPED, NEW, keras3_file, since
from keraport.changes.site import Expansion, Refused, Site
from keraport.changes.sources import own_keras_file

_HINT: Final = (
    "cut the model before and after the layer, or rebuild it from layers that the target has; "
    "`keraport check` lists every such layer"
)

_BROUGHT: Final = (
    ("3.1", ("MelSpectrogram",)),
    ("3.6", ("AutoContrast", "Pipeline", "Solarization")),
    ("3.7", ("MaxNumBoundingBoxes", "STFTSpectrogram")),
    ("3.8", ("Equalization", "MixUp", "RandAugment", "RandomColorDegeneration")),
    ("3.8", ("RandomColorJitter", "RandomGrayscale", "RandomHue", "RandomPosterization")),
    ("3.8", ("RandomSaturation", "RandomSharpness", "RandomShear")),
    ("3.9", ("AugMix", "CutMix", "RMSNormalization", "RandomErasing", "RandomGaussianBlur")),
    ("3.9", ("RandomInvert", "RandomPerspective")),
    ("3.10", ("RandomElasticTransform",)),
    ("3.12", ("ReversibleEmbedding",)),
    ("3.13", tuple(f"AdaptiveAveragePooling{rank}D" for rank in (1, 2, 3))),
    ("3.13", tuple(f"AdaptiveMaxPooling{rank}D" for rank in (1, 2, 3))),
    ("3.14", ("ContrastLimitedAdaptiveHistogramEqualization",)),
)
"""Release, and the layers that it brought."""

_AS_COMPANION: Final = (
    ("ThresholdedReLU", "layers/activation/thresholded_relu.py"),
    ("LocallyConnected1D", "layers/locally_connected/locally_connected1d.py"),
    ("LocallyConnected2D", "layers/locally_connected/locally_connected2d.py"),
    ("RandomFourierFeatures", "layers/kernelized.py"),
)
"""Class that the companion defines, and what it does as it is there."""


@dataclass(frozen=True, slots=True)
class KeepsWeightsElsewhere(Effect):
    """A wrapper whose weights Keras 3 keeps in other shapes."""

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse it."""
        raise Refused(
            f"{subject.class_name} in {site.target}: not supported yet, its weights have other "
            "shapes there",
            hint=_HINT,
            source=change.source,
        )

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """The same the other way round."""
        return self.to_release(change, subject, site)


CHANGES = (
    Change(
        Kind.LAYER,
        ("SpectralNormalization",),
        key="vector_u",
        held=DROPPED,
        source=keras3_file("layers/normalization/spectral_normalization.py"),
        effect=KeepsWeightsElsewhere(),
    ),
    *(
        Change(
            Kind.LAYER,
            (name,),
            held=DROPPED,
            source=own_keras_file("2.15.0", path),
            effect=NewClass(otherwise=AsCompanion(name, "Keras 3 dropped the layer")),
        )
        for name, path in _AS_COMPANION
    ),
    Change(
        Kind.LAYER,
        ("AbstractRNNCell",),
        held=DROPPED,
        source=own_keras_file("2.15.0", "layers/rnn/abstract_rnn_cell.py"),
        effect=NewClass(because="cells there derive from Layer"),
    ),
    Change(
        Kind.LAYER,
        ("DenseFeatures",),
        held=DROPPED,
        source=own_keras_file("2.15.0", "feature_column/dense_features.py"),
        effect=NewClass(
            because="it has no feature columns",
            hint="rebuild it with Normalization, CategoryEncoding, Embedding and Concatenate",
        ),
    ),
    *(
        Change(
            Kind.LAYER,
            names,
            held=since(position),
            source=keras3_file("layers/__init__.py"),
            effect=NewClass(because="no layer of it does the same", hint=_HINT),
        )
        for position, names in _BROUGHT
    ),
    Change(
        Kind.LAYER,
        ("GroupedQueryAttention",),
        held=NEW,
        source=keras3_file("layers/attention/grouped_query_attention.py"),
        effect=NewClass(because="its heads do not share keys and values", hint=_HINT),
    ),
    Change(
        Kind.LAYER,
        ("SpectralNormalization",),
        held=NEW,
        source=own_keras_file("2.15.0", "layers/normalization/spectral_normalization.py"),
        effect=NewClass(because="no wrapper of it divides a kernel by its norm", hint=_HINT),
    ),
)
