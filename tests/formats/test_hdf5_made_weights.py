"""Weights that are computed, or given, instead of copied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest

from keraport.errors import OutputError
from keraport.formats import read, write
from keraport.model import (
    ModelFile,
    StoredBytes,
    Weight,
    WeightGroup,
    combined_weight,
    constant_weight,
    origins_of,
    transformed_weight,
)

Build = Callable[..., Path]


def with_weight(file: ModelFile, weight: Weight) -> ModelFile:
    first, *rest = file.groups
    return replace(file, groups=(WeightGroup(first.layer, (weight,)), *rest))


def stored_bytes(weight: Weight) -> StoredBytes:
    assert isinstance(weight.stored, StoredBytes)
    return weight.stored


def only_values(path: Path) -> np.ndarray:
    """The values of the one weight of the first layer."""
    (weight,) = read(path).groups[0].weights
    with h5py.File(path, "r") as file:
        return np.asarray(file[stored_bytes(weight).location])


@pytest.mark.parametrize("values", [np.arange(6, dtype="float64").reshape(2, 3), np.int64(7)])
def test_a_constant(weights_file: Build, tmp_path: Path, values: np.ndarray) -> None:
    out = tmp_path / "out.h5"
    weight = constant_weight("new/mean:0", np.asarray(values))
    write(out, with_weight(read(weights_file()), weight), keras_version="2.1.6-tf")
    stored = only_values(out)
    np.testing.assert_array_equal(stored, values)
    assert stored.dtype == np.asarray(values).dtype


def test_a_transform_sees_the_stored_values(weights_file: Build, tmp_path: Path) -> None:
    source, out = weights_file(), tmp_path / "out.h5"
    file = read(source)
    kernel = file.groups[0].weights[0]
    turned = transformed_weight(
        kernel, kernel.name, kernel.shape[::-1], lambda values: 2 * values.T
    )
    write(out, with_weight(file, turned), keras_version="2.1.6-tf")
    with h5py.File(source, "r") as before:
        old = np.asarray(before[stored_bytes(kernel).location])
    assert old.ndim == 2
    np.testing.assert_array_equal(only_values(out), 2 * old.T)


def test_a_transform_gives_what_it_promised(weights_file: Build, tmp_path: Path) -> None:
    file, out = read(weights_file()), tmp_path / "out.h5"
    kernel = file.groups[0].weights[0]
    wrong = transformed_weight(kernel, kernel.name, (1, 1), lambda values: values)
    with pytest.raises((ValueError, OutputError), match="expected float32"):
        write(out, with_weight(file, wrong), keras_version="2.1.6-tf")
    assert not out.exists()


def test_a_weight_of_several_is_made_of_all_their_values(
    weights_file: Build, tmp_path: Path
) -> None:
    source, out = weights_file(), tmp_path / "out.h5"
    file = read(source)
    kernel = file.groups[0].weights[0]
    double = transformed_weight(kernel, kernel.name, kernel.shape, lambda values: 2 * values)
    ones = constant_weight("ones:0", np.ones(kernel.shape, kernel.dtype))
    made = combined_weight(
        (kernel, double, ones), kernel.name, kernel.shape, lambda a, b, c: a + 10 * b + 100 * c
    )
    assert [item.path for item in origins_of(made)] == [source, source]
    write(out, with_weight(file, made), keras_version="2.1.6-tf")
    with h5py.File(source, "r") as stored:
        values = np.asarray(stored[stored_bytes(kernel).location])
    np.testing.assert_array_equal(only_values(out), values * 21 + 100)


def test_no_origin_is_overwritten(weights_file: Build, tmp_path: Path) -> None:
    file = read(weights_file())
    kernel = file.groups[0].weights[0]
    ones = constant_weight("ones:0", np.ones(kernel.shape, kernel.dtype))
    other = tmp_path / "other.h5"
    other.write_bytes(file.path.read_bytes())
    theirs = read(other).groups[0].weights[0]
    made = combined_weight((ones, theirs), kernel.name, kernel.shape, np.add)
    with pytest.raises(OutputError):
        write(other, with_weight(file, made), keras_version="2.1.6-tf", force=True)
