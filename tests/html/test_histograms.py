"""How the values of weights are told; the expected numbers are NumPy's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import ml_dtypes
import numpy as np
import pytest

from keraport.catalog.weights_only import WeightsOnly
from keraport.html import histograms
from keraport.html.histograms import Histogram
from keraport.inspection.inspect import Inspection, LayerRow, inspect
from keraport.model import Format, Weight
from keraport.model.weights import constant_weight


def inspection(*weights: Weight) -> Inspection:
    return Inspection(
        path=Path("m.h5"),
        format=Format.HDF5,
        size=1,
        release="tf2.3",
        evidence="evidence",
        sure=True,
        keras_version="2.4.0",
        backend="tensorflow",
        converted_by=("", ""),
        model=("Model", "m"),
        hazards=(),
        layers=(LayerRow("layer", "Dense", weights),),
        training=None,
        weights_only=None,
    )


def of(array: Any) -> Histogram:
    (found,) = histograms.histograms(inspection(constant_weight("w", np.asarray(array))))
    return found


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int8", "uint64"])
def test_small_weights_are_counted_whole(dtype: str) -> None:
    values = np.random.default_rng(0).normal(50, 20, 1000).clip(0, 120).astype(dtype)
    found = of(values.reshape(10, 100))
    counts, _ = np.histogram(values.astype("f8"), bins=24)
    assert found.bars == pytest.approx(counts / counts.max(), abs=1e-3)
    assert (found.low, found.high) == (values.min(), values.max())
    assert found.mean == pytest.approx(values.astype("f8").mean())
    assert found.deviation == pytest.approx(values.astype("f8").std())
    assert (found.step, found.shape) == (1, "10 \u00d7 100")


def test_bfloat16() -> None:
    found = of(np.array([1, 2, 4], ml_dtypes.bfloat16))
    assert (found.low, found.high, found.dtype) == (1, 4, "bfloat16")


def test_large_weights_are_sampled_evenly_over_blocks(tmp_path: Path) -> None:
    """From a file: its blocks end elsewhere than the steps."""
    values = np.arange(3_000_001, dtype="float64")
    path = tmp_path / "weights.h5"
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [b"d"]
        file.attrs["backend"], file.attrs["keras_version"] = b"tensorflow", b"2.4.0"
        group = file.create_group("d")
        group.attrs["weight_names"] = [b"w:0"]
        group["w:0"] = values
    (found,) = histograms.histograms(inspect(path))
    taken = values[:: found.step]
    assert found.step == 16
    assert (found.low, found.high) == (taken.min(), taken.max())
    assert found.mean == pytest.approx(taken.mean())


def test_values_that_are_not_finite_are_counted() -> None:
    found = of([1.0, np.nan, np.inf, 3.0, -np.inf])
    assert (found.not_finite, found.low, found.high, found.mean) == (3, 1, 3, 2)
    assert of([np.nan, np.inf]).missing == "none of its values is finite"


@pytest.mark.parametrize("value", [0.0, 1.0, -7.5, 1e-320, 1.7e308])
def test_equal_values(value: float) -> None:
    found = of([value] * 4)
    assert sorted(found.bars)[-2:] == [0.0, 1.0]
    assert (found.low, found.high, found.deviation) == (value, value, 0)


def test_the_whole_range_of_float64() -> None:
    largest = np.finfo("f8").max
    found = of([-largest, largest, 0.0])
    assert (found.mean, found.bars[0], found.bars[-1]) == (0, 1, 1)
    assert np.isfinite(found.deviation)


@pytest.mark.parametrize("array", [np.zeros((0, 3), "f4"), np.array(2.5), np.array([True, False])])
def test_odd_shapes_and_dtypes(array: Any) -> None:
    found = of(array)
    assert bool(found.bars) is bool(array.size)


def test_what_is_not_read_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(histograms, "MOST_BYTES", 100)
    monkeypatch.setattr(histograms, "MOST", 3)
    weights = [constant_weight(f"w{n}", np.ones(10, "f8")) for n in range(5)]
    one, other, third = histograms.histograms(inspection(*weights))
    assert one.bars
    assert not one.missing
    assert not other.bars
    assert other.missing.startswith("not read")
    assert third.missing.startswith("not read")


def test_a_weight_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    path = tmp_path / "weights.h5"
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [b"d"]
        file.attrs["backend"], file.attrs["keras_version"] = b"tensorflow", b"2.4.0"
        group = file.create_group("d")
        group.attrs["weight_names"] = [b"w:0"]
        group["w:0"] = np.ones(10)
    found = inspect(path)
    assert isinstance(found.weights_only, WeightsOnly)
    with path.open("ab") as raw:
        raw.write(b"more")
    (shown,) = histograms.histograms(found)
    assert "changed since it was read" in shown.missing
