"""Pooling: channels first, and steps that are masked."""

from __future__ import annotations

from dataclasses import replace

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, without
from keraport.changes.combinators import ActedUpon, Added, Unchanged
from keraport.changes.companions import AsCompanion, as_companion
from keraport.changes.declared import declared
from keraport.changes.layers.channels_first import OnAnyDevice, between_permutes, can_be_several
from keraport.changes.layers.dtypes import OfAnyDtype
from keraport.changes.site import INPUT, Expansion, Site
from keraport.changes.sources import keras_file, own_keras_file
from keraport.model import Call, Config, Layer, TensorRef
from keraport.report import Verdict


def _channels_last(config: Config) -> bool:
    return config.get("data_format") in (None, "channels_last")


def _pooled_first(layer: Layer, site: Site) -> Layer | Expansion:
    if can_be_several(layer, site, rank=1):
        return between_permutes(layer, site, rank=1)
    because = "the stock layer has no channels_first on a CPU"
    return as_companion(layer, site, f"{layer.class_name}V2", because)


def _globally_pooled_first(layer: Layer, site: Site) -> Layer | Expansion:
    if not can_be_several(layer, site, rank=1):
        because = "the stock layer always pools over the second axis"
        return as_companion(layer, site, f"{layer.class_name}V2", because)
    expansion = between_permutes(layer, site, rank=1, back=False)
    moved, main = expansion.layers
    main = main.with_config(without(main.config, "data_format"))
    return replace(expansion, layers=(moved, main))


def _pooled_and_reshaped(layer: Layer, site: Site) -> Expansion:
    """Pool, and put dimensions of size 1 where the pooled ones were."""
    rank = int(layer.class_name[-2])
    ones = [1] * rank
    first = layer.config.get("data_format") == "channels_first"
    shape = [-1, *ones] if first else [*ones, -1]
    site.note(Verdict.EXACT, f"keepdims=True rewritten as Reshape({shape!r}) behind the layer")
    pooled = f"{layer.name}_pooled"
    main = replace(
        layer,
        name=pooled,
        config={**without(layer.config, "keepdims"), "name": pooled},
        calls=(Call([TensorRef(INPUT, 0, 0)]),),
    )
    config = {
        "name": layer.name,
        "trainable": True,
        "dtype": layer.config.get("dtype"),
        "target_shape": shape,
    }
    reshaped = Layer(layer.name, "Reshape", config, (Call([TensorRef(pooled, 0, 0)]),))
    return Expansion((main, reshaped), (TensorRef(layer.name, 0, 0),), main=pooled)


@declared
class AveragesWhatIsNotMasked(Effect):
    """Masked steps do not count in an average."""

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """The companion's class where a mask arrives."""
        if not site.masked or not isinstance(subject, Layer):
            return subject
        because = "the stock layer takes no mask, which says what steps count"
        return as_companion(subject, site, "GlobalAveragePooling1DV2", because)


CHANGES = (
    Change(
        Kind.LAYER,
        ("GlobalAveragePooling1D", "GlobalMaxPooling1D"),
        key="data_format",
        held="tf 1.13.., keras2 2.2.3..",
        source=keras_file("1.15.5", "layers/pooling.py"),
        effect=Added(neutral="channels_last", otherwise=_globally_pooled_first),
    ),
    Change(
        Kind.LAYER,
        ("GlobalAveragePooling1D",),
        key="mask",
        held="tf 1.13.., keras2 2.2.3..",
        source=keras_file("1.15.5", "layers/pooling.py"),
        effect=AveragesWhatIsNotMasked(),
    ),
    Change(
        Kind.LAYER,
        ("AveragePooling1D", "MaxPooling1D"),
        key="data_format",
        held="tf 1.13.., keras2 2.2.3..",
        source=keras_file("1.12.0", "layers/pooling.py"),
        effect=ActedUpon(
            harmless=_channels_last,
            because="its pooling in one dimension has no channels_first on a CPU",
            otherwise=_pooled_first,
        ),
    ),
    Change(
        Kind.LAYER,
        ("AveragePooling1D", "MaxPooling1D"),
        held="tf 1.13..",
        source=keras_file("1.13.2", "layers/pooling.py"),
        effect=Unchanged("it is always written", keys=("data_format",)),
    ),
    Change(
        Kind.LAYER,
        ("AveragePooling3D",),
        key="dtype",
        held="tf 2.3..",
        source="https://github.com/tensorflow/tensorflow/blob/v1.12.0/tensorflow/core/kernels/pooling_ops_3d.cc",
        effect=OfAnyDtype(
            known=frozenset({"float16", "float32"}),
            otherwise=AsCompanion(
                "AveragePooling3DV2",
                "the stock layer has no kernel for float64 on a CPU",
                Verdict.EQUIVALENT,
            ),
        ),
    ),
    Change(
        Kind.LAYER,
        ("AveragePooling2D", "MaxPooling2D"),
        key="data_format",
        held="tf 2.3..",
        source=keras_file("2.3.0", "layers/pooling.py"),
        effect=OnAnyDevice(rank=2),
    ),
    Change(
        Kind.LAYER,
        (
            *("GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalAveragePooling3D"),
            *("GlobalMaxPooling1D", "GlobalMaxPooling2D", "GlobalMaxPooling3D"),
        ),
        key="keepdims",
        held="tf 2.6..",
        source=own_keras_file("2.15.0", "layers/pooling/base_global_pooling2d.py"),
        effect=Added(neutral=False, otherwise=_pooled_and_reshaped),
    ),
)
