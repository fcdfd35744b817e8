"""SavedModel directories of TensorFlow 1: the architecture as JSON beside a checkpoint.

Source: ``save_keras_model`` in ``contrib/saved_model/python/saved_model/keras_saved_model.py`` of
TF 1.12, ``export_saved_model`` in ``keras/saving/saved_model_experimental.py`` of TF 1.15.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from keraport.formats.files import refuse_link, require_regular
from keraport.formats.json_files import read_architecture
from keraport.model import Format, ModelFile


def read_saved_model_1x(path: Path, *, verify_checksums: bool = True) -> ModelFile:
    """The Keras model in such a directory.

    Args:
        path: the directory, with ``assets/saved_model.json`` and ``variables/``.
        verify_checksums: compare those of the checkpoint.

    Raises:
        DamagedFileError: a file contradicts itself or the format.
        UnsafeFileError: reading on would leave the directory, or exceed a limit.
    """
    document = path / "assets" / "saved_model.json"
    for part in (document.parent, path / "variables"):
        refuse_link(part)
    require_regular(document, part=True)
    weights = path / "variables" / "variables"
    file = read_architecture(document, weights, verify_checksums=verify_checksums)
    return replace(file, path=path, format=Format.SAVED_MODEL_1X)
