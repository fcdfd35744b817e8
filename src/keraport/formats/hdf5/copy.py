"""Weights into HDF5: datasets are copied as stored, other values piece by piece."""

from __future__ import annotations

import h5py
import numpy as np
from h5py import h5d, h5o, h5p, h5s, h5t

from keraport.errors import DamagedFileError
from keraport.formats.hdf5.guard import LIBRARY_ERRORS, reason, write_failure
from keraport.formats.hdf5.source import DAMAGED, blocks, is_dataset_source
from keraport.formats.sources import BLOCK_BYTES, Sources, bytes_of, numpy_dtype
from keraport.formats.watching import advance
from keraport.model import StoredBytes, Weight

_NEWER_FORMAT = "version out of bounds"
"""HDF5's refusal to copy what an older format cannot express: chunk indexes that
``libver="latest"`` writes (``H5O__layout_pre_copy_file`` in H5Olayout.c)."""


def copy_weight(sources: Sources, weight: Weight, group: h5py.Group, name: str) -> None:
    """Copy a weight into `group` under `name`: a dataset with chunks and filters, no attributes.

    Raises:
        DamagedFileError: the source cannot be read.
        UnsafeFileError: it is not stored in the source file.
        InputFileError: the source is not what was read before.
        OSError: the output cannot be written.
    """
    if isinstance(weight.stored, StoredBytes):
        source, place = sources.source(weight.stored)
        if is_dataset_source(source):
            _copy_stored(*source.dataset(weight, place), group, name)
            advance(bytes_of(weight))
            return
    _write_values(sources, weight, group, name)


def _copy_stored(dataset: h5d.DatasetID, where: str, group: h5py.Group, name: str) -> None:
    target, leaf = _parent(group, name)
    options = h5p.create(h5p.OBJECT_COPY)
    options.set_copy_object(h5o.COPY_WITHOUT_ATTR_FLAG)
    try:
        try:
            h5o.copy(dataset, b".", target.id, leaf, options, _link(leaf))
        except RuntimeError as error:
            if _NEWER_FORMAT not in str(error):
                raise
            copy_blocks(dataset, target.id, leaf)
    except LIBRARY_ERRORS as error:
        refused = write_failure(error)
        if refused is not None:
            raise refused from error
        raise DamagedFileError(
            f"{where}: cannot be copied: {reason(error)}", hint=DAMAGED
        ) from error


def _write_values(sources: Sources, weight: Weight, group: h5py.Group, name: str) -> None:
    """Write the values of a weight, a block at a time, as a contiguous dataset."""
    target, leaf = _parent(group, name)
    dtype = numpy_dtype(weight.dtype)
    # Keras' readers know bfloat16 as two opaque bytes.
    stored = np.dtype("V2") if weight.dtype == "bfloat16" else dtype
    made = target.create_dataset(leaf.decode(), shape=weight.shape, dtype=stored)
    values = sources.blocks(weight)
    held = np.empty(0, dtype)
    for start, count in blocks(weight.shape, max(1, BLOCK_BYTES // dtype.itemsize)):
        wanted = int(np.prod(count))
        while held.size < wanted:
            piece = next(values)
            held = piece if held.size == 0 else np.concatenate([held, piece])
        box = np.ascontiguousarray(held[:wanted]).view(stored).reshape(count)
        made[tuple(slice(at, at + size) for at, size in zip(start, count, strict=True))] = box
        held = held[wanted:]


def _parent(group: h5py.Group, name: str) -> tuple[h5py.Group, bytes]:
    parents, _, leaf = name.rpartition("/")
    return (group.require_group(parents) if parents else group), leaf.encode()


def _link(leaf: bytes) -> h5p.PropLCID:
    links = h5p.create(h5p.LINK_CREATE)
    links.set_char_encoding(h5t.CSET_ASCII if leaf.isascii() else h5t.CSET_UTF8)
    return links


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
