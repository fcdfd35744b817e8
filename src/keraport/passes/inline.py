"""Takes the layers of a nested model into the model around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from keraport.model import Call, Config, Layer, Model, TensorRef
from keraport.model.graph import find_refs, map_refs
from keraport.passes.graphs import as_functional

_ACTS_ON_TRAINING = frozenset(
    {
        "AlphaDropout",
        "BatchNormalization",
        "Dropout",
        "GaussianDropout",
        "GaussianNoise",
        "SpatialDropout1D",
        "SpatialDropout2D",
        "SpatialDropout3D",
    }
)
"""Layers that an argument ``training`` of the nested model's call reaches and matters to."""


def inline_models(model: Model, prefix: str, moved: dict[str, str]) -> Model:
    """The model with all layers of nested models, at any depth, as layers of its own.

    Args:
        model: a graph or a Sequential with known input shape.
        prefix: path of the model, ending in ``/``.
        moved: filled with the new path of every layer that moves, by its old one.

    Raises:
        Refused: a Sequential among them does not tell its input shape.
    """
    if not any(layer.model is not None for layer in model.layers):
        return model
    return _Inlining(as_functional(model) if model.is_sequential else model, prefix, moved).run()


class _Inlining:
    """One model's nested models, their layers' new names, and where each tensor comes from."""

    def __init__(self, model: Model, prefix: str, moved: dict[str, str]) -> None:
        self.model = model
        self.layers = {layer.name: layer for layer in model.layers}
        self.inner: dict[str, Model] = {}
        self.names: dict[tuple[str, str], str] = {}
        taken = {layer.name for layer in model.layers if layer.model is None}
        for layer in model.layers:
            if layer.model is None:
                continue
            inner = inline_models(layer.model, f"{prefix}{layer.name}/", moved)
            self.inner[layer.name] = as_functional(inner) if inner.is_sequential else inner
            for part in self.inner[layer.name].layers:
                name = part.name
                while name in taken:
                    name = f"{layer.name}_{name}"
                taken.add(name)
                self.names[layer.name, part.name] = name
                _record_move(moved, f"{prefix}{layer.name}/{part.name}", f"{prefix}{name}")

    def run(self) -> Model:
        layers: list[Layer] = []
        for layer in self.model.layers:
            if layer.name in self.inner:
                layers += self._parts(layer)
            else:
                layers.append(replace(layer, calls=tuple(map(self._outer_call, layer.calls))))
        return replace(
            self.model,
            layers=tuple(layers),
            inputs=map_refs(self.model.inputs, self._resolve),
            outputs=map_refs(self.model.outputs, self._resolve),
        )

    def _parts(self, outer: Layer) -> list[Layer]:
        parts = []
        for part in self.inner[outer.name].layers:
            if part.class_name == "InputLayer":
                continue
            name = self.names[outer.name, part.name]
            calls = tuple(
                self._inner_call(outer, use, part, call)
                for use in range(len(outer.calls))
                for call in part.calls
            )
            parts.append(
                replace(part, name=name, config={**part.config, "name": name}, calls=calls)
            )
        return parts

    def _outer_call(self, call: Call) -> Call:
        return Call(map_refs(call.inputs, self._resolve), map_refs(call.arguments, self._resolve))

    def _inner_call(self, outer: Layer, use: int, part: Layer, call: Call) -> Call:
        passed: Config = outer.calls[use].arguments if part.class_name in _ACTS_ON_TRAINING else {}
        arguments: Mapping[str, object] = {
            **{key: value for key, value in passed.items() if key == "training"},
            **map_refs(call.arguments, lambda ref: self._inside(outer.name, use, ref)),
        }
        return Call(map_refs(call.inputs, lambda r: self._inside(outer.name, use, r)), arguments)

    def _resolve(self, ref: TensorRef) -> TensorRef:
        """A tensor of the outer model, followed into nested models."""
        if ref.layer not in self.inner:
            return ref
        outputs = find_refs(self.inner[ref.layer].outputs)
        return self._inside(ref.layer, ref.node - 1, outputs[ref.tensor])

    def _inside(self, outer: str, use: int, ref: TensorRef) -> TensorRef:
        """A tensor inside the nested model `outer` at its use number `use`."""
        inner = self.inner[outer]
        part = inner.layer(ref.layer)
        if part.class_name == "InputLayer":
            position = [item.layer for item in find_refs(inner.inputs)].index(ref.layer)
            return self._resolve(self.layers[outer].calls[use].refs()[position])
        return TensorRef(self.names[outer, ref.layer], use * len(part.calls) + ref.node, ref.tensor)


def _record_move(moved: dict[str, str], old: str, new: str) -> None:
    """Note a move, also for what moved there before and for what is inside."""
    for origin, place in list(moved.items()):
        if place == old or place.startswith(f"{old}/"):
            moved[origin] = new + place[len(old) :]
    moved.setdefault(old, new)
