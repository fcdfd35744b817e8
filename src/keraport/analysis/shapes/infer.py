"""Shapes through a model: which call reads which tensor, in an order in which they can be told."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import field
from functools import partial
from typing import TypeAlias

from keraport import hub
from keraport.analysis.kinds import MODEL_CLASSES
from keraport.analysis.shapes import (
    basic,
    contracting,
    merging,
    ops,
    preprocessing,
    recurrent,
    spatial,
    third_party,
    wrapping,
)
from keraport.analysis.shapes.values import (
    RowRule,
    Rule,
    Shape,
    Shapes,
    UnknownShape,
    declared_shape,
    same_dim,
    sound,
)
from keraport.model import Call, Layer, Model, TensorRef
from keraport.model.graph import find_refs, given_to_model, walk, walk_layer
from keraport.records import dataclass

RULES: dict[str, Rule] = {
    **basic.RULES,
    **contracting.RULES,
    **merging.RULES,
    **ops.RULES,
    **preprocessing.RULES,
    **third_party.RULES,
}
"""The rules that rows of the vocabulary name; with `OF_ROWS` and those of wrappers all of them."""

OF_ROWS: dict[str, RowRule] = {**spatial.RULES, **recurrent.RULES}

_ACTIVATIONS = frozenset(
    {
        *("elu", "exponential", "gelu", "hard_sigmoid", "leaky_relu", "linear", "mish", "relu"),
        *("relu6", "selu", "sigmoid", "silu", "softmax", "softmax_v2", "softplus", "softsign"),
        *("swish", "tanh"),
        *hub.third_party.ACTIVATIONS,
        hub.activations.FLATTER_HARD_SIGMOID,
        *hub.activations.OF_KERAS_3_0,
        *(hub.activations.OF_KERAS_3 - hub.activations.OF_ANOTHER_SHAPE),
    }
)
"""Functions known to keep shapes; a user's own one need not."""

_MOST_CALLS = 100_000
"""Models that share models multiply their calls; behind so many nothing more is told."""

_UNKNOWN: Shapes = (None,)

_Node: TypeAlias = tuple[str, int]
"""A call: the name of the layer and the number of the call."""


@dataclass(frozen=True, slots=True)
class CallShapes:
    """The shapes at one call of a layer.

    Args:
        inputs: in the order of ``Call.refs()``; what the layer before makes, in a Sequential; none
            for an InputLayer.
        outputs: in the order of the tensors; a single None where nothing is known.
    """

    inputs: Shapes
    outputs: Shapes


def infer_shapes(
    model: Model, custom: frozenset[str] = frozenset()
) -> dict[str, tuple[CallShapes, ...]]:
    """The shapes that TF 2.3 gives to the tensors of a model.

    Args:
        model: in the hub's words, or as a release up to TF 2.15 wrote it.
        custom: names that the user's own file defines; they win over built-in ones.

    Returns:
        By the path of the layer (`keraport.model.graph.walk`) an entry for each of its calls, in
        order. A layer of a nested or wrapped model has one for each call of that model times its
        own calls; cells of an RNN, and models in a graph that contradicts itself, have none.
        Whatever does not make sense is unknown; nothing is raised.
    """
    inference = _Inference(custom, {path: [] for path, _ in walk(model)})
    inference.run(model, declared_inputs(model), "")
    return {path: tuple(calls) for path, calls in inference.found.items()}


def declared_inputs(model: Model) -> Shapes:
    """The shapes that a model itself states for its inputs."""
    if not model.is_sequential:
        by_name = {layer.name: layer for layer in model.layers}
        return tuple(
            _declared(by_name[ref.layer]) if ref.layer in by_name else None
            for ref in find_refs(model.inputs)
        )
    if not model.layers:
        return _UNKNOWN
    entry = model.layers[0]
    if entry.model is not None:
        return declared_inputs(entry.model)
    shape = _declared(entry)
    return (declared_shape(model.settings.get("build_input_shape")) if shape is None else shape,)


def _declared(layer: Layer) -> Shape:
    shape = declared_shape(layer.config.get("batch_input_shape"))
    return declared_shape(layer.config.get("batch_shape")) if shape is None else shape


@dataclass(slots=True)
class _Inference:
    custom: frozenset[str]
    found: dict[str, list[CallShapes]]
    left: int = field(default=_MOST_CALLS)

    def run(self, model: Model, inputs: Shapes, path: str) -> Shapes:
        """Shapes of a model's outputs; `path` ends in a slash, or is empty."""
        if model.is_sequential:
            return self._stack(model, inputs, path)
        return self._graph(model, inputs, path)

    def _stack(self, model: Model, inputs: Shapes, path: str) -> Shapes:
        shapes = inputs
        for layer in model.layers:
            if layer.class_name == "InputLayer":
                self._record(f"{path}{layer.name or layer.class_name}", (), shapes)
            else:
                shapes = self.layer(layer, shapes, path)
        return shapes

    def _graph(self, model: Model, inputs: Shapes, path: str) -> Shapes:
        made: dict[tuple[str, int], Shapes] = {}
        for ref, shape in zip(find_refs(model.inputs), inputs, strict=False):
            made[ref.layer, ref.node] = (shape,)

        def look_up(ref: TensorRef) -> Shape:
            shapes = made.get((ref.layer, ref.node), _UNKNOWN)
            return shapes[ref.tensor] if 0 <= ref.tensor < len(shapes) else None

        for layer, node, call in in_order(model):
            key = (layer.name, node)
            if layer.class_name == "InputLayer":
                made.setdefault(key, (_declared(layer),))
                self._record(f"{path}{layer.name}", (), made[key])
            elif call is not None:
                arguments = tuple(look_up(ref) for ref in find_refs(call.arguments))
                given = tuple(look_up(ref) for ref in find_refs(call.inputs))
                if layer.model is not None:
                    expected = tuple(map(look_up, given_to_model(call, layer.model)))
                    outputs = self._nested(layer, expected, path)
                    self._record(f"{path}{layer.name}", (*given, *arguments), outputs)
                    made[key] = outputs
                else:
                    made[key] = self.layer(layer, given, path, arguments)
            elif layer.model is not None:
                made[key] = self._unrecorded(layer.model)
        return tuple(look_up(ref) for ref in find_refs(model.outputs))

    def _unrecorded(self, model: Model) -> Shapes:
        """A model's outputs for its own inputs: call 0, which nobody made in the model around."""
        apart = _Inference(self.custom, {}, self.left)
        outputs = apart.run(model, declared_inputs(model), "") if self.left > 0 else _UNKNOWN
        self.left = apart.left
        return outputs

    def layer(self, layer: Layer, inputs: Shapes, prefix: str, arguments: Shapes = ()) -> Shapes:
        """One call: looks up the class, keeps what was found."""
        path = f"{prefix}{layer.name or layer.class_name}"
        outputs = (
            self._outputs(layer, inputs, path)
            if layer.model is None
            else self._nested(layer, inputs, prefix)
        )
        self._record(path, (*inputs, *arguments), outputs)
        return outputs

    def _outputs(self, layer: Layer, inputs: Shapes, path: str) -> Shapes:
        row = hub.row(layer.class_name)
        if row is None or not row.shape or self.left <= 0 or self._is_custom(layer):
            return _UNKNOWN
        try:
            if row.shape in wrapping.RULES:
                apply = partial(self.layer, prefix=f"{path}/")
                made = wrapping.RULES[row.shape](layer.config, inputs, apply)
            elif row.shape in OF_ROWS:
                made = OF_ROWS[row.shape](row, layer.config, inputs)
            else:
                made = RULES[row.shape](layer.config, inputs)
            return tuple(sound(shape) for shape in made)
        except UnknownShape:
            return _UNKNOWN

    def _is_custom(self, layer: Layer) -> bool:
        """True if the layer's class, a cell of it, or its activation may be a user's own."""
        activation = layer.config.get("activation")
        if activation is not None and not isinstance(activation, str):
            return True
        if activation is not None and activation not in _ACTIVATIONS - self.custom:
            return True
        parts = walk_layer(layer) if layer.class_name == "RNN" else [("", layer)]
        return any(part.class_name in self.custom for _, part in parts)

    def _nested(self, layer: Layer, inputs: Shapes, prefix: str) -> Shapes:
        model, path = layer.model, f"{prefix}{layer.name or layer.class_name}/"
        if model is None or self.left <= 0 or layer.class_name not in MODEL_CLASSES - self.custom:
            return _UNKNOWN
        declared = declared_inputs(model)
        if len(declared) < len(inputs):
            return _UNKNOWN
        # TF 2.3 computes what it can of a model that is called with too few tensors.
        given = (*inputs, *declared[len(inputs) :])
        conformed = tuple(
            _conformed(shape, own) for shape, own in zip(given, declared, strict=True)
        )
        return self.run(model, conformed, path)

    def _record(self, path: str, inputs: Shapes, outputs: Shapes) -> None:
        self.left -= 1
        if path in self.found:
            self.found[path].append(CallShapes(inputs, outputs))


def _conformed(given: Shape, own: Shape) -> Shape:
    """What a nested model makes of an input (TF 2.3: ``Functional._conform_to_reference_input``).

    It adds or drops a last dimension of 1, and fills unknown dimensions from its own Input, unless
    the two contradict each other.
    """
    if given is None or own is None:
        return own if given is None else given
    if len(given) == len(own) + 1 and given[-1] == 1:
        given = given[:-1]
    elif len(given) == len(own) - 1 and own[-1] == 1:
        given = (*given, 1)
    if len(given) != len(own):
        return given
    try:
        return tuple(same_dim(one, other) for one, other in zip(given, own, strict=True))
    except UnknownShape:
        return given


def in_order(model: Model) -> Iterator[tuple[Layer, int, Call | None]]:
    """Calls, each after those whose tensors it reads, and those of a layer in their order.

    Calls that read in a circle never come.

    The call is None for an input, and for call 0 of a nested model, which is not the outer model's.
    """
    read = {ref for layer in model.layers for call in layer.calls for ref in call.refs()}
    own = {ref.layer for ref in read.union(find_refs(model.outputs)) if ref.node == 0}
    calls: dict[_Node, tuple[Layer, Call | None]] = {}
    for layer in model.layers:
        if not layer.calls or (layer.model is not None and layer.name in own):
            calls[layer.name, 0] = (layer, None)
        for node, made_by in enumerate(layer.calls, start=0 if layer.model is None else 1):
            calls[layer.name, node] = (layer, made_by)
    waits: dict[_Node, int] = {}
    readers: dict[_Node, list[_Node]] = {}
    for key, (_, call) in calls.items():
        sources = {(ref.layer, ref.node) for ref in call.refs()} if call else set()
        sources &= calls.keys()
        waits[key] = len(sources)
        for source in sources:
            readers.setdefault(source, []).append(key)
    ready = deque(key for key, count in waits.items() if count == 0)
    done: set[_Node] = set()
    held: dict[_Node, _Node] = {}
    while ready or held:
        if ready:
            key = ready.popleft()
            earlier = (key[0], key[1] - 1)
            if earlier in calls and earlier not in done:
                # The calls of a layer come in their order, unless an earlier one reads a later.
                held[earlier] = key
                continue
        else:
            key = held.pop(next(iter(held)))
        done.add(key)
        yield calls[key][0], key[1], calls[key][1]
        if key in held:
            ready.appendleft(held.pop(key))
        for reader in readers.get(key, ()):
            waits[reader] -= 1
            if waits[reader] == 0:
                ready.append(reader)
