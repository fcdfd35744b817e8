"""Where masks travel, and where somebody looks at masked steps."""

from __future__ import annotations

from dataclasses import dataclass, replace

from keraport.catalog.api import Api, Kind
from keraport.model import Call, Layer, Model, TensorRef
from keraport.model.graph import find_refs, inner_layers
from keraport.passes.graphs import as_functional, output_of

_RECURRENT = frozenset({"RNN", "SimpleRNN", "LSTM", "GRU", "Bidirectional"})
"""Layers that skip the masked steps of their input."""

_ZEROES = "ZeroMaskedSteps"
"""The companion's layer that overwrites masked steps."""

_STEPWISE = frozenset(
    {
        "Activation",
        "AlphaDropout",
        "BatchNormalization",
        "Dense",
        "Dropout",
        "ELU",
        "GaussianDropout",
        "GaussianNoise",
        "LeakyReLU",
        "PReLU",
        "ReLU",
        "Softmax",
        "SpatialDropout1D",
        "ThresholdedReLU",
    }
)
"""Layers that keep steps apart and pass the mask on: what they make of a masked step is masked."""


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
    if model.is_sequential:
        chain = _sequential_as_chain(model)
        if chain is None:
            return MaskedLayers()
        model = chain
    masks = _masked_tensors(model, api, masked)
    seen = _seen_tensors(model, masks)
    found = MaskedLayers()
    for layer in model.layers:
        arrives = any(ref in masks for call in layer.calls for ref in call.refs())
        path = f"{prefix}{layer.name}"
        if layer.model is not None:
            found |= masked_layers(layer.model, api, f"{path}/", arrives)
            if makes_mask(layer, api):
                found |= MaskedLayers(giving=frozenset({path}))
        found |= _inside(layer, api, path, arrives)
        if arrives:
            is_seen = any(ref.layer == layer.name for ref in seen)
            paths = frozenset({path})
            found |= MaskedLayers(paths, paths if is_seen else frozenset())
    return found


def _inside(layer: Layer, api: Api, path: str, arrives: bool) -> MaskedLayers:
    """Layers inside a wrapper: each sees the masks of its own inside, and the wrapper's."""
    found = MaskedLayers()
    for inner in inner_layers(layer.config):
        inner_path = f"{path}/{inner.name or inner.class_name}"
        if inner.model is not None:
            found |= masked_layers(inner.model, api, f"{inner_path}/", arrives)
        if arrives:
            paths = frozenset({inner_path})
            found |= MaskedLayers(paths, paths)
        found |= _inside(inner, api, inner_path, arrives)
    return found


def makes_mask(layer: Layer, api: Api) -> bool:
    """True if a mask leaves the layer although none arrives."""
    if layer.class_name == "Masking" or layer.config.get("mask_zero"):
        return True
    if layer.model is not None:
        chain = _sequential_as_chain(layer.model) if layer.model.is_sequential else layer.model
        if chain is None:
            return False
        masks = _masked_tensors(chain, api, masked=False)
        return any(ref in masks for ref in find_refs(chain.outputs))
    if layer.class_name == "TimeDistributed":
        return any(makes_mask(inner, api) for inner in inner_layers(layer.config))
    return False


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


def _masked_tensors(model: Model, api: Api, masked: bool) -> set[TensorRef]:
    """The tensors that carry a mask; grows until nothing more is found."""
    carrying: set[TensorRef] = set(find_refs(model.inputs)) if masked else set()
    size = -1
    while len(carrying) != size:
        size = len(carrying)
        for layer in model.layers:
            first = 0 if layer.model is None else 1
            for number, call in enumerate(layer.calls, start=first):
                if _passes_mask(layer, api, any(ref in carrying for ref in call.refs())):
                    carrying.add(TensorRef(layer.name, number, 0))
    return carrying


def _passes_mask(layer: Layer, api: Api, arrives: bool) -> bool:
    if makes_mask(layer, api):
        return True
    if not arrives:
        return False
    if layer.model is not None:
        return True
    if layer.class_name in _RECURRENT:
        inner = layer.config.get("layer")
        config = inner.config if isinstance(inner, Layer) else layer.config
        return bool(config.get("return_sequences"))
    spec = api.find(Kind.LAYER, layer.class_name)
    return spec is None or spec.supports_masking


def _is_stepwise(layer: Layer) -> bool:
    if layer.class_name == "Softmax" and layer.config.get("axis", -1) != -1:
        return False
    return layer.class_name in _STEPWISE


def _seen_tensors(model: Model, masks: set[TensorRef]) -> set[TensorRef]:
    """The tensors whose masked steps reach an output or a layer that does not skip them."""
    seen = set(find_refs(model.outputs))
    size = -1
    while len(seen) != size:
        size = len(seen)
        for layer in model.layers:
            may_skip = layer.class_name in _RECURRENT or layer.class_name == _ZEROES
            first = 0 if layer.model is None else 1
            for number, call in enumerate(layer.calls, start=first):
                if may_skip and call.refs()[0] in masks:
                    # Initial states are used whole; only the sequence itself is masked.
                    seen.update(call.refs()[1:])
                elif not _is_stepwise(layer) or TensorRef(layer.name, number, 0) in seen:
                    seen.update(call.refs())
    return seen
