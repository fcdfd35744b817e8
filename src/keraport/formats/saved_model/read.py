"""SavedModel directories of TensorFlow 2 to `ModelFile`. Weights are described, never loaded."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeAlias

from keraport.dialects import parse_model, parse_training
from keraport.dialects.metadata import plain_metadata
from keraport.errors import DamagedFileError, ForeignFileError
from keraport.formats.checkpoint.bundle import Bundle, open_bundle
from keraport.formats.checkpoint.object_graph import ObjectGraph, read_object_graph
from keraport.formats.checkpoint.optimizer import SCALARS
from keraport.formats.files import refuse_link
from keraport.formats.limits import Budget, Walk, parse_json, position, shown
from keraport.formats.saved_model.graph import GRAPH_FILE, METADATA_FILE, SavedGraph, read_graph
from keraport.formats.sources import bytes_of
from keraport.model import Format, Model, ModelFile, Producer, Training, Value, Weight, WeightGroup
from keraport.records import dataclass

_LAYER: Final = re.compile(r"layer-(\d+)")
_WEIGHT_LISTS: Final = (("trainable_variables",), ("keras_api", "non_trainable_variables"))
OptimizerState: TypeAlias = (
    "tuple[tuple[Weight, ...], dict[str, Weight], tuple[tuple[str, Weight, Weight], ...]]"
)
"""All variables; the scalars by name; slots as (name, variable of the model, value)."""
_DAMAGED: Final = "the directory is damaged: copy or download it again, or save the model again"


def read_saved_model(path: Path, *, verify_checksums: bool = True) -> ModelFile:
    """The Keras model in a SavedModel directory.

    Args:
        path: the directory, with ``saved_model.pb`` and ``variables/``.
        verify_checksums: compare those of the checkpoint.

    Raises:
        ForeignFileError: it describes no layers: a subclassed model, or no Keras model at all.
        DamagedFileError: a file contradicts itself or the format.
        UnsafeFileError: reading on would leave the directory, or exceed a limit.
    """
    graph = read_graph(path)
    metadata = _metadata(graph, 0)
    model = _model(graph, metadata)
    refuse_link(path / "variables")
    bundle = open_bundle(path / "variables" / "variables", verify_checksums=verify_checksums)
    size = bundle.size() + sum(map(_size, (path / GRAPH_FILE, path / METADATA_FILE)))
    variables = _Variables(
        graph,
        bundle,
        read_object_graph(bundle),
        Budget(path, size),
        Walk(str(path / GRAPH_FILE), graph.references),
    )
    known = {layer.name for layer in model.layers}
    # The Input of a Sequential is an object in TensorFlow 1.15 and 2.0, and not in the config.
    groups = tuple(g for g in variables.groups() if g.weights or g.layer in known)
    by_name = {group.layer: group.weights for group in groups}
    unknown = [name for name in by_name if name not in known]
    if unknown:
        raise DamagedFileError(
            f"{path}: object {shown(unknown[0])} is a layer that the model's config does not have",
            hint=_DAMAGED,
        )
    layers = tuple(replace(la, weights=by_name.get(la.name, ())) for la in model.layers)
    return ModelFile(
        path=path,
        format=Format.SAVED_MODEL,
        producer=Producer(
            keras_version=str(metadata.get("keras_version", "")),
            backend=str(metadata.get("backend", "")),
        ),
        model=replace(model, layers=layers),
        groups=groups,
        training=_training(metadata, variables),
    )


def _size(path: Path) -> int:
    try:
        return os.lstat(path).st_size
    except OSError:
        return 0


def _model(graph: SavedGraph, metadata: Mapping[str, Value]) -> Model:
    config = metadata.get("model_config")
    if not isinstance(config, dict) or not isinstance(config.get("config"), dict):
        raise _without_layers(graph, metadata)
    if "layers" not in config["config"]:
        raise _without_layers(graph, metadata)
    try:
        return parse_model(config)
    except DamagedFileError as error:
        raise DamagedFileError(
            f"{graph.path}: metadata of the model: {error.message}", hint=error.hint
        ) from error


def _without_layers(graph: SavedGraph, metadata: Mapping[str, Value]) -> ForeignFileError:
    """What the directory holds instead of a Keras model with a config."""
    signatures = [
        f"{name}({', '.join(inputs)}) -> {', '.join(outputs)}"
        for name, (inputs, outputs) in sorted(graph.signatures.items())
        if not name.startswith("__")
    ]
    holds = (
        f"{graph.variables} variables, and as functions "
        f"{'; '.join(signatures[:5]) or 'none with a signature'}"
    )
    if metadata:
        name = metadata.get("class_name")
        return ForeignFileError(
            f"{graph.path}: a SavedModel of the subclassed model {shown(str(name))}, whose layers "
            f"only its Python code tells; it holds {holds}",
            hint="convert its graph: keraport convert "
            f"{shlex.quote(str(graph.path))} OUT_DIR --to RELEASE --as-graph; or rebuild the "
            "architecture in the target release, and fill it: keraport transfer "
            f"{shlex.quote(str(graph.path / 'variables' / 'variables'))} ARCHITECTURE OUT",
        )
    return ForeignFileError(
        f"{graph.path}: a SavedModel without a Keras model (tf.saved_model.save, model.export() "
        f"or TensorFlow 1 wrote it); it holds {holds}",
        hint="convert its graph: keraport convert "
        f"{shlex.quote(str(graph.path))} OUT_DIR --to RELEASE --as-graph; or save the Keras model "
        "itself, with model.save()",
    )


def _metadata(graph: SavedGraph, node: int) -> Mapping[str, Value]:
    """What Keras wrote about an object; empty for nothing."""
    if not graph.nodes or not graph.nodes[node].metadata:
        return {}
    where = f"{graph.path}: metadata of object {node}"
    document = parse_json(graph.nodes[node].metadata.encode("utf-8"), where)
    if not isinstance(document, dict):
        raise DamagedFileError(f"{where}: expected an object", hint=_DAMAGED)
    plain: Mapping[str, Value] = plain_metadata(document)
    return plain


def _training(metadata: Mapping[str, Value], variables: _Variables) -> Training | None:
    config = metadata.get("training_config")
    if not isinstance(config, dict):
        return None
    state, scalars, slots = variables.optimizer()
    return replace(parse_training(config), state=state, scalars=scalars, slots=slots)


@dataclass(frozen=True, slots=True)
class _Variables:
    """The variables of a model, found by walking from object to object."""

    graph: SavedGraph
    bundle: Bundle
    saved: ObjectGraph
    budget: Budget
    walk: Walk

    def groups(self) -> Iterator[WeightGroup]:
        """The weights of each layer, in the order of the model's layers."""
        where = f"{self.graph.path}: child of the model"
        layers = {
            position(found[1], f"{where}: {shown(name)}"): node
            for name, node in self.graph.nodes[0].children.items()
            if (found := _LAYER.fullmatch(name))
        }
        seen: set[str] = set()
        # An object that is listed twice is a layer once.
        for node in dict.fromkeys(node for _, node in sorted(layers.items())):
            name = _metadata(self.graph, node).get("name")
            if not isinstance(name, str) or not name:
                raise DamagedFileError(
                    f"{self.graph.path}: object {node} is a layer without a name", hint=_DAMAGED
                )
            if name not in seen:
                seen.add(name)
                yield WeightGroup(name, tuple(self._weights(node)))

    def _weights(self, layer: int) -> Iterator[Weight]:
        """Trainable ones first, as HDF5 files list them (``_legacy_weights``, hdf5_format.py)."""
        lists = [self.graph.child(layer, *path) for path in _WEIGHT_LISTS]
        if lists[0] is None:
            # Preprocessing layers, which TensorFlow 2.3 makes anew from their config, have none.
            yield from map(self._weight, self._attributes(layer))
            return
        for listed in lists:
            if listed is not None:
                yield from map(self._weight, self._list(listed))

    def _list(self, node: int) -> list[int]:
        """The objects in a list, whose children are called ``0``, ``1``, ...

        Raises:
            DamagedFileError: one is missing, or has no such name.
        """
        children = self.graph.nodes[node].children
        where = f"{self.graph.path}: list {node}"
        numbered = {
            position(name, where, len(children) - 1): child
            for name, child in children.items()
            if name.isdecimal()
        }
        missing = next((n for n in range(len(numbered)) if n not in numbered), None)
        if missing is not None:
            raise DamagedFileError(
                f"{where}: holds {len(numbered)} objects and no {missing}", hint=_DAMAGED
            )
        return [numbered[number] for number in range(len(numbered))]

    def _attributes(self, layer: int) -> list[int]:
        """The variables that are attributes of a layer, in the order in which they were set.

        Raises:
            ForeignFileError: a part of the layer has further ones, whose order nothing tells.
        """
        nodes = self.graph.nodes
        children = dict.fromkeys(nodes[layer].children.values())
        found = [node for node in children if nodes[node].variable is not None]
        seen, waiting = {layer, *found}, list(children)
        while waiting:
            node = waiting.pop()
            if node in seen:
                continue
            seen.add(node)
            self.walk.step(1 + len(nodes[node].children))
            variable = nodes[node].variable
            if variable is not None:
                raise ForeignFileError(
                    f"{self.graph.path}: variable {shown(variable.name)} belongs to a part of "
                    f"object {layer}, a layer that lists no variables: their order is not known",
                    hint='in the release that wrote it, open it and call model.save("model.h5")',
                )
            waiting += nodes[node].children.values()
        return found

    def optimizer(self) -> OptimizerState:
        """The optimizer's variables: those that it lists, or each by its name and variable."""
        node = self.graph.child(0, "optimizer")
        if node is None:
            return (), {}, ()
        listed = self.graph.child(node, "_variables")
        if listed is not None:
            # Keras 2.11 and newer.
            return tuple(map(self._weight, self._list(listed))), {}, ()
        children = self.graph.nodes[node].children
        scalars = {name: self._weight(children[name]) for name in SCALARS if name in children}
        slots = tuple(
            (slot, self._described(variable), self._weight(value))
            for variable, slot, value in self.graph.nodes[node].slots
        )
        return (*scalars.values(), *(value for _, _, value in slots)), scalars, slots

    def _weight(self, node: int) -> Weight:
        weight = self._described(node)
        self.budget.spend(bytes_of(weight), f"variable {shown(weight.name.removesuffix(':0'))}")
        return weight

    def _described(self, node: int) -> Weight:
        """A variable, be it one that was counted before."""
        variable = self.graph.nodes[node].variable
        key = self.saved.key_of(node)
        if variable is None or key is None:
            raise DamagedFileError(
                f"{self.graph.path}: object {node} is no variable with saved values, "
                "expected one among a layer's weights",
                hint=_DAMAGED,
            )
        weight = self.bundle.weight(f"{variable.name}:0", key)
        if variable.shape is not None and variable.shape != weight.shape:
            raise DamagedFileError(
                f"{self.graph.path}: variable {shown(variable.name)} has the shape "
                f"{variable.shape} in saved_model.pb, and {weight.shape} in variables/",
                hint=_DAMAGED,
            )
        return weight
