"""Attributes that Keras writes: JSON and version marks (one string), and lists of names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from h5py import h5a, h5s, h5t

from keraport.errors import DamagedFileError, UnsafeFileError
from keraport.formats.hdf5.guard import LIBRARY_ERRORS, Place, library_errors
from keraport.formats.limits import JSON_BYTES, NAMES, NAMES_BYTES, shown

ATTRIBUTE_BYTES = 64512
"""Keras splits longer lists (``HDF5_OBJECT_HEADER_LIMIT`` in ``hdf5_format.py`` of TF 2.3)."""

_VARIABLE_BYTES = 160 << 20
"""Beside what is in use: two copies of the longest config, and below the 200 MB a file may cost."""
_STATM = Path("/proc/self/statm")
_DAMAGED = "the file is damaged or was not written by Keras: save the model again"


def has_attribute(group: h5py.Group, name: str) -> bool:
    """Whether the group has an attribute of that name."""
    with library_errors(Place(group)):
        return bool(h5a.exists(group.id, name.encode()))


def read_text(group: h5py.Group, name: str) -> bytes | None:
    """A string, as bytes; None where there is no such attribute.

    Written as bytes, as str, or as an array of one of them: all are met.

    Raises:
        DamagedFileError: something else than one string.
        UnsafeFileError: it is longer than any config of Keras.
    """
    if not has_attribute(group, name):
        return None
    where = Place(group, name)
    _, values = _read(group, name, where, limit=JSON_BYTES)
    if len(values) != 1:
        raise DamagedFileError(f"{where}: found {len(values)} strings, expected one", hint=_DAMAGED)
    return values[0]


def read_names(group: h5py.Group, name: str) -> tuple[str, ...] | None:
    """A list of names; None where there is none.

    The plain attribute counts first, then ``name0``, ``name1``, ...: the order of
    ``load_attributes_from_hdf5_group``.

    Raises:
        DamagedFileError: something else than a list of UTF-8 strings.
        UnsafeFileError: it is longer than any model of Keras.
    """
    keys = [name] if has_attribute(group, name) else _chunks(group, name)
    if not keys:
        return None
    found: list[str] = []
    size = 0
    for key in keys:
        where = Place(group, key)
        listed, values = _read(group, key, where, limit=NAMES_BYTES - size)
        if not listed and keys == [name]:
            # Loaders go over its letters, and find none that is a name; an empty one has none.
            if values == [b""]:
                return ()
            raise DamagedFileError(
                f"{where}: found one string, expected a list of strings", hint=_DAMAGED
            )
        size += sum(map(len, values))
        try:
            found.extend(value.decode() for value in values)
        except UnicodeDecodeError as error:
            raise DamagedFileError(
                f"{where}: a name is not UTF-8: {shown(error.object)}", hint=_DAMAGED
            ) from error
    return tuple(found)


def write_text(group: h5py.Group, name: str, text: bytes) -> None:
    """A string of fixed length.

    Given plain bytes, h5py 3 writes one of variable length, which it hands out as `str` afterwards:
    under h5py 3, TF 1.12 and 1.15 then stop at "'str' object has no attribute 'decode'". One of
    fixed length comes back as bytes from h5py 2 and 3.
    """
    group.attrs[name] = np.bytes_(text)


def write_names(group: h5py.Group, name: str, values: Sequence[str]) -> None:
    """A list of names, split as ``save_attributes_to_hdf5_group`` of Keras does it.

    Raises:
        ValueError: a single name is longer than an attribute may be.
    """
    encoded = [value.encode() for value in values]
    if any(len(value) > ATTRIBUTE_BYTES for value in encoded):
        raise ValueError(f"a name in {name} of {group.name} is longer than {ATTRIBUTE_BYTES} bytes")
    if not encoded:
        group.attrs[name] = np.asarray([])  # what Keras writes for a layer without weights
        return
    array = np.asarray(encoded)
    count = 1
    while any(chunk.nbytes > ATTRIBUTE_BYTES for chunk in np.array_split(array, count)):
        count += 1
    if count == 1:
        _write_strings(group, name, array)
        return
    for number, chunk in enumerate(np.array_split(array, count)):
        _write_strings(group, f"{name}{number}", chunk)


def _write_strings(group: h5py.Group, name: str, values: np.ndarray[Any, Any]) -> None:
    """An attribute, as h5py makes it of strings of fixed length in half of the time."""
    kind = h5t.py_create(values.dtype, logical=True)
    made = h5a.create(group.id, name.encode(), kind, h5s.create_simple(values.shape))
    made.write(values, mtype=h5t.py_create(values.dtype))


def _chunks(group: h5py.Group, name: str) -> list[str]:
    """``name0``, ``name1``, ...; loaders stop at the first that is missing, so that none may."""
    keys: list[str] = []
    while has_attribute(group, f"{name}{len(keys)}"):
        keys.append(f"{name}{len(keys)}")
    further = _numbered(group, name) - len(keys)
    if further:
        raise DamagedFileError(
            f"{group.file.filename}: attribute {name}{len(keys)!r} of {group.name} is missing, "
            f"and {further} behind it are there",
            hint=_DAMAGED,
        )
    return keys


def _numbered(group: h5py.Group, name: str) -> int:
    """How many attributes are called `name` and a number."""
    found = 0

    def count(key: bytes) -> bool | None:
        nonlocal found
        found += key.startswith(name.encode()) and key[len(name) :].isdigit()
        return True if found > NAMES else None

    with library_errors(Place(group)):
        h5a.iterate(group.id, count)
    return found


def _read(group: h5py.Group, name: str, where: Place, *, limit: int) -> tuple[bool, list[bytes]]:
    """Whether an attribute is a list, and its strings; its size is checked before it is read."""
    with library_errors(where):
        attribute = h5a.open(group.id, name.encode())
        kind, space = attribute.get_type(), attribute.get_space()
        extent, count = space.get_simple_extent_type(), int(space.get_simple_extent_npoints())
        rank = space.get_simple_extent_ndims() if extent == h5s.SIMPLE else 0
    if count == 0 and extent == h5s.SIMPLE:
        return True, []
    if rank > 1:
        raise DamagedFileError(
            f"{where}: found strings in {rank} dimensions, expected them in one", hint=_DAMAGED
        )
    if not isinstance(kind, h5t.TypeStringID) or extent == h5s.NULL:
        raise DamagedFileError(f"{where}: found no strings, expected strings", hint=_DAMAGED)
    variable = kind.is_variable_str()
    size = 0 if variable else count * kind.get_size()
    if count > NAMES or size > limit:
        raise _too_long(where, limit)
    with library_errors(where), _bounded_memory(where) if variable else nullcontext():
        if variable or extent != h5s.SIMPLE:
            values = group.attrs[name]
        else:
            # As h5py does it, without opening the attribute, its type and its shape once more.
            values = np.zeros(count, dtype=kind.dtype)
            attribute.read(values, mtype=h5t.py_create(values.dtype))
    flat = np.asarray(values, dtype=object).ravel().tolist()
    found = [v.encode("utf-8", "surrogateescape") if isinstance(v, str) else bytes(v) for v in flat]
    if sum(map(len, found)) > limit:
        raise _too_long(where, limit)
    return extent == h5s.SIMPLE, found


@contextmanager
def _bounded_memory(where: Place) -> Iterator[None]:
    """Let HDF5 read strings of variable length without taking more memory than names need.

    The strings lie in a heap of the file. Their lengths may lie (HDF5 then asks for up to 4 GB),
    and any number of elements may name one heap object; HDF5 cannot be asked for the total
    beforehand. So the address space is limited meanwhile, and HDF5's own error is met. Systems
    without ``/proc`` go without.

    Raises:
        UnsafeFileError: the strings need more.
    """
    if not _STATM.exists():
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    used = int(_STATM.read_text().split()[0]) * resource.getpagesize()
    bound = used + _VARIABLE_BYTES
    if soft != resource.RLIM_INFINITY:
        bound = min(bound, soft)
    resource.setrlimit(resource.RLIMIT_AS, (bound, hard))
    try:
        yield
    except (*LIBRARY_ERRORS, MemoryError) as error:
        raise _too_long(where, _VARIABLE_BYTES) from error
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _too_long(where: Place, limit: int) -> UnsafeFileError:
    return UnsafeFileError(
        f"{where}: longer than the {limit} bytes or {NAMES} names that are allowed",
        hint="no model of Keras needs that much: the file is damaged or malicious",
    )
