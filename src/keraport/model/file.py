"""A model file as read: the model, and what the file says about itself."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Final

from keraport.model.graph import Model
from keraport.model.training import Training
from keraport.model.weights import Weight
from keraport.records import dataclass


class Format(StrEnum):
    """What a file is, told from its content."""

    HDF5 = "h5"
    """A whole model in HDF5, as ``model.save("x.h5")`` writes it."""
    HDF5_WEIGHTS = "weights-h5"
    """Weights only in HDF5, as ``model.save_weights("x.h5")`` writes them."""
    JSON = "json"
    """An architecture, as ``model.to_json()`` returns it."""
    KERAS = "keras"
    """A zip archive, as ``model.save("x.keras")`` writes it since Keras 2.12."""
    KERAS_WEIGHTS = "weights.h5"
    """Weights only in HDF5, as ``save_weights("x.weights.h5")`` of Keras 3 writes them."""
    SAVED_MODEL = "savedmodel"
    """A directory with ``saved_model.pb``, as ``model.save("dir")`` of TF 2 writes it."""
    SAVED_MODEL_1X = "savedmodel-1.x"
    """A directory with ``assets/saved_model.json``, as ``save_keras_model`` of TF 1 writes it."""
    CHECKPOINT = "tf-weights"
    """A checkpoint, as ``save_weights("x")`` of tf.keras writes it: ``x.index`` and its data."""


WEIGHTS_ALONE: Final = frozenset({Format.HDF5_WEIGHTS, Format.KERAS_WEIGHTS, Format.CHECKPOINT})
"""Formats that a model is filled with that is there already."""


@dataclass(frozen=True, slots=True)
class Producer:
    """The marks that the producing release left, verbatim; empty where there is none.

    Args:
        keras_version: of the release that wrote the file, or that it was written for.
        backend: what that release computed with.
        converted_by: ``keraport 0.1.0 from tf2.3`` where keraport wrote it, for people to read:
            which release reads the file is told by the other marks alone.
        date_saved: when an archive was written, as Keras spells it.
    """

    keras_version: str = ""
    backend: str = ""
    converted_by: str = ""
    date_saved: str = ""


@dataclass(frozen=True, slots=True)
class WeightGroup:
    """The weights that a file stores for one layer of the outermost model.

    Args:
        layer: the layer's name.
        weights: in the order of the file.
    """

    layer: str
    weights: tuple[Weight, ...]


@dataclass(frozen=True, slots=True)
class ModelFile:
    """What a reader returns.

    Args:
        path: the file that was read.
        format: what it is.
        producer: version marks.
        model: None for weights only. Its outermost layers carry their weights where the file has
            them.
        groups: the weights by layer, in the order of the file's ``layer_names``; groups without
            weights included. Empty for an architecture.
        training: None where the model was not compiled.
        weights_of: the file that the weights are of, where it is not that of a model with its own.
        unused: what else a checkpoint holds: counters, optimizers, metrics and other models.
    """

    path: Path
    format: Format
    producer: Producer
    model: Model | None
    groups: tuple[WeightGroup, ...] = ()
    training: Training | None = None
    unused: tuple[str, ...] = ()
    weights_of: Path | None = None
