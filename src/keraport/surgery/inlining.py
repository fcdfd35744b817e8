"""Takes the layers of nested models into the model around them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from keraport import hub
from keraport.analysis.rewiring import as_functional
from keraport.changes.layers.masks import ATTACHES
from keraport.changes.site import Refused
from keraport.model import Call, Config, Layer, Model, TensorRef, Value
from keraport.model.graph import find_refs, map_refs
from keraport.surgery.inline_calls import (
    InnerModel,
    mask_of,
    number_calls,
    numbered,
    only_giver,
    require_few_calls,
)

_ACTS_ON_TRAINING = hub.names(lambda row: row.tells_training)
"""Layers that an argument ``training`` of the nested model's call reaches and matters to."""


def inline_models(model: Model, prefix: str, moved: dict[str, str]) -> Model:
    """The model with all layers of nested models, at any depth, as layers of its own.

    Args:
        model: a graph or a Sequential.
        prefix: path of the model, ending in ``/``.
        moved: filled with the new path of every layer that moves, by its old one.

    Raises:
        Refused: a Sequential around a graph does not tell its input shape.
    """
    names = [layer.name for layer in model.layers if layer.model is not None]
    if not names:
        return model
    layers = tuple(
        layer
        if layer.model is None
        else replace(layer, model=inline_models(layer.model, f"{prefix}{layer.name}/", moved))
        for layer in model.layers
    )
    return inline_some(replace(model, layers=layers), names, prefix, moved)


def inline_some(
    model: Model,
    names: Collection[str],
    prefix: str,
    moved: dict[str, str],
    *,
    keep_names: bool = False,
) -> Model:
    """The model with the layers of some of its nested models as layers of its own.

    A layer of theirs that no output of theirs needs, for the tensors that they are given, is gone.

    Args:
        model: a graph or a Sequential.
        names: of the nested models.
        prefix: path of the model, ending in ``/``.
        moved: filled with the new path of every layer that moves, by its old one.
        keep_names: the layer that makes the only output of a nested model takes the model's name.

    Raises:
        Refused: a Sequential around a graph does not tell its input shape.
    """
    if model.is_sequential and all(
        layer.model is None or layer.model.is_sequential
        for layer in model.layers
        if layer.name in names
    ):
        return _longer_stack(model, names, prefix, moved)
    graph = as_functional(model) if model.is_sequential else model
    return _Inlining(graph, names, prefix, moved, keep_names).run()


def _longer_stack(
    model: Model, names: Collection[str], prefix: str, moved: dict[str, str]
) -> Model:
    """A Sequential with the layers of the Sequentials in it."""
    taken = {layer.name for layer in model.layers if layer.name not in names}
    layers: list[Layer] = []
    for layer in model.layers:
        if layer.model is None or layer.name not in names:
            layers.append(layer)
            continue
        for part in layer.model.layers:
            if part.class_name == "InputLayer" and layers:
                continue
            name = _free_name(part.name, layer.name, taken)
            _record_move(moved, f"{prefix}{layer.name}/{part.name}", f"{prefix}{name}")
            layers.append(_named(part, name))
    return replace(model, layers=tuple(layers))


def _free_name(name: str, outer: str, taken: set[str]) -> str:
    while name in taken:
        name = f"{outer}_{name}"
    taken.add(name)
    return name


def _named(layer: Layer, name: str) -> Layer:
    if layer.model is not None:
        return replace(layer, name=name, model=replace(layer.model, name=name))
    return replace(layer, name=name, config={**layer.config, "name": name})


class _Inlining:
    """One model's nested models, their layers' new names, and where each tensor comes from."""

    def __init__(
        self,
        model: Model,
        names: Collection[str],
        prefix: str,
        moved: dict[str, str],
        keep_names: bool,
    ) -> None:
        self.model = model
        self.inner: dict[str, InnerModel] = {}
        self.added: dict[tuple[str, int, str], Layer] = {}
        self.taken = {layer.name for layer in model.layers if layer.name not in names}
        for layer in model.layers:
            if layer.model is None or layer.name not in names:
                continue
            graph = as_functional(layer.model) if layer.model.is_sequential else layer.model
            require_few_calls(layer, graph)
            parts = {part.name: part for part in graph.layers}
            inner = self.inner[layer.name] = InnerModel(layer, graph, parts)
            giver = only_giver(graph) if keep_names else ""
            for part in graph.layers:
                wanted = layer.name if part.name == giver else part.name
                name = inner.names[part.name] = _free_name(wanted, layer.name, self.taken)
                _record_move(moved, f"{prefix}{layer.name}/{part.name}", f"{prefix}{name}")
            number_calls(inner)

    def run(self) -> Model:
        layers: list[Layer] = []
        for layer in self.model.layers:
            if layer.name in self.inner:
                layers += self._parts(self.inner[layer.name])
            else:
                layers.append(replace(layer, calls=tuple(map(self._outer_call, layer.calls))))
        return replace(
            self.model,
            layers=tuple(layers),
            inputs=map_refs(self.model.inputs, self._resolve),
            outputs=map_refs(self.model.outputs, self._resolve),
        )

    def _parts(self, inner: InnerModel) -> list[Layer]:
        parts = []
        for part in inner.graph.layers:
            calls = tuple(
                self._inner_call(inner, use, part, call)
                for use, made in enumerate(inner.calls)
                for number, call in numbered(part)
                if (part.name, number) in made
            )
            if calls:
                parts.append(replace(_named(part, inner.names[part.name]), calls=calls))
        name = inner.layer.name
        return [layer for (outer, _, _), layer in self.added.items() if outer == name] + parts

    def _outer_call(self, call: Call) -> Call:
        return Call(map_refs(call.inputs, self._resolve), map_refs(call.arguments, self._resolve))

    def _inner_call(self, inner: InnerModel, use: int, part: Layer, call: Call) -> Call:
        outer = inner.layer.calls[use].arguments
        acts = part.model is not None or part.class_name in _ACTS_ON_TRAINING
        passed: Config = {"training": outer["training"]} if acts and "training" in outer else {}

        def inside(ref: TensorRef) -> TensorRef:
            return self._inside(inner, use, ref)

        arguments: Mapping[str, Value] = {**passed, **map_refs(call.arguments, inside)}
        return Call(map_refs(call.inputs, inside), arguments)

    def _resolve(self, ref: TensorRef) -> TensorRef:
        """A tensor of the outer model, followed into nested models."""
        inner = self.inner.get(ref.layer)
        if inner is None:
            return ref
        if ref.node == 0:
            raise Refused(
                "a layer reads its output for its own inputs",
                hint="call the nested model on a tensor of the model around it",
            )
        outputs = find_refs(inner.graph.outputs)
        return self._inside(inner, ref.node - 1, outputs[ref.tensor])

    def _inside(self, inner: InnerModel, use: int, ref: TensorRef) -> TensorRef:
        """A tensor inside a nested model at its use number `use`."""
        part = inner.parts[ref.layer]
        if part.class_name == "InputLayer":
            return self._given(inner, use, ref.layer)
        number = inner.calls[use].get((ref.layer, ref.node))
        if number is None:
            raise Refused(
                f"its output needs {ref.layer}, which needs an input that it is not given",
                hint="call the nested model with all its inputs",
            )
        return TensorRef(inner.names[ref.layer], number, ref.tensor)

    def _given(self, inner: InnerModel, use: int, entry: str) -> TensorRef:
        """What a nested model is given for an input; with its mask where the call names one."""
        given = self._resolve(inner.given(use)[entry])
        position = [ref.layer for ref in find_refs(inner.graph.inputs)].index(entry)
        mask = mask_of(inner.layer.calls[use], position)
        if mask is None:
            return given
        key = (inner.layer.name, use, entry)
        if key not in self.added:
            name = _free_name(f"{inner.layer.name}_{entry}_masked", inner.layer.name, self.taken)
            config = {"name": name, "trainable": True}
            call = Call([given, self._resolve(mask)])
            self.added[key] = Layer(name, ATTACHES, config, (call,))
        return TensorRef(self.added[key].name, 0, 0)


def _record_move(moved: dict[str, str], old: str, new: str) -> None:
    """Note a move, also for what moved there before and for what is inside."""
    for origin, place in list(moved.items()):
        if place == old or place.startswith(f"{old}/"):
            moved[origin] = new + place[len(old) :]
    moved.setdefault(old, new)
