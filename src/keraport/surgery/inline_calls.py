"""A nested model that is to leave its nest: what it is given, and which of its calls are made."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import field

from keraport.changes.site import Refused
from keraport.model import Call, Layer, Model, TensorRef
from keraport.model.graph import find_refs, given_to_model
from keraport.records import dataclass

_MASK = "mask"
"""Argument of a nested model's call: the masks of its inputs."""

_MOST_CALLS = 100_000
"""Models that share models multiply their calls; more of them are not written out."""

Node = tuple[str, int]
"""A call: the layer's name and the number of the call."""


@dataclass(slots=True)
class InnerModel:
    """A nested model whose layers move.

    Args:
        layer: it, in the model around it.
        graph: what is inside.
        parts: its layers by name.
        names: new names of its layers.
        calls: for each of its uses the calls inside that can be made, in order, with their new
            numbers.
    """

    layer: Layer
    graph: Model
    parts: dict[str, Layer]
    names: dict[str, str] = field(default_factory=dict)
    calls: list[dict[Node, int]] = field(default_factory=list)

    def given(self, use: int) -> dict[str, TensorRef]:
        """The tensors of the model around it by the InputLayer that they take the place of."""
        entries = [ref.layer for ref in find_refs(self.graph.inputs)]
        given = given_to_model(self.layer.calls[use], self.graph)
        return dict(zip(entries, given, strict=False))


def needs_masks_attached(call: Call) -> bool:
    """True if a nested model is called with masks for its inputs, as tensors."""
    return bool(find_refs(call.arguments.get(_MASK)))


def require_few_calls(layer: Layer, graph: Model) -> None:
    """Refuse what would become too many calls.

    Raises:
        Refused: it would.
    """
    count = len(layer.calls) * sum(len(part.calls) for part in graph.layers)
    if count > _MOST_CALLS:
        raise Refused(
            f"its layers would be called {count} times: more than {_MOST_CALLS} calls of layers "
            "are not written out",
            hint="call shared models less often",
        )


def mask_of(call: Call, position: int) -> TensorRef | None:
    """The mask that a call names for an input of that position; None if it names none."""
    masks = call.arguments.get(_MASK)
    if isinstance(masks, TensorRef):
        masks = [masks]
    mask = masks[position] if isinstance(masks, list) and position < len(masks) else None
    return mask if isinstance(mask, TensorRef) else None


def only_giver(graph: Model) -> str:
    """The layer that makes the only output; empty if there are more, or it is an input."""
    outputs = find_refs(graph.outputs)
    if len(outputs) != 1 or graph.layer(outputs[0].layer).class_name == "InputLayer":
        return ""
    return outputs[0].layer


def numbered(part: Layer) -> Iterator[tuple[int, Call]]:
    """A layer's calls with their numbers; a nested model's own call 0 is none of them."""
    return enumerate(part.calls, start=0 if part.model is None else 1)


def number_calls(inner: InnerModel) -> None:
    """Tell for each use which calls can be made of the tensors given, and number them.

    Newer releases skip the others (``Functional._run_internal_graph``, TF 2.3).
    """
    counts: dict[str, int] = {}
    for use in range(len(inner.layer.calls)):
        possible = _possible(inner.graph, inner.given(use))
        numbers: dict[Node, int] = {}
        for part in inner.graph.layers:
            first = 0 if part.model is None else 1
            for number, _ in numbered(part):
                if (part.name, number) in possible:
                    numbers[part.name, number] = counts.get(part.name, first)
                    counts[part.name] = counts.get(part.name, first) + 1
        inner.calls.append(numbers)


def _possible(graph: Model, given: Collection[str]) -> set[Node]:
    entries = {layer.name for layer in graph.layers if layer.class_name == "InputLayer"}
    if entries.issubset(given):
        return {(part.name, number) for part in graph.layers for number, _ in numbered(part)}
    possible: set[Node] = set()
    size = -1
    while size != len(possible):
        size = len(possible)
        for part in graph.layers:
            for number, call in numbered(part):
                if all(
                    ref.layer in given
                    if ref.layer in entries
                    else (ref.layer, ref.node) in possible
                    for ref in call.refs()
                ):
                    possible.add((part.name, number))
    return possible
