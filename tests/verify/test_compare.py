from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from keraport.verify.compare import Tolerance, compare, constant_rows

INF, NAN = float("inf"), float("nan")
TOLERANCE = Tolerance(relative=1e-5, absolute=1e-6)


def array(*values: complex, dtype: str = "float32") -> Any:
    return np.array(values, dtype)


def test_differences_are_measured_against_the_largest_value() -> None:
    found = compare(array(100.0, 0.0), array(100.0, 0.5), TOLERANCE)
    assert found.max_absolute == 0.5
    assert found.max_relative == 0.005
    assert not found.agrees


@pytest.mark.parametrize(
    ("source", "target", "agrees"),
    [
        (array(1.0), array(1.0 + 8e-6), True),
        (array(1.0), array(1.0 + 2e-5), False),
        (array(1000.0, 0.0), array(1000.0, 0.009), True),  # within 1e-5 of the largest
        (array(1000.0, 0.0), array(1000.0, 0.02), False),
        (array(0.0), array(9e-7), True),  # within the absolute tolerance
        (array(0.0), array(2e-6), False),
        (array(NAN, 1.0), array(NAN, 1.0), True),
        (array(NAN, 1.0), array(1.0, 1.0), False),
        (array(1.0, 1.0), array(1.0, NAN), False),
        (array(INF), array(INF), True),
        (array(INF), array(-INF), False),
        (array(INF, 1.0), array(1e30, 1.0), False),
        (array(), array(), True),
        (array(1, 2, dtype="int32"), array(1, 2, dtype="int32"), True),
        (array(100_000, dtype="int32"), array(100_001, dtype="int32"), False),
        (array(1, dtype="int32"), array(1, dtype="int64"), False),
        (array(1.0), array(1.0, dtype="float64"), False),
        (array(1.0), array(1.0, 1.0), False),
        (array(True, False, dtype="bool"), array(True, True, dtype="bool"), False),
        (np.array(["a", "bc"]), np.array(["a", "bc"]), True),
        (np.array(["a"]), np.array(["bc"]), False),
        (array(1 + 2j, dtype="complex64"), array(1 - 2j, dtype="complex64"), False),
    ],
)
def test_agreement(source: Any, target: Any, agrees: bool) -> None:
    assert compare(source, target, TOLERANCE).agrees is agrees


@pytest.mark.parametrize(
    ("source", "target", "reason"),
    [
        (array(1.0), array(1.0, 2.0), "the shape is [2], expected [1]"),
        (array(1.0), array(1, dtype="int32"), "the dtype is int32, expected float32"),
        (array(1.0, 2.0), array(NAN, 2.0), "1 of 2 values are not finite on one side only"),
    ],
)
def test_reasons(source: Any, target: Any, reason: str) -> None:
    assert compare(source, target, TOLERANCE).reason == reason


def test_json_has_no_infinity() -> None:
    data = compare(array(1.0), array(NAN), TOLERANCE).to_json()
    assert (data["max_absolute"], data["max_relative"], data["agrees"]) == (None, None, False)


def test_finite_values_beside_nan_are_still_compared() -> None:
    found = compare(array(NAN, 1.0), array(NAN, 1.25), TOLERANCE)
    assert (found.max_absolute, found.agrees) == (0.25, False)


@pytest.mark.parametrize(
    ("rows", "constant"),
    [
        ([[1, 2], [1, 2], [1, 2]], True),
        ([[1, 2], [1, 2], [1, 2.1]], False),
        ([[1, 2]], False),
        ([[NAN, 2], [NAN, 2]], True),
    ],
)
def test_constant_rows(rows: list[list[float]], constant: bool) -> None:
    assert constant_rows(np.array(rows, "float32"), TOLERANCE) is constant


def test_a_scalar_has_no_rows() -> None:
    assert not constant_rows(np.float32(1) * np.ones(()), TOLERANCE)
