"""H1 to H14 and C8: hostile HDF5, each built by h5py in the test itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from h5py import h5d, h5p, h5s, h5t

from keraport.errors import DamagedFileError, InputFileError, UnsafeFileError
from keraport.formats import read

Build = Callable[..., Path]
Edit = Callable[[h5py.File], None]

KERNEL = "dense_2/kernel:0"
GROUP = "model_weights/dense_2"


def _replace(file: h5py.File, path: str, value: Any) -> None:
    del file[path]
    file[path] = value


def _dataset(file: h5py.File, kind: h5t.TypeID, space: h5s.SpaceID) -> None:
    """Put a dataset of that type and extent in place of the kernel."""
    del file[f"{GROUP}/{KERNEL}"]
    h5d.create(file[f"{GROUP}/dense_2"].id, b"kernel:0", kind, space)


def _special(dtype: Any) -> Edit:
    def edit(file: h5py.File) -> None:
        _dataset(file, h5t.py_create(dtype, logical=True), h5s.create_simple((2,)))

    return edit


def _external_storage(file: h5py.File) -> None:
    del file[f"{GROUP}/{KERNEL}"]
    plist = h5p.create(h5p.DATASET_CREATE)
    plist.set_external(b"/etc/passwd", 0, 32)
    place = file[f"{GROUP}/dense_2"].id
    h5d.create(place, b"kernel:0", h5t.IEEE_F32LE, h5s.create_simple((4, 2)), plist)


def _virtual(file: h5py.File) -> None:
    del file[f"{GROUP}/{KERNEL}"]
    layout = h5py.VirtualLayout((4, 2), "f4")
    layout[:] = h5py.VirtualSource("/etc/other.h5", "w", (4, 2))
    file.create_virtual_dataset(f"{GROUP}/{KERNEL}", layout)


def _filter(file: h5py.File) -> None:
    del file[f"{GROUP}/{KERNEL}"]
    plist = h5p.create(h5p.DATASET_CREATE)
    plist.set_chunk((4, 2))
    plist.set_filter(32009, h5py.h5z.FLAG_OPTIONAL)
    place = file[f"{GROUP}/dense_2"].id
    dataset = h5d.create(place, b"kernel:0", h5t.IEEE_F32LE, h5s.create_simple((4, 2)), plist)
    dataset.write_direct_chunk((0, 0), bytes(32), 0)


def _bomb(*, chunked: bool) -> Edit:
    def edit(file: h5py.File) -> None:
        del file[f"{GROUP}/{KERNEL}"]
        chunks = (1024,) if chunked else None
        file.create_dataset(f"{GROUP}/{KERNEL}", shape=(2**60,), dtype="f4", chunks=chunks)

    return edit


def _names(name: str, *values: bytes) -> Edit:
    """Other names in an attribute."""

    def edit(file: h5py.File) -> None:
        place = file["model_weights"] if name == "layer_names" else file[GROUP]
        place.attrs[name] = np.array(values)

    return edit


def _without(path: str, attribute: str) -> Edit:
    def edit(file: h5py.File) -> None:
        del file[path].attrs[attribute]

    return edit


def _attribute(path: str, attribute: str, value: Any) -> Edit:
    def edit(file: h5py.File) -> None:
        file[path].attrs[attribute] = value

    return edit


def _soft(target: str) -> Edit:
    return lambda file: _replace(file, f"{GROUP}/{KERNEL}", h5py.SoftLink(target))


def _external(path: str) -> Edit:
    return lambda file: _replace(file, path, h5py.ExternalLink("/etc/other.h5", "/"))


CASES: list[tuple[str, Edit, type[InputFileError], str]] = [
    ("H1 soft", _soft("/model_weights/dense_10/dense_10/kernel:0"), UnsafeFileError, "a soft link"),
    ("H1 soft, dangling", _soft("/nowhere"), UnsafeFileError, "a soft link"),
    ("H2 external", _external(f"{GROUP}/{KERNEL}"), UnsafeFileError, "an external link"),
    ("H3 group within", _external(f"{GROUP}/dense_2"), UnsafeFileError, "an external link"),
    ("H3 group of a layer", _external(GROUP), UnsafeFileError, "an external link"),
    ("H3 all weights", _external("model_weights"), UnsafeFileError, "an external link"),
    ("H4", _external_storage, UnsafeFileError, "other files"),
    ("H5", _virtual, UnsafeFileError, "other files"),
    ("H6 contiguous", _bomb(chunked=False), UnsafeFileError, "exceed"),
    ("H6 chunked", _bomb(chunked=True), UnsafeFileError, "exceed"),
    ("H9", _filter, UnsafeFileError, "unknown filter 32009"),
    ("H10 vlen", _special(h5py.vlen_dtype("f4")), DamagedFileError, "variable-length"),
    ("H10 strings", _special(h5py.string_dtype()), DamagedFileError, "strings"),
    ("H10 fixed strings", _special("S8"), DamagedFileError, "strings"),
    ("H10 three", _special([("a", "f4"), ("b", "i4"), ("c", "i4")]), DamagedFileError, "compound"),
    ("H10 pair", _special([("a", "f4"), ("b", "i4")]), DamagedFileError, "compound"),
    ("H10 references", _special(h5py.ref_dtype), DamagedFileError, "references"),
    ("H10 array", _special(np.dtype(("f4", (3,)))), DamagedFileError, "arrays"),
    ("H10 opaque", _special("V7"), DamagedFileError, "opaque"),
    ("H10 enum", _special(h5py.enum_dtype({"A": 1, "B": 7}, "i4")), DamagedFileError, "array of"),
    (
        "H10 null",
        lambda file: _dataset(file, h5t.IEEE_F32LE, h5s.create(h5s.NULL)),
        DamagedFileError,
        "null dataspace",
    ),
    (
        "H10 a group",
        lambda file: _replace(file, GROUP, 1.0),
        DamagedFileError,
        "no group",
    ),
    (
        "H10 a weight is a group",
        _names("weight_names", b"dense_2"),
        DamagedFileError,
        "found no dataset",
    ),
    (
        "H10 below a dataset",
        _names("weight_names", b"dense_2/kernel:0/x"),
        DamagedFileError,
        "is no group",
    ),
    ("H14 absent", _without(GROUP, "weight_names"), DamagedFileError, "weight_names"),
    ("H14 no layers", _without("model_weights", "layer_names"), DamagedFileError, "layer_names"),
    ("H14 unknown", _names("weight_names", b"nothing:0"), DamagedFileError, "no 'nothing:0'"),
    ("H14 twice", _names("weight_names", *[KERNEL.encode()] * 2), DamagedFileError, "twice"),
    (
        "H14 twice, spelt otherwise",
        _names("weight_names", KERNEL.encode(), b"dense_2//kernel:0"),
        DamagedFileError,
        "twice",
    ),
    (
        "H14 absolute",
        _names("weight_names", f"/{GROUP}/{KERNEL}".encode()),
        UnsafeFileError,
        "points out",
    ),
    ("H14 ..", _names("weight_names", b"../dense_10/x"), UnsafeFileError, "points out"),
    ("H14 layer ..", _names("layer_names", b"../x"), UnsafeFileError, "points out"),
    ("C8 layer /x", _names("layer_names", b"/x"), UnsafeFileError, "points out"),
    ("H14 layer twice", _names("layer_names", b"dense_2", b"dense_2"), DamagedFileError, "twice"),
    ("H14 layer unknown", _names("layer_names", b"\x1b[2J"), DamagedFileError, r"x1b\[2J"),
    ("H14 not UTF-8", _names("layer_names", b"\xff"), DamagedFileError, "UTF-8"),
    ("H14 numbers", _attribute(GROUP, "weight_names", [1.0]), DamagedFileError, "no strings"),
    ("H14 null", _attribute(GROUP, "weight_names", h5py.Empty("S1")), DamagedFileError, "strings"),
    ("H11 3000 deep", _names("weight_names", b"a/" * 2000 + b"k"), UnsafeFileError, "2001 parts"),
    ("config absent", _without("model_weights", "layer_names"), DamagedFileError, "layer_names"),
    ("config number", _attribute("/", "model_config", 7), DamagedFileError, "no strings"),
    ("config list", _attribute("/", "model_config", [b"a", b"b"]), DamagedFileError, "2 strings"),
    ("config empty", _attribute("/", "model_config", b""), DamagedFileError, "JSON"),
    ("config [[[", _attribute("/", "model_config", b"[" * 60_000), UnsafeFileError, "nested"),
    ("config null", _attribute("/", "model_config", b"null"), DamagedFileError, "model_config"),
    ("training", _attribute("/", "training_config", b"[NaN]"), DamagedFileError, "training_config"),
    (
        "weights without a layer",
        lambda file: file["model_weights"].move("dense_2", "other")
        or _names("layer_names", b"other")(file),
        DamagedFileError,
        "layer 'other'",
    ),
    (
        "no weights",
        lambda file: file.__delitem__("model_weights"),
        DamagedFileError,
        "no group 'model_weights'",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("edit", "error", "words"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_hostile_file(
    model_file: Build, edit: Edit, error: type[InputFileError], words: str
) -> None:
    path = model_file(edit=edit)
    with pytest.raises(error, match=words) as caught:
        read(path)
    assert caught.value.message.startswith(str(path))
    assert caught.value.message.isprintable()
    assert caught.value.hint
