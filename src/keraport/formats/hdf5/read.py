"""HDF5 to `ModelFile`. Weights are described, never loaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import h5py

from keraport.dialects import parse_model, parse_training
from keraport.errors import DamagedFileError, ForeignFileError
from keraport.formats.hdf5.attributes import has_attribute, read_names, read_text
from keraport.formats.hdf5.guard import (
    Way,
    describe,
    has,
    is_empty,
    open_dataset,
    open_group,
    open_input,
)
from keraport.formats.hdf5.source import DatasetBytes
from keraport.formats.limits import Budget, components, parse_json, require_unique, shown
from keraport.formats.marks import CONVERTED_BY, understood
from keraport.formats.stamps import Stamp
from keraport.model import Format, Model, ModelFile, Producer, Training, Weight, WeightGroup
from keraport.model.graph import walk
from keraport.quantised.policies import quantisation

MODEL_WEIGHTS = "model_weights"
OPTIMIZER_WEIGHTS = "optimizer_weights"
OWN_WEIGHTS = "top_level_model_weights"
"""Weights that belong to the model itself and no layer (``hdf5_format.py``, since TF 2.6)."""

_DAMAGED = "the file is damaged or was not written by Keras: save the model again"
_T = TypeVar("_T")


def read_model(path: Path, *, own: bool = False) -> ModelFile:
    """A whole model.

    Args:
        path: the file.
        own: this process has just written it, so that its heaps need no check.

    Raises:
        DamagedFileError: the file contradicts itself or the format.
        UnsafeFileError: reading on would leave the file, or exceed a limit.
        ForeignFileError: it holds weights outside of layers.
    """
    with open_input(path, known=own) as file:
        reader = _WeightReader(path)
        config = read_text(file, "model_config")
        if config is None:
            raise DamagedFileError(f"{path}: there is no attribute 'model_config'", hint=_DAMAGED)
        model = _parsed(parse_model, config, path, "model_config")
        if not has(file, MODEL_WEIGHTS):
            raise DamagedFileError(f"{path}: there is no group 'model_weights'", hint=_DAMAGED)
        top = open_group(file, (MODEL_WEIGHTS,), f"{path}: group {MODEL_WEIGHTS!r}")
        groups = _called_as_layers(model, reader.groups(top))
        if _may_stand_for_others(model, groups):
            from keraport.formats.hdf5.quantised import with_plain_weights

            groups = with_plain_weights(model, groups, str(path))
        return ModelFile(
            path=path,
            format=Format.HDF5,
            producer=_producer(file),
            model=attach(model, groups, path),
            groups=groups,
            training=_training(file, reader, path),
        )


def _may_stand_for_others(model: Model, groups: tuple[WeightGroup, ...]) -> bool:
    """Whether a layer is quantized, or weights are called as those of low-rank matrices."""
    if any(quantisation(layer.config) for _, layer in walk(model)):
        return True
    # Of the parts that an attention makes no config says that they are quantized.
    return any(
        weight.name.endswith("_scale") or "lora_" in weight.name
        for group in groups
        for weight in group.weights
    )


def read_weights(path: Path, *, own: bool = False) -> ModelFile:
    """The weights of a file, be it a whole model or weights only; otherwise as `read_model`."""
    with open_input(path, known=own) as file:
        top = file
        if has_attribute(file, "model_config"):
            top = open_group(file, (MODEL_WEIGHTS,), f"{path}: group {MODEL_WEIGHTS!r}")
        return ModelFile(
            path=path,
            format=Format.HDF5_WEIGHTS,
            producer=_producer(top),
            model=None,
            groups=_WeightReader(path).groups(top),
        )


def _called_as_layers(model: Model, groups: tuple[WeightGroup, ...]) -> tuple[WeightGroup, ...]:
    """The groups, those of unknown names called like the layers that have no group, in order.

    Loaders of whole models never compare names: the n-th group with weights goes to the n-th layer
    that has some (``load_weights_from_hdf5_group``). So a file in which layers were renamed loads.
    """
    listed = {group.layer for group in groups}
    layers = [layer for layer in model.layers if layer.class_name != "InputLayer"]
    free = [layer.name for layer in layers if layer.name not in listed]
    known = {layer.name for layer in model.layers}
    strange = [group.layer for group in groups if group.weights and group.layer not in known]
    if not strange or len(strange) != len(free):
        return groups
    called = dict(zip(strange, free, strict=True))
    return tuple(replace(group, layer=called.get(group.layer, group.layer)) for group in groups)


def attach(model: Model, groups: tuple[WeightGroup, ...], path: Path) -> Model:
    """The model with each group's weights on the layer of that name.

    Layers without a group, and groups without weights, are common: an InputLayer of a Sequential
    has no group, and a layer without weights need not have one.

    Raises:
        DamagedFileError: weights of a layer that the model does not have.
    """
    weights = {group.layer: group.weights for group in groups}
    known = {layer.name for layer in model.layers}
    for group in groups:
        if group.weights and group.layer not in known:
            raise DamagedFileError(
                f"{path}: weights of the layer {shown(group.layer)}, which the model does not have",
                hint="give the weights that belong to this architecture",
            )
    layers = (replace(layer, weights=weights.get(layer.name, ())) for layer in model.layers)
    return replace(model, layers=tuple(layers))


class _WeightReader:
    """Lists the weights of one file within one budget."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp = Stamp.of(path)
        self._budget = Budget(path, self._stamp.size)

    def groups(self, top: h5py.Group) -> tuple[WeightGroup, ...]:
        """The groups that ``layer_names`` lists, in its order."""
        where = f"{self._path}: 'layer_names' of {top.name}"
        names = read_names(top, "layer_names")
        if names is None:
            raise DamagedFileError(f"{where}: missing, expected a list of names", hint=_DAMAGED)
        self._refuse_own_weights(top)
        groups: dict[str, WeightGroup] = {}
        for name in names:
            # Loaders pass over groups without weights, how often ever they are listed.
            if name in groups and groups[name].weights:
                require_unique((name, name), where)
            groups.setdefault(name, self._group(top, name, where))
        return tuple(groups.values())

    def _group(self, top: h5py.Group, name: str, where: str) -> WeightGroup:
        parts = components(name, where)
        group = open_group(top, parts, f"{self._path}: the group of layer {shown(name)}")
        return WeightGroup(name, self.weights(group, f"{top.name.rstrip('/')}/{'/'.join(parts)}"))

    def weights(self, group: h5py.Group, location: str) -> tuple[Weight, ...]:
        """The weights that ``weight_names`` of the group at `location` lists, in its order."""
        where = f"{self._path}: 'weight_names' of {shown(location)}"
        names = read_names(group, "weight_names")
        if names is None:
            # Loaders take a group without a list for one without weights.
            if not is_empty(group):
                raise DamagedFileError(f"{where}: missing, expected a list of names", hint=_DAMAGED)
            names = ()
        require_unique(("/".join(components(name, where)) for name in names), where)
        way = Way()
        return tuple(self._weight(group, location, name, way) for name in names)

    def _weight(self, group: h5py.Group, location: str, name: str, way: Way) -> Weight:
        parts = components(name, str(self._path))
        place = f"{location}/{'/'.join(parts)}"
        where = f"{self._path}: weight {shown(place)}"
        shape, dtype = describe(open_dataset(group, parts, where, way), self._budget, where)
        return Weight(name, shape, dtype, DatasetBytes(self._path, place, self._stamp))

    def _refuse_own_weights(self, top: h5py.Group) -> None:
        if not has(top, OWN_WEIGHTS):
            return
        group = open_group(top, (OWN_WEIGHTS,), f"{self._path}: group {OWN_WEIGHTS!r}")
        if read_names(group, "weight_names"):
            raise ForeignFileError(
                f"{self._path}: the model has weights outside of its layers "
                f"({OWN_WEIGHTS!r}), which are not read yet",
                hint="put them into a layer, and save the model again",
            )


def _training(file: h5py.File, reader: _WeightReader, path: Path) -> Training | None:
    config = read_text(file, "training_config")
    if config is None:
        return None
    training = _parsed(parse_training, config, path, "training_config")
    if not has(file, OPTIMIZER_WEIGHTS):
        return training
    group = open_group(file, (OPTIMIZER_WEIGHTS,), f"{path}: group {OPTIMIZER_WEIGHTS!r}")
    names = read_names(group, "weight_names") or ()
    if len(set(names)) < len(names):
        # Saving fails at the second one, and Keras 3 goes on without a word (Adafactor in 3.15).
        return replace(training, lost="several of its variables have one name, and are not saved")
    return replace(training, state=reader.weights(group, f"/{OPTIMIZER_WEIGHTS}"))


def _producer(group: h5py.Group) -> Producer:
    marks = {
        name: (read_text(group, name) or b"").decode("utf-8", "replace")
        for name in ("keras_version", "backend")
    }
    return Producer(**marks, converted_by=converted_by(group.file))


def converted_by(file: h5py.File) -> str:
    """The mark of keraport at the root of a file; empty if it has none."""
    try:
        found = read_text(file, CONVERTED_BY)
    except DamagedFileError:
        # Another attribute of that name, which nothing here needs.
        return ""
    return understood((found or b"").decode("utf-8", "replace"))


def _parsed(parse: Callable[[object], _T], data: bytes, path: Path, attribute: str) -> _T:
    """`parse` applied to the JSON of an attribute; its errors get the name of the file."""
    where = f"{path}: attribute {attribute!r}"
    document = parse_json(data, where)
    try:
        return parse(document)
    except DamagedFileError as error:
        raise DamagedFileError(f"{where}: {error.message}", hint=error.hint) from error
