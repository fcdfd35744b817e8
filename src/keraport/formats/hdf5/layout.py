"""Which of Keras' HDF5 layouts a file has."""

from __future__ import annotations

from pathlib import Path

import h5py

from keraport.errors import DamagedFileError, ForeignFileError
from keraport.formats.hdf5.attributes import has_attribute
from keraport.formats.hdf5.guard import has, library_errors, open_input
from keraport.formats.limits import shown
from keraport.model import Format

_KERAS3_MARKS = ("_layer_checkpoint_dependencies", "layers", "vars", "optimizer", "_trackable")
_SHOWN_NAMES = 8


def sniff_layout(path: Path) -> Format:
    """What an HDF5 file is.

    Raises:
        ForeignFileError: not Keras'.
        DamagedFileError: HDF5 cannot open it, or weights of a whole model lack their model.
        UnsafeFileError: its heaps hold more than any model needs.
    """
    with open_input(path) as file:
        if has_attribute(file, "model_config"):
            return Format.HDF5
        if has_attribute(file, "layer_names") or has_attribute(file, "layer_names0"):
            return Format.HDF5_WEIGHTS
        if has(file, "model_weights"):
            raise DamagedFileError(
                f"{path}: group 'model_weights' without the attribute 'model_config', "
                "expected a whole model",
                hint="the file is damaged or was not written by Keras: save the model again",
            )
        names = _first_names(file)
        if any(name in _KERAS3_MARKS for name in names):
            return Format.KERAS_WEIGHTS
        listed = ", ".join(shown(name) for name in names) or "nothing"
        raise ForeignFileError(
            f"{path}: this is HDF5, but not from Keras: its root holds {listed}",
            hint='give the file that model.save("x.h5") or model.save_weights("x.h5") wrote',
        )


def _first_names(file: h5py.File) -> list[str]:
    """The first names at the root, in HDF5's own order; nothing is opened."""
    found: list[str] = []

    def collect(name: bytes) -> bool | None:
        found.append(name.decode("utf-8", "backslashreplace"))
        return True if len(found) >= _SHOWN_NAMES else None

    with library_errors(str(file.filename)):
        file.id.links.iterate(collect)
    return found
