"""BatchNormalization, SyncBatchNormalization and LayerNormalization."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of, configured
from keraport.changes.combinators import ActedUpon, Added, NewClass, RenamedClass, Unchanged
from keraport.changes.companions import AsCompanion, as_companion
from keraport.changes.declared import declared
from keraport.changes.layers.dtype_rules import FLOATS, compute_dtype, own_dtype
from keraport.changes.layers.dtypes import dtypes_taken
from keraport.changes.layers.training_only import only_while_training
from keraport.changes.site import Expansion, Shape, Site
from keraport.changes.sources import keras_file, own_keras_file
from keraport.model import Config, Layer, Value, Weight
from keraport.model.weights import constant_weight
from keraport.report import Verdict

_FUSED_RANK = 4
"""The fused kernel is for images alone (``BatchNormalization.build``)."""

_FUSED_EPSILON = 1.001e-5
"""The fused kernel takes a smaller epsilon for this one (``nn_impl.fused_batch_norm``)."""

ON_FIRST_AXIS = (1, [1], 1 - _FUSED_RANK, [1 - _FUSED_RANK])

_COMPANION = "BatchNormalizationV2"


def _without_renorm(config: Config) -> bool:
    return not config.get("renorm")


def _may_be_image(shapes: tuple[Shape, ...]) -> bool:
    """True unless every shape is known to be of another rank."""
    return not shapes or any(shape is None or len(shape) == _FUSED_RANK for shape in shapes)


@declared
class UnfusedOnFirstAxis(Effect):
    """Normalising images over their first axis, or in float64, works on a CPU.

    Older releases take the fused kernel for both, which a CPU has for the last axis and float32
    only; told not to fuse they compute the same with plain arithmetic.
    """

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Say ``fused=False``."""
        if not isinstance(subject, Layer):
            return subject
        config = subject.config
        on_first = config.get("axis") in ON_FIRST_AXIS
        wide = compute_dtype(subject) == "float64"
        if not (on_first or wide) or "fused" in config or not _may_be_image(site.input_shapes):
            return subject
        why = "for float64" if wide else "for axis 1 on a CPU"
        site.note(
            Verdict.EXACT if wide else Verdict.EQUIVALENT,
            f"fused=False added: {site.target} has no fused kernel {why}; "
            "it does not write the key when it saves the model again",
            source=change.source,
        )
        config = {**config, "fused": False}
        epsilon = config.get("epsilon", 1e-3)
        if not wide and isinstance(epsilon, int | float) and epsilon < _FUSED_EPSILON:
            site.note(
                Verdict.EXACT,
                f"epsilon={epsilon!r} written as {_FUSED_EPSILON!r}, which the fused kernel of "
                f"{site.source} takes for it",
                source=change.source,
            )
            config["epsilon"] = _FUSED_EPSILON
        return configured(subject, config)


@declared
class WholeVariables(Effect):
    """A dtype of integers is one of the variables alone; the layer computes in what it is given."""

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Make them floats: whole numbers stay what they are."""
        config = config_of(subject)
        if not isinstance(subject, Layer) or own_dtype(subject) in FLOATS:
            return subject
        given = dtypes_taken(subject, site)
        dtype = "float64" if given == {"float64"} else "float32"
        site.note(
            Verdict.EXACT,
            f"dtype={config.get('dtype')!r} written as {dtype!r}: {site.target} computes in the "
            "dtype of its variables",
            source=change.source,
        )
        return configured(subject, {**config, "dtype": dtype})


@declared
class OwnAxes(Effect):
    """With virtual batches a layer saves its axes as they are behind its added dimension.

    The release itself cannot build the layer from them again; neither can older ones.
    """

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Write the axes that the layer was given."""
        if not isinstance(subject, Layer):
            return subject
        layer = self._with_given_axes(change, subject, site)
        # The stock layer cannot divide a batch into virtual ones if another size is open as well.
        closed = all(shape is not None and None not in shape[1:] for shape in site.input_shapes)
        if layer is subject or (site.input_shapes and closed):
            return layer
        because = f"virtual batches of {site.target} need known sizes"
        return as_companion(layer, site, _COMPANION, because)

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Write the axes that the layer was given."""
        if not isinstance(subject, Layer):
            return subject
        return self._with_given_axes(change, subject, site)

    @staticmethod
    def _with_given_axes(change: Change, layer: Layer, site: Site) -> Layer:
        config = config_of(layer)
        axes = config.get("axis")
        if config.get("virtual_batch_size") is None or not isinstance(axes, list):
            return layer
        given = [axis - 1 for axis in axes]
        site.note(
            Verdict.EXACT,
            f"axis={axes!r} written as {given!r}: {site.source} counts a dimension that the layer "
            "adds for its virtual batches",
            source=change.source,
        )
        return layer.with_config({**config, "axis": given})


def _renormalised(layer: Layer, site: Site) -> Layer:
    """The stock layer where its weights are at hand; else the companion's."""
    if not layer.weights or site.path != layer.name or site.model is None:
        because = f"renormalisation of {site.target} keeps other variables"
        return as_companion(layer, site, _COMPANION, because)
    site.note(
        Verdict.EXACT,
        f"its renormalisation keeps renorm_mean and renorm_stddev with a weight of 1 each, and no "
        f"moving_stddev, as {site.target} does",
    )
    return replace(layer, weights=tuple(_older_variables(layer.weights)))


def _older_variables(weights: tuple[Weight, ...]) -> list[Weight]:
    """Weights of 1 make the older release use the averages as they are."""
    found = []
    for weight in weights:
        if "moving_stddev" in weight.name:
            continue
        found.append(weight)
        if "renorm_" in weight.name:
            name = weight.name.removesuffix(":0") + "_weight:0"
            found.append(constant_weight(name, np.ones((), weight.dtype)))
    return found


def _synchronised(layer: Layer, site: Site) -> Layer:
    """On one device it is a BatchNormalization that never fuses."""
    site.note(
        Verdict.EXACT,
        "rewritten as BatchNormalization that is not fused, which does the same on one device",
    )
    config: dict[str, Value] = dict(layer.config)
    stock = site.api.find(Kind.LAYER, "BatchNormalization")
    if stock is not None and stock.accepts("fused") and _may_be_image(site.input_shapes):
        config["fused"] = False
    return replace(layer, class_name="BatchNormalization", config=config)


CHANGES = (
    Change(
        Kind.LAYER,
        ("BatchNormalization",),
        held="tf ..1.12, tf 1.14..",
        source=keras_file("1.13.2", "layers/normalization.py"),
        effect=RenamedClass("BatchNormalizationV1"),
    ),
    Change(
        Kind.LAYER,
        ("SyncBatchNormalization",),
        held="tf 2.2..",
        source=keras_file("2.3.0", "layers/normalization_v2.py"),
        effect=NewClass(otherwise=_synchronised),
    ),
    Change(
        Kind.LAYER,
        ("BatchNormalization",),
        key="dtype",
        held="tf 2.3..",
        source=keras_file("2.3.0", "layers/normalization.py"),
        effect=WholeVariables(),
    ),
    Change(
        Kind.LAYER,
        ("BatchNormalization",),
        key="axis",
        held="tf 2.3.., keras2 2.0..",
        source=keras_file("1.15.5", "layers/normalization.py"),
        effect=UnfusedOnFirstAxis(),
    ),
    Change(
        Kind.LAYER,
        ("BatchNormalization",),
        key="virtual_batch_size",
        held="tf 2.3..",
        source=keras_file("2.3.0", "layers/normalization.py"),
        effect=OwnAxes(),
    ),
    Change(
        Kind.LAYER,
        ("BatchNormalization",),
        key="renorm",
        held="tf 1.15..",
        source=keras_file("1.15.5", "layers/normalization.py"),
        effect=ActedUpon(
            harmless=_without_renorm,
            because="its renormalisation keeps other variables, which the file does not have",
            hint="rebuild the layer without renorm; predictions do not need it",
            otherwise=_renormalised,
        ),
    ),
    Change(
        Kind.LAYER,
        ("LayerNormalization",),
        held="tf 1.14..",
        source=keras_file("1.15.5", "layers/normalization.py"),
        effect=NewClass(
            otherwise=AsCompanion(
                "LayerNormalization", "no layer there normalises each sample by itself"
            )
        ),
    ),
    Change(
        Kind.LAYER,
        ("SyncBatchNormalization",),
        held="tf 2.5..",
        source=own_keras_file("2.15.0", "layers/normalization/batch_normalization.py"),
        effect=Unchanged("it is never written", keys=("virtual_batch_size",)),
    ),
    Change(
        Kind.LAYER,
        ("BatchNormalization",),
        key="synchronized",
        held="tf 2.12..",
        source=own_keras_file("2.15.0", "layers/normalization/batch_normalization.py"),
        effect=Added(
            neutral=False,
            otherwise=only_while_training(
                "synchronized", "each device normalises its part of the batch"
            ),
        ),
    ),
)
