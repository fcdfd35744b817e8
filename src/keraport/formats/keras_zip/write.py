"""`ModelFile` to ``.keras`` and ``.weights.h5``, as Keras 2.15 writes them.

The HDF5 file with the weights is written where it lies in the archive, so that its bytes are
written once, and summed on the way; what the archive says about it is written when all is there.
"""

from __future__ import annotations

import errno
import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import h5py

from keraport.dialects.spellings import Spelling
from keraport.errors import KeraportError
from keraport.formats.hdf5.copy import copy_weight
from keraport.formats.hdf5.copying import Copying
from keraport.formats.hdf5.guard import LIBRARY_ERRORS, write_failure
from keraport.formats.hdf5.write import READABLE_BY, write_converted_by
from keraport.formats.keras_zip.place import Place, added_in_place
from keraport.formats.keras_zip.read import CONFIG, METADATA, WEIGHTS, weights_of
from keraport.formats.keras_zip.slots import named_paths, placed
from keraport.formats.keras_zip.tree import VARS
from keraport.formats.marks import CONVERTED_BY, DATE_SAVED
from keraport.model import Format, Layer, Model, ModelFile, Producer, Weight, WeightGroup

_MARKS = ("keras_version", DATE_SAVED, CONVERTED_BY)
"""The keys of ``metadata.json``."""


def fill_archive(
    partial: Path, file: ModelFile, *, model: Model, marks: Producer, spelling: Spelling
) -> None:
    """Write a whole model.

    Args:
        partial: an empty file.
        file: weights and training.
        model: ``file.model``, which must not be None.
        marks: those of the target release. Without a date none is written, which no loader reads.
        spelling: of its documents.

    Raises:
        InputFileError: a source of weights is damaged, unsafe, or has changed.
        UsageError: which variable is whose cannot be told.
        OSError: the system refuses, or what was written cannot be read back.
    """
    document = json.dumps(spelling.whole(model, file.training))
    said = {name: value for name in _MARKS if (value := getattr(marks, name))}
    metadata = json.dumps(said)
    with zipfile.ZipFile(partial, "w") as archive:
        archive.writestr(zipfile.ZipInfo(METADATA), metadata)
        archive.writestr(zipfile.ZipInfo(CONFIG), document)
        with added_in_place(archive, partial, zipfile.ZipInfo(WEIGHTS)) as (place, sums):
            _fill(place, file, model, spelling, Producer(), sums)
    _compare(file, lambda: weights_of(partial, model))


def fill_weights(
    partial: Path, file: ModelFile, *, model: Model, marks: Producer, spelling: Spelling
) -> None:
    """Write the weights only; arguments and errors as for `fill_archive`."""
    with Place.of(partial, 0) as place:
        _fill(place, file, model, spelling, marks, None)
    _compare(file, lambda: weights_of(partial, model))


def _fill(
    place: Place,
    file: ModelFile,
    model: Model,
    spelling: Spelling,
    marks: Producer,
    sums: list[tuple[int, int, int]] | None,
) -> None:
    with _output(place) as out, Copying(place.path, place.start, sums) as sources:
        write_converted_by(out, marks)
        out.create_group(VARS)
        if spelling.names_groups:
            for path, name in named_paths(model):
                group = out.require_group("/".join(filter(None, (path, VARS))))
                group.attrs["name"] = name
        for name, weight in _all(file, model, spelling):
            copy_weight(sources, weight, out, name)
            if weight.dtype == "bfloat16":
                out[name].attrs["dtype"] = "bfloat16"
        sources.require_unchanged()


def _all(file: ModelFile, model: Model, spelling: Spelling) -> Iterator[tuple[str, Weight]]:
    """Every weight with its place, then the state of the optimizer."""
    layers = _with_weights(model, file.groups)
    yield from placed(model, layers, str(file.path), spelling.hidden, shares=spelling.names_groups)
    if file.format is Format.KERAS and file.training is not None:
        for number, weight in enumerate(file.training.state):
            yield f"optimizer/{VARS}/{number}", weight


def _with_weights(model: Model, groups: Sequence[WeightGroup]) -> list[Layer]:
    weights = {group.layer: group.weights for group in groups}
    return [replace(layer, weights=weights.get(layer.name, ())) for layer in model.layers]


@contextmanager
def _output(place: Place) -> Iterator[h5py.File]:
    """An HDF5 file to write; the system's refusals are met as OSError with their number."""
    try:
        out = h5py.File(place, "w", libver=READABLE_BY)
        try:
            yield out
            out.flush()
        except BaseException:
            # What cannot be flushed cannot be closed either; the first error tells more.
            with suppress(*LIBRARY_ERRORS):
                out.close()
            raise
        out.close()
    except LIBRARY_ERRORS as error:
        refused = write_failure(error)
        if refused is None:
            raise
        raise refused from error


def _compare(file: ModelFile, read: Callable[[], tuple[WeightGroup, ...]]) -> None:
    """Hold what is read back against what was to be written: layers, shapes and dtypes."""
    try:
        back = read()
    except KeraportError as error:
        raise OSError(errno.EIO, f"what was written cannot be read back: {error}") from error
    asked = {g.layer: [(w.shape, w.dtype) for w in g.weights] for g in file.groups if g.weights}
    found = {g.layer: [(w.shape, w.dtype) for w in g.weights] for g in back if g.weights}
    if asked != found:
        raise OSError(errno.EIO, "read back, the file holds other weights than were written")
