"""Weights are copied as stored bytes, in little memory, from a file that stays the same."""

from __future__ import annotations

import errno
import os
import struct
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from h5py import h5t

from keraport.errors import DamagedFileError, InputFileError, OutputError
from keraport.formats import read, write
from keraport.formats.hdf5.clones import PAGE
from keraport.formats.hdf5.copying import Copying
from keraport.formats.hdf5.source import DatasetBytes, blocks
from keraport.model import WeightGroup

Build = Callable[..., Path]
SIZES = (0, 1, 4095, 4097, 300_000, (1 << 20) + 3, (8 << 20) + 4097)


def test_chunks_are_copied_as_stored(weights_file: Build, tmp_path: Path) -> None:
    value = np.random.default_rng(1).normal(size=(64, 100)).astype(">f4")
    source = weights_file(
        {"a": {"k:0": value}}, chunks=(16, 100), compression="gzip", compression_opts=3
    )
    out = tmp_path / "out.h5"
    write(out, read(source), keras_version="2.1.6-tf")
    with h5py.File(source, "r") as before, h5py.File(out, "r") as after:
        old, new = before["a/k:0"].id, after["a/k:0"].id
        assert new.get_type() == old.get_type() == h5t.IEEE_F32BE
        assert new.get_num_chunks() == old.get_num_chunks() == 4
        for row in range(0, 64, 16):
            assert new.read_direct_chunk((row, 0)) == old.read_direct_chunk((row, 0))
        np.testing.assert_array_equal(after["a/k:0"], value)


def test_contiguous_bytes_are_copied_as_stored(weights_file: Build, tmp_path: Path) -> None:
    # Signalling NaN, negative zero and denormals: bit patterns that arithmetic would change.
    bits = np.array([0x7F800001, 0x80000000, 1, 0xFFFFFFFF], "<u4")
    out = tmp_path / "out.h5"
    write(out, read(weights_file({"a": {"k:0": bits.view("<f4")}})), keras_version="2.1.6-tf")
    assert bits.tobytes() in out.read_bytes()


@pytest.mark.parametrize("storage", [{"compression": "gzip"}, {"chunks": True}, {}])
def test_what_only_newer_libraries_read_is_rewritten(
    weights_file: Build, tmp_path: Path, storage: dict[str, Any]
) -> None:
    """Chunk indexes of HDF5 1.10 and later (data layout message version 4, 5)."""
    value = np.random.default_rng(1).normal(size=(30, 40)).astype("f4")
    source = weights_file(
        {"a": {"k:0": value, "b:0": np.zeros(3, "V2")}}, libver="latest", **storage
    )
    out = tmp_path / "out.h5"
    write(out, read(source), keras_version="2.1.6-tf")
    # HDF5 refuses to copy an object into an older format that cannot express it.
    with (
        h5py.File(out, "r") as file,
        h5py.File(tmp_path / "old.h5", "w", libver=("earliest", "v108")) as old,
    ):
        np.testing.assert_array_equal(file["a/k:0"], value)
        file.copy("a", old)
    assert read(out).groups[0].weights[1].dtype == "bfloat16"


def test_attributes_of_datasets_stay_behind(weights_file: Build, tmp_path: Path) -> None:
    def edit(file: h5py.File) -> None:
        file["dense_2/dense_2/kernel:0"].attrs["note"] = ["x" * 100] * 10

    out = tmp_path / "out.h5"
    write(out, read(weights_file(edit=edit)), keras_version="2.1.6-tf")
    with h5py.File(out, "r") as file:
        assert not file["dense_2/dense_2/kernel:0"].attrs


def test_blocks_that_can_be_shared_lie_alike(
    weights_file: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """File systems share whole blocks only; the rest is what any conversion does."""
    monkeypatch.setattr(Copying, "may_share", lambda _self, extent: extent.size > 1 << 20)
    made = np.random.default_rng(3)
    layers = {
        f"l{n}": {"k:0": made.normal(size=(300, 1000 + n)).astype("f4"), "b:0": np.ones(3, "f4")}
        for n in range(12)
    }
    source, out = weights_file(layers), tmp_path / "out.h5"
    write(out, read(source), keras_version="2.1.6-tf")
    with h5py.File(source, "r") as before, h5py.File(out, "r") as after:
        for layer, weights in layers.items():
            old, new = before[f"{layer}/k:0"].id, after[f"{layer}/k:0"].id
            assert (old.get_offset() - new.get_offset()) % PAGE == 0
            for name, value in weights.items():
                np.testing.assert_array_equal(after[layer][name], value)
        found = {}
        after.visititems(lambda name, item: found.update({name: item}))
        expected = {f"{layer}/{name}" for layer, weights in layers.items() for name in weights}
        assert {name for name, item in found.items() if isinstance(item, h5py.Dataset)} == expected
    # Two blocks in front of a weight, at most.
    assert out.stat().st_size < source.stat().st_size + len(layers) * 2 * PAGE + 16_384


@pytest.mark.parametrize("moved", ["by the system", "not between such files", "not at all"])
def test_ways_of_moving_bytes(
    weights_file: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moved: str
) -> None:
    """Pieces larger and smaller than what goes at once, at every place within a block."""

    def refuse(*_: Any) -> int:
        raise OSError(errno.EXDEV, "no")

    if moved != "by the system":
        monkeypatch.setattr(os, "copy_file_range", refuse)
    if moved == "not at all":
        monkeypatch.delattr(os, "copy_file_range")
    values = np.random.default_rng(3).integers(0, 255, 9 << 20, "u1")
    layers = {f"l{n}": {"k:0": values[n : n + size]} for n, size in enumerate(SIZES)}
    out = tmp_path / "out.h5"
    for alike in (False, True):
        monkeypatch.setattr(Copying, "may_share", lambda *_, answer=alike: answer)
        write(out, read(weights_file(layers)), keras_version="2.1.6-tf", force=True)
        with h5py.File(out, "r") as after:
            for layer, weights in layers.items():
                assert (after[layer]["k:0"][()] == weights["k:0"]).all()


@pytest.mark.parametrize("size", [8000, 8_000_000])
def test_a_run_of_bytes_that_the_file_does_not_have(
    weights_file: Build, tmp_path: Path, size: int
) -> None:
    """The dataset says that it begins near the end of the file."""
    source = weights_file({"a": {"k:0": np.arange(size // 8, dtype="f8")}})
    with h5py.File(source, "r") as file:
        place = file["a/k:0"].id.get_offset()
    data = source.read_bytes()
    layout = struct.pack("<QQ", place, size)
    assert data.count(layout) == 1
    source.write_bytes(data.replace(layout, struct.pack("<QQ", len(data) - 100, size)))
    with pytest.raises(DamagedFileError, match="'/a/k:0'"):
        write(tmp_path / "out.h5", read(source), keras_version="2.1.6-tf")
    assert [entry.name for entry in tmp_path.iterdir()] == [source.name]


def test_a_full_disk_ends_a_thread_and_the_conversion(
    weights_file: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> int:
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(os, "copy_file_range", full)
    monkeypatch.setattr(os, "pwrite", full)
    source = weights_file({"a": {"k:0": np.zeros(30 << 20, "u1")}})
    with pytest.raises(OutputError, match="the disk is full"):
        write(tmp_path / "out.h5", read(source), keras_version="2.1.6-tf")
    assert [entry.name for entry in tmp_path.iterdir()] == [source.name]


def test_an_input_that_changed_after_reading(weights_file: Build, tmp_path: Path) -> None:
    path = weights_file()
    file = read(path)
    with h5py.File(path, "r+") as changed:
        changed["dense_2/dense_2/kernel:0"][0, 0] = 9
    with pytest.raises(InputFileError, match="changed since it was read"):
        write(tmp_path / "out.h5", file, keras_version="2.1.6-tf")
    path.unlink()
    with pytest.raises(InputFileError, match=r"weights\.h5"):
        write(tmp_path / "out.h5", file, keras_version="2.1.6-tf")
    assert not list(tmp_path.iterdir())


def test_an_input_that_changes_while_it_is_copied(
    weights_file: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = weights_file()
    file = read(path)
    real = h5py.h5o.copy

    def copy(*arguments: Any) -> None:
        real(*arguments)
        with path.open("ab") as other:
            other.write(b"x")

    monkeypatch.setattr("keraport.formats.hdf5.copy.h5o.copy", copy)
    with pytest.raises(InputFileError, match="changed while"):
        write(tmp_path / "out.h5", file, keras_version="2.1.6-tf")
    assert [entry.name for entry in tmp_path.iterdir()] == ["weights.h5"]


def test_a_weight_that_is_not_where_it_is_said_to_be(weights_file: Build, tmp_path: Path) -> None:
    file = read(weights_file())
    weight = file.groups[0].weights[0]
    assert isinstance(weight.stored, DatasetBytes)
    weight = replace(weight, stored=replace(weight.stored, location="/nowhere"))
    groups = (WeightGroup("dense_10", (weight,)),)
    with pytest.raises(InputFileError, match="'/nowhere'"):
        write(tmp_path / "out.h5", replace(file, groups=groups), keras_version="2.1.6-tf")


@pytest.mark.parametrize("shape", [(), (5,), (7, 3), (2, 3, 4), (1, 50), (3, 0, 2), (2, 1, 9)])
@pytest.mark.parametrize("limit", [1, 2, 4, 7, 1000])
def test_blocks_tile_an_array(shape: tuple[int, ...], limit: int) -> None:
    seen = np.zeros(shape, int)
    for start, count in blocks(shape, limit):
        assert np.prod(count) <= limit
        seen[tuple(slice(s, s + c) for s, c in zip(start, count, strict=True))] += 1
    assert (seen == 1).all()


MEASURE = """
import pathlib, resource, sys
from keraport.formats import read, write
import keraport.formats.hdf5.write
source, warm, out = map(pathlib.Path, sys.argv[1:])
write(warm.with_name("small-out.h5"), read(warm), keras_version="2.1.6-tf")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
write(out, read(source), keras_version="2.1.6-tf")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_300_megabytes_are_copied_in_little_memory(weights_file: Build, tmp_path: Path) -> None:
    def edit(file: h5py.File) -> None:
        plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plist.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
        plist.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
        space = h5py.h5s.create_simple((75, 1 << 20))
        h5py.h5d.create(file["dense_2"].id, b"big:0", h5t.IEEE_F32LE, space, plist)
        file["dense_2"].attrs["weight_names"] = np.array([b"big:0"])

    small = weights_file(name="small.h5")
    source = weights_file(name="big.h5", edit=edit)
    out = tmp_path / "out.h5"
    result = subprocess.run(
        [sys.executable, "-c", MEASURE, source, small, out],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert out.stat().st_size > 300 << 20
    assert int(result.stdout) * 1024 < 100 << 20
    out.unlink()
