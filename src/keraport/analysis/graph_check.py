"""Graphs that no release can have built: found before anything relies on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from keraport.analysis.order import Node, cycle_of
from keraport.errors import DamagedFileError
from keraport.model import Layer, Model, TensorRef
from keraport.model.graph import find_refs, inner_layers

_HINT = "the file is damaged: its config contradicts itself"


def check_graph(model: Model) -> None:
    """Every tensor that is read must be one that some call makes before.

    Models in layers, wrappers and cells are checked too.

    Raises:
        DamagedFileError: a call or an output reads a tensor that is not there, a call reads none,
            calls wait for each other, or two layers have one name.
    """
    _check_names(model)
    outputs = {layer.name: _outputs(layer) for layer in model.layers}
    calls = {
        layer.name: len(layer.calls) + 1 if layer.model is not None else len(layer.calls) or 1
        for layer in model.layers
    }
    for reader, ref in _readers(model):
        if not 0 <= ref.node < calls.get(ref.layer, 0):
            raise DamagedFileError(
                f"model {model.name!r:.120}: {reader} reads call {ref.node} of layer "
                f"{ref.layer!r:.120}, which is not there",
                hint=_HINT,
            )
        if not 0 <= ref.tensor < outputs.get(ref.layer, ref.tensor + 1):
            raise DamagedFileError(
                f"model {model.name!r:.120}: {reader} reads output {ref.tensor} of layer "
                f"{ref.layer!r:.120}, which has {outputs[ref.layer]}",
                hint=_HINT,
            )
    cycle = () if model.is_sequential else cycle_of(model)
    if cycle:
        raise DamagedFileError(
            f"model {model.name!r:.120}: the calls {_shown(cycle)} form a cycle", hint=_HINT
        )
    for layer in model.layers:
        _check_inside(layer)


def _check_inside(layer: Layer) -> None:
    if layer.model is not None:
        check_graph(layer.model)
    for inner in inner_layers(layer.config):
        _check_inside(inner)


def _check_names(model: Model) -> None:
    seen: set[str] = set()
    for layer in model.layers:
        if layer.name in seen:
            raise DamagedFileError(
                f"model {model.name!r:.120}: two layers are called {layer.name!r:.120}",
                hint="the file is damaged: Keras refuses to build such a model",
            )
        seen.add(layer.name)


def _readers(model: Model) -> Iterator[tuple[str, TensorRef]]:
    """Who reads a tensor, in words, and which."""
    for layer in model.layers:
        reader = f"layer {layer.name!r:.120}"
        for call in layer.calls:
            refs = call.refs()
            if not refs:
                raise DamagedFileError(
                    f"model {model.name!r:.120}: {reader} is called without a tensor", hint=_HINT
                )
            yield from ((reader, ref) for ref in refs)
    if not model.is_sequential:
        yield from (("the model's inputs", ref) for ref in find_refs(model.inputs))
        yield from (("the model's outputs", ref) for ref in find_refs(model.outputs))


def _outputs(layer: Layer) -> int:
    """How many outputs a nested model has; of layers that depends on the release."""
    if layer.model is None:
        return 1 << 31
    return 1 if layer.model.is_sequential else len(find_refs(layer.model.outputs))


def _shown(cycle: Sequence[Node]) -> str:
    names = [f"{number} of {name!r:.120}" for name, number in cycle[:4]]
    return ", ".join(names) + (", ..." if len(cycle) > len(names) else "")
