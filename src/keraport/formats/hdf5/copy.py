"""Weights into HDF5.

Bytes that lie in one run are moved by the system, other datasets are copied as stored, and other
values are written piece by piece.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import h5py
import numpy as np
from h5py import h5d, h5o, h5p, h5s, h5t

from keraport.errors import DamagedFileError
from keraport.formats.hdf5.clones import PAGE
from keraport.formats.hdf5.copying import Copying
from keraport.formats.hdf5.groups import link, require_group
from keraport.formats.hdf5.guard import LIBRARY_ERRORS, reason, write_failure
from keraport.formats.hdf5.pouring import AT_ONCE, DAMAGED
from keraport.formats.hdf5.source import blocks, dataset_source
from keraport.formats.sources import BLOCK_BYTES, Source, bytes_of, numpy_dtype
from keraport.formats.stamps import StampedBytes
from keraport.formats.watching import advance
from keraport.model import StoredBytes, Weight

_TRIALS = 4
_NEWER_FORMAT = "version out of bounds"
"""HDF5's refusal to copy what an older format cannot express: chunk indexes that
``libver="latest"`` writes (``H5O__layout_pre_copy_file`` in H5Olayout.c)."""


def copy_weight(sources: Copying, weight: Weight, group: h5py.Group, name: str) -> None:
    """Copy a weight into `group` under `name`: a dataset with chunks and filters, no attributes.

    Args:
        sources: where values come from, and what writes them into the file of `group`; the last
            are there after its `require_unchanged`.
        weight: what to copy.
        group: where to.
        name: the path below it.

    Raises:
        DamagedFileError: the source cannot be read.
        UnsafeFileError: it is not stored in the source file.
        InputFileError: the source is not what was read before.
        OSError: the output cannot be written.
    """
    if isinstance(weight.stored, StoredBytes):
        source, place = sources.source(weight.stored)
        if _copy_stored(sources, source, place, weight, group, name):
            return
    _write_values(sources, weight, group, name)


def _copy_stored(
    sources: Copying,
    source: Source,
    stored: StampedBytes,
    weight: Weight,
    group: h5py.Group,
    name: str,
) -> bool:
    """Copy a dataset as it is stored; False if the source is none that can be copied so."""
    file = dataset_source(source)
    if file is None:
        return False
    dataset, where = file.dataset(weight, stored)
    small = bytes_of(weight) <= AT_ONCE and file.copies_objects
    extent = None if small else file.extent(dataset, where)
    if extent is None:
        if not file.copies_objects:
            return False
        _copy_object(dataset, where, group, name)
        advance(bytes_of(weight))
        return True
    target, leaf = _parent(group, name)
    with _copy_errors(where):
        kind = dataset.get_type()
        # A type with a name of its own belongs to its file.
        kind = kind.copy() if kind.committed() else kind
        space = h5s.create_simple(weight.shape)
        if sources.may_share(extent):
            _fill_up(sources, extent.start, target, kind, space)
        made = set_aside(target, leaf, kind, space)
    sources.pouring.move(extent, made, advance)
    return True


def _copy_object(dataset: h5d.DatasetID, where: str, group: h5py.Group, name: str) -> None:
    target, leaf = _parent(group, name)
    with _copy_errors(where):
        try:
            h5o.copy(dataset, b".", target.id, leaf, _AS_STORED, link(leaf))
        except RuntimeError as error:
            if _NEWER_FORMAT not in str(error):
                raise
            copy_blocks(dataset, target.id, leaf)


@contextmanager
def _copy_errors(where: str) -> Iterator[None]:
    """HDF5 writes and reads at once here: what the system refuses to write is no damage."""
    try:
        yield
    except LIBRARY_ERRORS as error:
        refused = write_failure(error)
        if refused is not None:
            raise refused from error
        raise DamagedFileError(
            f"{where}: cannot be copied: {reason(error)}", hint=DAMAGED
        ) from error


def _write_values(sources: Copying, weight: Weight, group: h5py.Group, name: str) -> None:
    """Write the values of a weight, a block at a time, as a contiguous dataset."""
    target, leaf = _parent(group, name)
    dtype = numpy_dtype(weight.dtype)
    # Keras' readers know bfloat16 as two opaque bytes.
    stored = np.dtype("V2") if weight.dtype == "bfloat16" else dtype
    kind = h5t.py_create(stored, logical=True)
    place = set_aside(target, leaf, kind, h5s.create_simple(weight.shape))
    for block in sources.blocks(weight):
        values = np.ascontiguousarray(block).view(np.uint8)
        sources.pouring.put(values.data, place)
        place += values.nbytes


def set_aside(group: h5py.Group, name: bytes, kind: h5t.TypeID, space: h5s.SpaceID) -> int:
    """Make a contiguous dataset without values.

    Returns:
        where in the file its values belong; 0 if it has none.
    """
    made = h5d.create(group.id, name, kind, space, _RESERVED, link(name))
    return int(made.get_offset() or 0)


def _fill_up(
    sources: Copying, like: int, group: h5py.Group, kind: h5t.TypeID, space: h5s.SpaceID
) -> None:
    """Fill the file up until the next dataset lies within a block of the disk as in its source.

    HDF5 puts what is large at the end of the file. What is put in front of it has no name, and is
    gone when the file is closed. Small things that HDF5 writes in between may spoil it, so the
    place is tried.

    Args:
        sources: keeps what is put in front.
        like: the place in the source.
        group: where the dataset is going to be.
        kind: its type.
        space: its shape.
    """
    for _ in range(_TRIALS):
        place = int(h5d.create(group.id, None, kind, space, _RESERVED).get_offset() or 0)
        short = (like - place) % PAGE
        if not short:
            return
        unused = h5s.create_simple((PAGE + short,))
        sources.fillers.append(h5d.create(group.id, None, h5t.STD_U8LE, unused, _RESERVED))


def _reserved() -> h5p.PropDCID:
    """Space in the file at once, and nothing written to it.

    No times either, which would tell outputs of the same input apart.
    """
    plist = h5p.create(h5p.DATASET_CREATE)
    plist.set_layout(h5d.CONTIGUOUS)
    plist.set_alloc_time(h5d.ALLOC_TIME_EARLY)
    plist.set_fill_time(h5d.FILL_TIME_NEVER)
    plist.set_obj_track_times(False)
    return plist


_RESERVED = _reserved()


def _parent(group: h5py.Group, name: str) -> tuple[h5py.Group, bytes]:
    parents, _, leaf = name.rpartition("/")
    return (require_group(group, parents) if parents else group), leaf.encode()


def _as_stored() -> h5p.PropCopyID:
    plist = h5p.create(h5p.OBJECT_COPY)
    plist.set_copy_object(h5o.COPY_WITHOUT_ATTR_FLAG)
    return plist


_AS_STORED = _as_stored()


def copy_blocks(dataset: h5d.DatasetID, target: h5py.h5g.GroupID, name: bytes) -> None:
    """Copy values bit by bit into a contiguous dataset, a block at a time."""
    kind = dataset.get_type()
    shape = tuple(int(size) for size in dataset.shape)
    copy = h5d.create(target, name, kind, h5s.create_simple(shape))
    for start, count in blocks(shape, max(1, BLOCK_BYTES // kind.get_size())):
        block = np.empty(count, dtype=f"V{kind.get_size()}")
        memory, place = h5s.create_simple(count), h5s.create_simple(shape)
        place.select_hyperslab(start, count)
        dataset.read(memory, place, block, kind)
        copy.write(memory, place, block, kind)
