"""What a model file holds, as data; nothing in it is run."""

from __future__ import annotations

from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keraport.catalog.detect import detect
from keraport.catalog.weights_only import WeightsOnly, weights_only
from keraport.errors import AmbiguousReleaseError, ForeignFileError
from keraport.formats import read
from keraport.formats.directory import size_of
from keraport.formats.marks import parts_of
from keraport.inspection.graphs import graph_of_directory, hazards_of_graph, writer_of
from keraport.inspection.hazards import find_hazards
from keraport.inspection.operations import graph_operations
from keraport.inspection.places import outside_places
from keraport.inspection.rules import Hazard, in_order
from keraport.model import Format, ModelFile, Object, Training, Value, Weight
from keraport.model.graph import walk
from keraport.records import dataclass

if TYPE_CHECKING:
    from keraport.graphs.look import GraphLook


@dataclass(frozen=True, slots=True)
class LayerRow:
    """One layer.

    Args:
        path: its name after those of the models and wrappers around it.
        class_name: as the file spells it.
        weights: what the file stores for it. Those inside a nested model or a wrapper stand with
            the outermost layer, as in the file.
    """

    path: str
    class_name: str
    weights: tuple[Weight, ...]


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a model file holds.

    Args:
        path: the file.
        format: what it is.
        size: of the file, in bytes.
        release: id of the release that wrote it; None if the file does not tell.
        evidence: how that is known, or why it is not.
        sure: no other release fits as well.
        keras_version: as the file has it; empty if it has none.
        backend: likewise.
        converted_by: version of keraport that wrote the file, and id of the release that it was
            converted from; both empty if keraport did not.
        model: class and name of the model; empty for weights only.
        hazards: what would run code or read other files if the model were loaded.
        layers: in the order of the file, outer before inner.
        training: how it was compiled; None if it was not.
        weights_only: what is known of weights without an architecture; None if it has one.
        graph: signatures, functions and operations of a SavedModel; None for other formats.
        file: the same as it was read, with the graph; no part of the JSON output.
    """

    path: Path
    format: Format
    size: int
    release: str | None
    evidence: str
    sure: bool
    keras_version: str
    backend: str
    converted_by: tuple[str, str]
    model: tuple[str, str]
    hazards: tuple[Hazard, ...]
    layers: tuple[LayerRow, ...]
    training: Training | None
    weights_only: WeightsOnly | None = None
    graph: GraphLook | None = None
    file: ModelFile | None = field(default=None, repr=False, compare=False)

    @property
    def weights(self) -> tuple[Weight, ...]:
        """The weights of all layers."""
        return tuple(weight for layer in self.layers for weight in layer.weights)

    def to_json(self) -> dict[str, Any]:
        """The stable shape that ``--json`` prints, documented in ``docs/reference/json.md``."""
        return {
            "path": str(self.path),
            "format": self.format.value,
            "bytes": self.size,
            "release": self.release,
            "evidence": self.evidence,
            "sure": self.sure,
            "keras_version": self.keras_version,
            "backend": self.backend,
            "converted_by": _converted_by(self.converted_by),
            "model": {"class_name": self.model[0], "name": self.model[1]},
            "hazards": [hazard.to_json() for hazard in self.hazards],
            "layers": [
                {
                    "path": layer.path,
                    "class_name": layer.class_name,
                    "weights": [_weight(weight) for weight in layer.weights],
                }
                for layer in self.layers
            ],
            "weights": {
                "count": len(self.weights),
                "elements": sum(weight.count for weight in self.weights),
                "bytes": sum(map(bytes_of, self.weights)),
            },
            "training": None if self.training is None else describe_training(self.training),
            "weights_only": None if self.weights_only is None else self.weights_only.to_json(),
            "graph": None if self.graph is None else self.graph.to_json(),
        }


def inspect(path: Path, *, from_: str | None = None, weights: Path | None = None) -> Inspection:
    """What a model file holds.

    Args:
        path: the model, its architecture, or its weights.
        from_: id of the release that wrote it, where the file does not tell.
        weights: the weights of an architecture.

    Raises:
        UsageError: no such file, or no such release.
        InputFileError: the file is damaged, foreign or unsafe to read.
    """
    try:
        file = read(path, weights)
    except ForeignFileError:
        graph = graph_of_directory(path)
        if graph is None:
            raise
        return _of_graph(path, graph)
    release, evidence, sure = _origin(file, from_)
    model = file.model
    return Inspection(
        path=path,
        format=file.format,
        size=size_of(path),
        release=release,
        evidence=evidence,
        sure=sure,
        keras_version=file.producer.keras_version,
        backend=file.producer.backend,
        converted_by=parts_of(file.producer.converted_by),
        model=("", "") if model is None else (model.class_name, model.name),
        hazards=in_order(
            [*find_hazards(file, release), *outside_places(file), *graph_operations(file)]
        ),
        layers=_layers(file),
        training=file.training,
        weights_only=weights_only(file) if model is None else None,
        graph=graph_of_directory(path),
        file=file,
    )


def _of_graph(path: Path, graph: GraphLook) -> Inspection:
    """A SavedModel that holds no Keras model."""
    release = writer_of(graph)
    evidence = f"saved_model.pb was written by TensorFlow {graph.tensorflow or 'of no version'}"
    return Inspection(
        path=path,
        format=Format.SAVED_MODEL,
        size=size_of(path),
        release=release,
        evidence=evidence,
        sure=release is not None,
        keras_version="",
        backend="",
        converted_by=("", ""),
        model=("", ""),
        hazards=in_order(hazards_of_graph(graph)),
        layers=(),
        training=None,
        graph=graph,
    )


def bytes_of(weight: Weight) -> int:
    """Its size in memory; 0 for a dtype without a width."""
    bits = "".join(letter for letter in weight.dtype if letter.isdigit())
    width = 1 if weight.dtype == "bool" else int(bits or 0) // 8
    return weight.count * width


def describe_training(training: Training) -> dict[str, Any]:
    """Optimizer, loss and metrics by name, and how much state the optimizer has."""
    optimizer = training.optimizer
    return {
        "optimizer": None if optimizer is None else optimizer.class_name,
        "loss": _named(training.loss),
        "metrics": _named(training.metrics),
        "optimizer_state": {
            "count": len(training.state),
            "bytes": sum(map(bytes_of, training.state)),
        },
    }


def _origin(file: ModelFile, from_: str | None) -> tuple[str | None, str, bool]:
    try:
        found = detect(file, stated=from_)
    except AmbiguousReleaseError as error:
        # The file's name stands at the top already.
        return None, error.message.removeprefix(f"{file.path}: "), False
    return found.release.id, found.evidence, found.sure


def _layers(file: ModelFile) -> tuple[LayerRow, ...]:
    if file.model is None:
        return tuple(LayerRow(group.layer, "", group.weights) for group in file.groups)
    return tuple(
        LayerRow(path, layer.class_name, layer.weights) for path, layer in walk(file.model)
    )


def _converted_by(found: tuple[str, str]) -> dict[str, str] | None:
    return {"keraport": found[0], "from": found[1]} if found[0] else None


def _weight(weight: Weight) -> dict[str, Any]:
    return {"name": weight.name, "shape": list(weight.shape), "dtype": weight.dtype}


def _named(value: Value) -> Any:
    """Losses and metrics with each object replaced by the name of its class."""
    if isinstance(value, Object):
        return value.class_name
    if isinstance(value, dict):
        return {key: _named(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_named(item) for item in value]
    return value
