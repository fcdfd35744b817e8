"""In which order a release will hold the layers of a model, hence expect their weights.

Stock loaders fill weights by position: the n-th group of the file goes to the n-th layer, of those
that have weights, in ``model.layers``. That order is made anew when the model is rebuilt, from the
graph alone. Two layers of the same shape that change places are filled with each other's weights,
and nobody is told; so the writer has to know the order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter

from keraport.model import Call, Layer, Model, TensorRef
from keraport.model.graph import find_refs, map_refs

Node = tuple[str, int]
"""A call: the layer's name and the number of the call."""


def layer_order(model: Model) -> tuple[Layer, ...]:
    """The layers of a model in the order of ``model.layers`` once the target has rebuilt it.

    Source: ``_map_graph_network`` in ``engine/network.py`` (TF 1.12, 1.15) and
    ``engine/functional.py`` (TF 2.3); ``Sequential.layers``, which leaves out the InputLayer.
    """
    if model.is_sequential:
        return tuple(layer for layer in model.layers if layer.class_name != "InputLayer")
    parents = _parents(model)
    finished, indices = _traverse(model, parents)
    depths, _ = _depths(finished, parents)
    for ref in find_refs(model.inputs):
        depths.setdefault(ref.layer, 0)
        indices.setdefault(ref.layer, -1)
    names = sorted(depths, key=lambda name: (-depths[name], indices[name]))
    by_name = {layer.name: layer for layer in model.layers}
    # Loaders that keep layers which no output needs put them behind the others
    # (``Network._insert_layers``, TF 1.15); for others there are none (`side_branches`).
    rest = tuple(layer for layer in model.layers if layer.name not in depths)
    return (*(by_name[name] for name in names), *rest)


def depth_of(model: Model) -> int:
    """The longest way through a model, or through one of those in it, in calls of layers."""
    inner = (depth_of(layer.model) for layer in model.layers if layer.model is not None)
    if model.is_sequential:
        return max(len(model.layers), *inner, 0)
    parents = _parents(model)
    depths, _ = _depths(_traverse(model, parents)[0], parents)
    return max(1 + max(depths.values(), default=-1), *inner, 0)


def cycle_of(model: Model) -> tuple[Node, ...]:
    """Calls of a graph that wait for each other, first and last the same; empty if there are none.

    No stock loader gets such calls made, and whoever follows them never arrives.
    """
    try:
        TopologicalSorter(_parents(model)).prepare()
    except CycleError as error:
        return tuple(error.args[1])
    return ()


def _parents(model: Model) -> dict[Node, list[Node]]:
    """For each call the calls whose outputs it reads, in order."""
    parents: dict[Node, list[Node]] = {}
    for layer in model.layers:
        for number, call in enumerate(layer.calls, start=_first_number(layer)):
            parents[layer.name, number] = [(ref.layer, ref.node) for ref in call.refs()]
    return parents


def _traverse(
    model: Model, parents: Mapping[Node, list[Node]]
) -> tuple[list[Node], dict[str, int]]:
    """Depth first from the outputs, without recursion: calls in the order in which they finish."""
    finished: dict[Node, None] = {}
    indices: dict[str, int] = {}
    for output in find_refs(model.outputs):
        stack: list[tuple[Node, int]] = [((output.layer, output.node), 0)]
        while stack:
            node, child = stack.pop()
            if node in finished:
                continue
            indices.setdefault(node[0], len(indices))
            inputs = parents.get(node, [])
            if child < len(inputs):
                stack += [(node, child + 1), (inputs[child], 0)]
            else:
                finished[node] = None
    return list(finished), indices


def run_order(model: Model) -> tuple[Node, ...]:
    """The calls of a graph in the order in which TF 2.3 runs them.

    Source: ``_map_graph_network`` and ``Functional._run_internal_graph`` in
    ``engine/functional.py``.
    """
    parents = _parents(model)
    _, depths = _depths(_traverse(model, parents)[0], parents)
    return tuple(sorted(depths, key=lambda node: -depths[node]))


def _depths(
    finished: list[Node], parents: Mapping[Node, list[Node]]
) -> tuple[dict[str, int], dict[Node, int]]:
    """For each layer, and for each call, the distance from the outputs, the longest way."""
    node_depths: dict[Node, int] = {}
    layer_depths: dict[str, int] = {}
    for node in reversed(finished):
        depth = max(node_depths.get(node, 0), layer_depths.get(node[0], 0))
        layer_depths[node[0]] = node_depths[node] = depth
        for parent in parents.get(node, []):
            node_depths[parent] = max(depth + 1, node_depths.get(parent, 0))
    return layer_depths, node_depths


def renumbered(model: Model) -> Model:
    """The model with each layer's calls in the order in which a stock loader makes them.

    So are the models in it.

    Loaders go over the layers again and again and make every call whose inputs exist. A call of a
    shared layer that has to wait is overtaken by a later one, gets the later number, and other
    layers then read the wrong tensors, silently; TF 2.3 misreads its own files that way. Calls
    that are listed in the order in which they are made keep their numbers.

    Source: ``Network.from_config`` (TF 1.12, 1.15), ``reconstruct_from_config`` (TF 2.3).
    """
    model = replace(
        model,
        layers=tuple(
            replace(layer, model=renumbered(layer.model)) if layer.model is not None else layer
            for layer in model.layers
        ),
    )
    if model.is_sequential:
        return model
    return with_call_order(model, order_of_making(model))


def with_call_order(model: Model, order: Mapping[str, Sequence[int]]) -> Model:
    """The model with the calls of its layers in another order, and all that reads them adapted.

    Args:
        model: a graph.
        order: for each layer the numbers of all its calls in the new order; others stay.
    """
    numbers = {
        (name, old): new
        for name, calls in order.items()
        for new, old in enumerate(calls, start=_first_number(model.layer(name)))
    }

    def renumber(ref: TensorRef) -> TensorRef:
        return replace(ref, node=numbers.get((ref.layer, ref.node), ref.node))

    def calls_of(layer: Layer) -> tuple[Call, ...]:
        first = _first_number(layer)
        order_of = order.get(layer.name, range(first, first + len(layer.calls)))
        return tuple(_map_call(layer.calls[old - first], renumber) for old in order_of)

    layers = tuple(replace(layer, calls=calls_of(layer)) for layer in model.layers)
    inputs, outputs = (map_refs(refs, renumber) for refs in (model.inputs, model.outputs))
    return replace(model, layers=layers, inputs=inputs, outputs=outputs)


def _map_call(call: Call, function: Callable[[TensorRef], TensorRef]) -> Call:
    return Call(map_refs(call.inputs, function), map_refs(call.arguments, function))


def _first_number(layer: Layer) -> int:
    """The number of a layer's first call; a model has a call 0 of its own."""
    return 0 if layer.model is None else 1


def order_of_making(model: Model) -> dict[str, list[int]]:
    """For each layer the numbers of its calls in the order in which a loader makes them.

    A loader goes over all calls in the order of the file, again and again. A call is made in the
    sweep in which the last of its inputs is made, or in the next one if that stands behind it.
    """
    parents = _parents(model)
    position = {node: place for place, node in enumerate(parents)}
    made = {(la.name, 0): 0 for la in model.layers if la.model is not None or not la.calls}
    waiting = {node: set(inputs) - made.keys() for node, inputs in parents.items()}
    children: dict[Node, list[Node]] = {}
    for node, inputs in waiting.items():
        for parent in inputs:
            children.setdefault(parent, []).append(node)
    ready = [node for node, inputs in waiting.items() if not inputs]
    while ready:
        node = ready.pop()
        made[node] = max(
            (made[p] + (position.get(p, -1) > position[node]) for p in parents[node]), default=0
        )
        for child in children.get(node, []):
            waiting[child].discard(node)
            if not waiting[child]:
                ready.append(child)
    order: dict[str, list[int]] = {layer.name: [] for layer in model.layers}
    for node in sorted(position.keys() & made.keys(), key=lambda item: (made[item], item[1])):
        order[node[0]].append(node[1])
    return order
