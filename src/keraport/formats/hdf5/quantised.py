"""Weights of Keras 3 in HDF5 that are not those of plain layers: integers, and low-rank matrices.

Its archives have the latter in the kernels; HDF5 lists them, and the integers, as any other weight.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from keraport.errors import ForeignFileError
from keraport.formats.limits import shown
from keraport.model import Model, WeightGroup
from keraport.model.graph import walk
from keraport.quantised.policies import CLASSES, quantisation

_HINT: Final = 'save it as an archive in the release that wrote it: model.save("model.keras")'


def require_plain_weights(model: Model, groups: Sequence[WeightGroup], where: str) -> None:
    """Check that the weights of all layers are those of plain ones.

    Raises:
        ForeignFileError: some are integers, or matrices beside a kernel.
    """
    lists_matrices = any(
        weight.name.rpartition("/")[2].startswith("lora_")
        for group in groups
        for weight in group.weights
    )
    for path, layer in walk(model):
        if not layer.is_keras:
            continue
        how = quantisation(layer.config) if layer.class_name in CLASSES else None
        if how is not None:
            what = f"is quantized ({how.mode})"
        elif lists_matrices and layer.config.get("lora_rank") is not None:
            what = "has low-rank matrices beside its kernel"
        else:
            continue
        raise ForeignFileError(
            f"{where}: layer {shown(path)} {what}, which is read from archives of Keras 3 alone",
            hint=_HINT,
        )
