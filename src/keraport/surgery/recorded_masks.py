"""Masks that the loader makes itself, and that a graph of Keras 3 says nevertheless.

Keras 3 makes masks by operations (``compute_mask``), writes these into the file as layers, and the
masks as arguments of the calls that take them. Every loader makes the masks of Embedding and
Masking anew: what it would hand to the same call needs not be said. A call that takes masks and
says none had none, whatever the target makes of merged masks and of what MultiHeadAttention takes
away: it stands behind a layer that drops the mask there. A layer that casts its input says none in
any case; where the source hands the mask on, it is left as it is.

Keras 3.10 and later write a call down as the user made it (``Layer.__call__``), and the mask only
where that is a single tensor without keywords. Other calls have no word for a mask, not even None,
and get the masks of their tensors when the model runs (`_silent`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from types import MappingProxyType
from typing import Final

from keraport import hub
from keraport.analysis.dtypes import infer_dtypes
from keraport.analysis.masks import masked_tensors
from keraport.catalog.api import load_api
from keraport.catalog.releases import Release
from keraport.changes import lacks
from keraport.changes.keras3.casts import HINT, HandsMasksThroughCasts, casts
from keraport.changes.keras3.masks import says_every_mask
from keraport.changes.layers.masks import DROPS
from keraport.hub import Mask
from keraport.model import OPERATIONS, Call, Config, Layer, Model, TensorRef, Value
from keraport.model.graph import find_refs, map_layers, map_refs
from keraport.records import dataclass
from keraport.report import Journal, Note, Verdict
from keraport.surgery.masks_when_run import Dropped, dropped_when_run

_MASK: Final = "mask"
_OF_HEADS: Final = {"value_mask": "value", "key_mask": "key"}
"""Arguments of MultiHeadAttention, and what has the mask that each is."""
_TAKE_MASKS: Final = hub.names(
    lambda row: row.asks_for_mask or row.mask in (Mask.OF_SEQUENCE, Mask.OF_QUERIES)
)
"""Classes whose calls take masks."""

_HEADS: Final = hub.names(lambda row: row.mask is Mask.OF_QUERIES and bool(row.parts))
"""Classes that look for the masks of what they are given themselves."""

Made = tuple[Value, ...]
"""How a mask comes about: operations and what they were given."""


def without_recorded_masks(
    model: Model,
    source: Release,
    target: Release,
    journal: Journal,
    companions: set[str],
    *,
    stock_only: bool = False,
) -> Model:
    """The model without masks in calls that the loader of the target makes itself.

    Args:
        model: as read.
        source: the release that wrote it.
        target: the release to be written for.
        journal: is told what is left out.
        companions: takes the name of the class that drops masks if there is one in the model now.
        stock_only: no companion is wanted.
    """
    if not source.has("has-operations"):
        return model
    carrying: frozenset[TensorRef] = frozenset()
    layers = tuple(layer for layer in model.layers if layer.package != OPERATIONS)
    without = replace(model, layers=layers)
    if says_every_mask(without, source) and not target.has("has-operations"):
        carrying = masked_tensors(without, load_api(source.id))
    casting = frozenset() if lacks(source, HandsMasksThroughCasts) else _casting(without)
    silent = _silent(without, carrying)
    dropped = _taken_away(model, source, silent, journal)
    found = _in(model, "", target, journal, carrying, casting, silent, dropped)
    if any(layer.class_name == DROPS for layer in found.layers):
        companions.add(DROPS)
        if stock_only:
            text = "only a companion drops masks: leave out --stock-only to get one"
            journal.note(found.name, Note(Verdict.REFUSED, text))
    return found


def _casting(model: Model) -> frozenset[str]:
    """Layers that cast what they are given, whose calls say no mask although it reaches them."""
    dtypes = infer_dtypes(model)
    return frozenset(
        layer.name for layer in model.layers if casts(layer, model, dtypes.get(layer.name, ()))
    )


def _silent(model: Model, carrying: frozenset[TensorRef]) -> frozenset[str]:
    """Layers that a mask reaches, with a call that does not say whether there is one."""
    return frozenset(
        layer.name
        for layer in model.layers
        if layer.class_name in _TAKE_MASKS and _reached(layer, carrying)
        if any(_says_nothing(layer, call) for call in layer.calls)
    )


def _says_nothing(layer: Layer, call: Call) -> bool:
    """True for a call without a word for a mask whose tensors' masks the layer gets nevertheless.

    That is a call on a single tensor, or one of a layer that has an argument for the mask of each
    (``query_mask``): a recurrent layer that is given its state as well gets none.
    """
    if any(_is_mask(key) for key in call.arguments):
        return False
    return layer.class_name in _HEADS or len(call.refs()) == 1


def _hands_on(layer: Layer, model: Model) -> bool:
    """True for a recurrent layer that is given states, and whose steps something reads."""
    row = hub.row(layer.class_name)
    if row is None or row.mask is not Mask.OF_SEQUENCE or not layer.config.get("return_sequences"):
        return False
    read = {ref.layer for item in model.layers for call in item.calls for ref in call.refs()}
    return layer.name in read and any(len(call.refs()) > 1 for call in layer.calls)


def _taken_away(model: Model, source: Release, silent: frozenset[str], journal: Journal) -> Dropped:
    """What has to be dropped before layers that find no mask when the source runs.

    Attention takes masks away from what it is given, and a merge may hand none on, so that what a
    layer finds depends on the order in which all run. Attention is refused where it cannot be told.
    """
    heads = [layer for layer in model.layers if layer.name in silent and layer.class_name in _HEADS]
    if not heads:
        return {}
    names = [layer.name for layer in heads]
    dropped = dropped_when_run(model, load_api(source.id), silent, names)
    for layer in heads if dropped is None else ():
        text = (
            "a mask reaches it, or another layer that takes masks away from the tensors that it "
            "is called with, and the file does not say which mask each of them gets"
        )
        journal.note(layer.name, Note(Verdict.REFUSED, text, _SAY_MASKS))
    return dropped or {}


_SAY_MASKS: Final = "take the mask away in the model, or hand it over as attention_mask"


def _in(
    model: Model,
    prefix: str,
    target: Release,
    journal: Journal,
    carrying: frozenset[TensorRef] = frozenset(),
    casting: frozenset[str] = frozenset(),
    silent: frozenset[str] = frozenset(),
    dropped: Dropped = MappingProxyType({}),
) -> Model:
    layers: list[Layer] = []
    graph = _Graph({layer.name: layer for layer in model.layers})
    taken = set(graph.layers)
    for layer in model.layers:
        path = f"{prefix}{layer.name}"
        inner = layer.model and _in(layer.model, f"{path}/", target, journal)
        if layer.name in casting and layer.class_name in _HEADS and _reached(layer, carrying):
            text = f"a mask reaches it where it casts what it is given, and {target} loses it there"
            journal.note(path, Note(Verdict.REFUSED, text, HINT))
        reached = frozenset() if layer.name in casting | silent else carrying
        reached = dropped.get(layer.name, reached)
        before, behind = _behind_drops(layer, reached, taken)
        if before:
            text = f"{DROPS} before it: no mask reached it, and one would in {target}"
            journal.note(path, Note(Verdict.EXACT, text))
        if before and _hands_on(layer, model):
            text = "it is given a mask and its states: it ignores the mask, and passes it on"
            journal.note(path, Note(Verdict.REFUSED, f"{text}: not supported yet", _SAY_MASKS))
        behind = replace(behind, calls=tuple(map(_without_none, behind.calls)))
        calls = tuple(graph.without_masks(layer, call) for call in behind.calls)
        if calls != behind.calls:
            gone = sorted({key for call in behind.calls for key in call.arguments if _is_mask(key)})
            text = f"{', '.join(gone)} of its call left out: {target} makes the same mask itself"
            journal.note(path, Note(Verdict.EXACT, text))
            behind = replace(behind, calls=calls)
        _refuse_masks_of_parts(behind, path, target, journal)
        behind = _with_masks_inside(behind, path, target, journal)
        layers += [*before, behind if inner is layer.model else replace(behind, model=inner)]
    if model.is_sequential:
        return replace(model, layers=tuple(layers))
    kept = _needed(replace(model, layers=tuple(layers)))
    for layer in layers:
        if layer.name not in kept:
            text = f"left out: it makes a mask, which {target} does itself"
            journal.note(f"{prefix}{layer.name}", Note(Verdict.EXACT, text))
    return replace(model, layers=tuple(layer for layer in layers if layer.name in kept))


def _with_masks_inside(layer: Layer, path: str, target: Release, journal: Journal) -> Layer:
    """A wrapper with the models that it wraps without masks in their calls."""

    def inside(inner: Layer) -> Layer:
        model = inner.model and _in(inner.model, f"{path}/", target, journal)
        return _with_masks_inside(replace(inner, model=model), path, target, journal)

    return layer.with_config(map_layers(layer.config, inside))


def _refuse_masks_of_parts(layer: Layer, path: str, target: Release, journal: Journal) -> None:
    """Refuse masks that only an argument says, which attention of Keras 2 does not have."""
    if target.has("has-operations") or layer.class_name not in _HEADS:
        return
    said = {key for call in layer.calls for key in call.arguments}
    for key in sorted(said.intersection(("query_mask", *_OF_HEADS))):
        text = f"is called with a tensor for {key}: {target} cannot load that"
        journal.note(path, Note(Verdict.REFUSED, text, _SAY_MASKS))


def _reached(layer: Layer, carrying: frozenset[TensorRef]) -> bool:
    return any(ref in carrying for call in layer.calls for ref in call.refs())


def _behind_drops(
    layer: Layer, carrying: frozenset[TensorRef], taken: set[str]
) -> tuple[list[Layer], Layer]:
    """A layer that takes masks, behind layers that drop those which no call of it names."""
    if layer.package == OPERATIONS or layer.class_name not in _TAKE_MASKS:
        return [], layer
    before: dict[TensorRef, Layer] = {}

    def dropped(ref: TensorRef) -> TensorRef:
        if ref not in carrying:
            return ref
        if ref not in before:
            name = f"{layer.name}_without_mask"
            while name in taken:
                name += "_"
            taken.add(name)
            config = {"name": name, "trainable": True, "dtype": "float32"}
            before[ref] = Layer(name, DROPS, config, (Call([ref]),))
        return TensorRef(before[ref].name, 0, 0)

    calls = []
    for call in layer.calls:
        inputs, arguments = call.inputs, dict(call.arguments)
        if not _names_mask(arguments, _MASK, "query_mask"):
            inputs = map_refs(inputs, dropped)
        for key, of in _OF_HEADS.items():
            if isinstance(arguments.get(of), TensorRef) and not _names_mask(arguments, key):
                arguments[of] = dropped(arguments[of])
        calls.append(Call(inputs, arguments))
    return list(before.values()), replace(layer, calls=tuple(calls)) if before else layer


def _names_mask(arguments: Config, *keys: str) -> bool:
    return any(find_refs(arguments.get(key)) for key in keys)


def _needed(model: Model) -> set[str]:
    """All layers but operations that nothing reads."""
    kept = {layer.name: layer for layer in model.layers}
    read = {ref.layer for ref in find_refs(model.outputs)}
    while True:
        used = read.union(
            ref.layer for layer in kept.values() for call in layer.calls for ref in call.refs()
        )
        unused = [
            layer.name
            for layer in kept.values()
            if layer.package == OPERATIONS and layer.name not in used
        ]
        if not unused:
            return set(kept)
        for name in unused:
            del kept[name]


def _without_none(call: Call) -> Call:
    """A call without what says that there is no mask: tensors that carry one are behind drops."""
    said = {k: v for k, v in call.arguments.items() if not (_is_mask(k) and _is_none(v))}
    return call if len(said) == len(call.arguments) else Call(call.inputs, said)


def _is_none(mask: Value) -> bool:
    """True for no mask, and for none of each of several tensors that have names."""
    return mask is None or (isinstance(mask, dict) and all(map(_is_none, mask.values())))


def _is_mask(key: str) -> bool:
    return key in (_MASK, "query_mask", *_OF_HEADS)


@dataclass(frozen=True, slots=True)
class _Graph:
    layers: Mapping[str, Layer]
    carried: dict[TensorRef, Made] = field(default_factory=dict)
    """What is known already, by tensor."""

    def without_masks(self, layer: Layer, call: Call) -> Call:
        """A call without the masks that its tensors carry anyway."""
        given = call.inputs[0] if _is_single(call.inputs) else call.inputs
        carriers = {_MASK: given, **{key: call.arguments.get(of) for key, of in _OF_HEADS.items()}}
        carriers["query_mask"] = given
        arguments = {
            key: value
            for key, value in call.arguments.items()
            if not (key in carriers and self._is_carried(value, carriers[key]))
        }
        same = len(arguments) == len(call.arguments)
        return call if same or layer.package == OPERATIONS else Call(call.inputs, arguments)

    def _is_carried(self, mask: Value, carrier: Value) -> bool:
        if isinstance(mask, list) and isinstance(carrier, list) and len(mask) == len(carrier):
            pairs = zip(mask, carrier, strict=True)
            return all(self._is_carried(one, other) for one, other in pairs)
        if mask is None and isinstance(carrier, TensorRef):
            return not self._carried(carrier)
        if not isinstance(mask, TensorRef) or not isinstance(carrier, TensorRef):
            return False
        made = self._made(mask)
        return made != () and made == self._carried(carrier)

    def _made(self, ref: TensorRef) -> Made:
        """How the tensor of an operation comes about; () if it makes no mask by itself."""
        found = self._operation(ref)
        if found is None:
            return ()
        layer, call, given = found
        over_last = (layer.config.get("axis"), layer.config.get("keepdims")) == (-1, False)
        if layer.class_name == "Any" and over_last and not call.arguments:
            inner = self._differing(given)
            return ("any", inner) if inner else ()
        return self._differing(ref)

    def _differing(self, ref: TensorRef) -> Made:
        """What is compared, if that is all that makes a tensor."""
        found = self._operation(ref)
        if found is None or found[0].class_name != "NotEqual":
            return ()
        _, call, given = found
        return ("differs", given, call.arguments["x2"]) if call.arguments.keys() == {"x2"} else ()

    def _operation(self, ref: TensorRef) -> tuple[Layer, Call, TensorRef] | None:
        """The operation on one tensor that gives a tensor, if it is called once."""
        layer = self.layers.get(ref.layer)
        if layer is None or layer.package != OPERATIONS or len(layer.calls) != 1:
            return None
        (call,) = layer.calls
        (given,) = call.inputs if _is_single(call.inputs) else (None,)
        return (layer, call, given) if isinstance(given, TensorRef) else None

    def _carried(self, ref: TensorRef) -> Made:
        """How the mask comes about that every loader hangs on a tensor; () if it is none."""
        passed: set[TensorRef] = set()
        while ref not in self.carried:
            made = self._carried_by_layer(ref)
            if isinstance(made, TensorRef) and made not in passed:
                passed.add(ref)
                ref = made
            elif isinstance(made, TensorRef):
                self.carried[ref] = ()  # a circle, which `cycle_of` refuses
            else:
                self.carried[ref] = made
        for before in passed:
            self.carried[before] = self.carried[ref]
        return self.carried[ref]

    def _carried_by_layer(self, ref: TensorRef) -> Made | TensorRef:
        """The mask that a layer makes, or the tensor whose mask it hands on."""
        layer = self.layers.get(ref.layer)
        if layer is None or layer.package == OPERATIONS or layer.model is not None:
            return ()
        if not 0 <= ref.node < len(layer.calls):
            return ()
        call = layer.calls[ref.node]
        given = find_refs(call.inputs)
        if not given or (len(given) != 1 and layer.class_name not in _RECURRENT):
            return ()
        if layer.class_name == "Masking":
            return ("any", ("differs", given[0], layer.config.get("mask_value", 0.0)))
        if layer.class_name == "Embedding":
            return ("differs", given[0], 0) if layer.config.get("mask_zero") else ()
        row = hub.row(layer.class_name)
        if row is None or ref.tensor != 0:
            return ()
        passes = row.mask is Mask.PASSES
        passes |= row.mask is Mask.OF_SEQUENCE and _gives_sequence(layer)
        return given[0] if passes else ()


_RECURRENT: Final = hub.names(lambda row: row.mask is Mask.OF_SEQUENCE)


def _gives_sequence(layer: Layer) -> bool:
    inner = layer.config.get("layer")
    config = inner.config if isinstance(inner, Layer) else layer.config
    return bool(config.get("return_sequences"))


def _is_single(inputs: Value) -> bool:
    return isinstance(inputs, list) and len(inputs) == 1
