"""Parts of a model file that lie elsewhere, whether or not a model is read from them."""

from __future__ import annotations

from keraport.inspection.rules import Hazard, HazardKind
from keraport.model import Format, ModelFile
from keraport.model.weights import origin_of

_HDF5 = frozenset({Format.HDF5, Format.HDF5_WEIGHTS, Format.KERAS_WEIGHTS})
_CVES = ("CVE-2026-1669",)


def outside_places(file: ModelFile) -> tuple[Hazard, ...]:
    """Links and datasets that lead out of the HDF5 files that a model was read from.

    Args:
        file: as read.

    Raises:
        InputFileError: one of them is no longer what was read.
    """
    from keraport.formats.hdf5.links import pointers_of

    paths = [file.path] if file.format in _HDF5 else []
    for group in file.groups:
        for weight in group.weights:
            origin = origin_of(weight)
            if origin is not None and type(origin).__name__ == "DatasetBytes":
                paths.append(origin.path)
    return tuple(
        Hazard(
            HazardKind.LINK,
            f"HDF5: {pointer.where}",
            f"{pointer.text}, which is not followed",
            _CVES if pointer.external else (),
        )
        for path in dict.fromkeys(paths)
        for pointer in pointers_of(path)
    )
