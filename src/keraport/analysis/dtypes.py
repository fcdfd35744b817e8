"""Dtypes through a model, as TF 2.3 has them: what each call takes, casts and gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field

from keraport import hub
from keraport.analysis.shapes.infer import in_order
from keraport.changes.layers.dtype_rules import (
    FLOATS,
    UNKNOWN,
    cast_by,
    gives,
    own_dtype,
    without_idle,
)
from keraport.changes.site import CallDtypes
from keraport.model import Call, Layer, Model, TensorRef, Value
from keraport.model.graph import find_refs, given_to_model
from keraport.records import dataclass

_WRAPPERS = hub.names(lambda row: row.holds == "layer")

_Readers = dict[str, list[tuple[Layer, int]]]
"""By layer those that read it, and as which of their inputs."""


def infer_dtypes(
    model: Model, custom: frozenset[str] = frozenset(), *, stock_only: bool = False
) -> dict[str, tuple[CallDtypes, ...]]:
    """The dtypes of all tensors of a model, and the casts that its layers make.

    An InputLayer has one entry, whose output is the dtype that the target's input is to have: that
    of the layers behind it where nothing is lost by that, else its own.

    Args:
        model: in the hub's words.
        custom: names that the user's own file defines; they win over built-in ones.
        stock_only: no companion is wanted, so that inputs are changed where a cast behind them
            would be more exact.

    Returns:
        by the path of the layer (`keraport.model.graph.walk`) an entry for each of its calls, in
        order; those of nested models in the order of the model's own inputs. What is inside a
        nested or wrapped model has one for each of its calls there.
    """
    inference = _Inference(custom, stock_only)
    inference.run(model, (), "")
    return {path: tuple(calls) for path, calls in inference.found.items()}


@dataclass(slots=True)
class _Inference:
    custom: frozenset[str]
    stock_only: bool
    found: dict[str, list[CallDtypes]] = field(default_factory=dict)
    given_by: dict[str, tuple[str, ...]] = field(default_factory=dict)
    entries_of: dict[int, tuple[str, ...]] = field(default_factory=dict)

    def run(self, model: Model, given: Sequence[str], prefix: str) -> tuple[str, ...]:
        """The dtypes of a model's outputs; `prefix` is its path, ending in a slash, or empty.

        Args:
            model: what is gone over.
            given: for a stack that does not say what it takes.
            prefix: path of the model.
        """
        wanted = self.entries(model, outermost=not prefix)
        if model.is_sequential:
            return self._stack(model, wanted, given, prefix)
        made: dict[tuple[str, int], tuple[str, ...]] = {
            (ref.layer, ref.node): (dtype,)
            for ref, dtype in zip(find_refs(model.inputs), wanted, strict=True)
            if dtype
        }

        def look_up(ref: TensorRef) -> str:
            return _at(made.get((ref.layer, ref.node), (UNKNOWN,)), ref.tensor)

        calls: dict[tuple[str, int], CallDtypes] = {}
        for layer, node, call in in_order(model):
            key, path = (layer.name, node), f"{prefix}{layer.name}"
            if call is not None:
                refs = _inputs_of(layer, call)
                calls[key] = self._call(layer, tuple(map(look_up, refs)), path)
                made[key] = calls[key].outputs
            elif layer.class_name == "InputLayer":
                made.setdefault(key, (own_dtype(layer),))
                self.found[path] = [CallDtypes((), (), made[key])]
            elif layer.model is not None:
                made[key] = self._inside(layer, (), path)
        for (name, _), call_dtypes in sorted(calls.items(), key=lambda item: item[0]):
            self.found.setdefault(f"{prefix}{name}", []).append(call_dtypes)
        return tuple(look_up(ref) for ref in find_refs(model.outputs))

    def _stack(
        self, model: Model, wanted: Sequence[str], given: Sequence[str], prefix: str
    ) -> tuple[str, ...]:
        now = tuple(wanted if any(wanted) else given) or ("float32",)
        for layer in model.layers:
            path = f"{prefix}{layer.name or layer.class_name}"
            if layer.class_name == "InputLayer":
                now = now if any(wanted) else (own_dtype(layer),)
                self.found[path] = [CallDtypes((), (), now)]
                continue
            call = self._call(layer, now[:1], path)
            self.found.setdefault(path, []).append(call)
            now = call.outputs
        return now

    def _call(self, layer: Layer, given: tuple[str, ...], path: str) -> CallDtypes:
        casts = tuple(
            without_idle(dtype, self._steps(layer, dtype, at)) for at, dtype in enumerate(given)
        )
        taken = tuple(
            steps[-1] if steps else dtype for dtype, steps in zip(given, casts, strict=True)
        )
        return CallDtypes(given, casts, self._inside(layer, taken, path))

    def _inside(self, layer: Layer, taken: tuple[str, ...], path: str) -> tuple[str, ...]:
        """The outputs of a layer, after its casts; what is in it is gone over once."""
        if layer.model is not None:
            if path not in self.given_by:
                self.given_by[path] = self.run(layer.model, taken, f"{path}/")
            return self.given_by[path]
        if layer.class_name in self.custom:
            return (own_dtype(layer),)
        inner = _inner(layer)
        if inner is not None and layer.class_name in _WRAPPERS:
            path = f"{path}/{inner.name or inner.class_name}"
            outputs = self._inside(inner, taken, path)
            call = CallDtypes(taken, ((),) * len(taken), outputs)
            self.found.setdefault(path, []).append(call)
            return outputs
        return gives(layer, taken)

    def _steps(self, layer: Layer, given: str, at: int) -> tuple[str, ...]:
        """What a layer, and those inside it, make of a tensor one after the other."""
        if layer.model is not None:
            wanted = self.entries(layer.model)
            return (wanted[at],) if at < len(wanted) and wanted[at] else ()
        own = cast_by(layer, given)
        inner = None if layer.class_name in self.custom else _inner(layer)
        return (own,) if inner is None else (own, *self._steps(inner, own, at))

    def entries(self, model: Model, *, outermost: bool = False) -> tuple[str, ...]:
        """The dtype that each input of a model has in the target; empty where it says none."""
        if id(model) not in self.entries_of:
            self.entries_of[id(model)] = tuple(self._entries(model, outermost=outermost))
        return self.entries_of[id(model)]

    def _entries(self, model: Model, *, outermost: bool) -> Iterator[str]:
        if model.is_sequential:
            for first in model.layers[:1]:
                if first.model is not None:
                    yield from self.entries(first.model)
                elif first.class_name == "InputLayer":
                    readers = [(layer, 0) for layer in model.layers[1:2]]
                    yield self._dtype_of_input(first, readers, outermost=outermost)
                else:
                    yield own_dtype(first) if "batch_input_shape" in first.config else ""
            return
        by_name = {layer.name: layer for layer in model.layers}
        reading = _readers(model)
        returned = {ref.layer for ref in find_refs(model.outputs)}
        for ref in find_refs(model.inputs):
            entry = by_name.get(ref.layer)
            if entry is None or entry.class_name != "InputLayer" or ref.layer in returned:
                yield "" if entry is None else own_dtype(entry)
            else:
                yield self._dtype_of_input(entry, reading.get(ref.layer, []), outermost=outermost)

    def _dtype_of_input(
        self, entry: Layer, readers: Sequence[tuple[Layer, int]], *, outermost: bool
    ) -> str:
        """The dtype of an input: that of all layers behind it, if no value is another then.

        Empty where those make integers of anything themselves, in all releases.

        What a model is fed is float32 by then, if it is floats (``data_adapter.py``, TF 2.3). So
        it loses nothing to an input of float32 or float64, and a narrower or a whole one has to
        stay: it rounds, or truncates, what it is fed.
        """
        own = own_dtype(entry)
        if not outermost and readers and all(_takes_indices(reader) for reader, _ in readers):
            return ""
        wanted = set()
        for reader, at in readers:
            steps = without_idle(own, self._steps(reader, own, at))
            if len(steps) != 1:
                return own
            wanted.add(steps[0])
        harmless = own == "float64" or (outermost and (own == "float32" or self.stock_only))
        return wanted.pop() if harmless and len(wanted) == 1 and wanted <= FLOATS else own


def dtypes_of_inputs(model: Model) -> tuple[str, ...]:
    """The dtype that each input of a nested model has in the source; empty where it has none."""
    if not model.is_sequential:
        by_name = {layer.name: layer for layer in model.layers}
        entries = [by_name.get(ref.layer) for ref in find_refs(model.inputs)]
        return tuple("" if entry is None else own_dtype(entry) for entry in entries)
    first = model.layers[0] if model.layers else None
    if first is None or first.model is not None:
        return (
            dtypes_of_inputs(first.model) if first is not None and first.model is not None else ()
        )
    told = first.class_name == "InputLayer" or "batch_input_shape" in first.config
    return (own_dtype(first) if told else "",)


def _at(dtypes: Sequence[str], index: int) -> str:
    return dtypes[min(index, len(dtypes) - 1)] if dtypes else UNKNOWN


def _takes_indices(layer: Layer) -> bool:
    return layer.class_name == "Embedding"


def _inner(layer: Layer) -> Layer | None:
    """The layer inside that gets what this one is given itself."""
    row = hub.row(layer.class_name)
    value: Value = layer.config.get(row.holds) if row is not None and row.holds else None
    if isinstance(value, list) and value:
        value = value[0]
    return value if isinstance(value, Layer) else None


def _inputs_of(layer: Layer, call: Call) -> tuple[TensorRef, ...]:
    return find_refs(call.inputs) if layer.model is None else given_to_model(call, layer.model)


def _readers(model: Model) -> _Readers:
    found: _Readers = {}
    for reader in model.layers:
        for call in reader.calls:
            for at, ref in enumerate(_inputs_of(reader, call)):
                found.setdefault(ref.layer, []).append((reader, at))
    return found
