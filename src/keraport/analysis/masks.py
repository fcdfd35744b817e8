"""Where masks travel, and where somebody looks at masked steps."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import field, replace

from keraport import hub
from keraport.analysis.rewiring import as_functional, output_of
from keraport.catalog.api import Api, Kind
from keraport.hub import Mask
from keraport.model import Call, Layer, Model, TensorRef
from keraport.model.graph import find_refs, given_to_model, inner_layers
from keraport.records import dataclass

_ZEROES = "ZeroMaskedSteps"
"""The companion's layer that overwrites masked steps."""


@dataclass(frozen=True, slots=True)
class MaskedLayers:
    """Layers by path.

    Args:
        reached: a mask arrives with their inputs.
        seen: of those, the ones whose output at masked steps is looked at.
        giving: models that give a mask which is made inside them.
    """

    reached: frozenset[str] = frozenset()
    seen: frozenset[str] = frozenset()
    giving: frozenset[str] = frozenset()

    def __or__(self, other: MaskedLayers) -> MaskedLayers:
        return MaskedLayers(
            self.reached | other.reached, self.seen | other.seen, self.giving | other.giving
        )


def masked_layers(model: Model, api: Api, prefix: str = "", masked: bool = False) -> MaskedLayers:
    """The layers that a mask reaches, and those whose output at masked steps is looked at.

    Args:
        model: in any form.
        api: the catalog of the release that the model is in the words of.
        prefix: path of the model itself.
        masked: a mask arrives at the model's inputs.
    """
    return _Masks(api).layers(model, prefix, _all_inputs(model) if masked else _NONE)


def masked_tensors(graph: Model, api: Api) -> frozenset[TensorRef]:
    """The tensors of a graph that carry a mask, none of which comes from outside.

    Args:
        graph: no stack.
        api: the catalog of the release that the model is in the words of.
    """
    return frozenset(_Masks(api).tensors(graph, _NONE))


def masked_outputs(
    layer: Layer, call: Call, carrying: Collection[TensorRef], api: Api
) -> frozenset[int]:
    """The outputs of one call that carry a mask.

    Args:
        layer: of a graph.
        call: one of its calls.
        carrying: the tensors that carry one when it is called.
        api: the catalog of the release that the model is in the words of.
    """
    return _Masks(api).masked_outputs(layer, call, carrying)


_NONE: frozenset[int] = frozenset()


def _all_inputs(model: Model) -> frozenset[int]:
    return frozenset({0} if model.is_sequential else range(len(find_refs(model.inputs))))


@dataclass(slots=True)
class _Masks:
    """Follows masks through models, of which each is looked at once for the same masks given.

    Args:
        api: the catalog of the release that the model is in the words of.
        known: which outputs carry masks, by the model and the positions of its masked inputs.
    """

    api: Api
    known: dict[tuple[int, frozenset[int]], frozenset[int]] = field(default_factory=dict)

    def layers(self, model: Model, prefix: str, given: frozenset[int]) -> MaskedLayers:
        """What a model's layers see of masks, if those of its inputs carry one."""
        graph = _as_graph(model)
        if graph is None:
            return MaskedLayers()
        masks = self.tensors(graph, given)
        seen = _seen_tensors(graph, masks)
        found = MaskedLayers()
        for layer in graph.layers:
            arrives = any(ref in masks for call in layer.calls for ref in call.refs())
            path = f"{prefix}{layer.name}"
            if layer.model is not None:
                inputs = [_masked_inputs(call, layer.model, masks) for call in layer.calls]
                found |= self.layers(layer.model, f"{path}/", _NONE.union(*inputs))
                if self.outputs(layer.model, _NONE):
                    found |= MaskedLayers(giving=frozenset({path}))
            found |= self.inside(layer, path, arrives)
            if arrives:
                is_seen = any(ref.layer == layer.name for ref in seen)
                paths = frozenset({path})
                found |= MaskedLayers(paths, paths if is_seen else frozenset())
        return found

    def inside(self, layer: Layer, path: str, arrives: bool) -> MaskedLayers:
        """Layers inside a wrapper: each sees the masks of its own inside, and the wrapper's."""
        found = MaskedLayers()
        for inner in inner_layers(layer.config):
            inner_path = f"{path}/{inner.name or inner.class_name}"
            if inner.model is not None:
                given = _all_inputs(inner.model) if arrives else _NONE
                found |= self.layers(inner.model, f"{inner_path}/", given)
            if arrives:
                paths = frozenset({inner_path})
                found |= MaskedLayers(paths, paths)
            found |= self.inside(inner, inner_path, arrives)
        return found

    def tensors(self, graph: Model, given: frozenset[int]) -> set[TensorRef]:
        """The tensors that carry a mask; grows until nothing more is found."""
        carrying = {ref for at, ref in enumerate(find_refs(graph.inputs)) if at in given}
        size = -1
        while len(carrying) != size:
            size = len(carrying)
            for layer in graph.layers:
                for number, call in enumerate(layer.calls, start=0 if layer.model is None else 1):
                    for output in self.masked_outputs(layer, call, carrying):
                        carrying.add(TensorRef(layer.name, number, output))
        return carrying

    def masked_outputs(
        self, layer: Layer, call: Call, carrying: Collection[TensorRef]
    ) -> frozenset[int]:
        """The outputs of one call that carry a mask."""
        if layer.model is not None:
            return self.outputs(layer.model, _masked_inputs(call, layer.model, carrying))
        arrives = any(ref in carrying for ref in _passing_on(layer, call))
        passes = self.makes(layer) or (arrives and _passes_mask(layer, self.api))
        # A Bidirectional that merges nothing gives the mask with the output of each way.
        apart = layer.class_name == "Bidirectional" and layer.config.get("merge_mode", "") is None
        return frozenset({0, 1} if apart else {0}) if passes else _NONE

    def makes(self, layer: Layer) -> bool:
        """True if a mask leaves the layer although none arrives."""
        if makes_mask(layer):
            return True
        if layer.model is not None:
            return bool(self.outputs(layer.model, _NONE))
        if layer.class_name == "TimeDistributed":
            return any(self.makes(inner) for inner in inner_layers(layer.config))
        return False

    def outputs(self, model: Model, given: frozenset[int]) -> frozenset[int]:
        """The outputs of a model that carry a mask, if those of its inputs do."""
        key = (id(model), given)
        if key not in self.known:
            graph = _as_graph(model)
            masks = set() if graph is None else self.tensors(graph, given)
            refs = () if graph is None else find_refs(graph.outputs)
            self.known[key] = frozenset(at for at, ref in enumerate(refs) if ref in masks)
        return self.known[key]


def makes_mask(layer: Layer) -> bool:
    """True if the layer itself gives a mask to what it passes on; what is inside of it apart."""
    return _rule(layer) is Mask.MADE or bool(layer.config.get("mask_zero"))


def _rule(layer: Layer) -> Mask:
    """What a class does with masks; of one that nobody described, the catalogs may know."""
    row = hub.row(layer.class_name)
    return Mask.BY_RELEASE if row is None else row.mask


def _masked_inputs(call: Call, model: Model, carrying: Collection[TensorRef]) -> frozenset[int]:
    """The inputs of a nested model that are given a mask, with the tensor or beside it."""
    beside = call.arguments.get("mask")
    masks = beside if isinstance(beside, list) else [beside]
    named = {at for at, mask in enumerate(masks) if isinstance(mask, TensorRef)}
    given = given_to_model(call, model)
    return frozenset(named.union(at for at, ref in enumerate(given) if ref in carrying))


def _as_graph(model: Model) -> Model | None:
    return _sequential_as_chain(model) if model.is_sequential else model


def _sequential_as_chain(model: Model) -> Model | None:
    """A Sequential as a graph; without a known input shape the mask is taken from its layers."""
    if not model.layers:
        return None
    first = model.layers[0]
    if first.class_name == "InputLayer" or "batch_input_shape" in first.config:
        return as_functional(model)
    entry = Layer(f"{first.name}_input", "InputLayer", {})
    wired = [entry]
    for layer in model.layers:
        wired.append(replace(layer, calls=(Call([output_of(wired[-1])]),)))
    return replace(
        model,
        class_name="Functional",
        layers=tuple(wired),
        inputs=[output_of(entry)],
        outputs=[output_of(wired[-1])],
    )


def _passing_on(layer: Layer, call: Call) -> tuple[TensorRef, ...]:
    """The tensors whose mask a layer may pass on: attention passes that of its queries alone."""
    return call.refs()[:1] if _rule(layer) is Mask.OF_QUERIES else call.refs()


def _passes_mask(layer: Layer, api: Api) -> bool:
    """True if a mask that arrives at what the layer may pass on leaves it, too."""
    match _rule(layer):
        case Mask.STOPS | Mask.USED_UP | Mask.MADE_IF_ASKED:
            return False
        case Mask.OF_SEQUENCE:
            inner = layer.config.get("layer")
            config = inner.config if isinstance(inner, Layer) else layer.config
            return bool(config.get("return_sequences"))
        case Mask.BY_RELEASE:
            spec = api.find(Kind.LAYER, layer.class_name)
            return spec is None or spec.supports_masking
    return True


def _is_stepwise(layer: Layer) -> bool:
    """True if what the layer makes of a masked step is masked."""
    if layer.class_name == "Softmax" and layer.config.get("axis", -1) != -1:
        return False
    row = hub.row(layer.class_name)
    return row is not None and row.stepwise


def _seen_tensors(model: Model, masks: set[TensorRef]) -> set[TensorRef]:
    """The tensors whose masked steps reach an output or a layer that does not skip them."""
    pending = list(find_refs(model.outputs))
    passed_on: dict[TensorRef, tuple[TensorRef, ...]] = {}
    for layer in model.layers:
        may_skip = _rule(layer) is Mask.OF_SEQUENCE or layer.class_name == _ZEROES
        first = 0 if layer.model is None else 1
        for number, call in enumerate(layer.calls, start=first):
            refs = call.refs()
            if may_skip and refs[0] in masks:
                # Initial states are used whole; only the sequence itself is masked.
                pending += refs[1:]
            elif _is_stepwise(layer):
                passed_on[TensorRef(layer.name, number, 0)] = refs
            else:
                pending += refs
    seen: set[TensorRef] = set()
    while pending:
        ref = pending.pop()
        if ref not in seen:
            seen.add(ref)
            pending += passed_on.get(ref, ())
    return seen
