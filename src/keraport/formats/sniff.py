"""What a file is, told from its content; its name is never asked."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from keraport.errors import (
    DamagedFileError,
    ForeignFileError,
    InputFileError,
    UnsafeFileError,
)
from keraport.formats.checkpoint.files import prefix_of
from keraport.formats.files import exists, open_regular, read_regular, unreadable
from keraport.formats.limits import parse_json
from keraport.model import Format
from keraport.text import typed

HDF5_SIGNATURE: Final = b"\x89HDF\r\n\x1a\n"
_HEAD: Final = 4096
_TABLE_MAGIC: Final = bytes.fromhex("57fb808b247547db")
_NOT_A_MODEL: Final = "give the file that model.save() wrote"

_Test = Callable[[bytes], bool]


def _starts(*prefixes: bytes) -> _Test:
    return lambda head: head.startswith(prefixes)


def _matches(pattern: bytes) -> _Test:
    compiled = re.compile(pattern, re.DOTALL)
    return lambda head: compiled.match(head) is not None


_ORIGINAL: Final = "give the Keras model it was made of"
_ZIP_SIGNATURES: Final = (b"PK\x03\x04", b"PK\x05\x06")
_KERAS_MEMBERS: Final = frozenset({"config.json", "model.weights.h5", "model.weights.npz"})
_ZIP: Final = rb"PK\x03\x04.{26}"
_SHORT_NODE: Final = rb"\x0a[\x01-\x7f]\x0a[\x01-\x7f][\w./-]"
_LONG_NODE: Final = rb"\x0a[\x80-\xff][\x01-\x7f]\x0a[\x01-\x7f][\w./-]"

_FOREIGN: Final[tuple[tuple[_Test, str, str], ...]] = (
    (_matches(_ZIP + rb"[^\0]{0,80}/data\.pkl"), "a PyTorch checkpoint", _NOT_A_MODEL),
    (_matches(_ZIP + rb"[^\0]{0,80}\.npy"), "a NumPy archive (.npz)", _NOT_A_MODEL),
    (_starts(*_ZIP_SIGNATURES), "a zip archive", "unpack it first"),
    (lambda head: head[4:8] == b"TFL3", "a TensorFlow Lite model", _ORIGINAL),
    (_starts(b"\x93NUMPY"), "a NumPy array (.npy)", _NOT_A_MODEL),
    (_matches(rb"\x80[\x02-\x05]"), "a pickle, which can run code when loaded", _NOT_A_MODEL),
    (_starts(b"\x08\x01\x12"), "the saved_model.pb of a SavedModel", "give its directory"),
    (_matches(rb"\x08[\x02-\x1f][\x12\x1a\x22\x2a\x32\x3a]"), "an ONNX model", _ORIGINAL),
    (
        _matches(_SHORT_NODE + rb"|" + _LONG_NODE),
        "a TensorFlow graph (GraphDef, .pb), which holds no Keras layers",
        _ORIGINAL,
    ),
    (_starts(b"\x1f\x8b", b"BZh", b"\xfd7zXZ"), "a compressed file", "uncompress it first"),
    (lambda head: head[257:262] == b"ustar", "a tar archive", "unpack it first"),
    (
        _starts(b"version https://git-lfs"),
        "a Git LFS pointer, not the file itself",
        "run `git lfs pull`",
    ),
    (
        _matches(rb"\s*(?i:<!doctype html|<html)"),
        "a web page (HTML), likely an error page saved by a download",
        "download the file again",
    ),
    (
        _matches(rb"[^\0].{2}\0{5}\{\s*\"|.{2}[^\0]\0{5}\{\s*\""),
        "a safetensors file, which holds weights and no Keras names",
        _ORIGINAL,
    ),
    (_starts(b"MATLAB 7.3"), "a MATLAB file", _NOT_A_MODEL),
)
"""What the first bytes say: test, name, what to do. The first that fits counts."""


def sniff(path: Path) -> Format:
    """What the file is.

    Raises:
        UsageError: there is no such file.
        InputFileError: it may not be read.
        ForeignFileError: it is something else; the message says what, the hint what to do.
        DamagedFileError: it is empty, or breaks its own format.
        UnsafeFileError: it is HDF5 behind other data, or JSON beyond the limits.
    """
    if os.path.isdir(path):  # noqa: PTH112 -- Path.is_dir raises where a folder is closed
        return _sniff_directory(path)
    if _is_checkpoint(path):
        return Format.CHECKPOINT
    head, tail = _read_ends(path)
    if not head:
        raise DamagedFileError(f"{path}: the file is empty", hint="copy or download it again")
    if head.startswith(HDF5_SIGNATURE):
        from keraport.formats.hdf5.layout import sniff_layout

        return sniff_layout(path)
    if head.startswith(_ZIP_SIGNATURES) and _is_keras_archive(path):
        return Format.KERAS
    for fits, name, hint in _FOREIGN:
        if fits(head):
            raise ForeignFileError(f"{path}: this is {name}, expected a Keras model", hint=hint)
    if tail.endswith(_TABLE_MAGIC):
        raise ForeignFileError(
            f"{path}: this is the index of a TensorFlow checkpoint under another name, "
            "expected NAME.index",
            hint="call it NAME.index, and NAME.data-00000-of-00001 what belongs to it",
        )
    _refuse_user_block(path)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return _sniff_json(path)
    raise ForeignFileError(
        f"{path}: this is {_plain(head)}, expected a Keras model", hint=_NOT_A_MODEL
    )


def _read_ends(path: Path) -> tuple[bytes, bytes]:
    """The first and the last bytes of a regular file."""
    with open_regular(path) as file:
        try:
            head = file.read(_HEAD)
            if len(head) < _HEAD:
                return head, head
            file.seek(-len(_TABLE_MAGIC), os.SEEK_END)
            return head, file.read(len(_TABLE_MAGIC))
        except OSError as error:
            raise unreadable(path, error) from error


def _sniff_directory(path: Path) -> Format:
    # TensorFlow 1 writes both with export_saved_model; saved_model.pb has no layers then.
    if exists(path / "assets" / "saved_model.json"):
        return Format.SAVED_MODEL_1X
    if exists(path / "saved_model.pb"):
        return Format.SAVED_MODEL
    if exists(path / "saved_model.pbtxt"):
        raise ForeignFileError(
            f"{path}: this is a SavedModel in text form, expected saved_model.pb",
            hint="save it again with as_text=False",
        )
    if prefix_of(path) is not None:
        return Format.CHECKPOINT
    versions = sorted(path.glob("[0-9]*/saved_model.pb"))[:3]
    if versions:
        raise ForeignFileError(
            f"{path}: this is a directory of SavedModels by version, expected one of them",
            hint=f"give {' or '.join(typed([str(item.parent)]) for item in versions)}",
        )
    raise ForeignFileError(
        f"{path}: this is a directory without a model, expected a file or a SavedModel",
        hint=_NOT_A_MODEL,
    )


def _is_checkpoint(path: Path) -> bool:
    """True for the name of a checkpoint, and for its index, which ends in the table's number."""
    try:
        prefix = prefix_of(path)
        return prefix is not None and (prefix == path or _read_ends(path)[1].endswith(_TABLE_MAGIC))
    except (InputFileError, OSError, ValueError):
        return False  # what is wrong with the path is said by those who read it


def _refuse_user_block(path: Path) -> None:
    """HDF5 may start at 512, 1024, 2048, ...; Keras never does that, polyglot files do."""
    with open_regular(path) as file:
        size, offset = os.fstat(file.fileno()).st_size, 512
        while offset < size:
            file.seek(offset)
            if file.read(len(HDF5_SIGNATURE)) == HDF5_SIGNATURE:
                raise UnsafeFileError(
                    f"{path}: HDF5 starts at byte {offset} behind other data, expected at byte 0",
                    hint="drop the leading block with h5unjam if you trust the file",
                )
            offset *= 2


def _is_keras_archive(path: Path) -> bool:
    """Whether the directory names what Keras puts into an archive."""
    from keraport.formats.keras_zip.archive import directory_names

    return not _KERAS_MEMBERS.isdisjoint(directory_names(path))


def _sniff_json(path: Path) -> Format:
    from keraport.formats.limits import JSON_BYTES

    document = parse_json(read_regular(path, JSON_BYTES + 1), str(path))
    if isinstance(document, dict) and {"class_name", "config"} <= document.keys():
        return Format.JSON
    if isinstance(document, dict) and isinstance(document.get("weight_map"), dict):
        return Format.KERAS_WEIGHTS
    if isinstance(document, dict) and "modelTopology" in document:
        raise ForeignFileError(
            f"{path}: this is the model.json of a TensorFlow.js model, expected a Keras model",
            hint="give the Keras model it was made of, or turn it back with tensorflowjs_converter",
        )
    raise ForeignFileError(
        f"{path}: this is JSON, but no architecture: expected an object with class_name and config",
        hint="give what model.to_json() returned",
    )


def _plain(head: bytes) -> str:
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        # A character may be cut in two where the head ends.
        if error.start < len(head) - 4 or len(head) < _HEAD:
            return "a file of an unknown kind"
        text = head[: error.start].decode("utf-8")
    if any(ord(char) < 32 and char not in "\t\r\n\f" for char in text):
        return "a file of an unknown kind"
    if re.match(r"(backend: \w+\n)?class_name: ", text):
        return "an architecture in YAML, which is not read (call model.to_json())"
    return "a text file"
