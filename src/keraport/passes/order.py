"""In which order a release will hold the layers of a model, hence expect their weights.

Stock loaders fill weights by position: the n-th group of the file goes to the n-th layer, of those
that have weights, in ``model.layers``. That order is made anew when the model is rebuilt, from the
graph alone. Two layers of the same shape that change places are filled with each other's weights,
and nobody is told; so the writer has to know the order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from keraport.model import Layer, Model
from keraport.model.graph import find_refs

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
    depths = _depths(finished, parents)
    for ref in find_refs(model.inputs):
        depths.setdefault(ref.layer, 0)
        indices.setdefault(ref.layer, -1)
    names = sorted(depths, key=lambda name: (-depths[name], indices[name]))
    by_name = {layer.name: layer for layer in model.layers}
    return tuple(by_name[name] for name in names)


def _parents(model: Model) -> dict[Node, list[Node]]:
    """For each call the calls whose outputs it reads, in order."""
    parents: dict[Node, list[Node]] = {}
    for layer in model.layers:
        first = 0 if layer.model is None else 1
        for number, call in enumerate(layer.calls):
            parents[layer.name, first + number] = [(ref.layer, ref.node) for ref in call.refs()]
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


def _depths(finished: list[Node], parents: Mapping[Node, list[Node]]) -> dict[str, int]:
    """For each layer its distance from the outputs, the longest way."""
    node_depths: dict[Node, int] = {}
    layer_depths: dict[str, int] = {}
    for node in reversed(finished):
        depth = max(node_depths.get(node, 0), layer_depths.get(node[0], 0))
        layer_depths[node[0]] = node_depths[node] = depth
        for parent in parents.get(node, []):
            node_depths[parent] = max(depth + 1, node_depths.get(parent, 0))
    return layer_depths


def rebuildable(model: Model) -> Model:
    """The model with its layers listed so that a stock loader numbers every call as the file does.

    Loaders call the layers in the listed order, again and again, as soon as inputs exist. A shared
    layer whose first call has to wait while its second one can go ahead gets its calls in the wrong
    order, and other layers then read the wrong tensors, silently. Listing layers in the order of
    their first call avoids it.

    Source: ``Network.from_config`` (TF 1.12, 1.15), ``reconstruct_from_config`` (TF 2.3).

    Raises:
        ValueError: no order of the layers gives the calls their numbers.
    """
    if model.is_sequential or _numbers_calls(model, model.layers):
        return model
    first_call = {layer.name: index for index, layer in enumerate(_by_first_call(model))}
    layers = tuple(sorted(model.layers, key=lambda layer: first_call[layer.name]))
    if not _numbers_calls(model, layers):
        raise ValueError(model.name)
    return replace(model, layers=layers)


def _by_first_call(model: Model) -> list[Layer]:
    """The layers as their calls become possible, each layer's calls in their own order."""
    parents = _parents(model)
    done: dict[Node, None] = {}
    order: dict[str, Layer] = {}
    pending = {layer.name: layer for layer in model.layers}
    progress = True
    while pending and progress:
        progress = False
        for layer in list(pending.values()):
            if _advance(layer, parents, done):
                progress = True
                order.setdefault(layer.name, layer)
            if _calls_left(layer, done) == 0:
                del pending[layer.name]
    return [*order.values(), *(layer for layer in pending.values() if layer.name not in order)]


def _advance(layer: Layer, parents: Mapping[Node, list[Node]], done: dict[Node, None]) -> bool:
    first = 0 if layer.model is None else 1
    if not layer.calls or layer.model is not None:
        done[layer.name, 0] = None
    moved = not layer.calls
    for number in range(first, first + len(layer.calls)):
        if (layer.name, number) in done:
            continue
        if any(parent not in done for parent in parents[layer.name, number]):
            break
        done[layer.name, number] = None
        moved = True
    return moved


def _calls_left(layer: Layer, done: Mapping[Node, None]) -> int:
    first = 0 if layer.model is None else 1
    numbers = range(first, first + len(layer.calls))
    return sum((layer.name, number) not in done for number in numbers)


def _numbers_calls(model: Model, layers: tuple[Layer, ...]) -> bool:
    """Replays a loader: does every call get the number that the file gives it?"""
    parents = _parents(model)
    made = {la.name: 0 if la.calls and la.model is None else 1 for la in layers}
    waiting = {la.name: [n + (la.model is not None) for n in range(len(la.calls))] for la in layers}
    progress = True
    while progress and any(waiting.values()):
        progress = False
        for layer in layers:
            still = []
            for number in waiting[layer.name]:
                if any(node >= made[name] for name, node in parents[layer.name, number]):
                    still.append(number)
                    continue
                if number != made[layer.name]:
                    return False
                made[layer.name] += 1
                progress = True
            waiting[layer.name] = still
    return not any(waiting.values())
