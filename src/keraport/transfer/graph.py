"""A model as calls of layers that own weights, whatever models stand around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import field

from keraport import hub
from keraport.analysis.order import run_order
from keraport.errors import UnsafeFileError
from keraport.model import Call, Layer, Model, TensorRef
from keraport.model.graph import find_refs, given_to_model
from keraport.records import dataclass
from keraport.transfer.units import model_in

Tensor = tuple[int, int]
"""A tensor: the number of the step that makes it, and which of its outputs."""

MOST_STEPS = 20_000
"""Models that share models multiply their calls."""

ORDER_DOES_NOT_MATTER = hub.names(lambda row: row.commutes)


@dataclass(frozen=True, slots=True)
class Step:
    """One call of a layer that is no model.

    Args:
        path: of the layer; empty for an input of the model.
        layer: it; None for an input of the model.
        inputs: the tensors it reads, those in its arguments last.
        number: which input of the model it is.
    """

    path: str
    layer: Layer | None
    inputs: tuple[Tensor, ...]
    number: int = 0


@dataclass(slots=True)
class Graph:
    """Steps in an order in which they can run, and the tensors that the model returns."""

    steps: list[Step] = field(default_factory=list)
    outputs: tuple[Tensor, ...] = ()

    def add(self, step: Step) -> int:
        """Append a step; its number.

        Raises:
            UnsafeFileError: there are too many.
        """
        if len(self.steps) >= MOST_STEPS:
            raise UnsafeFileError(
                f"layer {step.path!r}: the models in the file call each other more than "
                f"{MOST_STEPS:,} times",
                hint="call the innermost layers from one model",
            )
        self.steps.append(step)
        return len(self.steps) - 1


def graph_of(model: Model, closed: AbstractSet[str] = frozenset()) -> Graph:
    """The calls of a model; models in it are taken for their layers.

    Args:
        model: in the hub's words.
        closed: paths of models that are taken for one layer each.
    """
    graph = Graph()
    count = 1 if model.is_sequential else len(find_refs(model.inputs))
    inputs = [(graph.add(Step("", None, (), number)), 0) for number in range(count)]
    graph.outputs = tuple(_Builder(graph, closed).run(model, inputs, ""))
    return graph


@dataclass(slots=True)
class _Builder:
    graph: Graph
    closed: AbstractSet[str]

    def run(self, model: Model, inputs: Sequence[Tensor], prefix: str) -> list[Tensor]:
        """Add the calls of a model; the tensors it returns."""
        if model.is_sequential:
            tensors = list(inputs)
            for layer in model.layers:
                if layer.class_name != "InputLayer":
                    tensors = self._called(layer, tensors, tensors, prefix)
            return tensors
        return self._run_graph(model, inputs, prefix)

    def _run_graph(self, model: Model, inputs: Sequence[Tensor], prefix: str) -> list[Tensor]:
        layers = {layer.name: layer for layer in model.layers}
        made: dict[tuple[str, int], list[Tensor]] = {}
        for ref, tensor in zip(find_refs(model.inputs), inputs, strict=False):
            made[ref.layer, ref.node] = [tensor]

        def tensors(refs: Sequence[TensorRef]) -> list[Tensor]:
            return [_pick(made.get((ref.layer, ref.node), []), ref.tensor) for ref in refs]

        for name, node in run_order(model):
            layer = layers[name]
            call = _call(layer, node)
            if (name, node) in made or call is None:
                continue
            inner = model_in(layer)
            given = given_to_model(call, inner.model) if inner and inner.model else call.refs()
            made[name, node] = self._called(layer, tensors(given), tensors(call.refs()), prefix)
        return tensors(find_refs(model.outputs))

    def _called(
        self, layer: Layer, given: Sequence[Tensor], every: Sequence[Tensor], prefix: str
    ) -> list[Tensor]:
        """The tensors that a call makes; one stands for all outputs of a layer that is no model."""
        path = f"{prefix}{layer.name or layer.class_name}"
        inner = model_in(layer)
        if inner is None or inner.model is None or path in self.closed:
            return [(self.graph.add(Step(path, layer, tuple(every))), 0)]
        while layer.model is None:
            layer = layer.config["layer"]
            path = f"{path}/{layer.name or layer.class_name}"
        return self.run(inner.model, given, f"{path}/")


def _call(layer: Layer, node: int) -> Call | None:
    first = 0 if layer.model is None else 1
    return layer.calls[node - first] if 0 <= node - first < len(layer.calls) else None


def _pick(made: Sequence[Tensor], number: int) -> Tensor:
    """Output `number` of a call; of a layer that is no model only one is listed."""
    if not made:
        return (0, -1)
    if number < len(made):
        return made[number]
    return (made[0][0], number)


def consumers(graph: Graph) -> Mapping[int, list[tuple[int, int, int]]]:
    """By step who reads it: the reading step, the position there, and which output is read."""
    found: dict[int, list[tuple[int, int, int]]] = {}
    for number, step in enumerate(graph.steps):
        for position, (source, tensor) in enumerate(step.inputs):
            found.setdefault(source, []).append((number, position, tensor))
    return found
