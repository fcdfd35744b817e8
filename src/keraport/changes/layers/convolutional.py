"""Convolutions; `batch_dimensions` and `transposed` have more of them."""

from __future__ import annotations

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of
from keraport.changes.combinators import Added
from keraport.changes.companions import as_companion
from keraport.changes.declared import declared
from keraport.changes.layers.channels_first import OnAnyDevice
from keraport.changes.layers.grouped import IgnoredGroups, in_groups
from keraport.changes.site import Expansion, Site
from keraport.changes.sources import TF_2_3, keras_file
from keraport.model import Config, Layer


def undilated(config: Config) -> bool:
    """True if the kernel is not spread out."""
    rate = config.get("dilation_rate", 1)
    return all(step == 1 for step in (rate if isinstance(rate, list) else [rate]))


@declared
class DilatedShapes(Effect):
    """A depthwise convolution knows the size of its result when it is dilated."""

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """The companion's class inside wrappers and models, which believe what they are told."""
        if "/" not in site.path or undilated(config_of(subject)) or not isinstance(subject, Layer):
            return subject
        because = "the stock layer does not count its dilation when it tells the size of its result"
        return as_companion(subject, site, "DepthwiseConv2DV2", because)


@declared
class DilatesWhatItIsGiven(Effect):
    """A dilated convolution takes images of any size at each of its calls.

    Older ones pad for the size that the first call had, if it was known.
    """

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """The companion's class if the calls differ in size."""
        config = config_of(subject)
        if undilated(config) or not isinstance(subject, Layer):
            return subject
        first = config.get("data_format") == "channels_first"
        sizes = {
            None if shape is None else shape[2:] if first else shape[1:-1]
            for shape in site.input_shapes
        }
        if len(sizes) < 2:
            return subject
        because = "it is called on several sizes, and the stock layer dilates for the first alone"
        return as_companion(subject, site, f"{subject.class_name}V2", because)


CHANGES = (
    Change(
        Kind.LAYER,
        ("Conv1D", "Conv2D", "Conv3D"),
        key="groups",
        held="tf 2.3..",
        source=TF_2_3,
        effect=Added(neutral=1, otherwise=in_groups),
    ),
    Change(
        Kind.LAYER,
        (
            *("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"),
            *("DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D"),
        ),
        key="groups",
        held="tf 2.3..",
        source=keras_file("2.3.0", "layers/convolutional.py"),
        effect=IgnoredGroups(),
    ),
    Change(
        Kind.LAYER,
        ("DepthwiseConv2D",),
        key="dilation_rate",
        held="tf 2.3..",
        source=keras_file("1.12.0", "layers/convolutional.py"),
        effect=DilatedShapes(),
    ),
    Change(
        Kind.LAYER,
        ("Conv1D", "Conv2D", "Conv3D"),
        key="dilation_rate",
        held="tf 2.3..",
        source=keras_file("1.15.5", "layers/convolutional.py"),
        effect=DilatesWhatItIsGiven(),
    ),
    *(
        Change(
            Kind.LAYER,
            names,
            key="data_format",
            held="tf 2.3..",
            source=keras_file("2.3.0", "layers/convolutional.py"),
            effect=OnAnyDevice(rank),
        )
        for rank, names in (
            (1, ("Conv1D", "SeparableConv1D")),
            (2, ("Conv2D", "SeparableConv2D")),
            (3, ("Conv3D",)),
        )
    ),
)
