"""Opening HDF5 files and the objects in them without leaving the file.

Only hard links are followed, one component of a path after the other, and only datasets whose
bytes lie in the file itself are accepted. Nothing walks a file: objects are opened by the names
that the file lists, so cycles and deep nesting cannot be entered.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

import h5py
from h5py import h5d, h5g, h5l, h5o, h5pl, h5s, h5t

from keraport.errors import DamagedFileError, UnsafeFileError
from keraport.formats.files import open_regular
from keraport.formats.hdf5.view import View, opened_through
from keraport.formats.limits import RANK, Budget, shown

LIBRARY_ERRORS = (OSError, RuntimeError, KeyError, ValueError, TypeError, AttributeError)
"""What h5py raises when HDF5 refuses something; one class or another by the kind of failure."""

FILTERS = {1: "deflate", 2: "shuffle", 3: "fletcher32", 4: "szip", 32000: "lzf"}
"""Filters that are part of h5py's own HDF5, by their registered number."""

DTYPES = frozenset(
    {
        *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
        *("float16", "float32", "float64", "complex64", "complex128"),
    }
)
"""NumPy's names of the types that a variable of TensorFlow may have, beside bfloat16."""


# A file that HDF5 cannot open makes it load every plugin in its folders, for one of them might
# (``H5VL_file_open`` in H5VLcallback.c), whatever HDF5_PLUGIN_PRELOAD says. So it gets no folders.
while h5pl.size():
    h5pl.remove(0)

_ERRNO = re.compile(r"errno = (\d+)")
_WRITING = re.compile(r"write failed|extend file|truncate file|unable to create file")
_LINKS = {h5l.TYPE_SOFT: "a soft link", h5l.TYPE_EXTERNAL: "an external link"}
_CLASSES = (h5t.INTEGER, h5t.FLOAT, h5t.ENUM, h5t.OPAQUE, h5t.COMPOUND)
# Complex numbers are a class of their own in HDF5 2.0, and were compounds before.
_CLASSES += (h5t.COMPLEX,) if hasattr(h5t, "COMPLEX") else ()
"""Enumerations are how h5py stores bool, compounds of two how it stores complex numbers."""
_Open: TypeAlias = "Callable[[h5g.GroupID, bytes], h5o.ObjectID]"
_OPAQUE_BFLOAT16 = "|V2"
_BFLOAT16_FIELDS = (15, 7, 8, 0, 7)
_DAMAGED = "the file is damaged or was not written by Keras: save the model again"


@contextmanager
def open_input(path: Path, *, known: bool = False) -> Iterator[h5py.File]:
    """The file, read-only and without a lock, so that a read-only mount is no obstacle.

    Args:
        path: the file.
        known: its heaps need no guard: this process has written the file, or has read the names
            and attributes that are asked for, through a guard, before.

    Raises:
        DamagedFileError: HDF5 cannot open it, or one of its heaps has a list without end.
        UnsafeFileError: its heaps hold more than any model needs, or it has lengths of another
            width than h5py writes.
        ForeignFileError: it is no regular file.
        InputFileError: the system refuses.
    """
    with open_regular(path) as plain, ExitStack() as stack:
        try:
            if known:
                file = stack.enter_context(_open_unlocked(path))
            else:
                size = os.fstat(plain.fileno()).st_size
                view = View(plain.fileno(), 0, size, path)
                file = stack.enter_context(opened_through(view, path))
        except LIBRARY_ERRORS as error:
            raise DamagedFileError(
                f"{path}: HDF5 cannot open it: {reason(error)}",
                hint="the file is truncated or damaged: copy or download it again",
            ) from error
        yield file


def _open_unlocked(path: Path) -> h5py.File:
    try:
        return h5py.File(path, "r", locking=False)
    except OSError as error:
        # This process has the file open with locks already; HDF5 wants one mode for both.
        if "locking flag" not in str(error):
            raise
        return h5py.File(path, "r", locking=True)


def reason(error: BaseException) -> str:
    """HDF5's own words, without line breaks and escapes."""
    text = str(error.args[0] if isinstance(error, KeyError) and error.args else error)
    return "".join(char if char.isprintable() else " " for char in text)[:300]


def write_failure(error: BaseException) -> OSError | None:
    """The system's refusal to write behind an error of h5py, which has its number in the text only.

    Returns:
        None if the error is no such thing.
    """
    text = str(error)
    found = _ERRNO.search(text)
    if found is None or not _WRITING.search(text):
        return None
    number = int(found[1])
    return OSError(number, os.strerror(number))


class library_errors:  # noqa: N801 - read as a function behind ``with``
    """Turn what h5py raises into `DamagedFileError` that names the file and the object.

    Entered twenty times for each weight, which a generator would take a tenth of the time for.

    Args:
        where: file and object; made a text only if there is an error.
    """

    __slots__ = ("_where",)

    def __init__(self, where: object) -> None:
        self._where = where

    def __enter__(self) -> None:
        """Nothing has to be done."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Errors as said above."""
        if isinstance(error, LIBRARY_ERRORS):
            raise DamagedFileError(f"{self._where}: {reason(error)}", hint=_DAMAGED) from error


class Place:
    """A group, or an attribute of one, as messages call it; the text is made when it is asked for.

    Args:
        group: the group.
        attribute: name of an attribute of it.
    """

    __slots__ = ("_attribute", "_group")

    def __init__(self, group: h5py.Group, attribute: str = "") -> None:
        self._group, self._attribute = group, attribute

    def __str__(self) -> str:
        group = self._group
        if not self._attribute:
            return f"{group.file.filename}: {group.name}"
        return f"{group.file.filename}: attribute {self._attribute!r} of {group.name}"


def address_of(found: h5o.ObjectID, where: str) -> tuple[int, int]:
    """Where an object stands in its file: the same for every link to it.

    ``h5o.get_info`` measures the object's heaps too, where a damaged file can keep HDF5 for ever.
    """
    with library_errors(where):
        first, second = h5g.get_objinfo(found).objno
    return int(first), int(second)


def has(group: h5py.Group, name: str) -> bool:
    """Whether a group has a link of that name; nothing is followed."""
    with library_errors(Place(group)):
        return bool(group.id.links.exists(name.encode()))


def is_empty(group: h5py.Group) -> bool:
    """Whether a group has no links."""
    with library_errors(Place(group)):
        return bool(group.id.get_num_objs() == 0)


class Way:
    """The groups on the way to what was opened last: the next is often beside it."""

    def __init__(self) -> None:
        self._names: tuple[str, ...] = ()
        self._groups: list[h5o.ObjectID] = []

    def open(
        self, group: h5py.Group, parts: tuple[str, ...], where: str, last: _Open
    ) -> h5o.ObjectID:
        """As `open_path`; `group` is the same each time."""
        known = 0
        for name, part in zip(self._names, parts[:-1], strict=False):
            if name != part:
                break
            known += 1
        self._names = self._names[:known]
        del self._groups[known:]
        here = self._groups[-1] if self._groups else group.id
        for number, part in enumerate(parts[known:], known):
            if not isinstance(here, h5g.GroupID):
                raise DamagedFileError(
                    f"{where}: {shown(parts[number - 1])} is no group, expected one that holds "
                    f"{shown(part)}",
                    hint=_DAMAGED,
                )
            here = _open_link(here, part, where, last if number == len(parts) - 1 else h5g.open)
            if number < len(parts) - 1:
                self._names += (part,)
                self._groups.append(here)
        return here


def open_path(
    group: h5py.Group, parts: tuple[str, ...], where: str, last: _Open = h5o.open
) -> h5o.ObjectID:
    """The object below `group` that hard links of these names lead to.

    Args:
        group: where to start.
        parts: names, none of them empty.
        where: file and object, for messages.
        last: opens the object, if it is what is expected; another one is returned all the same.

    Raises:
        UnsafeFileError: a component is a soft, external or user-defined link.
        DamagedFileError: a component is missing, or is no group.
    """
    return Way().open(group, parts, where, last)


def _open_link(group: h5g.GroupID, part: str, where: str, opened: _Open) -> h5o.ObjectID:
    with library_errors(where):
        name = part.encode()
        try:
            kind = group.links.get_info(name).type
        except LIBRARY_ERRORS:
            if group.links.exists(name):
                raise
            raise DamagedFileError(f"{where}: there is no {shown(part)}", hint=_DAMAGED) from None
        if kind == h5l.TYPE_HARD:
            try:
                # Half of the time of `h5o.open`, which has to find out what it is first.
                return opened(group, name)
            except LIBRARY_ERRORS:
                return h5o.open(group, name)
    raise UnsafeFileError(
        f"{where}: {shown(part)} is {_LINKS.get(kind, 'a user-defined link')}, "
        "expected an object stored in place",
        hint="save the model again, or repack the file with h5repack",
    )


def open_group(group: h5py.Group, parts: tuple[str, ...], where: str) -> h5py.Group:
    """The group at that path; errors as for `open_path`."""
    found = open_path(group, parts, where, h5g.open)
    if not isinstance(found, h5g.GroupID):
        raise DamagedFileError(f"{where}: found no group, expected one", hint=_DAMAGED)
    return h5py.Group(found)


def open_dataset(
    group: h5py.Group, parts: tuple[str, ...], where: str, way: Way | None = None
) -> h5d.DatasetID:
    """The dataset at that path, checked to have its bytes in this file.

    Args:
        group: where to start.
        parts: names, none of them empty.
        where: file and object, for messages.
        way: what was opened below `group` before.

    Raises:
        UnsafeFileError: as for `open_path`; external or virtual storage, an unknown filter.
        DamagedFileError: as for `open_path`; no dataset.
    """
    found = (way or Way()).open(group, parts, where, h5d.open)
    if not isinstance(found, h5d.DatasetID):
        raise DamagedFileError(f"{where}: found no dataset, expected one", hint=_DAMAGED)
    with library_errors(where):
        storage = found.get_create_plist()
        layout, files = storage.get_layout(), storage.get_external_count()
        filters = [storage.get_filter(index) for index in range(storage.get_nfilters())]
    if layout == h5d.VIRTUAL or files:
        raise UnsafeFileError(
            f"{where}: its bytes lie in other files, expected them in this one",
            hint="do not open this file elsewhere before you know where it comes from",
        )
    for code, _, _, name in filters:
        if code not in FILTERS:
            raise UnsafeFileError(
                f"{where}: stored with the unknown filter {code} ({shown(name)}), "
                f"expected one of {', '.join(FILTERS.values())}",
                hint="repack it with `h5repack -f NONE`",
            )
    return found


def describe(dataset: h5d.DatasetID, budget: Budget, where: str) -> tuple[tuple[int, ...], str]:
    """Shape and dtype name of a dataset that holds an array of numbers.

    Args:
        dataset: as `open_dataset` returns it.
        budget: what the file may still describe.
        where: file and object, for messages.

    Raises:
        DamagedFileError: no such array.
        UnsafeFileError: the budget is exceeded.
    """
    with library_errors(where):
        kind, space = dataset.get_type(), dataset.get_space()
        extent = space.get_simple_extent_type()
        dtype = _dtype_name(kind) if kind.committed() else _dtype_of(kind.encode())
        shape = tuple(int(size) for size in space.get_simple_extent_dims() or ())
    if extent == h5s.NULL or dtype is None or len(shape) > RANK:
        raise DamagedFileError(
            f"{where}: found {_kind_name(kind, extent)}, expected an array of numbers",
            hint=_DAMAGED,
        )
    count = 1
    for size in shape:
        count *= size
    budget.spend(count * kind.get_size(), where)
    return shape, dtype


@lru_cache(maxsize=256)
def _dtype_of(encoded: bytes) -> str | None:
    """The name of a type as HDF5 stores it; a file has few, and each is looked at long."""
    return _dtype_name(h5t.decode(encoded))


def _dtype_name(kind: h5t.TypeID) -> str | None:
    """NumPy's name of a stored type, or None if it is not one of a weight."""
    if kind.get_class() not in _CLASSES:
        return None
    if isinstance(kind, h5t.TypeFloatID) and kind.get_fields() == _BFLOAT16_FIELDS:
        return "bfloat16"
    if isinstance(kind, h5t.TypeCompoundID) and kind.get_nmembers() != 2:
        return None
    dtype = kind.dtype
    if isinstance(kind, h5t.TypeEnumID) and dtype.kind != "b":
        return None
    if dtype.str == _OPAQUE_BFLOAT16:
        return "bfloat16"
    exact = dtype.itemsize == kind.get_size() and dtype.name in DTYPES
    return dtype.name if exact else None


def _kind_name(kind: h5t.TypeID, extent: int) -> str:
    if extent == h5s.NULL:
        return "a null dataspace"
    names = {
        h5t.STRING: "strings", h5t.VLEN: "variable-length values", h5t.COMPOUND: "compound values",
        h5t.REFERENCE: "references", h5t.ARRAY: "arrays of arrays", h5t.ENUM: "enumerated values",
        h5t.OPAQUE: "opaque values", h5t.BITFIELD: "bit fields", h5t.TIME: "times",
    }  # fmt: skip
    return str(names.get(kind.get_class(), "values of an unknown type"))
