"""`ModelFile` to HDF5. Weights are copied as stored; everything else is small.

These functions fill a file that exists and is empty; `keraport.formats.write` makes it appear
under its name.
"""

from __future__ import annotations

import errno
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import h5py

from keraport.dialects.spellings import PLAIN, Spelling
from keraport.errors import KeraportError, UsageError
from keraport.formats.hdf5.attributes import ATTRIBUTE_BYTES, write_names, write_text
from keraport.formats.hdf5.copy import copy_weight
from keraport.formats.hdf5.copying import Copying
from keraport.formats.hdf5.groups import require_group
from keraport.formats.hdf5.guard import LIBRARY_ERRORS, write_failure
from keraport.formats.hdf5.names import stored_names
from keraport.formats.hdf5.read import MODEL_WEIGHTS, OPTIMIZER_WEIGHTS, read_model, read_weights
from keraport.formats.limits import components
from keraport.formats.marks import CONVERTED_BY
from keraport.model import Model, ModelFile, Producer, Training, WeightGroup

READABLE_BY = ("earliest", "v108")
"""The oldest encodings that can say it, none that HDF5 1.8 cannot read. Without the upper bound,
copied datasets keep encodings that HDF5 1.10 (h5py 2.10, TF 1.12) refuses."""

READABLE_BY_LONG = ("v108", "v108")
"""The same with a text that is longer than an attribute may be in the oldest encoding: 64 KiB, for
strings of fixed length. Strings of variable length lie elsewhere and have no such limit, but what
h5py 3 makes of them has no ``decode``, and TF 1.12, 1.15 and 2.3 stop there. h5py 2.10 with HDF5
1.10.4 reads 300 kB of fixed length in this encoding."""


def fill_model(
    partial: Path,
    file: ModelFile,
    *,
    model: Model,
    marks: Producer,
    spelling: Spelling = PLAIN,
) -> None:
    """Write a whole model.

    Layers are listed in the order of ``file.groups``, which the target release has to agree with:
    it assigns weights by position (``load_weights_from_hdf5_group``).

    Args:
        partial: an empty file.
        file: weights and training.
        model: ``file.model``, which must not be None.
        marks: those of the target release.
        spelling: of its documents.

    Raises:
        InputFileError: a source of weights is damaged, unsafe, or has changed.
        OSError: the system refuses, or what was written cannot be read back.
    """
    names = stored_names(file.groups, str(file.path))
    texts = {"model_config": _json(spelling.whole(model, None))}
    if spelling.not_in_hdf5 and spelling.not_in_hdf5.encode() in texts["model_config"]:
        raise UsageError(
            f"{file.path}: a layer is called with an ellipsis ([..., 0]), which the target does "
            "not read from HDF5",
            hint="write an archive instead: OUT.keras",
        )
    if file.training is not None:
        texts["training_config"] = _json(spelling.compiled(file.training))
    with _output(partial, texts.values()) as out, Copying(partial) as sources:
        _write_marks(out, marks)
        write_converted_by(out, marks)
        for attribute, text in texts.items():
            write_text(out, attribute, text)
        top = out.create_group(MODEL_WEIGHTS)
        _write_marks(top, marks)
        _write_groups(top, file.groups, names, sources)
        if file.training is not None and file.training.state:
            _write_state(out, file.training, sources)
        sources.require_unchanged()
    back = _read_back(read_model, partial)
    _compare(file.groups, names, back.groups)
    if file.training is not None:
        state = WeightGroup(OPTIMIZER_WEIGHTS, file.training.state)
        found = WeightGroup(OPTIMIZER_WEIGHTS, back.training.state if back.training else ())
        _compare((state,), stored_names((state,), str(file.path)), (found,))


def fill_weights(partial: Path, file: ModelFile, *, marks: Producer) -> None:
    """Write the weights only; arguments and errors as for `fill_model`."""
    names = stored_names(file.groups, str(file.path))
    with _output(partial, ()) as out, Copying(partial) as sources:
        _write_marks(out, marks)
        write_converted_by(out, marks)
        _write_groups(out, file.groups, names, sources)
        sources.require_unchanged()
    _compare(file.groups, names, _read_back(read_weights, partial).groups)


@contextmanager
def _output(partial: Path, texts: Iterable[bytes]) -> Iterator[h5py.File]:
    """An HDF5 file to write these texts to, each as an attribute.

    The system's refusals are met as OSError with their number.
    """
    long = any(len(text) > ATTRIBUTE_BYTES for text in texts)
    try:
        bounds = READABLE_BY_LONG if long else READABLE_BY
        out = h5py.File(partial, "w", libver=bounds, locking=False)
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


def _write_marks(group: h5py.Group, marks: Producer) -> None:
    write_text(group, "keras_version", marks.keras_version.encode())
    write_text(group, "backend", marks.backend.encode())


def write_converted_by(out: h5py.File, marks: Producer) -> None:
    """Leave the mark of keraport at the root of a file, if there is one."""
    if marks.converted_by:
        write_text(out, CONVERTED_BY, marks.converted_by.encode())


def _write_groups(
    top: h5py.Group,
    groups: Sequence[WeightGroup],
    names: Sequence[Sequence[str]],
    sources: Copying,
) -> None:
    write_names(top, "layer_names", [group.layer for group in groups])
    where = str(top.name)
    for group, stored in zip(groups, names, strict=True):
        place = require_group(top, "/".join(components(group.layer, where)))
        write_names(place, "weight_names", stored)
        for weight, name in zip(group.weights, stored, strict=True):
            copy_weight(sources, weight, place, name)


def _write_state(out: h5py.File, training: Training, sources: Copying) -> None:
    state = WeightGroup(OPTIMIZER_WEIGHTS, training.state)
    (names,) = stored_names((state,), str(out.filename))
    group = out.create_group(OPTIMIZER_WEIGHTS)
    write_names(group, "weight_names", names)
    for weight, name in zip(training.state, names, strict=True):
        copy_weight(sources, weight, group, name)


def _json(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document).encode("ascii")


def _read_back(read: Callable[..., ModelFile], partial: Path) -> ModelFile:
    try:
        return read(partial, own=True)
    except KeraportError as error:
        raise OSError(errno.EIO, f"what was written cannot be read back: {error}") from error


def _compare(
    asked: Sequence[WeightGroup],
    names: Sequence[Sequence[str]],
    found: Sequence[WeightGroup],
) -> None:
    """Hold what was read back against what was to be written."""
    expected = [
        (group.layer, [(n, w.shape, w.dtype) for n, w in zip(stored, group.weights, strict=True)])
        for group, stored in zip(asked, names, strict=True)
    ]
    actual = [(g.layer, [(w.name, w.shape, w.dtype) for w in g.weights]) for g in found]
    if expected != actual:
        raise OSError(errno.EIO, "read back, the file holds other weights than were written")
