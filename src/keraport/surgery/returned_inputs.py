"""Masks that TensorFlow 1.12 and 1.13 lose where a layer returns its very input.

They note the mask of a layer's output on the tensor (``Layer._set_mask_metadata``). Where that
tensor is the layer's input, which has a note of its own, they overwrite it with None: the output
has no mask, and neither has the input for whatever is called on it later. What was called first is
known of layers behind one another; of others the file says nothing, and the loader calls them in
another order than the user did. Nested models are run otherwise (``Network._run_internal_graph``),
and so are stacks that do not know their input shape: they lose no mask.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from typing import Final, TypeAlias

from keraport import hub
from keraport.analysis.dtypes import infer_dtypes
from keraport.analysis.masks import masked_outputs
from keraport.analysis.rewiring import output_of
from keraport.catalog.api import Api, load_api
from keraport.catalog.releases import Release
from keraport.changes import between
from keraport.changes.layers.dtype_rules import UNKNOWN
from keraport.changes.layers.masks import DROPS, IdentitiesKeepMasks, returns_input
from keraport.changes.site import CallDtypes
from keraport.hub import Mask
from keraport.model import Call, Config, Layer, Model, TensorRef
from keraport.model.graph import inner_layers, map_refs
from keraport.records import dataclass
from keraport.report import Journal, Note, Verdict

Returned: TypeAlias = Callable[[str, Sequence[str]], tuple[int, ...]]

_BLIND: Final = hub.names(
    lambda row: (
        row.mask in (Mask.PASSES, Mask.USED_UP, Mask.STOPS, Mask.MADE, Mask.MADE_IF_ASKED)
        and not row.asks_for_mask
    )
)
"""Classes that compute the same with a mask and without."""

_ENDS: Final = hub.names(
    lambda row: row.mask in (Mask.USED_UP, Mask.STOPS, Mask.MADE, Mask.MADE_IF_ASKED)
)
"""Classes that pass no mask on."""

_LAMBDA: Final = "Lambda"


def with_masks_lost_by_identities(
    model: Model,
    source: Release,
    target: Release,
    journal: Journal,
    companions: set[str],
    functions: Mapping[str, str],
    given: Returned,
    *,
    stock_only: bool = False,
) -> Model:
    """The model with a `WithoutMask` of the companion wherever the source's loader lost a mask.

    Args:
        model: in the words of the hub.
        source: the release that wrote it.
        target: the release to be written for.
        journal: is told.
        companions: takes the name of that class if there is one in the model now.
        functions: the source of functions that Lambda layers call, by name.
        given: which of the tensors that a function is called with it returns, by its source and
            their dtypes (`keraport.lambdas.returned`).
        stock_only: no companion is wanted.
    """
    steps = between(source, target)
    if not steps.crossed(IdentitiesKeepMasks) or steps.undone(IdentitiesKeepMasks):
        return model
    losing = _Losing(load_api(source.id), functions, given, infer_dtypes(model))
    found = losing.stack(model) if model.is_sequential else losing.graph(model)
    for layer, (before, unclear) in losing.found.items():
        text = (
            f"{source} loses the mask of what {before} gives where this layer returns it as it is"
        )
        note = Note(Verdict.EXACT, f"{text}: {DROPS} drops it there")
        if unclear:
            text += (
                f"; {unclear} is called on it as well, with the mask or without, depending on "
                "which of them was called first, and the file does not tell that"
            )
            hint = (
                f"build the model in {source} without this layer, check what it predicts, and "
                "save it"
            )
            note = Note(Verdict.REFUSED, text, hint)
        elif stock_only:
            hint = "leave out --stock-only to get a file that defines a layer which drops it"
            note = Note(Verdict.REFUSED, text, hint)
        journal.note(layer, note)
    if any(layer.class_name == DROPS for layer in found.layers):
        companions.add(DROPS)
    return found


_Key: TypeAlias = tuple[str, int]
"""A call: its layer and its number."""


@dataclass(slots=True)
class _Losing:
    """One conversion.

    Args:
        api: of the source.
        functions: the source of functions that Lambda layers call, by name.
        given: which of the tensors that a function is called with it returns (`returned`).
        dtypes: of the tensors, as `infer_dtypes` gives them.
        found: by the layer that returns its input, what gives that, and a layer of which it is not
            known whether it is called with the mask.
    """

    api: Api
    functions: Mapping[str, str]
    given: Returned
    dtypes: Mapping[str, tuple[CallDtypes, ...]]
    found: dict[str, tuple[str, str]] = field(default_factory=dict)

    def stack(self, model: Model) -> Model:
        """A stack: each layer is called on what the one before it gives."""
        if not _knows_its_input(model):
            return model
        entry, masked = TensorRef("", 0, 0), False
        layers: list[Layer] = []
        taken = {layer.name for layer in model.layers}
        for at, layer in enumerate(model.layers):
            call = Call([entry])
            if masked and self.returned(layer, call):
                if layer.class_name != _LAMBDA and self.is_seen_in_stack(model.layers[at:]):
                    before = output_of(layers[-1])
                    layers.append(self.dropping(before, taken, ()))
                    self.found[layer.name] = before.layer, ""
                masked = False
            else:
                carrying = {entry} if masked else set()
                masked = 0 in masked_outputs(layer, call, carrying, self.api)
            layers.append(layer)
        return replace(model, layers=tuple(layers)) if self.found else model

    def graph(self, model: Model) -> Model:
        """A graph of which only the calls behind one another have a known order."""
        calls = _calls_in_order(model)
        lost = self.lost_in(calls)
        if not lost:
            return model
        taken, seeing = {layer.name for layer in model.layers}, self.seeing(model)
        dropping: dict[TensorRef, Layer] = {}
        rewired: dict[_Key, dict[TensorRef, Layer]] = {}
        for ref, events in lost.items():
            later = {key: _behind(key, calls) for key in events}
            for key, (layer, call) in calls.items():
                if ref not in call.refs() or layer.name not in seeing:
                    continue
                own = key in events
                if own and layer.class_name == _LAMBDA:
                    continue  # it passes no mask on in any release
                after = next((event for event in events if key in later[event]), None)
                if own or after is not None:
                    event = key if after is None else after
                    new = dropping.get(ref) or self.dropping(ref, taken, (Call([ref]),))
                    dropping[ref] = rewired.setdefault(key, {})[ref] = new
                    self.found.setdefault(event[0], (ref.layer, ""))
                elif any(event not in _behind(key, calls) for event in events):
                    self.found[events[0][0]] = ref.layer, layer.name
        layers: list[Layer] = []
        for layer in model.layers:
            numbered = enumerate(layer.calls, start=_first_call(layer))
            new_calls = [_rewired(call, rewired.get((layer.name, at), {})) for at, call in numbered]
            layers.append(replace(layer, calls=tuple(new_calls)))
            layers += [new for ref, new in dropping.items() if ref.layer == layer.name]
        return replace(model, layers=tuple(layers)) if dropping else model

    def lost_in(self, calls: Mapping[_Key, tuple[Layer, Call]]) -> dict[TensorRef, list[_Key]]:
        """The tensors whose mask is lost, with the calls that lose it."""
        carrying: set[TensorRef] = set()
        lost: dict[TensorRef, list[_Key]] = {}
        for key, (layer, call) in calls.items():
            gone = {ref for ref in call.refs() if ref in lost}
            gone = {ref for ref in gone if any(key in _behind(by, calls) for by in lost[ref])}
            returned = [ref for ref in self.returned(layer, call) if ref in carrying - gone]
            for ref in returned:
                lost.setdefault(ref, []).append(key)
            if not returned:
                outputs = masked_outputs(layer, call, carrying - gone, self.api)
                carrying |= {TensorRef(*key, output) for output in outputs}
        return lost

    def returned(self, layer: Layer, call: Call) -> tuple[TensorRef, ...]:
        """The tensors that a call returns as they are given."""
        refs = call.refs()
        if layer.class_name != _LAMBDA:
            return refs if returns_input(layer, call) else ()
        source = self.functions.get(str(layer.config.get("function")))
        known = self.dtypes.get(layer.name, ())
        dtypes = known[0].inputs if known else ()
        if source is None or not refs:
            return ()
        at = self.given(source, dtypes if len(dtypes) == len(refs) else [""] * len(refs))
        return tuple(refs[place] for place in at)

    def seeing(self, model: Model) -> set[str]:
        """Layers of a graph that compute something else with a mask, or pass it on to such."""
        seeing = {layer.name for layer in model.layers if self.looks(layer)}
        readers: dict[str, set[str]] = {}
        passing = {layer.name for layer in model.layers if not _ends_masks(layer)}
        for layer in model.layers:
            for ref in (ref for call in layer.calls for ref in call.refs()):
                readers.setdefault(layer.name, set()).add(ref.layer)
        pending = list(seeing)
        while pending:
            before = (readers.get(pending.pop(), set()) & passing) - seeing
            seeing |= before
            pending += before
        return seeing

    def is_seen_in_stack(self, layers: Sequence[Layer]) -> bool:
        """True if a mask that reaches the first of these layers makes a difference."""
        for layer in layers:
            if self.looks(layer):
                return True
            if _ends_masks(layer):
                return False
        return False

    def looks(self, layer: Layer) -> bool:
        """True if a layer computes something else with a mask, as far as that is known."""
        if layer.class_name == _LAMBDA:
            source = self.functions.get(str(layer.config.get("function")))
            return source is None or "mask" in source
        if not layer.is_keras or layer.model is not None or layer.class_name not in _BLIND:
            return True
        return any(self.looks(inner) for inner in inner_layers(layer.config))

    def dropping(self, ref: TensorRef, taken: set[str], calls: tuple[Call, ...]) -> Layer:
        """A layer that drops the mask of a tensor."""
        name = f"{ref.layer}_without_mask"
        while name in taken:
            name = f"{name}_"
        taken.add(name)
        known = self.dtypes.get(ref.layer, ())[:1]
        dtype = known[0].outputs[min(ref.tensor, len(known[0].outputs) - 1)] if known else None
        dtype = "float32" if dtype in (None, UNKNOWN) else dtype
        config: Config = {"name": name, "trainable": True, "dtype": dtype}
        return Layer(name, DROPS, config, calls)


def _first_call(layer: Layer) -> int:
    """A nested model has a call 0 of its own."""
    return 0 if layer.model is None else 1


def _ends_masks(layer: Layer) -> bool:
    return layer.class_name == _LAMBDA or (layer.is_keras and layer.class_name in _ENDS)


def _calls_in_order(model: Model) -> dict[_Key, tuple[Layer, Call]]:
    """The calls of a graph, each behind those that it needs and earlier ones of its layer."""
    made = {(layer.name, 0) for layer in model.layers if layer.model or not layer.calls}
    waiting = {
        (layer.name, number): (layer, call)
        for layer in model.layers
        for number, call in enumerate(layer.calls, start=_first_call(layer))
    }
    calls: dict[_Key, tuple[Layer, Call]] = {}
    size = -1
    while len(calls) != size:
        size = len(calls)
        for (name, number), (layer, call) in list(waiting.items()):
            is_next = number == _first_call(layer) or (name, number - 1) in made
            if is_next and all((ref.layer, ref.node) in made for ref in call.refs()):
                made.add((name, number))
                calls[name, number] = waiting.pop((name, number))
    return calls


def _behind(key: _Key, calls: Mapping[_Key, tuple[Layer, Call]]) -> set[_Key]:
    """The calls that were made after that one for certain."""
    behind = {key}
    for (name, number), (_, call) in calls.items():
        needed = {(ref.layer, ref.node) for ref in call.refs()} | {(name, number - 1)}
        if needed & behind:
            behind.add((name, number))
    return behind - {key}


def _knows_its_input(stack: Model) -> bool:
    first = stack.layers[0] if stack.layers else None
    if first is None or first.model is None:
        return first is not None and (
            first.class_name == "InputLayer" or "batch_input_shape" in first.config
        )
    return not first.model.is_sequential or _knows_its_input(first.model)


def _rewired(call: Call, new: Mapping[TensorRef, Layer]) -> Call:
    def behind(ref: TensorRef) -> TensorRef:
        return TensorRef(new[ref].name, 0, 0) if ref in new else ref

    if not new:
        return call
    arguments = {key: map_refs(value, behind) for key, value in call.arguments.items()}
    return Call(map_refs(call.inputs, behind), arguments)
