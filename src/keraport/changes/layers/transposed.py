"""Transposed convolutions."""

from __future__ import annotations

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, without
from keraport.changes.combinators import ActedUpon, Added, NewClass, Unchanged
from keraport.changes.companions import AsCompanion, as_companion
from keraport.changes.declared import declared
from keraport.changes.layers.channels_first import OnAnyDevice
from keraport.changes.layers.convolutional import undilated
from keraport.changes.site import INPUT, Expansion, Site
from keraport.changes.sources import TF_1_14, keras_file
from keraport.model import Call, Config, Layer, TensorRef
from keraport.model.weights import Array, Weight, transformed_weight
from keraport.report import Verdict


@declared
class FreeTransposes(Effect):
    """A three-dimensional transposed convolution takes any size, and can be called again."""

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """The companion's class for unknown sizes and shared layers."""
        unknown = any(shape is None or None in shape[1:] for shape in site.input_shapes)
        inside = site.wrapper is not None or "/" in site.path
        shared = len(site.input_shapes) > 1
        if not (unknown or inside or shared) or not isinstance(subject, Layer):
            return subject
        because = "the stock layer takes one call, on an input of known size"
        return as_companion(subject, site, "Conv3DTransposeV2", because)


def _padded(layer: Layer, site: Site) -> Layer:
    because = "the stock layer infers the size of its result"
    return as_companion(layer, site, f"{layer.class_name}V2", because)


def _one_dimensional(layer: Layer, site: Site) -> Layer | Expansion:
    """Images of one row between two Reshape where the size is known; else the companion's class."""
    sizes = {None if shape is None else shape[1:] for shape in site.input_shapes}
    made = {None if shape is None else shape[1:] for shape in site.output_shapes}
    known = len(sizes) == 1 == len(made) and not any(
        size is None or None in size for size in (*sizes, *made)
    )
    if not (known and layer.weights and _is_plain(layer.config)) or site.masked:
        return as_companion(layer, site, "Conv1DTranspose", "there is no such layer")
    site.note(
        Verdict.EXACT, "rewritten as Conv2DTranspose of images of one row, between two Reshape"
    )
    (size,), (result,) = sizes, made
    return _one_row(layer, [int(n or 0) for n in size or ()], [int(n or 0) for n in result or ()])


def _is_plain(config: Config) -> bool:
    """True if nothing but the shape of the kernel sets it apart from images of one row."""
    return (
        config.get("data_format") == "channels_last"
        and undilated(config)
        and config.get("output_padding") is None
        and config.get("kernel_constraint") is None
    )


def _one_row(layer: Layer, size: list[int], result: list[int]) -> Expansion:
    name, before = f"{layer.name}_row", f"{layer.name}_as_row"
    config = {
        **without(layer.config, "output_padding", "dilation_rate", "batch_input_shape"),
        "name": name,
        "kernel_size": [1, *_numbers(layer.config["kernel_size"])],
        "strides": [1, *_numbers(layer.config.get("strides", 1))],
    }
    weights = (_with_row(layer.weights[0]), *layer.weights[1:])
    convolved = Layer(
        name, "Conv2DTranspose", config, (Call([TensorRef(before, 0, 0)]),), weights=weights
    )
    parts = (
        _reshape(layer, before, [1, *size], TensorRef(INPUT, 0, 0)),
        convolved,
        _reshape(layer, layer.name, result, TensorRef(name, 0, 0)),
    )
    return Expansion(parts, (TensorRef(layer.name, 0, 0),))


def _numbers(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _with_row(kernel: Weight) -> Weight:
    shape = (1, *kernel.shape)

    def reshaped(values: Array) -> Array:
        return values.reshape(shape)

    return transformed_weight(kernel, kernel.name, shape, reshaped)


def _reshape(layer: Layer, name: str, shape: list[int], given: TensorRef) -> Layer:
    dtype = layer.config.get("dtype")
    config = {"name": name, "trainable": True, "dtype": dtype, "target_shape": shape}
    return Layer(name, "Reshape", config, (Call([given]),))


CHANGES = (
    Change(
        Kind.LAYER,
        ("Conv1DTranspose",),
        held="tf 2.3..",
        source=keras_file("2.3.0", "layers/convolutional.py"),
        effect=NewClass(otherwise=_one_dimensional),
    ),
    Change(
        Kind.LAYER,
        ("Conv2DTranspose", "Conv3DTranspose"),
        key="output_padding",
        held="tf 1.13.., keras2 2.2..",
        source=TF_1_14,
        effect=Added(neutral=None, otherwise=_padded),
    ),
    Change(
        Kind.LAYER,
        ("Conv2DTranspose",),
        key="dilation_rate",
        held="tf 1.15.., keras2 2.2.4..",
        source=keras_file("1.12.0", "layers/convolutional.py"),
        effect=ActedUpon(
            harmless=undilated,
            because="the keyword is accepted there, and ignored by the arithmetic",
            otherwise=AsCompanion("Conv2DTransposeV2", "the stock layer ignores dilation_rate"),
        ),
    ),
    Change(
        Kind.LAYER,
        ("Conv3DTranspose",),
        key="dilation_rate",
        held="tf 1.15..",
        source=keras_file("2.3.0", "layers/convolutional.py"),
        effect=Unchanged(because="every release accepts the keyword, and none uses it"),
    ),
    *(
        Change(
            Kind.LAYER,
            (f"Conv{rank}DTranspose",),
            key="data_format",
            held="tf 2.3..",
            source=keras_file("1.12.0", "backend.py"),
            effect=OnAnyDevice(rank),
        )
        for rank in (2, 3)
    ),
    Change(
        Kind.LAYER,
        ("Conv3DTranspose",),
        key="strides",
        held="tf 1.15..",
        source=keras_file("1.12.0", "layers/convolutional.py"),
        effect=FreeTransposes(),
    ),
)
