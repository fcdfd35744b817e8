"""``--inputs`` that lie about what they hold: bounded memory, and an error that says why."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.lib import format as npy

from keraport.errors import DamagedFileError, KeraportError, UnsafeFileError, UsageError
from keraport.verify.archives import FROM_USERS, Budget, read_arrays
from keraport.verify.inputs import ModelInput, attempts, draw, read_inputs

FLOATS = (ModelInput("x", (None, 4), "float32"),)


def header(shape: object, descr: object = "<f4", **more: object) -> bytes:
    """A header as `numpy.save` writes it, whatever stands in it."""
    about = {"descr": descr, "fortran_order": False, "shape": shape, **more}
    text = f"{about!r}\n".encode()
    return npy.MAGIC_PREFIX + bytes([1, 0]) + struct.pack("<H", len(text)) + text


def archive(path: Path, content: bytes, method: int = zipfile.ZIP_STORED, **more: bytes) -> Path:
    with zipfile.ZipFile(path, "w", method) as packed:
        for name, data in {"input_0": content, **more}.items():
            packed.writestr(f"{name}.npy", data)
    return path


ROW = np.ones((1, 4), "float32").tobytes()


@pytest.mark.parametrize(
    "content",
    [
        header((1 << 40, 4)) + ROW,
        header((1 << 62, 4)) + ROW,
        header((10**30, 4)) + ROW,
        header((1 << 40, 4)),
        header((-1, 4)) + ROW,
        header((1, 4), "<f8") + ROW,
        header((2, 4)) + ROW,
        header((1, 4)) + ROW + b"more",
        header((10**15,), "<U0"),
        header((10**15,), "|S0"),
        header((1,), f"<U{10**9}"),
        header((1, 4), [("a", "<f4")]) + ROW,
        header((1, 4), "<M8[s]") + ROW * 2,
        header((1,) * 60) + ROW,
        header("shape") + ROW,
        header(None) + ROW,
        header((1.5, 4)) + ROW,
        header((1, 4), "nonsense") + ROW,
        header((1, 4), None) + ROW,
        header((1, 4), more=1) + ROW,
        npy.MAGIC_PREFIX + b"\1\0" + struct.pack("<H", 9000) + b"-" * 9000,
        npy.MAGIC_PREFIX + b"\1\0" + struct.pack("<H", 9000) + b"(" * 9000,
        npy.MAGIC_PREFIX + b"\2\0" + struct.pack("<I", 1 << 31) + b"{",
        npy.MAGIC_PREFIX + b"\3\0" + ROW,
        npy.MAGIC_PREFIX + b"\x09\x09" + ROW,
        npy.MAGIC_PREFIX,
        b"",
        b"nothing of the kind",
    ],
    ids=lambda content: repr(content[:70]),
)
def test_headers_that_lie(tmp_path: Path, content: bytes) -> None:
    path = archive(tmp_path / "x.npz", content)
    with pytest.raises(DamagedFileError, match=r"x\.npz") as caught:
        read_inputs(path, FLOATS)
    assert caught.value.exit_status == 4
    assert caught.value.hint
    assert len(caught.value.message) < 600


def test_objects_behind_any_header(tmp_path: Path) -> None:
    for descr in ("|O", "O"):
        path = archive(tmp_path / "x.npz", header((1, 4), descr) + ROW)
        with pytest.raises(UnsafeFileError, match="pickle"):
            read_inputs(path, FLOATS)


def patched(path: Path, place: Callable[[bytes], int], form: str, value: int) -> None:
    """Overwrite a number in the archive's directory."""
    content = bytearray(path.read_bytes())
    struct.pack_into(form, content, place(bytes(content)), value)
    path.write_bytes(bytes(content))


def entry(content: bytes) -> int:
    return content.rindex(b"PK\x01\x02")


@pytest.mark.parametrize(
    ("offset", "form", "value"),
    [
        (8, "<H", 1),  # encrypted
        (10, "<H", 97),  # a method that nobody knows
        (10, "<H", zipfile.ZIP_BZIP2),
        (10, "<H", zipfile.ZIP_LZMA),
        (16, "<L", 7),  # another checksum
        (20, "<L", 5),  # fewer bytes
        (24, "<L", 1 << 30),  # more bytes once unpacked
        (42, "<L", 9),  # begins elsewhere
        (42, "<L", 1 << 31),
    ],
)
def test_directories_that_lie(tmp_path: Path, offset: int, form: str, value: int) -> None:
    path = archive(tmp_path / "x.npz", header((1, 4)) + ROW)
    patched(path, lambda content: entry(content) + offset, form, value)
    with pytest.raises(KeraportError) as caught:
        read_inputs(path, FLOATS)
    assert caught.value.exit_status == 4


def test_every_byte_may_be_wrong(tmp_path: Path) -> None:
    path = archive(tmp_path / "x.npz", header((1, 4)) + ROW, zipfile.ZIP_DEFLATED)
    whole = path.read_bytes()
    for place in range(len(whole)):
        for value in (0, 0xFF, whole[place] ^ 1):
            path.write_bytes(whole[:place] + bytes([value]) + whole[place + 1 :])
            with suppress(KeraportError):
                read_inputs(path, FLOATS)
        path.write_bytes(whole[:place])
        with pytest.raises(DamagedFileError):
            read_inputs(path, FLOATS)


def bomb(path: Path, rows: int) -> Path:
    """Zeros that pack a thousandfold."""
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed,
        packed.open("input_0.npy", "w", force_zip64=True) as stream,
    ):
        stream.write(header((rows, 4)))
        block = bytes(1 << 24)
        for _ in range(rows * 16 // len(block)):
            stream.write(block)
    return path


def many_names(path: Path) -> Path:
    """A directory of 200,000 entries."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as packed:
        for number in range(200_000):
            packed.writestr(f"{number}.npy", b"")
    path.write_bytes(data.getvalue())
    return path


ATTACK = """
import resource, sys
from pathlib import Path
from keraport.errors import KeraportError
from keraport.verify.inputs import ModelInput, read_inputs
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    read_inputs(Path(sys.argv[1]), (ModelInput("x", (None, 4), "float32"),))
except KeraportError as error:
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(error.exit_status, after - before, error.message)
"""


@pytest.mark.parametrize("make", [lambda path: bomb(path, 1 << 26), many_names])
def test_small_files_that_unpack_to_much(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    """The first takes 1 GB in memory, from 1 MB."""
    path = make(tmp_path / "x.npz")
    command = [sys.executable, "-c", ATTACK, str(path)]
    status, kilobytes, message = subprocess.check_output(command, text=True).split(" ", 2)
    assert status in ("2", "4")
    assert int(kilobytes) < 60_000
    assert "expected at most" in message


def test_as_much_as_is_fed_and_no_more(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    np.savez(path, input_0=np.zeros((1 << 10, 4), "float32"), other=np.zeros(1 << 20))
    budget = Budget(most=(1 << 14), free=0, ratio=1)
    (found,) = read_arrays(path, lambda _: ["input_0"], budget)
    assert found.shape == (1 << 10, 4)
    with pytest.raises(UsageError, match="expected at most"):
        read_arrays(path, lambda _: ["input_0", "input_0"], budget)


def test_zeros_that_somebody_compressed(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    np.savez_compressed(path, input_0=np.zeros((1 << 20, 4), "float32"))
    assert FROM_USERS.free >= 16 << 20
    assert read_inputs(path, FLOATS)[1][0].shape == (1 << 20, 4)


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", ["float32", ">f8", "int64", "bool", "float16"])
def test_arrays_come_out_as_they_went_in(tmp_path: Path, dtype: str, order: Any) -> None:
    path, wanted = tmp_path / "x.npz", np.arange(12).reshape(3, 4).astype(dtype, order=order)
    np.savez(path, input_0=wanted)
    (found,) = read_arrays(path, lambda _: ["input_0"], FROM_USERS)
    assert found.dtype == wanted.dtype
    assert (found == wanted).all()


def test_text(tmp_path: Path) -> None:
    path, item = tmp_path / "x.npz", (ModelInput("x", (None, 1), "string"),)
    np.savez(path, input_0=np.array([["ä"]]))
    assert read_inputs(path, item)[1][0].tolist() == [["ä"]]
    np.savez(path, input_0=np.array([["ä".encode()]]))
    assert read_inputs(path, item)[1][0].tolist() == [["ä"]]
    for wrong in (np.array([[b"\xff"]]), np.array([[1]])):
        np.savez(path, input_0=wrong)
        with pytest.raises(UsageError, match="expected text"):
            read_inputs(path, item)


def test_inputs_too_large_to_draw() -> None:
    with pytest.raises(UsageError, match="larger than what is drawn"):
        attempts([ModelInput("x", (None, 1 << 40), "float32")], samples=4)
    tried = attempts([ModelInput("x", (None, None, None, None, 3), "float32")], samples=4)
    assert all(np.prod(way[0].shape) * 8 <= 512 << 20 for way in tried)


@pytest.mark.parametrize("dtype", ["O", "f4,f4", "(2,)f4", "os.system", "datetime64", "void4", ""])
def test_names_of_dtypes_that_are_none(dtype: str) -> None:
    with pytest.raises(UsageError, match="no values can be drawn"):
        draw([ModelInput("x", (1,), dtype, shape=(1,))], seed=0)


def test_limits_are_those_of_the_page() -> None:
    page = Path(__file__).parents[2] / "docs" / "reference" / "robustness.md"
    assert f"{(FROM_USERS.most or 0) >> 20} MB" in page.read_text(encoding="utf-8")
