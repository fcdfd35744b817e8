"""Quantized layers: read with the numbers that they stand for, written as they were stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from keraport.errors import ForeignFileError
from keraport.formats.keras_zip.classes import built_in
from keraport.formats.limits import shown
from keraport.model import Layer, Weight
from keraport.model.weights import Transformed
from keraport.quantised.plain import Dequantise, Stored, UnknownNumbersError, plain_weights
from keraport.quantised.policies import CALIBRATED, CLASSES, Quantisation, quantisation
from keraport.quantised.shapes import KERNEL_SHAPE, made_up_shape
from keraport.quantised.stored import stored_variables

_HINT: Final = "save the model as it was before quantize(), in the release that wrote it"

_KEPT: Final = "/as stored/"
"""In the place of a weight whose layer stays quantized: what it is made of is written."""

_BY_COUNT: Final = {1: "int8", 3: "int4/1", 6: "float8"}
"""Variables beside kernel and bias, and the mode that has so many."""


def how_quantised(layer: Layer) -> Quantisation | None:
    """How a layer of Keras' own is quantized, by its config; None if it is not."""
    return quantisation(layer.config) if built_in(layer) in CLASSES else None


def plain_of(layer: Layer, how: Quantisation, found: Sequence[Weight], where: str) -> list[Weight]:
    """The weights of the plain layer, each by its bare name.

    Args:
        layer: quantized.
        how: it is.
        found: its variables as the file numbers them.
        where: the file, for messages.

    Raises:
        ForeignFileError: the file does not tell its numbers; the message says why.
    """
    names = stored_variables(built_in(layer), layer.config, how)
    if how.mode in CALIBRATED and len(found) == len(names) - 1:
        raise _unknown(
            layer,
            how,
            where,
            "the file has no zero points for its kernel (Keras 3.14 and 3.15 leave them out, and "
            "cannot load the file either)",
            f'{_HINT}, or save it as HDF5 there, which has them: model.save("model.h5")',
        )
    if len(found) != len(names):
        listed = ", ".join(names) or "no such mode"
        because = f"it has {len(found)} variables, expected {len(names)} ({listed})"
        raise _unknown(layer, how, where, because)
    given = layer.extra.get("build_config")
    shape = given.get("input_shape") if isinstance(given, dict) else None
    stored = Stored(
        built_in(layer),
        layer.config,
        how,
        found,
        shape if isinstance(shape, list | tuple) else None,
        made_up_shape(layer.config) is not None,
    )
    try:
        return plain_weights(stored)
    except UnknownNumbersError as problem:
        raise _unknown(layer, how, where, str(problem)) from problem
    except IndexError as problem:
        because = "a variable has fewer axes than any layer gives it"
        raise _unknown(layer, how, where, because) from problem


def _unknown(
    layer: Layer, how: Quantisation, where: str, because: str, hint: str = _HINT
) -> ForeignFileError:
    return ForeignFileError(
        f"{where}: layer {shown(layer.name)} ({layer.class_name}) is quantized ({how.mode}), and "
        f"which numbers its integers stand for is not known: {because}",
        hint=hint,
    )


def part_as_stored(made: Layer, outer: Layer, found: Sequence[Weight]) -> Layer:
    """A part of an attention, with the policy that the file shows it to have.

    Its config is not saved, and that of the layer that makes it says nothing (Keras 3.15).

    Args:
        made: the part, an EinsumDense.
        outer: the layer that makes it.
        found: its variables.
    """
    biased = made.config.get("bias_axes") is not None
    more = len(found) - 1 - biased
    if more < 1:
        return made
    kernel, scale = found[0], found[1 + biased]
    if not kernel.shape:
        return made
    mode = _BY_COUNT.get(more, "gptq")
    if mode == "int8" and len(kernel.shape) == 2:
        mode = "int4/-1"
    elif mode == "int4/1" and kernel.dtype != "int8":
        mode = "gptq"
    shape = _part_shape(made, outer, kernel, scale, mode)
    summed = (0,) if made.name in ("query", "key", "value") else (0, 1)
    config = {
        **made.config,
        "dtype": f"{mode}_from_{scale.dtype}",
        KERNEL_SHAPE: shape,
        "summed": summed,
    }
    return Layer(made.name, made.class_name, config)


def _part_shape(
    made: Layer, outer: Layer, kernel: Weight, scale: Weight, mode: str
) -> tuple[int, ...]:
    """The shape of its kernel: heads stand behind the inputs, and before the outputs."""
    if len(kernel.shape) != 2:
        return kernel.shape
    if mode == "gptq":
        rows, columns = kernel.shape[1], scale.shape[0]
    else:
        rows, columns = kernel.shape[0], scale.shape[-1]
    shares = made.name in ("key", "value") and "num_key_value_heads" in outer.config
    key = "num_key_value_heads" if shares else "num_heads"
    heads = outer.config.get(key) or outer.config.get("num_query_heads")
    count = heads if isinstance(heads, int) and heads > 0 else 1
    if made.name in ("query", "key", "value"):
        return rows, count, columns // count
    return count, rows // count, columns


def place_of(path: str, number: int, layer: Layer) -> str:
    """Where a weight of a layer belongs; marked if the layer stays quantized."""
    kept = how_quantised(layer) is not None
    return f"{path}{_KEPT}{number}" if kept else f"{path}/vars/{number}"


def as_stored(place: str, weight: Weight) -> Iterator[tuple[str, Weight]]:
    """A weight and its place, or what the quantized layer stores that it is made of."""
    path, kept, _ = place.partition(_KEPT)
    if not kept:
        yield place, weight
        return
    made = weight.stored
    if not isinstance(made, Transformed) or not isinstance(made.function, Dequantise):
        raise ValueError(f"{weight.name} was changed, and its layer is quantized")
    for number, origin in zip(made.function.numbers, made.origins, strict=True):
        yield f"{path}/vars/{number}", origin
