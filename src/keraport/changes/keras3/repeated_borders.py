"""Average pooling of torch: borders are repeated, and averaged with what lies inside.

``_apply_same_padding`` of ``backend/torch/nn.py`` in Keras 3.15.1: where both sides of every axis
are padded alike, ``avg_pool2d`` leaves the padding out, as TensorFlow does; otherwise the border is
repeated by ``pad(mode="replicate")``, and nothing tells it from the image.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from keraport.changes.change import without
from keraport.changes.site import INPUT, Expansion, Shape, Site
from keraport.model import Call, Config, Layer, TensorRef

Padding = tuple[tuple[int, int], ...]
"""So many steps before and behind, for each axis of an image."""


def padding_of_averages(config: Mapping[str, object], shape: Shape) -> Padding | None:
    """How torch pads for ``padding="same"``.

    Args:
        config: of the layer.
        shape: of what it is given, batch first; None if that is not known.

    Returns:
        None where a size is open.
    """
    if shape is None:
        return None
    first = config.get("data_format") == "channels_first"
    lengths = shape[2:] if first else shape[1:-1]
    sizes = numbers(config.get("pool_size"), len(lengths))
    steps = numbers(config.get("strides"), len(lengths)) or sizes
    if not len(lengths) == len(sizes) == len(steps):
        return None
    paddings = []
    for length, size, step in zip(lengths, sizes, steps, strict=True):
        if length is None:
            return None
        outputs = -(-length // step)
        total = size - 1 if step == 1 else max(0, (outputs - 1) * step + size - length)
        paddings.append((total // 2, total - total // 2))
    return tuple(paddings)


def numbers(value: object, rank: int) -> tuple[int, ...]:
    """A size for each axis; empty if there is none."""
    if isinstance(value, int):
        return (value,) * rank
    return tuple(value) if isinstance(value, list | tuple) else ()


def is_even(padding: Padding | None) -> bool:
    """True if both sides of every axis are padded alike, so that the padding is left out."""
    return padding is not None and all(before == behind for before, behind in padding)


def can_be_taken_apart(layer: Layer, site: Site) -> bool:
    """True where it can be replaced by several layers that releases of all lines have."""
    if site.wrapper is not None or site.masked or len(set(site.input_shapes)) != 1:
        return False
    if layer.class_name.endswith("1D") and layer.config.get("data_format") == "channels_first":
        return False  # Cropping1D cuts the axis behind the batch
    model = site.model
    if model is None or not model.is_sequential:
        return True
    first = model.layers[0]
    declared = first.config.get("batch_input_shape", model.settings.get("build_input_shape"))
    return first.class_name == "InputLayer" or declared is not None


def with_repeated_borders(
    layer: Layer, shape: tuple[int | None, ...], padding: Padding
) -> Expansion:
    """The layer without padding, behind layers that repeat the borders of each axis.

    Args:
        layer: average pooling with ``padding="same"``.
        shape: of what it is given; the lengths are known.
        padding: as `padding_of_averages` gives it.
    """
    parts: list[Layer] = []
    given = TensorRef(INPUT, 0, 0)
    at = 2 if layer.config.get("data_format") == "channels_first" else 1
    for axis, (before, behind) in enumerate(padding):
        if before or behind:
            parts += _repeated(layer, given, shape, padding, axis, at)
            given = TensorRef(parts[-1].name, 0, 0)
    config = {**without(layer.config, "batch_input_shape"), "padding": "valid"}
    parts.append(replace(layer, config=config, calls=(Call([given]),)))
    return Expansion(tuple(parts), (TensorRef(layer.name, 0, 0),), main=layer.name)


def _repeated(
    layer: Layer,
    given: TensorRef,
    shape: tuple[int | None, ...],
    padding: Padding,
    axis: int,
    at: int,
) -> Iterator[Layer]:
    """The first and the last step of an axis alone, and all joined."""
    before, behind = padding[axis]
    length, stem = shape[at + axis] or 0, f"{layer.name}_axis_{axis + 1}"
    joined: list[TensorRef] = [given]
    for name, times, cut in (("first", before, (0, length - 1)), ("last", behind, (length - 1, 0))):
        if not times:
            continue
        whole = f"{stem}_{name}"
        yield _cropped(layer, whole, given, len(padding), axis, cut)
        copies = [TensorRef(whole, 0, 0)] * times
        joined = copies + joined if name == "first" else joined + copies
    config: Config = {**_own(layer, f"{stem}_padded"), "axis": at + axis}
    yield Layer(f"{stem}_padded", "Concatenate", config, (Call(list(joined)),))


def _cropped(
    layer: Layer, name: str, given: TensorRef, rank: int, axis: int, cut: tuple[int, int]
) -> Layer:
    cropping = [list(cut) if other == axis else [0, 0] for other in range(rank)]
    config: Config = {**_own(layer, name), "cropping": cropping[0] if rank == 1 else cropping}
    if rank > 1:
        config = {**config, "data_format": layer.config.get("data_format")}
    return Layer(name, f"Cropping{rank}D", config, (Call([given]),))


def _own(layer: Layer, name: str) -> Config:
    return {"name": name, "trainable": True, "dtype": layer.config.get("dtype")}
