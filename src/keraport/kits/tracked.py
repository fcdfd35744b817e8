"""Checkpoints that a loader would not restore wholly, and say nothing."""

from __future__ import annotations

from keraport.catalog.releases import Release
from keraport.errors import UsageError
from keraport.model import ModelFile
from keraport.model.graph import walk


def require_tracked(file: ModelFile, target: Release) -> None:
    """Refuse a checkpoint of a model whose weights the target would not find in any checkpoint.

    Raises:
        UsageError: TF 1.12 keeps cells in a plain list, which it neither saves nor restores
            (``StackedRNNCells`` in ``layers/recurrent.py``).
    """
    if file.model is None or not target.has("forgets-stacked-cells"):
        return
    for path, layer in walk(file.model):
        if layer.class_name.removesuffix("V2") == "StackedRNNCells":
            raise UsageError(
                f"{file.path}: layer {path}: {target} does not restore stacked cells from a "
                "checkpoint, without an error",
                hint="write HDF5 instead: OUT.h5",
            )
