"""Walks models as layers that were called: the same way in Keras 2.0 and in Keras 3."""
# ruff: noqa: F401, UP010, UP035, UP028

from __future__ import absolute_import, print_function

from probe.loading import keras  # type: ignore[import-not-found]

MYPY = False
if MYPY:
    from typing import Any, Dict, Iterator, List, Optional, Set, Tuple


def flatten(value):
    # type: (Any) -> List[Any]
    """The leaves of nested lists, tuples and dicts, dicts by key as TensorFlow orders them."""
    if isinstance(value, (list, tuple)):
        return [leaf for item in value for leaf in flatten(item)]
    if isinstance(value, dict):
        return [leaf for key in sorted(value) for leaf in flatten(value[key])]
    return [] if value is None else [value]


def nodes_of(model):
    # type: (Any) -> List[Any]
    """The calls that make up a model, each after those it depends on; none if it has no graph."""
    if getattr(model, "model", model) is None:
        model.build()  # a Sequential of Keras 2.0 and 2.1, which has no graph until it is asked to
    graph = getattr(model, "_functional", None) or model
    by_depth = getattr(graph, "_nodes_by_depth", None) or getattr(graph, "nodes_by_depth", {})
    return [node for depth in sorted(by_depth, reverse=True) for node in by_depth[depth]]


def layer_of(node):
    # type: (Any) -> Any
    """The layer that was called."""
    operation = getattr(node, "operation", None)
    return node.outbound_layer if operation is None else operation


def inputs_of(node):
    # type: (Any) -> List[Any]
    """The tensors it was called with."""
    return flatten(node.input_tensors)


def outputs_of(node):
    # type: (Any) -> List[Any]
    """The tensors it returned."""
    return flatten(node.output_tensors)


def is_input(layer):
    # type: (Any) -> bool
    """True for the placeholder of an input."""
    return type(layer).__name__ == "InputLayer"


def calls(model):
    # type: (Any) -> Iterator[Tuple[Any, int, Any]]
    """Layer, how many calls of it came before in this model, and the node; without inputs."""
    nodes = nodes_of(model)
    members = {id(node) for node in nodes}
    for node in nodes:
        layer = layer_of(node)
        if not is_input(layer):
            mine = [id(other) for other in inbound_nodes(layer) if id(other) in members]
            yield layer, mine.index(id(node)), node


def inbound_nodes(layer):
    # type: (Any) -> List[Any]
    """All calls of a layer, in any model."""
    nodes = getattr(layer, "_inbound_nodes", None)
    return list(layer.inbound_nodes if nodes is None else nodes)


def inner_layers(layer):
    # type: (Any) -> List[Any]
    """The layers that a wrapper wraps."""
    names = ("layer", "forward_layer", "backward_layer")
    found = [getattr(layer, name, None) for name in names]
    return [inner for inner in found if isinstance(inner, keras.layers.Layer)]


def layers_of(model, prefix=""):
    # type: (Any, str) -> Iterator[Tuple[str, Any]]
    """Every layer at any depth with its path, once each."""
    for layer in model.layers:
        for item in walk_layer(layer, prefix):
            yield item


def walk_layer(layer, prefix):
    # type: (Any, str) -> Iterator[Tuple[str, Any]]
    """A layer and what is inside it, with paths."""
    path = prefix + layer.name
    yield path, layer
    if hasattr(layer, "layers") and nodes_of(layer):
        for item in layers_of(layer, path + "/"):
            yield item
    for inner in inner_layers(layer):
        for item in walk_layer(inner, path + "/"):
            yield item


def embedding_size(model, position):
    # type: (Any, int) -> Optional[int]
    """The smallest ``input_dim`` of the Embeddings that input `position` reaches as it is."""
    return follow(model, [position])[0]


def follow(model, positions):
    # type: (Any, List[int]) -> Tuple[Optional[int], List[int]]
    """Follow inputs through a model: the smallest Embedding, and the outputs they come out at.

    A layer without weights is taken to hand its input on. That may narrow the range of an input
    for no reason, which does no harm; the opposite error would make the model fail.
    """
    inputs = flatten(model.inputs)
    carried = {id(inputs[position]) for position in positions}  # type: Set[int]
    sizes = []  # type: List[int]
    for layer, _, node in calls(model):
        fed = [index for index, tensor in enumerate(inputs_of(node)) if id(tensor) in carried]
        if fed:
            size, passes = follow_layer(layer, fed, len(outputs_of(node)))
            sizes += [] if size is None else [size]
            outputs = outputs_of(node)
            carried |= {id(outputs[index]) for index in passes}
    out = [index for index, tensor in enumerate(flatten(model.outputs)) if id(tensor) in carried]
    return min(sizes) if sizes else None, out


def follow_layer(layer, positions, outputs):
    # type: (Any, List[int], int) -> Tuple[Optional[int], List[int]]
    """The same for one layer with that many outputs."""
    if isinstance(layer, keras.layers.Embedding):
        return layer.input_dim, []
    if nodes_of(layer):
        return follow(layer, positions)
    sizes = []
    for inner in inner_layers(layer):
        size = follow_layer(inner, positions, outputs)[0]
        sizes += [] if size is None else [size]
    # Operations, such as those that make a mask, have none.
    passes = [] if getattr(layer, "weights", ()) else list(range(outputs))
    return min(sizes) if sizes else None, passes


def activations_of(layer):
    # type: (Any) -> Dict[str, str]
    """The activations of a layer and of what it wraps, by keyword."""
    found = {}  # type: Dict[str, str]
    for name in ("activation", "recurrent_activation"):
        function = getattr(layer, name, None)
        if function is not None:
            named = getattr(function, "__name__", None) or type(function).__name__
            found[name] = str(named)
    for inner in inner_layers(layer):
        for name, value in activations_of(inner).items():
            found[inner.name + "." + name] = value
    return found
