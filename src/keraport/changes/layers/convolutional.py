"""Convolutions, their transposes, and upsampling."""

from __future__ import annotations

from dataclasses import dataclass

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Meaning, Subject, config_of
from keraport.changes.combinators import Added, Honoured
from keraport.changes.site import Expansion, Refused, Site
from keraport.changes.sources import TF_1_14, TF_2_3, keras_file
from keraport.model import Config

_CONVOLUTIONS = (
    "Conv1D",
    "Conv2D",
    "Conv3D",
    "Conv2DTranspose",
    "Conv3DTranspose",
    "DepthwiseConv2D",
    "SeparableConv1D",
    "SeparableConv2D",
)


_RANKS = {"Conv1D": 3, "Conv2D": 4, "Conv3D": 5}


@dataclass(frozen=True, slots=True)
class ExtraBatchDimensions(Meaning):
    """Convolutions take inputs with several batch dimensions."""

    def down(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse such inputs."""
        wanted = _RANKS[subject.class_name]
        for shape in site.input_shapes:
            if shape is not None and len(shape) > wanted:
                raise Refused(
                    f"its input is of rank {len(shape)}: {site.target} takes rank {wanted} only",
                    hint="wrap the layer in a TimeDistributed for each extra dimension",
                    source=change.source,
                )
        return subject


def _undilated(config: Config) -> bool:
    rate = config.get("dilation_rate", 1)
    return all(step == 1 for step in (rate if isinstance(rate, list) else [rate]))


@dataclass(frozen=True, slots=True)
class DilatedShapes(Meaning):
    """A depthwise convolution knows the size of its result when it is dilated."""

    def down(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse it inside wrappers and models, which believe the size that they are told."""
        if "/" in site.path and not _undilated(config_of(subject)):
            raise Refused(
                f"is dilated inside a wrapper or a nested model: {site.target} does not count the "
                "dilation when it tells the size of its result",
                hint="take the layer out of what is around it",
                source=change.source,
            )
        return subject


@dataclass(frozen=True, slots=True)
class FreeTransposes(Meaning):
    """A three-dimensional transposed convolution takes any size, and can be called again."""

    def down(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Refuse unknown sizes and shared layers."""
        unknown = any(shape is None or None in shape[1:] for shape in site.input_shapes)
        if unknown or len(site.input_shapes) > 1:
            raise Refused(
                f"is called more than once, or on an input of unknown size: {site.target} can do "
                "neither",
                hint="give the input a fixed size, and each call a layer of its own",
                source=change.source,
            )
        return subject


def _channels_last(config: Config) -> bool:
    return config.get("data_format") in (None, "channels_last")


CHANGES = (
    Change(
        Kind.LAYER,
        ("DepthwiseConv2D",),
        key="dilation_rate",
        since="tf2.3",
        source=keras_file("1.12.0", "layers/convolutional.py"),
        what=DilatedShapes(),
    ),
    Change(
        Kind.LAYER,
        ("Conv3DTranspose",),
        key="strides",
        since="tf1.15",
        source=keras_file("1.12.0", "layers/convolutional.py"),
        what=FreeTransposes(),
    ),
    Change(
        Kind.LAYER,
        ("Conv2DTranspose",),
        key="data_format",
        since="tf2.3",
        source=keras_file("1.12.0", "backend.py"),
        what=Honoured(
            harmless=_channels_last,
            because="it has no such kernel for a CPU",
            hint="put Permute around the layer and use channels_last",
        ),
    ),
    Change(
        Kind.LAYER,
        tuple(_RANKS),
        key="kernel_size",
        since="tf2.3",
        source=TF_2_3,
        what=ExtraBatchDimensions(),
    ),
    Change(
        Kind.LAYER,
        _CONVOLUTIONS,
        key="groups",
        since="tf2.3",
        source=TF_2_3,
        what=Added(
            neutral=1,
            because="its convolutions always connect all channels",
            hint="rebuild the layer as one convolution per group between a split and a Concatenate",
        ),
    ),
    Change(
        Kind.LAYER,
        ("Conv2DTranspose", "Conv3DTranspose"),
        key="output_padding",
        since="tf1.15",
        source=TF_1_14,
        what=Added(
            neutral=None,
            because="it always infers the output size",
            hint="rebuild the layer without output_padding, followed by ZeroPadding or Cropping",
        ),
    ),
    Change(
        Kind.LAYER,
        ("Conv2DTranspose",),
        key="dilation_rate",
        since="tf1.15",
        source=keras_file("1.12.0", "layers/convolutional.py"),
        what=Honoured(
            harmless=_undilated,
            because="the keyword is accepted there, and ignored by the arithmetic",
            hint="rebuild the layer without dilation, or with a kernel spread out with zeros",
        ),
    ),
    Change(
        Kind.LAYER,
        ("Conv3DTranspose",),
        key="dilation_rate",
        since="tf1.15",
        source=keras_file("1.12.0", "layers/convolutional.py"),
        what=Honoured(
            harmless=_undilated,
            because="dilated transposed convolutions in three dimensions do not exist there",
            hint="rebuild the layer without dilation",
        ),
    ),
    Change(
        Kind.LAYER,
        ("UpSampling2D",),
        key="interpolation",
        since="tf1.15",
        source=keras_file("1.15.5", "layers/convolutional.py"),
        what=Added(
            neutral="nearest",
            because="it always repeats the nearest value",
            hint="rebuild the model with interpolation='nearest', or resize outside of it",
        ),
    ),
)
