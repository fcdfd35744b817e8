"""Variables that no layer of Keras has: told by name when the file is read, not when it is used."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from keraport.errors import ForeignFileError
from keraport.formats.keras_zip.quantised import how_quantised, plain_of
from keraport.model import Layer, Weight
from keraport.model.weights import Transformed, constant_weight

DENSE: dict[str, Any] = {"units": 4}
EINSUM: dict[str, Any] = {"equation": "ab,bc->ac", "output_shape": 4, "bias_axes": "c"}
TABLE: dict[str, Any] = {"input_dim": 5, "output_dim": 4, "tie_weights": False}

INT8, UINT8, FLOAT = np.int8, np.uint8, np.float32
CASES: dict[str, tuple[str, dict[str, Any], list[tuple[tuple[int, ...], Any]]]] = {
    "int8_from_float32": ("Dense", DENSE, [((3, 4), INT8), ((4,), FLOAT), ((4,), FLOAT)]),
    "int4/-1_from_float32": ("Dense", DENSE, [((3, 2), INT8), ((4,), FLOAT), ((4,), FLOAT)]),
    "int4/2_from_float32": (
        "EinsumDense",
        EINSUM,
        [((3, 2), INT8), ((4,), FLOAT), ((2, 4), FLOAT), ((2, 4), INT8), ((3,), FLOAT)],
    ),
    "int4_from_float32": ("Dense", DENSE, [((2, 4), INT8), ((4,), FLOAT), ((4,), FLOAT)]),
    "float8_from_float32": (
        "Dense",
        DENSE,
        [((3, 4), FLOAT), ((4,), FLOAT), *[((), FLOAT), ((8,), FLOAT)] * 3],
    ),
    "gptq/4/2_from_float32": (
        "Dense",
        DENSE,
        [((4,), FLOAT), ((2, 3), UINT8), ((4, 2), FLOAT), ((4, 2), UINT8), ((3,), FLOAT)],
    ),
    "awq/4/2_from_float32": (
        "Dense",
        DENSE,
        [
            *[((4,), FLOAT), ((2, 3), UINT8), ((4, 2), FLOAT), ((4, 2), UINT8)],
            *[((3,), FLOAT), ((3,), FLOAT)],
        ],
    ),
    "int8_from_float16": (
        "ReversibleEmbedding",
        TABLE,
        [((5, 4), INT8), ((5,), FLOAT), ((4, 5), INT8), ((5,), FLOAT)],
    ),
    "int4/2_from_float16": (
        "ReversibleEmbedding",
        TABLE,
        [
            *[((5, 2), INT8), ((5, 2), FLOAT), ((5, 2), INT8), ((4,), FLOAT)],
            *[((2, 5), INT8), ((2, 5), FLOAT), ((2, 5), FLOAT)],
        ],
    ),
}
SHAPES = ((), (0,), (4,), (3, 4), (4, 0), (1, 1, 1), (9, 9))


def read(policy: str, variables: list[tuple[tuple[int, ...], Any]]) -> list[Weight]:
    class_name, config, _ = CASES[policy]
    extra = {"build_config": {"input_shape": [None, 3]}}
    layer = Layer("it", class_name, {**config, "dtype": policy}, extra=extra)
    how = how_quantised(layer)
    assert how is not None
    weights = [constant_weight(str(n), np.ones(*item)) for n, item in enumerate(variables)]
    return plain_of(layer, how, weights, "m.keras")


def values(weight: Weight) -> Any:
    assert isinstance(weight.stored, Transformed)
    arrays = [np.ones(origin.shape, np.dtype(origin.dtype)) * 7 for origin in weight.stored.origins]
    return weight.stored.function(*arrays)


@pytest.mark.parametrize("policy", CASES)
def test_what_is_sound_is_read(policy: str) -> None:
    for weight in read(policy, CASES[policy][2]):
        assert values(weight).shape == weight.shape


@pytest.mark.parametrize("policy", CASES)
def test_other_shapes_and_dtypes_are_refused_or_harmless(policy: str) -> None:
    sound = CASES[policy][2]
    for place, shape, dtype in itertools.product(range(len(sound)), SHAPES, (INT8, FLOAT)):
        variables = [*sound[:place], (shape, dtype), *sound[place + 1 :]]
        try:
            found = read(policy, variables)
        except ForeignFileError:
            continue
        for weight in found:
            assert values(weight).shape == weight.shape


def test_a_config_cannot_make_up_a_part() -> None:
    layer = Layer("it", "EinsumDense", {"kernel_shape": [3, 4], "dtype": "int8_from_float32"})
    how = how_quantised(layer)
    assert how is not None
    weights = [constant_weight("0", np.ones((3, 4), INT8)), constant_weight("1", np.ones(4))]
    with pytest.raises(ForeignFileError, match="layer 'it'"):
        plain_of(layer, how, weights, "m.keras")
