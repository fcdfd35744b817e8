"""Files that the release that wrote them could not load: their weights or numbers do not fit.

What stock loaders check when they fill a model (``load_weights_from_hdf5_group`` in
``saving/hdf5_format.py``, TF 2.3; the same in 1.12): as many layers with weights as the model has,
as many weights for each, of its shapes. They never ask for names. Without these checks here, the
output would be refused by the target instead.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from keraport import hub
from keraport.analysis.made_variables import StoredVariable, made_by
from keraport.analysis.order import layer_order
from keraport.analysis.shapes import CallShapes, infer_shapes
from keraport.analysis.variable_shapes import ImpossibleError
from keraport.analysis.weights import in_rounds, parts_of
from keraport.catalog.api import Api, Kind
from keraport.catalog.releases import get_release
from keraport.errors import DamagedFileError
from keraport.hub import Operation
from keraport.model import Format, Layer, Model, ModelFile, Object, Value, Weight
from keraport.model.graph import walk, walk_layer

_HINT: Final = (
    "the file is damaged: save the model again; if the class is custom, give the file that "
    "defines it with --objects"
)

FRACTIONS: Final = frozenset(
    {
        *("alpha", "bins", "constants", "default_value", "dropout", "epsilon", "factor"),
        *("fill_value", "gain", "height_factor", "l1", "l2", "lower", "mask_value", "max_value"),
        *("maxval", "mean", "min_value", "minval", "momentum", "negative_slope", "offset"),
        *("rate", "recurrent_dropout", "renorm_clipping", "renorm_momentum", "scale", "stddev"),
        *("theta", "threshold", "upper", "value", "variance", "width_factor"),
    }
)
"""Keywords of built-in classes whose value may be any float; everywhere else a number is a size, an
index, a seed or a part of a shape. Source: their ``__init__`` in TF 1.12 and 2.3."""

FREE: Final = hub.names(lambda row: row.own_functions)
"""Classes whose config holds values of the user's own functions and operations."""

_PREFIXED: Final = hub.names(lambda row: row.operation is Operation.NODE)
"""Classes that put something in front of the name in their config."""

DTYPES: Final = frozenset(
    {
        *("bfloat16", "bool", "complex128", "complex64", "double", "float16", "float32", "float64"),
        *("half", "int16", "int32", "int64", "int8", "qint16", "qint32", "qint8", "quint16"),
        *("quint8", "resource", "string", "uint16", "uint32", "uint64", "uint8", "variant"),
        *("infer", "infer_float32_vars", "infer_with_float32_vars", "mixed_bfloat16"),
        *("mixed_float16", "_infer"),
    }
)
"""``TYPE_TO_STRING`` of ``framework/dtypes.py``, and the policies of ``mixed_precision``."""


def check_stored(file: ModelFile, model: Model, api: Api, custom: frozenset[str]) -> None:
    """Check that the release that wrote a model can have written it.

    Args:
        file: as read.
        model: its model; graphs in it are sound (`keraport.analysis.graph_check`).
        api: of the release that wrote it.
        custom: names that the user's own files define.

    Raises:
        DamagedFileError: a layer has other weights than it makes, the file lists them for other
            layers, two layers of a graph have one name, or a config holds no number where a size,
            an index or a shape is expected.
    """
    _check_inputs(model)
    _check_own_names(model)
    for _, layer in walk(model):
        if layer.class_name not in custom and api.find(Kind.LAYER, layer.class_name) is not None:
            _check_config(layer)
    has_weights = (
        file.format is not Format.JSON
        or bool(file.groups)
        or any(layer.weights for layer in model.layers)
    )
    shapes = infer_shapes(model, custom)
    made, rounds = {}, in_rounds(get_release(api.release_id))
    for layer in model.layers:
        try:
            made[layer.name] = made_by(layer, shapes, custom, rounds=rounds)
        except ImpossibleError as problem:
            raise _damaged(layer, f"its config says {problem}") from problem
        if has_weights:
            _check_layer(layer, made[layer.name])
    _check_entries(model, shapes, made)
    if has_weights and file.format is not Format.JSON and file.weights_of is None:
        # Weights of another file are found by the names of their layers.
        _check_order(file, model, made)


def _check_inputs(model: Model) -> None:
    """As ``Functional._validate_graph_inputs_and_outputs`` does it."""
    if model.is_sequential or not isinstance(model.inputs, list):
        return
    seen: list[Value] = []
    for ref in model.inputs:
        if ref in seen:
            raise DamagedFileError(
                f"model {model.name!r:.120}: its inputs name {ref.layer!r:.120} twice, "
                "expected each once",
                hint="the file is damaged: Keras refuses to build such a model",
            )
        seen.append(ref)


def _check_own_names(model: Model) -> None:
    """A layer of a graph is called what its own config says, whatever is written beside it."""
    seen: set[Value] = set()
    for layer in model.layers:
        own = layer.config.get("name")
        if layer.model is not None:
            _check_own_names(layer.model)
        elif isinstance(own, str) and layer.class_name not in _PREFIXED:
            if own in seen:
                raise DamagedFileError(
                    f"model {model.name!r:.120}: two layers are called {own!r:.120} in their own "
                    "configs",
                    hint="the file is damaged: Keras refuses to build such a model",
                )
            seen.add(own)


def _check_config(layer: Layer) -> None:
    dtype = layer.config.get("dtype")
    if isinstance(dtype, str) and dtype not in DTYPES:
        raise _damaged(layer, f"its dtype is {dtype!r:.40}, which is not a TensorFlow dtype")
    if layer.class_name in FREE:
        return
    for key in _not_finite(layer.config):
        raise _damaged(layer, f"{key} holds NaN or Infinity, expected a size, an index or a shape")


def _not_finite(config: Mapping[str, Value]) -> Iterator[str]:
    """Keywords with a number that is none, where none may be."""
    for key, value in config.items():
        if isinstance(value, Object) and isinstance(value.config, Mapping):
            yield from _not_finite(value.config)
        elif key not in FRACTIONS and _holds_none(value):
            yield key


def _holds_none(value: Value) -> bool:
    if isinstance(value, float):
        return not math.isfinite(value)
    return isinstance(value, list) and any(map(_holds_none, value))


def _check_entries(
    model: Model,
    shapes: Mapping[str, tuple[CallShapes, ...]],
    made: Mapping[str, tuple[StoredVariable, ...] | None],
) -> None:
    """A layer that reads an Input has to be told there how large its variables are."""
    entries = {layer.name for layer in model.layers if layer.class_name == "InputLayer"}
    for layer in model.layers:
        reads = next((ref.layer for call in layer.calls for ref in call.refs()), None)
        given = next((call.inputs for call in shapes.get(layer.name, ())), ())
        if reads not in entries or not given or given[0] is None or parts_of(layer):
            continue
        for variable in made[layer.name] or ():
            if any(None in shape for shape in variable.shapes):
                raise _damaged(
                    layer,
                    f"its {variable.name} has the shape {_shown(variable)} by the shape of the "
                    f"input {reads!r:.120}, expected numbers",
                )


def _check_layer(layer: Layer, made: Sequence[StoredVariable] | None) -> None:
    if made is None:
        return
    stored = layer.weights
    if len(made) > len(stored) and _shares_layers(layer):
        return  # what is shared is stored once: said where weights are put into their order
    if len(made) != len(stored):
        raise _damaged(
            layer, f"the file has {len(stored)} weights for it, expected {_listed(made)}"
        )
    for variable, weight in zip(made, stored, strict=True):
        if not variable.fits(weight.shape):
            raise _damaged(
                layer,
                f"weight {weight.name!r:.120} has the shape {weight.shape}, "
                f"expected {_shown(variable)} for its {variable.name}",
            )


def _shares_layers(layer: Layer) -> bool:
    """True if models inside a layer have layers of one name, which may be one layer."""
    names = [part.name for _, part in walk_layer(layer)]
    return layer.model is not None and len(names) != len(set(names))


def _check_order(
    file: ModelFile, model: Model, made: Mapping[str, tuple[StoredVariable, ...] | None]
) -> None:
    """Loaders fill the n-th layer that has weights from the n-th group that has some."""
    stored = [group for group in file.groups if group.weights]
    layers = [layer for layer in layer_order(model) if made[layer.name] != ()]
    if any(made[layer.name] is None for layer in layers) or len(layers) != len(stored):
        return
    for layer, group in zip(layers, stored, strict=True):
        expected = made[layer.name] or ()
        if layer.name != group.layer and not _fit(expected, group.weights):
            raise _damaged(
                layer,
                f"the file lists the weights of {group.layer!r:.120} in its place, "
                "which do not fit it",
            )


def _fit(made: Sequence[StoredVariable], weights: Sequence[Weight]) -> bool:
    return len(made) == len(weights) and all(
        variable.fits(weight.shape) for variable, weight in zip(made, weights, strict=True)
    )


def _listed(made: Sequence[StoredVariable]) -> str:
    names = ", ".join(variable.name for variable in made[:8])
    more = ", ..." if len(made) > 8 else ""
    return f"{len(made)} ({names}{more})" if made else "none"


def _shown(variable: StoredVariable) -> str:
    texts = [
        "(" + "".join(f"{'?' if dim is None else dim}, " for dim in shape).rstrip() + ")"
        for shape in variable.shapes
    ]
    return " or ".join(dict.fromkeys(texts))


def _damaged(layer: Layer, what: str) -> DamagedFileError:
    return DamagedFileError(
        f"layer {layer.name!r:.120} ({layer.class_name:.60}): {what}", hint=_HINT
    )
