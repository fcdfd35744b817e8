"""What an HDF5 file points at outside of itself, wherever in it; nothing is followed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import h5py
from h5py import h5d, h5g, h5l, h5o

from keraport.errors import DamagedFileError
from keraport.formats.hdf5.guard import (
    FILTERS,
    LIBRARY_ERRORS,
    address_of,
    library_errors,
    open_input,
    reason,
)
from keraport.records import dataclass

_MOST_OBJECTS: Final = 100_000
_KINDS: Final = {h5l.TYPE_SOFT: "a soft link", h5l.TYPE_EXTERNAL: "an external link"}


@dataclass(frozen=True, slots=True)
class Pointer:
    """Something whose bytes do not lie where it stands.

    Args:
        where: its path in the file.
        text: what it is, and where it leads.
        external: it leads out of the file.
    """

    where: str
    text: str
    external: bool


def pointers_of(path: Path) -> tuple[Pointer, ...]:
    """All soft, external and user-defined links, and all datasets stored elsewhere.

    Every object is visited once, at most 100,000 of them, so that cycles and deep nesting end.
    Groups that HDF5 cannot list are passed over: what a model needs of them has been read before.

    Raises:
        DamagedFileError: HDF5 cannot open the file.
        UnsafeFileError: as for every reader.
    """
    with open_input(path) as file, library_errors(str(path)):
        return tuple(_walk(file))


def _walk(file: h5py.File) -> Iterator[Pointer]:
    root = h5g.open(file.id, b"/")
    seen = {address_of(root, "/")}
    # Open are the groups on the way only: HDF5 holds 14 kB for each object that is open.
    pending = [("", root, iter(_names(root)))]
    while pending and len(seen) < _MOST_OBJECTS:
        where, group, names = pending[-1]
        name = next(names, None)
        if name is None:
            pending.pop()
            continue
        place = f"{where}/{name.decode('utf-8', 'backslashreplace')}"
        kind = group.links.get_info(name).type
        if kind != h5l.TYPE_HARD:
            yield _link(group, name, kind, place)
            continue
        try:
            inner = h5o.open(group, name)
            address = address_of(inner, place)
        except (*LIBRARY_ERRORS, DamagedFileError):
            continue
        if address in seen:
            continue
        seen.add(address)
        if isinstance(inner, h5d.DatasetID):
            yield from _storage(inner, place)
        elif isinstance(inner, h5g.GroupID):
            pending.append((place, inner, iter(_names(inner))))


def _names(group: h5g.GroupID) -> list[bytes]:
    names: list[bytes] = []
    try:
        group.links.iterate(names.append)
    except LIBRARY_ERRORS:
        return []
    return names


def _link(group: h5g.GroupID, name: bytes, kind: int, place: str) -> Pointer:
    try:
        target = group.links.get_val(name)
    except LIBRARY_ERRORS as error:
        return Pointer(place, f"a link that cannot be read ({reason(error)})", external=True)
    if kind == h5l.TYPE_EXTERNAL:
        file, inner = (part.decode("utf-8", "backslashreplace") for part in target)
        text = f"an external link to {inner} of the file {file}"
        return Pointer(place, text, external=True)
    shown = bytes(target).decode("utf-8", "backslashreplace")
    return Pointer(place, f"{_KINDS.get(kind, 'a user-defined link')} to {shown}", external=False)


def _storage(dataset: h5d.DatasetID, where: str) -> Iterator[Pointer]:
    try:
        storage = dataset.get_create_plist()
        layout, files = storage.get_layout(), storage.get_external_count()
        names = [storage.get_external(index)[0] for index in range(min(files, 8))]
        codes = [storage.get_filter(index)[0] for index in range(storage.get_nfilters())]
    except LIBRARY_ERRORS:
        return
    if names:
        shown = ", ".join(name.decode("utf-8", "backslashreplace") for name in names)
        yield Pointer(where, f"a dataset whose bytes lie in the file {shown}", external=True)
    if layout == h5d.VIRTUAL:
        yield Pointer(where, "a virtual dataset, made of datasets of other files", external=True)
    for code in codes:
        if code not in FILTERS:
            text = f"a dataset with the filter {code}, for which HDF5 loads a shared library"
            yield Pointer(where, text, external=True)
