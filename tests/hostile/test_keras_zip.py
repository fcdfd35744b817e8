"""Archives made to do harm, built here: each is refused, typed, and nothing is unpacked."""

from __future__ import annotations

import io
import json
import shutil
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from keraport.errors import DamagedFileError, ForeignFileError, InputFileError, UnsafeFileError
from keraport.formats import read
from keraport.formats.sources import Sources

GOLDEN = Path(__file__).parents[1] / "formats" / "golden"
SEED = GOLDEN / "keras3.15" / "dense.keras"
WEIGHTS = "model.weights.h5"
CENTRAL = b"PK\x01\x02"
LOCAL = b"PK\x03\x04"


def members() -> dict[str, bytes]:
    with zipfile.ZipFile(SEED) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(path: Path, files: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "model.keras"


def refused(path: Path, kind: type[InputFileError], words: str) -> None:
    """Nothing appears beside the file, or anywhere above it."""
    before = {item for folder in (path.parent, path.parent.parent) for item in folder.iterdir()}
    with pytest.raises(kind, match=words or None) as caught:
        read(path)
    assert caught.value.hint
    after = {item for folder in (path.parent, path.parent.parent) for item in folder.iterdir()}
    assert after == before


def test_the_seed_is_read(path: Path) -> None:
    assert read(pack(path, members())).model is not None


@pytest.mark.parametrize(
    "name",
    ["../evil", "/etc/evil", "a/../../evil", "assets\\..\\evil", "C:/evil", "a//evil", "./evil",
     "evil\n", "assets/\x1b[31m"],
)  # fmt: skip
def test_names_that_lead_elsewhere(path: Path, name: str) -> None:
    pack(path, {**members(), name: b"x"})
    refused(path, UnsafeFileError, "relative path")


def test_two_members_of_one_name(path: Path) -> None:
    pack(path, members())
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("config.json", b"{}")
    refused(path, UnsafeFileError, "two members are called 'config.json'")


def test_a_symbolic_link(path: Path) -> None:
    pack(path, members())
    link = zipfile.ZipInfo("assets/link")
    link.create_system = 3
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    refused(path, UnsafeFileError, "a link or a device")


def patch(path: Path, signature: bytes, name: str, offset: int, value: bytes) -> None:
    """Overwrite a field of a member's entry in the directory, or of its local header."""
    data = bytearray(path.read_bytes())
    size = 46 if signature == CENTRAL else 30
    start = data.find(signature)
    while bytes(data[start + size : start + size + len(name)]) != name.encode():
        start = data.find(signature, start + 4)
        assert start >= 0
    data[start + offset : start + offset + len(value)] = value
    path.write_bytes(data)


def test_an_encrypted_member(path: Path) -> None:
    pack(path, members())
    patch(path, CENTRAL, "config.json", 8, b"\1\0")
    refused(path, UnsafeFileError, "encrypted")


def test_an_encrypted_member_that_the_directory_hides(path: Path) -> None:
    pack(path, members())
    patch(path, LOCAL, "config.json", 6, b"\1\0")
    refused(path, UnsafeFileError, "two ways that differ")


@pytest.mark.parametrize("method", [1, 9, 12, 14, 93, 99])
def test_other_compressions(path: Path, method: int) -> None:
    pack(path, members())
    patch(path, CENTRAL, WEIGHTS, 10, struct.pack("<H", method))
    refused(path, UnsafeFileError, "compressed by method")


def test_a_size_that_lies(path: Path) -> None:
    pack(path, members())
    patch(path, CENTRAL, "config.json", 24, struct.pack("<I", 2**31))
    refused(path, UnsafeFileError, "differ|stored in")


def test_sizes_that_lie_in_both_places(path: Path) -> None:
    """Deflated to more than both say: the checksum is never reached."""
    files = members()
    pack(path, files, zipfile.ZIP_DEFLATED)
    short = struct.pack("<I", 10)
    patch(path, CENTRAL, "config.json", 24, short)
    patch(path, LOCAL, "config.json", 22, short)
    refused(path, DamagedFileError, "checksum")


def test_members_that_overlap(path: Path) -> None:
    """One member reaches over the header of the next."""
    pack(path, members())
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("metadata.json").file_size + 60
    for signature, first, second in ((CENTRAL, 20, 24), (LOCAL, 18, 22)):
        patch(path, signature, "metadata.json", first, struct.pack("<I", size))
        patch(path, signature, "metadata.json", second, struct.pack("<I", size))
    refused(path, (UnsafeFileError, DamagedFileError), "verlap")  # type: ignore[arg-type]


def test_two_entries_for_the_same_bytes(path: Path) -> None:
    """The quoted overlap of a bomb that shares one kernel: two entries lead to one header."""
    pack(path, members())
    data = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        start = archive.start_dir
    end = data.rindex(b"PK\x05\x06")
    entries = data[start:end]
    first = entries[: entries.index(CENTRAL, 4)]
    tail = bytearray(data[end:])
    count, size = struct.unpack_from("<H", tail, 10)[0] + 1, len(entries) + len(first)
    struct.pack_into("<HHI", tail, 8, count, count, size)
    path.write_bytes(data[:start] + entries + first + bytes(tail))
    refused(path, (UnsafeFileError, DamagedFileError), "overlap|two members")  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["config.json", "metadata.json", "assets/vocabulary.txt"])
def test_a_small_bomb(path: Path, name: str) -> None:
    """40 MB out of 40 kB: less than the 4 GiB and far more than the 100:1 that Keras allows."""
    pack(path, {**members(), name: b" " * (40 << 20)}, zipfile.ZIP_DEFLATED)
    refused(path, InputFileError, "expected at most|belongs to no layer")


def test_a_bomb_of_weights(path: Path) -> None:
    pack(path, {**members(), WEIGHTS: bytes(300 << 20)}, zipfile.ZIP_DEFLATED)
    refused(path, UnsafeFileError, "times as many")


def test_many_members(path: Path) -> None:
    pack(path, {**members(), **{f"assets/{number}": b"" for number in range(10_001)}})
    refused(path, UnsafeFileError, "members, expected at most")


@pytest.mark.parametrize("part", range(16))
def test_truncated(path: Path, part: int) -> None:
    data = SEED.read_bytes()
    path.write_bytes(data[: len(data) * part // 16])
    with pytest.raises(InputFileError):
        read(path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"[" * 100_000, "nested"),
        (b'{"class_name": ' + b"9" * 5000 + b"}", "integer of 5000 digits"),
        (b'{"class_name": nan, "config": {}}', "expected JSON"),
        (b'{"class_name": "A", "class_name": "B", "config": {}}', "listed twice"),
        (b'{"class_name": "\\ud800", "config": {}}', "surrogate"),
        (b"[]", "no JSON object"),
        (b"null", "no JSON object"),
        (b"\xff", "not UTF-8"),
        (b'{"class_name": "Functional", "config": {"layers": [1], "input_layers": []}}', ""),
        (b'{"class_name": "Functional", "config": {"layers": {}, "input_layers": []}}', ""),
    ],
)
@pytest.mark.parametrize("name", ["config.json", "metadata.json"])
def test_json_made_to_do_harm(path: Path, name: str, text: bytes, words: str) -> None:
    if name == "metadata.json" and not words:
        return
    pack(path, {**members(), name: text})
    refused(path, InputFileError, words)


NODES: list[Any] = [
    [{"args": 5, "kwargs": {}}],
    [{"args": [], "kwargs": 5}],
    [{"args": [], "kwargs": {}}],
    [{"args": [5], "kwargs": {}}],
    [{"args": [{"class_name": "__keras_tensor__", "config": 5}], "kwargs": {}}],
    [{"args": [{"class_name": "__keras_tensor__", "config": {}}], "kwargs": {}}],
    [{"args": [{"class_name": "__keras_tensor__", "config": {"keras_history": [1, 2]}}],
      "kwargs": {}}],
    [5],
    {"a": 5},
    "x",
]  # fmt: skip


@pytest.mark.parametrize("nodes", NODES, ids=str)
def test_calls_that_make_no_sense(path: Path, nodes: Any) -> None:
    with zipfile.ZipFile(GOLDEN / "keras3.15" / "conv_bn.keras") as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    document = json.loads(files["config.json"])
    document["config"]["layers"][2]["inbound_nodes"] = nodes
    files["config.json"] = json.dumps(document).encode()
    pack(path, files)
    refused(path, InputFileError, "")


def test_arrays_that_are_pickles(path: Path) -> None:
    """``model.weights.npz`` is a pickle of dicts; it is named and never loaded."""
    files = members()
    del files[WEIGHTS]
    buffer = io.BytesIO()
    np.savez(buffer, __root__=np.array({"0": np.zeros(3)}, dtype=object))
    pack(path, {**files, "model.weights.npz": buffer.getvalue()})
    refused(path, ForeignFileError, r"model\.weights\.npz")


def edit_weights(path: Path, edit: Callable[[h5py.File], object]) -> None:
    plain = path.with_suffix(".h5")
    plain.write_bytes(members()[WEIGHTS])
    with h5py.File(plain, "r+") as file:
        edit(file)
    pack(path, {**members(), WEIGHTS: plain.read_bytes()})
    plain.unlink()


def external(file: h5py.File) -> None:
    del file["layers/dense/vars/0"]
    file["layers/dense/vars/0"] = h5py.ExternalLink("/etc/passwd", "/")


def external_above(file: h5py.File) -> None:
    del file["layers/dense"]
    file["layers/dense"] = h5py.ExternalLink("/tmp/other.h5", "/")


def soft(file: h5py.File) -> None:
    file.move("layers/dense", "layers/elsewhere")
    file["layers/dense"] = h5py.SoftLink("/layers/elsewhere")


def raw_storage(file: h5py.File) -> None:
    del file["layers/dense/vars/0"]
    file.create_dataset("layers/dense/vars/0", (3, 4), "f4", external=[("/etc/passwd", 0, 48)])


def ring(file: h5py.File) -> None:
    file["layers/dense/again"] = file["layers"]


def shape_bomb(file: h5py.File) -> None:
    del file["layers/dense/vars/0"]
    file.create_dataset("layers/dense/vars/0", (2**40,), "f4", chunks=(1024,))


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (external, "an external link"),
        (external_above, "an external link"),
        (soft, "a soft link"),
        (raw_storage, "other files"),
        (ring, "two places"),
        (shape_bomb, "exceed"),
    ],
)
def test_hdf5_in_the_archive(path: Path, edit: Callable[[h5py.File], object], words: str) -> None:
    edit_weights(path, edit)
    refused(path, UnsafeFileError, words)


def test_deep_groups(path: Path) -> None:
    edit_weights(path, lambda file: file.create_group("layers/" + "x/" * 3000))
    refused(path, UnsafeFileError, "more groups|parts")


def test_an_asset_of_nobody(path: Path) -> None:
    pack(path, {**members(), "assets/layers/dense/run.py": b"import os"})
    refused(path, ForeignFileError, "belongs to no layer")


def test_a_file_that_changes_between_reading_and_writing(path: Path) -> None:
    shutil.copy(SEED, path)
    weight = read(path).groups[0].weights[0]
    with path.open("ab") as file:
        file.write(b"x")
    with Sources() as sources, pytest.raises(InputFileError, match="changed"):
        sources.values(weight)
