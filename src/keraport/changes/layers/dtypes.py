"""Dtypes at a model's door: newer layers cast what they are given, older ones do not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Meaning, Subject, configured
from keraport.changes.objects.policies import policy_name
from keraport.changes.operations.dtypes import given_dtypes
from keraport.changes.site import INPUT, Expansion, Refused, Site
from keraport.changes.sources import TF_2_0
from keraport.model import Call, Layer, Model, TensorRef
from keraport.model.neighbours import givers_of, readers_of
from keraport.report import Verdict

_FLOATS = frozenset({"float16", "float32", "float64", "bfloat16"})
_CASTS_INTEGERS = frozenset({"Dense"})
"""Layers that newer releases let take integers (``ops/core.py``, TF 2.3)."""
_KEEPS_INTEGERS = frozenset(
    {
        *("Activation", "Add", "Average", "Concatenate", "Flatten", "InputLayer", "Maximum"),
        *("Minimum", "Multiply", "Permute", "RepeatVector", "Reshape", "Subtract"),
        *(f"{kind}{rank}D" for kind in ("Cropping", "UpSampling", "ZeroPadding") for rank in "123"),
    }
)
"""Layers that give integers where they are given integers, in both releases."""
CAST = "Cast"
_MOST_OUTPUTS = 16
"""Outputs of a layer that are looked for; LSTM has three, Bidirectional seven."""
_TAKES_INDICES = frozenset({"Embedding"})
_TAKES_INTEGERS = frozenset(
    {
        *("CategoryCrossing", "CategoryEncoding", "CenterCrop", "DenseFeatures", "Discretization"),
        *("Hashing", "Lambda", "RandomContrast", "RandomCrop", "RandomFlip", "RandomHeight"),
        *("RandomRotation", "RandomTranslation", "RandomWidth", "RandomZoom", "Resizing"),
    }
)
"""Layers that do something else with integers than with the same numbers as floats."""


@dataclass(frozen=True, slots=True)
class CastsInputs(Meaning):
    """Layers cast what they are given to their own dtype (``Layer._maybe_cast_inputs``).

    At a model's door the cast is the same when the input tensor has the layers' dtype at once and
    the caller's array is converted as it is fed. Between layers the companion has one.
    """

    def down(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Give an input the dtype that the layers behind it compute in; cast between layers."""
        if not isinstance(subject, Layer) or subject.class_name == CAST:
            return subject
        if site.wrapper is not None and site.wrapper.class_name != "TimeDistributed":
            _require_dtype(subject, site.wrapper, compute_dtype(site.wrapper), site, change.source)
        if site.model is None:
            return subject
        if subject.model is not None:
            # A model casts to the dtypes of its inputs (`keraport.changes.graph.doors`).
            return subject
        if subject.class_name != "InputLayer":
            return _with_casts(subject, site.model, site)
        old, new = subject.config.get("dtype", "float32"), door_dtype(subject, site.model)
        if old == new:
            return subject
        site.note(
            Verdict.EXACT,
            f"takes {new} instead of {old}: the layers behind it cast to {new} in the source, "
            f"and in {site.target} the array is converted as it is fed",
            source=change.source,
        )
        return configured(subject, {**subject.config, "dtype": new})


def door_dtype(entry: Layer, model: Model) -> str:
    """The dtype that an input can have without a cast behind it; its own if there is none."""
    dtype = str(entry.config.get("dtype", "float32"))
    readers = readers_of(entry, model)
    if dtype not in _FLOATS and _keeps_integers(model):
        return dtype
    # Operations take what they are given.
    wanted = {dtype if _is_operation(reader) else compute_dtype(reader) for reader in readers}
    if dtype == "string" or any(reader.class_name in _TAKES_INDICES for reader in readers):
        return dtype
    if dtype not in _FLOATS and any(_takes_integers(reader) for reader in readers):
        return dtype
    return wanted.pop() if len(wanted) == 1 and wanted <= _FLOATS else dtype


def _keeps_integers(model: Model) -> bool:
    """True if all layers move, or combine, the numbers that they are given, whatever they are."""
    return all(map(_layer_keeps_integers, model.layers))


def _layer_keeps_integers(layer: Layer) -> bool:
    if layer.model is not None:
        return _keeps_integers(layer.model)
    inner = layer.config.get("layer")
    if layer.class_name == "TimeDistributed" and isinstance(inner, Layer):
        return _layer_keeps_integers(inner)
    return layer.class_name in _KEEPS_INTEGERS


def _takes_integers(layer: Layer) -> bool:
    if layer.model is not None:
        return any(_takes_integers(inner) for inner in layer.model.layers)
    inner = layer.config.get("layer")
    return (
        _takes_integers(inner) if isinstance(inner, Layer) else layer.class_name in _TAKES_INTEGERS
    )


def _with_casts(layer: Layer, model: Model, site: Site) -> Layer | Expansion:
    """The layer behind casts of its inputs, if any of them comes in another dtype."""
    own = compute_dtype(layer)
    others = {given for given in _given_dtypes(layer, model) if _is_cast(layer, given)}
    if not others or _is_operation(layer):
        return layer
    site.companion(CAST)
    site.note(
        Verdict.EXACT,
        f"{CAST} of the companion before it: it computes in {own} what it is given in "
        f"{', '.join(sorted(others))}, and layers of {site.target} do not cast",
    )
    count = max((len(call.refs()) for call in layer.calls), default=1)
    casts = [_cast(f"{layer.name}_cast_{index}", index, own) for index in range(count)]
    main = replace(layer, calls=(Call([TensorRef(item.name, 0, 0) for item in casts]),))
    outputs = tuple(TensorRef(layer.name, 0, index) for index in range(_MOST_OUTPUTS))
    return Expansion((*casts, main), outputs, main=layer.name)


def _cast(name: str, index: int, dtype: str) -> Layer:
    config = {"name": name, "trainable": True, "dtype": dtype, "to": dtype}
    return Layer(name, CAST, config, (Call([TensorRef(INPUT, 0, index)]),))


def _given_dtypes(layer: Layer, model: Model) -> Iterator[str]:
    """The dtypes of all tensors that a layer is given."""
    if model.is_sequential:
        for giver in givers_of(layer, model):
            yield given_dtype(giver, 0, model)
        return
    by_name = {item.name: item for item in model.layers}
    for call in layer.calls:
        for ref in call.refs():
            if ref.layer in by_name:
                yield given_dtype(by_name[ref.layer], ref.tensor, model)


def given_dtype(giver: Layer, output: int, model: Model) -> str:
    """The dtype of an output of a layer of a model; ``unknown`` if nothing tells it."""
    if giver.class_name == "InputLayer":
        return door_dtype(giver, model)
    if _is_operation(giver):
        outputs = given_dtypes(giver.config)
        return outputs[output] if output < len(outputs) else "unknown"
    return compute_dtype(giver)


def _is_operation(layer: Layer) -> bool:
    """True for a raw operation, whose dtypes are in its node and not in its config."""
    return layer.class_name == "TensorFlowOpLayer"


def _is_cast(layer: Layer, given: str) -> bool:
    """True if the newer release casts what it gives to that layer."""
    own = compute_dtype(layer)
    casts = given in _FLOATS or layer.class_name in _CASTS_INTEGERS
    return own in _FLOATS and given != own and casts


def _require_dtype(layer: Layer, giver: Layer, given: str, site: Site, source: str) -> None:
    if _is_cast(layer, given):
        raise Refused(
            f"computes in {compute_dtype(layer)} what {giver.name} gives it in {given}: layers of "
            f"{site.target} do not cast",
            hint="build the whole model in one dtype",
            source=source,
        )


def compute_dtype(layer: Layer) -> str:
    """The dtype of what a layer computes, as far as its config says."""
    if layer.model is not None:
        layers = layer.model.layers
        return compute_dtype(layers[-1]) if layers else "float32"
    inner = layer.config.get("layer")
    if layer.class_name == "TimeDistributed" and isinstance(inner, Layer):
        return compute_dtype(inner)
    name = policy_name(layer.config.get("dtype", "float32")) or "float32"
    return "float32" if name.startswith("mixed_") else name


CHANGES = (
    Change(
        Kind.LAYER,
        ("*",),
        key="dtype",
        since="tf2.3",
        source=TF_2_0,
        what=CastsInputs(),
    ),
)
