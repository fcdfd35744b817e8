"""The shape of the kernel that a quantized layer stands for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Final

KERNEL_SHAPE: Final = "kernel_shape"
"""Key of the config that is made up for a part of a layer, which has no equation."""


def made_up_shape(config: Mapping[str, object]) -> tuple[int, ...] | None:
    """The shape that stands in the config of a part; None for a layer of a file.

    What a file says is never a tuple.
    """
    shape = config.get(KERNEL_SHAPE)
    return shape if isinstance(shape, tuple) else None


def einsum_axes(config: Mapping[str, object]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The axes of an EinsumDense's kernel that are summed over, and the others as they come out."""
    shape, summed = made_up_shape(config), config.get("summed")
    if shape is not None and isinstance(summed, tuple):
        return summed, tuple(axis for axis in range(len(shape)) if axis not in summed)
    _, kernel, out = _labels(config)
    summed = tuple(axis for axis, label in enumerate(kernel) if label not in out)
    return summed, tuple(kernel.index(label) for label in out if label in kernel)


def einsum_kernel(
    config: Mapping[str, object], given: Sequence[int | None] | None, count: int = 0
) -> tuple[int, ...] | None:
    """The shape of an EinsumDense's kernel; None where nothing says it.

    Args:
        config: of the layer.
        given: the shape of its input, batch first.
        count: how many numbers the kernel has, which says the size of one axis; 0 if not known.
    """
    if (shape := made_up_shape(config)) is not None:
        return shape
    inputs, kernel, out = _labels(config)
    made = config.get("output_shape")
    ends = [made] if isinstance(made, int) else list(made) if isinstance(made, list | tuple) else []
    sizes = _sizes(out, [None, *ends], config, 2) | _sizes(inputs, list(given or ()), config, 0)
    open_axes = [label for label in kernel if label not in sizes]
    known = prod(size for label, size in sizes.items() if label in kernel)
    if len(open_axes) == 1 and known > 0 and count > 0 and count % known == 0:
        sizes[open_axes[0]] = count // known
    found = [sizes.get(label) for label in kernel]
    return None if None in found else tuple(size for size in found if size is not None)


def _labels(config: Mapping[str, object]) -> tuple[str, str, str]:
    both, _, out = str(config.get("equation", "")).replace(" ", "").partition("->")
    inputs, _, kernel = both.partition(",")
    return inputs.replace(".", ""), kernel, out.replace(".", "")


def _sizes(
    labels: str, shape: Sequence[object], config: Mapping[str, object], part: int
) -> dict[str, int]:
    """The sizes of the axes that have labels; those without stand before them or behind them."""
    texts = str(config.get("equation", "")).replace("->", ",").split(",")
    if len(texts) > part and texts[part].strip().endswith("..."):
        pairs = zip(labels, shape, strict=False)
    else:
        pairs = zip(reversed(labels), reversed(shape), strict=False)
    return {label: size for label, size in pairs if isinstance(size, int)}
