"""The weights of a plain layer out of those of a quantized one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from keraport.model import Weight
from keraport.model.weights import Array, Transformed
from keraport.quantised.arithmetic import (
    along_kernel,
    divided,
    of_blocks,
    through_bfloat16,
    through_float8,
    unpacked,
)
from keraport.quantised.policies import CALIBRATED, KERNELS, Quantisation
from keraport.quantised.shapes import einsum_axes, einsum_kernel
from keraport.quantised.stored import stored_variables
from keraport.records import dataclass


class UnknownNumbersError(Exception):
    """What is stored does not tell the numbers; the text says why."""


@dataclass(frozen=True, slots=True)
class Dequantise:
    """Makes a weight of a plain layer; what it is made of is what the quantized one stores.

    Args:
        function: takes an array for each origin.
        numbers: of each origin among the stored variables of the layer.
        mode: how it is quantized.
        is_part: it belongs to a part of a layer, whose config does not say so.
    """

    function: Callable[..., Array]
    numbers: tuple[int, ...]
    mode: str
    is_part: bool = False

    def __call__(self, *arrays: Array) -> Array:
        """The numbers."""
        return self.function(*arrays)


@dataclass(frozen=True, slots=True)
class Stored:
    """A quantized layer and what the file has of it.

    Args:
        class_name: of the layer.
        config: of the layer.
        how: it is quantized.
        weights: in the order of the file, as many as `stored_variables` names.
        given: the shape of its input, batch first; None where it is not known.
        is_part: the layer is a part that another makes.
    """

    class_name: str
    config: Mapping[str, object]
    how: Quantisation
    weights: Sequence[Weight]
    given: Sequence[int | None] | None = None
    is_part: bool = False

    def named(self) -> dict[str, tuple[int, Weight]]:
        """Each stored variable by its name, with its number."""
        names = stored_variables(self.class_name, self.config, self.how)
        return {
            name: (number, weight)
            for number, (name, weight) in enumerate(zip(names, self.weights, strict=True))
        }


def plain_weights(stored: Stored) -> list[Weight]:
    """Those of the plain layer in the order in which it stores them, each by its bare name.

    Raises:
        UnknownNumbersError: the shape of the kernel is not known, or another than what is stored.
    """
    if stored.class_name not in KERNELS:
        return _tables(stored)
    named = stored.named()
    bias = named.pop("bias", None)
    function, shape = _kernel(stored, {name: weight for name, (_, weight) in named.items()})
    names = list(named)
    found = [_made(stored, "kernel", shape, names, partial(_by_name, function, tuple(names)))]
    if bias is not None:
        rounds = stored.how.mode == "float8" and stored.how.source == "float32"
        turn = through_bfloat16 if rounds else _as_it_is
        found.append(_made(stored, "bias", bias[1].shape, ["bias"], turn))
    return found


def _as_it_is(values: Array) -> Array:
    return values


def _by_name(function: Callable[..., Array], names: tuple[str, ...], *arrays: Array) -> Array:
    return function(dict(zip(names, arrays, strict=True)))


def _made(
    stored: Stored,
    name: str,
    shape: tuple[int, ...],
    origins: Sequence[str],
    function: Callable[..., Array],
) -> Weight:
    """A weight of the plain layer; it has the dtype of the scale, or of what it is made of."""
    named = stored.named()
    first, *more = (named[origin][1] for origin in origins)
    numbers = tuple(named[origin][0] for origin in origins)
    turn = Dequantise(function, numbers, stored.how.mode, stored.is_part)
    scales = [named[item][1] for item in origins if item.endswith("_scale")]
    dtype = scales[0].dtype if scales and first.dtype in ("int8", "uint8") else first.dtype
    return Weight(name, shape, dtype, Transformed(first, turn, tuple(more)))


def _require(holds: bool, text: str) -> None:
    if not holds:
        raise UnknownNumbersError(text)


def _kernel(
    stored: Stored, weights: Mapping[str, Weight]
) -> tuple[Callable[[Mapping[str, Array]], Array], tuple[int, ...]]:
    """What makes the kernel out of the arrays by their names, and its shape."""
    how, kernel = stored.how, weights["kernel"]
    if how.mode == "float8":
        _expect(weights, "kernel_scale", ())
        return lambda given: through_float8(given["kernel"], given["kernel_scale"]), kernel.shape
    bits = ("int8", "uint8") if how.mode in CALIBRATED else ("int8",)
    whole = kernel.dtype in bits and weights["kernel_scale"].shape
    _require(bool(whole), f"its kernel is {kernel.dtype} {kernel.shape}")
    scale = weights["kernel_scale"].shape
    shape = _kernel_shape(stored, kernel.shape, scale[0 if how.mode in CALIBRATED else -1])
    if how.mode in CALIBRATED:
        _require(len(kernel.shape) == 2, f"its kernel is {kernel.shape}")
        columns, rows = weights["kernel_scale"].shape[0], kernel.shape[1]
        _require(kernel.shape[0] in (columns, (columns + 1) // 2), f"its kernel is {kernel.shape}")
        _expect_blocks(weights, rows, (columns, *weights["kernel_scale"].shape[1:2]))
        if "awq_scales" in weights:
            _expect(weights, "awq_scales", (rows,))
        _fits(shape, kernel.shape[1] * columns)
        packed = kernel.shape[0] != columns
        return partial(_calibrated, shape, columns, packed), shape
    summed, others = _axes(stored)
    if how.packs_inputs:
        axis = summed[0] if summed else 0
        halved = [(n + 1) // 2 if at == axis else n for at, n in enumerate(shape)]
        _require(tuple(halved) == kernel.shape, f"its kernel {kernel.shape} is not half {shape}")
        _count(weights["kernel_scale"], shape, others)
        return partial(_packed_inputs, shape, axis, others), shape
    if how.mode == "int4":
        columns = weights["kernel_scale"].shape[-1]
        _expect(weights, "kernel", (kernel.shape[0], (columns + 1) // 2))
        if how.has_blocks:
            blocks = (*weights["kernel_scale"].shape[:1], columns)
            _expect_blocks(weights, kernel.shape[0], blocks)
        else:
            _expect(weights, "kernel_scale", (columns,))
        _fits(shape, kernel.shape[0] * columns)
        return partial(_packed_rows, shape, columns), shape
    known = (*summed, *others)
    _require(sorted(known) == list(range(len(shape))), f"its kernel is {shape}")
    _count(weights["kernel_scale"], shape, others)
    return partial(_of_8_bits, shape, others), shape


def _expect(weights: Mapping[str, Weight], name: str, shape: tuple[int, ...]) -> None:
    found = weights[name].shape
    _require(found == shape, f"its {name} has the shape {found}, expected {shape}")


def _expect_blocks(weights: Mapping[str, Weight], rows: int, shape: tuple[int, ...]) -> None:
    _require(len(shape) == 2 and shape[0] > 0 and shape[1] > 0, f"it has blocks of {shape}")
    _expect(weights, "kernel_scale", shape)
    _expect(weights, "kernel_zero", shape)
    _expect(weights, "g_idx", (rows,))


def _count(scale: Weight, shape: tuple[int, ...], others: tuple[int, ...]) -> None:
    total = 1
    for axis in others:
        total *= shape[axis]
    _require(scale.count == total, f"its kernel_scale is {scale.shape}, expected {total} numbers")


def _fits(shape: tuple[int, ...], count: int) -> None:
    total = 1
    for size in shape:
        total *= size
    _require(total == count, f"its kernel has {count} numbers, expected those of {shape}")


def _axes(stored: Stored) -> tuple[tuple[int, ...], tuple[int, ...]]:
    return ((0,), (1,)) if stored.class_name == "Dense" else einsum_axes(stored.config)


def _kernel_shape(stored: Stored, found: tuple[int, ...], columns: int) -> tuple[int, ...]:
    """The shape of the plain kernel.

    Args:
        stored: the layer.
        found: the shape of what is stored; that of a matrix unless each integer is one byte.
        columns: of the matrix, before pairs of integers went into bytes.
    """
    how = stored.how
    rows = found[-1] if how.mode in CALIBRATED else found[0]
    count = 0 if how.packs_inputs else rows * columns
    if how.mode == "int8":
        return found
    if stored.class_name == "Dense":
        units, last = stored.config.get("units"), (stored.given or (None,))[-1]
        inputs = found[1] if how.mode in CALIBRATED else last if how.packs_inputs else found[0]
        if isinstance(inputs, int) and isinstance(units, int):
            return inputs, units
    elif shape := einsum_kernel(stored.config, stored.given, count):
        return shape
    raise UnknownNumbersError("the size of what it is given is not in its config")


def _of_8_bits(
    shape: tuple[int, ...], others: tuple[int, ...], given: Mapping[str, Array]
) -> Array:
    return divided(given["kernel"], along_kernel(given["kernel_scale"], others, shape))


def _packed_inputs(
    shape: tuple[int, ...], axis: int, others: tuple[int, ...], given: Mapping[str, Array]
) -> Array:
    values = unpacked(given["kernel"], shape[axis], axis)
    return divided(values, along_kernel(given["kernel_scale"], others, shape))


def _packed_rows(shape: tuple[int, ...], columns: int, given: Mapping[str, Array]) -> Array:
    values, scale = unpacked(given["kernel"], columns, 1), given["kernel_scale"]
    if "g_idx" in given:
        return of_blocks(values, scale, given["kernel_zero"], given["g_idx"], 0).reshape(shape)
    return divided(values, scale).reshape(shape)


def _calibrated(
    shape: tuple[int, ...], columns: int, packed: bool, given: Mapping[str, Array]
) -> Array:
    values = given["kernel"]
    if packed:
        values = unpacked(values, columns, 0, signed=False)
    found = of_blocks(values, given["kernel_scale"], given["kernel_zero"], given["g_idx"], 1).T
    if "awq_scales" in given:
        found = divided(found, given["awq_scales"][:, None])
    return found.reshape(shape)


def _tables(stored: Stored) -> list[Weight]:
    words, width = stored.config.get("input_dim"), stored.config.get("output_dim")
    if not isinstance(words, int) or not isinstance(width, int):
        raise UnknownNumbersError("its config does not say its sizes")
    halved = (width + 1) // 2 if stored.how.mode == "int4" else width
    found = []
    for name, axis in (("embeddings", 1), ("reverse_embeddings", 0)):
        if name not in stored.named():
            continue
        shape = (words, width) if axis else (width, words)
        kept = (words, halved) if axis else (halved, words)
        is_so = stored.named()[name][1].shape
        _require(is_so == kept, f"its {name} are {is_so}, expected {kept}")
        origins = [name, f"{name}_scale"]
        if stored.how.has_blocks:
            origins += [f"{name}_zero", "g_idx"]
        named = {key: weight for key, (_, weight) in stored.named().items()}
        _require(named[name].dtype == "int8", f"its {name} are {named[name].dtype}")
        scale = named[f"{name}_scale"].shape
        if stored.how.has_blocks:
            _expect(named, "g_idx", (width,))
            _expect(named, f"{name}_zero", scale)
            count = scale[1 - axis : 2 - axis]
            _require(len(scale) == 2 and count == (words,), f"its {name}_scale is {scale}")
        else:
            _expect(named, f"{name}_scale", (words,))
        length = width if stored.how.mode == "int4" else 0
        found.append(_made(stored, name, shape, origins, partial(_table, length, axis)))
    return found


def _table(length: int, axis: int, values: Array, scale: Array, *blocks: Array) -> Array:
    """A table with a row, or a column, for each word."""
    if length:
        values = unpacked(values, length, axis)
    if blocks:
        zero, groups = blocks
        return of_blocks(values, scale, zero, groups, axis)
    return divided(values, scale[:, None] if axis else scale)
