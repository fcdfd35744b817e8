from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from keraport.errors import DamagedFileError, UnsafeFileError, UsageError
from keraport.verify.inputs import ModelInput, attempts, draw, read_inputs

TWO = (
    ModelInput("words", (None, 5), "int32", input_dim=7),
    ModelInput("scale", (None, 1), "float32"),
)


def one(dtype: str, input_dim: int | None = None, shape: tuple[int, ...] = (50, 20)) -> Any:
    item = ModelInput("x", shape, dtype, input_dim, shape=shape)
    return draw([item], seed=0)[0]


def test_drawn_values_fit_dtype_and_range() -> None:
    assert one("float32").dtype == np.float32
    assert abs(float(one("float32").mean())) < 0.2
    assert 0.8 < float(one("float64").std()) < 1.2
    assert sorted(set(one("int64").ravel())) == list(range(10))
    assert one("uint8").max() > 200
    assert sorted(set(one("int32", 3).ravel())) == [0, 1, 2]
    assert one("float32", 3).dtype == np.float32
    assert sorted(set(one("float32", 3).ravel())) == [0.0, 1.0, 2.0]
    assert set(one("bool").ravel()) == {False, True}
    assert one("bfloat16").dtype == np.float32
    assert "fox" in one("string")


def test_the_same_seed_draws_the_same() -> None:
    item = ModelInput("x", (4,), "float32", shape=(4,))
    first, again, other = draw([item], 1)[0], draw([item], 1)[0], draw([item], 2)[0]
    assert (first == again).all()
    assert (first != other).any()


@pytest.mark.parametrize("dtype", ["variant", "resource", "qint8"])
def test_dtypes_without_values(dtype: str) -> None:
    with pytest.raises(UsageError, match=f"input 'x' has dtype {dtype}"):
        one(dtype)


@pytest.mark.parametrize(
    ("declared", "shape"),
    [
        ((None, 5), (4, 5)),
        ((None, None), (4, 7)),
        ((None, None, 3), (4, 7, 3)),
        ((None, None, None, 3), (4, 32, 32, 3)),
        ((None, None, None, None, 1), (4, 16, 16, 16, 1)),
        ((2, None), (2, 7)),
        ((None,), (4,)),
    ],
)
def test_sizes_that_are_chosen_first(
    declared: tuple[int | None, ...], shape: tuple[int, ...]
) -> None:
    (item,) = attempts([ModelInput("x", declared, "float32")], samples=4)[0]
    assert item.shape == shape
    assert item.chosen == {axis: shape[axis] for axis, known in enumerate(declared) if not known}


def test_nothing_else_is_tried_where_only_the_batch_is_open() -> None:
    assert len(attempts([ModelInput("x", (None, 5), "float32")], samples=4)) == 1
    assert len(attempts([ModelInput("x", (None, None), "float32")], samples=4)) > 3


def test_one_fixed_batch_holds_for_all_inputs() -> None:
    inputs = [ModelInput("x", (3, 5), "float32"), ModelInput("y", (None, 2), "float32")]
    assert [item.shape for item in attempts(inputs, samples=4)[0]] == [(3, 5), (3, 2)]


def test_unknown_rank() -> None:
    with pytest.raises(UsageError, match="input 'x' has no known rank"):
        attempts([ModelInput("x", None, "float32")], samples=4)


WORDS = np.arange(10).reshape(2, 5)
SCALE = np.ones((2, 1))


@pytest.mark.parametrize(
    "arrays",
    [
        {"scale": SCALE, "words": WORDS},
        {"input_1": SCALE, "input_0": WORDS},
        {"arr_0": WORDS, "arr_1": SCALE},
        {"words": WORDS, "scale": SCALE, "output_0": np.zeros(3)},
    ],
)
def test_arrays_are_found(tmp_path: Path, arrays: dict[str, Any]) -> None:
    path = tmp_path / "x.npz"
    np.savez(path, **arrays)
    used, (words, scale) = read_inputs(path, TWO)
    assert (words == WORDS).all()
    assert (scale == SCALE).all()
    assert (words.dtype.name, scale.dtype.name) == ("int32", "float32")
    assert [item.shape for item in used] == [(2, 5), (2, 1)]
    assert used[0].chosen == {0: 2}


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"words": WORDS}, "holds words, expected an array for every input: words, scale"),
        ({}, "holds nothing"),
        ({"words": WORDS, "scale": np.ones((3, 1))}, r"have \[2, 3\] rows"),
        ({"words": WORDS[:0], "scale": SCALE[:0]}, r"have \[0\] rows"),
        ({"words": WORDS[:, :4], "scale": SCALE}, r"shape \[2, 4\], expected \[None, 5\]"),
        ({"words": WORDS[0], "scale": SCALE}, r"shape \[5\], expected \[None, 5\]"),
        ({"words": WORDS + 0.5, "scale": SCALE}, "dtype float64, expected int32"),
        ({"words": WORDS.astype(str), "scale": SCALE}, "expected int32"),
    ],
)
def test_arrays_that_do_not_fit(tmp_path: Path, arrays: dict[str, Any], message: str) -> None:
    path = tmp_path / "x.npz"
    np.savez(path, **arrays)
    with pytest.raises(UsageError, match=message) as caught:
        read_inputs(path, TWO)
    assert caught.value.hint


def test_pickles_are_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    np.savez(path, input_0=np.array([{"a": 1}], dtype=object), input_1=SCALE)
    with pytest.raises(UnsafeFileError, match="holds a pickle"):
        read_inputs(path, TWO)


def test_files_that_are_no_npz(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    with pytest.raises(UsageError, match="no such file"):
        read_inputs(path, TWO)
    np.savez(path, input_0=WORDS, input_1=SCALE)
    whole = path.read_bytes()
    for content in (b"", b"not an archive at all", whole[: len(whole) // 2]):
        path.write_bytes(content)
        with pytest.raises((DamagedFileError, UnsafeFileError)):
            read_inputs(path, TWO)
    with path.open("wb") as stream:
        np.save(stream, WORDS)
    with pytest.raises(DamagedFileError, match="a single array"):
        read_inputs(path, TWO)
