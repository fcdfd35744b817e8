"""H7 to H13: files that ask for too much memory, time or code, and files cut or overwritten."""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
from h5py import h5d, h5p, h5s, h5t

from keraport.errors import DamagedFileError, InputFileError, UnsafeFileError
from keraport.formats import read

Build = Callable[..., Path]

KERNEL = "dense_2/kernel:0"
GROUP = "model_weights/dense_2"


def _filter(file: h5py.File) -> None:
    del file[f"{GROUP}/{KERNEL}"]
    plist = h5p.create(h5p.DATASET_CREATE)
    plist.set_chunk((4, 2))
    plist.set_filter(32009, h5py.h5z.FLAG_OPTIONAL)
    place = file[f"{GROUP}/dense_2"].id
    dataset = h5d.create(place, b"kernel:0", h5t.IEEE_F32LE, h5s.create_simple((4, 2)), plist)
    dataset.write_direct_chunk((0, 0), bytes(32), 0)


def test_h7_hard_links_count_each_time(weights_file: Build) -> None:
    names = [f"k{number}" for number in range(20_000)]

    def edit(file: h5py.File) -> None:
        group = file["dense_2"]
        first = group.create_dataset("k0", shape=(1 << 18,), dtype="f4", fillvalue=0)
        for name in names[1:]:
            group[name] = first
        del group.attrs["weight_names"]
        for number, part in enumerate(np.array_split(np.array(names, "S"), 4)):
            group.attrs[f"weight_names{number}"] = part

    path = weights_file(edit=edit)
    assert path.stat().st_size < 4 << 20
    with pytest.raises(UnsafeFileError, match="exceed"):
        read(path)


def _zeros(file: h5py.File, count: int) -> None:
    """A dataset of that many chunks of 4 MB of zeros, gzipped."""
    shape = (count, 1 << 20)
    del file[f"{GROUP}/{KERNEL}"]
    dataset = file.create_dataset(
        f"{GROUP}/{KERNEL}", shape, "f4", chunks=(1, 1 << 20), compression="gzip"
    )
    packed = zlib.compress(bytes(4 << 20), 9)
    for number in range(count):
        dataset.id.write_direct_chunk((number, 0), packed)


def test_h8_gzip_of_zeros(model_file: Build) -> None:
    path = model_file(edit=lambda file: _zeros(file, 128))
    assert path.stat().st_size < 1 << 20
    with pytest.raises(UnsafeFileError, match="exceed"):
        read(path)


def test_gzip_of_few_zeros_passes(model_file: Build) -> None:
    groups = read(model_file(edit=lambda file: _zeros(file, 4))).groups
    assert groups[2].weights[0].shape == (4, 1 << 20)


PLUGIN = """
#include <stdio.h>
static void __attribute__((constructor)) started(void) {
  FILE *file = fopen("loaded", "w");
  fclose(file);
}
"""
PLAIN = "import h5py, sys; h5py.File(sys.argv[1])[sys.argv[2]][()]"
OURS = """
import pathlib, sys
from keraport.errors import UnsafeFileError
from keraport.formats import read
try:
    read(pathlib.Path(sys.argv[1]))
except UnsafeFileError:
    import h5py
    try:
        h5py.File(sys.argv[1])[sys.argv[2]][()]
    except OSError:
        print("refused")
"""


def test_h9_no_plugin_is_loaded(model_file: Build, tmp_path: Path, c_compiler: str) -> None:
    path = model_file(edit=_filter)
    (tmp_path / "plugin.c").write_text(PLUGIN)
    library = tmp_path / "libplugin.so"
    subprocess.run(
        [c_compiler, "-shared", "-fPIC", "-o", library, tmp_path / "plugin.c"], check=True
    )
    environment = {**os.environ, "HDF5_PLUGIN_PATH": str(tmp_path)}
    environment.pop("HDF5_PLUGIN_PRELOAD", None)

    def run(code: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", code, path, f"{GROUP}/{KERNEL}"],
            cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    assert run(OURS).stdout == "refused\n"
    assert not (tmp_path / "loaded").exists()
    run(PLAIN)
    assert (tmp_path / "loaded").exists(), "h5py alone loads it, so the test can fail"


@pytest.mark.parametrize("first", ["", "import h5py; "])
def test_h9_no_plugin_is_loaded_for_a_damaged_file(
    model_file: Build, tmp_path: Path, c_compiler: str, first: str
) -> None:
    """HDF5 2.0 tries every plugin as a way to open what it cannot open (``H5VL_file_open``)."""
    path = model_file()
    path.write_bytes(path.read_bytes()[:2000])
    (tmp_path / "plugin.c").write_text(PLUGIN)
    library = tmp_path / "libplugin.so"
    subprocess.run(
        [c_compiler, "-shared", "-fPIC", "-o", library, tmp_path / "plugin.c"], check=True
    )
    environment = {**os.environ, "HDF5_PLUGIN_PATH": str(tmp_path)}
    environment.pop("HDF5_PLUGIN_PRELOAD", None)

    def run(code: str) -> None:
        subprocess.run(
            [sys.executable, "-c", f"{first}import sys, pathlib; {code}", path],
            cwd=tmp_path, env=environment, capture_output=True, check=False,
        )  # fmt: skip

    run("from keraport.formats import read; read(pathlib.Path(sys.argv[1]))")
    assert not (tmp_path / "loaded").exists()
    run("import h5py; h5py.File(sys.argv[1])")
    assert (tmp_path / "loaded").exists(), "h5py alone loads it, so the test can fail"


def test_h11_cycles_end(model_file: Build) -> None:
    def edit(file: h5py.File) -> None:
        file[GROUP]["again"] = file[GROUP]
        file[GROUP].attrs["weight_names"] = np.array([b"again/again/dense_2/kernel:0"])

    assert read(model_file(edit=edit)).groups[2].weights[0].shape == (4, 2)


def test_h11_deep_nesting_is_not_walked(model_file: Build) -> None:
    def edit(file: h5py.File) -> None:
        group = file["model_weights"]
        for _ in range(3000):
            group = group.create_group("g")

    started = time.perf_counter()
    assert len(read(model_file(edit=edit)).groups) == 3
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize("sixteenth", range(1, 16))
def test_h12_truncated(model_file: Build, sixteenth: int) -> None:
    path = model_file()
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * sixteenth // 16])
    with pytest.raises(DamagedFileError, match="truncated"):
        read(path)


def test_h12_signature_only(tmp_path: Path) -> None:
    path = tmp_path / "model.h5"
    path.write_bytes(b"\x89HDF\r\n\x1a\n")
    with pytest.raises(DamagedFileError, match="HDF5 cannot open it"):
        read(path)


def _answer(path: Path) -> str:
    try:
        read(path)
    except InputFileError as error:
        return error.message
    return "read"


def test_zeroed_blocks_are_met_with_errors_of_ours(model_file: Build) -> None:
    path = model_file()
    data = path.read_bytes()
    block = len(data) // 64
    answers = []
    for start in range(block, 64 * block, block):
        path.write_bytes(data[:start] + bytes(block) + data[start + block :])
        answers.append(_answer(path))
    refusals = [answer for answer in answers if answer != "read"]
    assert len(refusals) > 10
    assert all(refusal.startswith(str(path)) for refusal in refusals)


@pytest.mark.parametrize("size", [0, 1 << 40, 2**64 - 16])
def test_a_heap_that_hdf5_would_read_for_ever(model_file: Build, size: int) -> None:
    """HDF5 2.0 does not come back from the first of these."""
    path = model_file()
    data = bytearray(path.read_bytes())
    heap = data.index(b"GCOL")
    index = 1 if size == 2**64 - 16 else 0
    # An object: number, reference count, reserved, size.
    data[heap + 16 : heap + 32] = struct.pack("<HHIQ", index, 0, 0, size)
    path.write_bytes(data)
    with pytest.raises(DamagedFileError, match=f"heap of strings at byte {heap}"):
        read(path)


@pytest.mark.parametrize("where", ["root of a file of others", "last group of a model"])
def test_a_ring_of_free_blocks_that_hdf5_would_follow_for_ever(
    model_file: Build, where: str
) -> None:
    def edit(file: h5py.File) -> None:
        if where.startswith("root"):
            del file.attrs["model_config"]

    path = model_file(edit=edit)
    data = bytearray(path.read_bytes())
    heap = data.index(b"HEAP") if where.startswith("root") else data.rindex(b"HEAP")
    # Signature, version; then the size of the data, the first free block, where the data lies.
    size, first, place = struct.unpack_from("<QQQ", data, heap + 8)
    assert 1 < first < size
    data[place + first : place + first + 8] = struct.pack("<Q", first)
    path.write_bytes(data)
    with pytest.raises(DamagedFileError, match=f"heap of names at byte {heap} form a ring"):
        read(path)


def test_heaps_of_endless_small_objects_are_given_up(tmp_path: Path, model_file: Build) -> None:
    path = model_file()
    data = bytearray(path.read_bytes())
    size = 16 * 1_000_100 + 16
    # The model's config lies in the only collection; what points there leads to the new one.
    heap, place = data.index(b"GCOL"), len(data)
    old, new = struct.pack("<Q", heap), struct.pack("<Q", place)
    assert data.count(old)
    data = data.replace(old, new)
    # The superblock says where the file ends.
    data[40:48] = struct.pack("<Q", place + size)
    collection = b"GCOL\1\0\0\0" + struct.pack("<Q", size)
    path.write_bytes(data + collection + struct.pack("<HHIQ", 1, 0, 0, 0) * 1_000_100)
    with pytest.raises(UnsafeFileError, match="1000000 objects"):
        read(path)


@pytest.mark.parametrize("place", [1 << 40, 1 << 63, 2**64 - 2])
def test_places_that_no_file_has(model_file: Build, place: int) -> None:
    """Of heaps of strings and of names, wherever the file points to one."""
    path = model_file()
    data = path.read_bytes()
    for signature in (b"GCOL", b"HEAP"):
        pointer = struct.pack("<Q", data.index(signature))
        assert data.count(pointer)
        path.write_bytes(data.replace(pointer, struct.pack("<Q", place)))
        with pytest.raises(InputFileError, match=re.escape(str(path))):
            read(path)


def test_a_refused_heap_lets_a_process_end(model_file: Build) -> None:
    """HDF5 lets go of a file only when Python does."""
    path = model_file()
    data = bytearray(path.read_bytes())
    heap = data.index(b"GCOL")
    data[heap + 16 : heap + 32] = bytes(16)
    path.write_bytes(data)
    code = "import sys; from pathlib import Path; from keraport.formats import read; "
    code += "read(Path(sys.argv[1]))"
    ended = subprocess.run(
        [sys.executable, "-c", code, path], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert "heap of strings" in ended.stderr


def test_heaps_that_nothing_leads_to_are_not_read(tmp_path: Path, model_file: Build) -> None:
    """So that a large file costs no more than its metadata."""
    path = model_file()
    collection = b"GCOL\1\0\0\0" + struct.pack("<Q", 1 << 13)
    path.write_bytes(path.read_bytes() + collection + bytes((1 << 13) - 16))
    assert len(read(path).groups) == 3


def test_lengths_of_four_bytes_are_refused(model_file: Build) -> None:
    path = model_file()
    data = bytearray(path.read_bytes())
    data[13:15] = b"\4\4"
    path.write_bytes(data)
    with pytest.raises(InputFileError, match=str(path)):
        read(path)


def test_a_string_that_lies_about_its_length_cannot_fill_memory(model_file: Build) -> None:
    path = model_file()
    data = bytearray(path.read_bytes())
    place = data.index(struct.pack("<I", 10), data.index(b"backend\0"))
    assert data[place - 8 : place - 4] == b"\1\0\0\0"  # a scalar dataspace stands in front
    data[place : place + 4] = b"\xff\xff\xff\xff"
    path.write_bytes(data)
    with pytest.raises(UnsafeFileError, match="'backend'"):
        read(path)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is bounded on Linux only")
def test_names_that_share_one_long_string_cannot_fill_memory(weights_file: Build) -> None:
    count, long = 400, 2 << 20

    def edit(file: h5py.File) -> None:
        del file.attrs["layer_names"]
        names = ["x" * long, *("y" for _ in range(count - 1))]
        file.attrs.create("layer_names", names, dtype=h5py.string_dtype())

    path = weights_file(edit=edit)
    data = bytearray(path.read_bytes())
    # An element is its length, the address of its heap and an index: 16 bytes.
    first = data.index(struct.pack("<I", long), data.index(b"layer_names\0"))
    data[first : first + 16 * count] = bytes(data[first : first + 16]) * count
    path.write_bytes(data)
    started = time.perf_counter()
    with pytest.raises(UnsafeFileError, match="layer_names"):
        read(path)
    assert time.perf_counter() - started < 5


@pytest.mark.timeout(20)
@pytest.mark.parametrize("kind", ["external storage", "virtual", "external link"])
def test_other_files_are_never_opened(model_file: Build, tmp_path: Path, kind: str) -> None:
    """The other file is a pipe: whoever opens it waits for ever."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    def edit(file: h5py.File) -> None:
        place = f"{GROUP}/{KERNEL}"
        del file[place]
        if kind == "external link":
            file[place] = h5py.ExternalLink(str(pipe), "/")
        elif kind == "virtual":
            layout = h5py.VirtualLayout((4, 2), "f4")
            layout[:] = h5py.VirtualSource(str(pipe), "w", (4, 2))
            file.create_virtual_dataset(place, layout)
        else:
            plist = h5p.create(h5p.DATASET_CREATE)
            plist.set_external(os.fsencode(pipe), 0, 32)
            space = h5s.create_simple((4, 2))
            h5d.create(file[f"{GROUP}/dense_2"].id, b"kernel:0", h5t.IEEE_F32LE, space, plist)

    with pytest.raises(UnsafeFileError):
        read(model_file(edit=edit))
