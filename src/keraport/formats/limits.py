"""The guards against hostile files: how much a file may ask for, and what a name in it may be.

Every reader calls these; a format's own mechanics (links and filters of HDF5) are checked in its
folder against the numbers here. The numbers are generous: the largest model of keras.applications
needs about 1 MB of config and 60 path components fewer than are allowed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from keraport.errors import DamagedFileError, UnsafeFileError

JSON_BYTES: Final = 32 << 20
"""Longest JSON document. NASNetLarge, the longest of keras.applications, has 1 MB."""
JSON_DEPTH: Final = 200
"""Deepest nesting of JSON; a model nested in a model adds four levels."""
JSON_CONTAINERS: Final = 1_000_000
"""Most objects and arrays in a JSON document."""
JSON_NUMBER_DIGITS: Final = 64
"""Longest integer in digits; configs hold 64-bit integers, of 20 digits at most."""
NAME_BYTES: Final = 4096
"""Longest name of a layer or a weight."""
PATH_COMPONENTS: Final = 64
"""Most components of a layer's or weight's name (``a/b/kernel:0`` has three)."""
NAMES_BYTES: Final = 64 << 20
"""Longest list of names in bytes."""
NAMES: Final = 1_000_000
"""Most names in a list."""
LOGICAL_BYTES_FREE: Final = 256 << 20
"""Bytes that all weights together may have in memory, however small the file is."""
LOGICAL_BYTES_RATIO: Final = 100
"""Bytes in memory for a byte of file beyond that; the ratio that Keras allows a zip archive."""
RANK: Final = 32
"""Most dimensions of a weight; HDF5 and NumPy 1 stop there."""
WEIGHTS_FREE: Final = 10_000
"""Weights that a file may describe, however small it is; one stored weight may be named often."""
WEIGHT_BYTES: Final = 40
"""Bytes of file for each weight beyond; the entry of one in a checkpoint's index takes as many."""
ENTRIES_FREE: Final = 500_000
"""Entries of a protocol buffer, however small it is."""
ENTRIES_BYTES: Final = 32
"""Bytes for each entry beyond; SavedModels of TensorFlow have 66 and more."""
NODE_BYTES: Final = 8
"""Bytes for each entry beyond where nodes are read with their settings; TensorFlow's have 14."""
STEPS_FREE: Final = 1_000_000
"""Steps from object to object, however few there are."""
STEPS_RATIO: Final = 20
"""Steps for each reference from an object to another beyond that."""
_POSITION: Final = re.compile(r"0|[1-9][0-9]{0,8}")

CONSTANTS: Final = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}
"""Numbers that JSON lacks, as Python spells them; one object each, so that configs that hold the
same NaN are equal to Python."""

_STRING = re.compile(r'"(?:[^"\\]+|\\.)*+"?', re.DOTALL)
_BRACKETS = re.compile(r"[\[{]+|[\]}]+")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_SHOWN = 120


def shown(text: str | bytes) -> str:
    """A name from a file as it may stand in a message: quoted, escaped, of bounded length."""
    if isinstance(text, bytes):
        text = text[: 4 * _SHOWN].decode("utf-8", "backslashreplace")
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}...")


def components(name: str, where: str) -> tuple[str, ...]:
    """The parts of a layer's or weight's name, which has to stay below the group it is read in.

    Args:
        name: e.g. ``block1/conv/kernel:0``.
        where: the file and the attribute that holds it, for the message.

    Raises:
        UnsafeFileError: the name is absolute, has a ``.`` or ``..`` part or a NUL, or is too long.
        DamagedFileError: the name is empty.
    """
    parts = tuple(part for part in name.split("/") if part)
    if not parts:
        raise DamagedFileError(
            f"{where}: found the name {shown(name)}, expected a name", hint=_SAVE_AGAIN
        )
    size = len(name.encode("utf-8", "surrogatepass"))
    if size > NAME_BYTES or len(parts) > PATH_COMPONENTS:
        raise UnsafeFileError(
            f"{where}: a name has {size} bytes in {len(parts)} parts, "
            f"expected at most {NAME_BYTES} bytes in {PATH_COMPONENTS} parts: {shown(name)}",
            hint=_SAVE_AGAIN,
        )
    if name.startswith("/") or "\0" in name or not {".", ".."}.isdisjoint(parts):
        raise UnsafeFileError(
            f"{where}: the name {shown(name)} points out of its group, "
            "expected a relative name without '.' and '..' parts",
            hint="rename the layer in the release that saved the file, and save it again",
        )
    return parts


def require_unique(names: Iterable[str], where: str) -> None:
    """Refuse a list that names something twice: Keras cannot have written it.

    Raises:
        DamagedFileError: a name occurs twice.
    """
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise DamagedFileError(f"{where}: {shown(name)} is listed twice", hint=_SAVE_AGAIN)
        seen.add(name)


def position(digits: str, where: str, last: int = 10**9 - 1) -> int:
    """The number in a name, e.g. of ``layer-12``, as a program writes it: ``0``, ``1``, ``10``.

    Args:
        digits: what stands there.
        where: file and object, for the message.
        last: the largest number that makes sense.

    Raises:
        DamagedFileError: leading zeros, digits that are not ASCII, or a number that is too large.
    """
    if _POSITION.fullmatch(digits) is None or int(digits) > last:
        raise DamagedFileError(
            f"{where}: found the number {shown(digits)}, expected one from 0 to {last}",
            hint=_SAVE_AGAIN,
        )
    return int(digits)


class Walk:
    """How many steps may be taken from object to object in a file.

    Objects may share parts, and hold each other. Each walk visits an object once, but there is a
    walk for each layer.

    Args:
        where: the file, for the message.
        references: from one object to another, in the whole file.
    """

    def __init__(self, where: str, references: int) -> None:
        self._where = where
        self._left = self._most = STEPS_FREE + STEPS_RATIO * references

    def step(self, count: int = 1) -> None:
        """Count steps.

        Raises:
            UnsafeFileError: more than there may be.
        """
        self._left -= count
        if self._left < 0:
            raise UnsafeFileError(
                f"{self._where}: its objects share so many parts that listing those of each takes "
                f"more than {self._most} steps",
                hint="no model needs as many: the file is damaged or malicious",
            )


class Budget:
    """How many weights, of how many bytes together, a file may describe.

    A dataset that is linked n times counts n times, since a loader, and the output, would hold it
    n times.

    Args:
        path: the file.
        file_bytes: its size, and that of the files with its values.
    """

    def __init__(self, path: Path, file_bytes: int) -> None:
        self._path = path
        self._file_bytes = file_bytes
        self._left = max(LOGICAL_BYTES_FREE, LOGICAL_BYTES_RATIO * file_bytes)
        self._most = self._weights = WEIGHTS_FREE + file_bytes // WEIGHT_BYTES

    def spend(self, logical_bytes: int, where: str) -> None:
        """Count a weight.

        Raises:
            UnsafeFileError: the file describes more than it may.
        """
        self._weights -= 1
        if self._weights < 0:
            raise UnsafeFileError(
                f"{self._path}: {where}: describes more than {self._most} weights "
                f"in {self._file_bytes} bytes",
                hint="no model needs as many: the file is damaged or malicious",
            )
        self._left -= logical_bytes
        if self._left < 0:
            raise UnsafeFileError(
                f"{self._path}: {where}: with its {logical_bytes} bytes the weights exceed "
                f"{LOGICAL_BYTES_RATIO} times the {self._file_bytes} bytes of the file",
                hint="if the file is genuine, save it again uncompressed",
            )


def parse_json(data: bytes, where: str) -> Any:
    """JSON as Keras writes it, and nothing beyond.

    Python's ``json`` writes NaN, Infinity and -Infinity, which are no JSON, and reads them; so do
    all releases of Keras (``Masking(mask_value=nan)``, ``ReLU(max_value=inf)``).

    Args:
        data: UTF-8; a byte order mark is skipped.
        where: the file, and the attribute if there is one, for messages.

    Returns:
        None, bool, int, float, str, list and dict.

    Raises:
        UnsafeFileError: too long, nested too deeply, too many parts, or an outsized number.
        DamagedFileError: not JSON; a key twice; half of a surrogate pair.
    """
    if len(data) > JSON_BYTES:
        raise _too_large(where, f"{len(data)} bytes", f"{JSON_BYTES}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DamagedFileError(
            f"{where}: byte {error.start} is not UTF-8, expected JSON", hint=_SAVE_AGAIN
        ) from error
    _check_nesting(text, where)
    try:
        value = json.loads(
            text,
            object_pairs_hook=lambda pairs: _object(pairs, where),
            parse_int=lambda digits: _integer(digits, where),
            parse_constant=CONSTANTS.__getitem__,
        )
    except json.JSONDecodeError as error:
        raise DamagedFileError(
            f"{where}: expected JSON, but at character {error.pos}: {error.msg}", hint=_SAVE_AGAIN
        ) from error
    if _SURROGATE.search(text):
        _check_surrogates(value, where)
    return value


def _check_nesting(text: str, where: str) -> None:
    """Count brackets outside of strings, before a recursive parser sees them."""
    depth = containers = 0
    for run in _BRACKETS.findall(_STRING.sub("", text)):
        if run[0] in "[{":
            depth += len(run)
            containers += len(run)
            if depth > JSON_DEPTH:
                raise _too_large(where, f"JSON nested {depth} deep", f"{JSON_DEPTH}")
        else:
            depth -= len(run)
    if containers > JSON_CONTAINERS:
        raise _too_large(where, f"{containers} JSON objects and arrays", f"{JSON_CONTAINERS}")


def _object(pairs: list[tuple[str, Any]], where: str) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        require_unique((key for key, _ in pairs), f"{where}: a JSON object")
    return found


def _integer(digits: str, where: str) -> int:
    if len(digits) > JSON_NUMBER_DIGITS:
        raise _too_large(where, f"an integer of {len(digits)} digits", f"{JSON_NUMBER_DIGITS}")
    return int(digits)


def _check_surrogates(value: Any, where: str) -> None:
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            pending.extend(item)
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)
        elif isinstance(item, str) and any("\ud800" <= char <= "\udfff" for char in item):
            raise DamagedFileError(
                f"{where}: the text {shown(item)} holds half of a surrogate pair, "
                "expected Unicode text",
                hint=_SAVE_AGAIN,
            )


def _too_large(where: str, found: str, limit: str) -> UnsafeFileError:
    return UnsafeFileError(
        f"{where}: found {found}, expected at most {limit}",
        hint="no model of Keras needs that much: the file is damaged or malicious",
    )


_SAVE_AGAIN = "the file is damaged or was not written by Keras: save the model again"
