"""What a layer computes, in one spelling: for comparing layers that different people wrote down.

Two layers that predict the same should come out equal here, whatever release wrote them; what only
training or saving looks at is left out.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from keraport import hub
from keraport.analysis.kinds import ACTIVATION_KEYS
from keraport.catalog.api import MISSING, Expression, Kind, load_api
from keraport.catalog.releases import release_with
from keraport.changes import ALL_CHANGES, Change
from keraport.changes.combinators import Added
from keraport.changes.layers.cudnn import GENERAL
from keraport.model import OPERATIONS, Config, Layer, Object, Value
from keraport.records import dataclass

_OF_NO_CONSEQUENCE = frozenset(
    {
        *("name", "trainable", "dynamic", "batch_input_shape", "batch_shape", "build_input_shape"),
        *("sparse", "ragged", "input_dtype", "input_length", "implementation", "unroll", "fused"),
        *("enable_caching_device", "dropout", "recurrent_dropout", "unit_forget_bias"),
        *("momentum", "renorm_momentum", "renorm_clipping", "virtual_batch_size", "adjustment"),
        *("function", "function_type", "module", "output_shape_module", "output_shape_type"),
        *("experimental_autocast", "autocast", "bias_axes_initializer"),
    }
)
"""Keywords that no prediction depends on, whatever the class; and the code of Lambdas, which cannot
be compared."""

_ENDINGS = ("_initializer", "_regularizer", "_constraint")

TRAINING_ONLY = hub.names(lambda row: row.idle)
"""Layers that pass their input on when the model predicts."""

_NEUTRAL: Mapping[str, Value] = {"groups": 1, "time_major": False, "zero_output_for_mask": False}
"""Keywords that some classes take through ``**kwargs``, and what leaving them out means."""

_CELLS = {row.cell: name for name, row in hub.ROWS.items() if row.cell and row.rank == 0}
"""Cell: the layer that makes one itself."""

_PLAIN_ACTIVATIONS: Mapping[str, tuple[Config, str]] = {
    "Softmax": ({"axis": -1}, "softmax"),
    "ELU": ({"alpha": 1.0}, "elu"),
}
"""Layer: its config at which it is the activation of that name."""


@dataclass(frozen=True, slots=True)
class Computation:
    """What a layer computes.

    Args:
        class_name: in the hub's spelling; an activation layer is an ``Activation``.
        config: the keywords that predictions depend on. Layers inside are `Computation`.
    """

    class_name: str
    config: Config


def computation(layer: Layer, rank: int | None = None) -> Computation:
    """What a layer computes.

    Args:
        layer: in the hub's words (`keraport.translate.to_hub`).
        rank: number of dimensions of its input with the batch, to count axes from the end; None
            if unknown.
    """
    if layer.package == OPERATIONS:
        return Computation(f"{OPERATIONS}.{layer.class_name}", layer.config)
    layer = _with_both_directions(general(layer))
    config = {
        key: _spelt(key, value, layer.config, rank)
        for key, value in _complete(layer).items()
        if not _is_idle(key)
    }
    if isinstance(layer.config.get("dtype"), Object | Mapping) or "mixed" in str(
        layer.config.get("dtype")
    ):
        config["dtype"] = _policy(layer.config["dtype"])
    return _activation(layer.class_name, config)


def general(layer: Layer) -> Layer:
    """A recurrent layer as the general class: cuDNN's kernels, and an RNN around a stock cell."""
    name = _without_version(layer.class_name)
    if name != layer.class_name:
        layer = replace(layer, class_name=name)
    cell = layer.config.get("cell")
    if name == "RNN" and isinstance(cell, Layer) and cell.is_keras and cell.class_name in _CELLS:
        rest = {key: value for key, value in layer.config.items() if key != "cell"}
        inside = {key: value for key, value in cell.config.items() if key not in ("name",)}
        return replace(layer, class_name=_CELLS[cell.class_name], config={**inside, **rest})
    if name in GENERAL:
        general_name, fixed = GENERAL[name]
        config = {**layer.config, **fixed, "use_bias": True}
        return replace(layer, class_name=general_name, config=config)
    return layer


def _with_both_directions(layer: Layer) -> Layer:
    """A Bidirectional, which has a layer backwards only if that is another than the one forwards.

    Releases write down or leave out what the wrapper makes of the layer that it is given: the
    layer backwards, and that masked steps of sequences are zero (``Bidirectional.__init__``, TF
    2.15 and Keras 3.15).
    """
    forward, backward = layer.config.get("layer"), layer.config.get("backward_layer")
    if layer.class_name != "Bidirectional" or not isinstance(forward, Layer):
        return layer
    forward = _as_wrapped(forward)
    if isinstance(backward, Layer):
        backward = _as_wrapped(backward)
        turned = {**forward.config, "go_backwards": not forward.config.get("go_backwards", False)}
        if computation(backward) == computation(forward.with_config(turned)):
            backward = None
    return layer.with_config({**layer.config, "layer": forward, "backward_layer": backward})


def _as_wrapped(layer: Layer) -> Layer:
    zero = layer.config.get("return_sequences", False)
    return layer.with_config({**layer.config, "zero_output_for_mask": zero})


def _without_version(class_name: str) -> str:
    """``BatchNormalization`` of ``BatchNormalizationV1``: the same class under an inner name."""
    row = hub.row(class_name)
    if row is not None and row.predicts_like:
        return row.predicts_like
    base = class_name.removesuffix("V1").removesuffix("V2")
    known = load_api(hub_spelling()).find(Kind.LAYER, base) is not None
    return base if known else class_name


def default_of(class_name: str, key: str) -> Value:
    """What a config without `key` means in the hub's words; `MISSING` if that is not known."""
    for change in _added(class_name):
        if change.key == key and isinstance(change.effect, Added):
            return change.effect.neutral
    if key in _NEUTRAL:
        return _NEUTRAL[key]
    spec = load_api(hub_spelling()).find(Kind.LAYER, class_name)
    parameter = spec.parameters.get(key) if spec is not None else None
    if parameter is None or isinstance(parameter.default, Expression):
        return MISSING
    return parameter.default


@cache
def hub_spelling() -> str:
    """Id of the release whose keywords and defaults are those of the hub."""
    return release_with("spells-as-the-hub").id


def _complete(layer: Layer) -> Config:
    """The config with every default written out that is known."""
    spec = load_api(hub_spelling()).find(Kind.LAYER, layer.class_name)
    if spec is None:
        return layer.config
    defaults = {
        key: value
        for key in sorted({*spec.config_keys, *(c.key for c in _added(layer.class_name))})
        if key not in layer.config and (value := default_of(layer.class_name, key)) is not MISSING
    }
    return {**defaults, **layer.config}


@cache
def _added(class_name: str) -> tuple[Change, ...]:
    """The keywords of a class that older releases lack."""
    return tuple(
        change
        for change in ALL_CHANGES
        if change.key
        and isinstance(change.effect, Added)
        and change.concerns(Kind.LAYER, class_name)
    )


def _is_idle(key: str) -> bool:
    return key in _OF_NO_CONSEQUENCE or key == "dtype" or key.endswith(_ENDINGS)


def _policy(value: Value) -> str:
    config = value.config if isinstance(value, Object) else value
    name = config.get("name") if isinstance(config, Mapping) else config
    return str(name)


def _spelt(key: str, value: Value, config: Config, rank: int | None) -> Value:
    """A value in one spelling."""
    if isinstance(value, Layer):
        return computation(value)
    if key in ACTIVATION_KEYS:
        return plain("linear" if value is None else value)
    if key == "data_format" and value is None:
        return "channels_last"
    if key == "strides" and value is None and "pool_size" in config:
        value = config["pool_size"]
    if key in ("axis", "axes"):
        return _from_the_end(value, rank)
    if key == "padding" and isinstance(value, str):
        return value.lower()
    return plain(value)


def _from_the_end(value: Value, rank: int | None) -> Value:
    if isinstance(value, list | tuple):
        counted = tuple(_from_the_end(item, rank) for item in value)
        return counted[0] if len(counted) == 1 else counted
    if type(value) is int and value >= 0 and rank is not None:
        return value - rank
    return value


def plain(value: Value) -> Value:
    """A value in which lists are tuples, and numbers have the precision of float32."""
    if isinstance(value, Layer):
        return computation(value)
    if isinstance(value, Object):
        return (value.class_name, plain(value.config))
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return tuple(plain(item) for item in value)
    if isinstance(value, float):
        try:
            return struct.unpack("f", struct.pack("f", value))[0]
        except OverflowError:
            return value
    return value


def _activation(class_name: str, config: Config) -> Computation:
    """Layers that only apply a function, as an Activation of its name where it has one."""
    if class_name == "ReLU":
        steady = not config.get("negative_slope") and not config.get("threshold")
        names = {None: "relu", 6.0: "relu6"}
        limit = config.get("max_value")
        if steady and (limit is None or isinstance(limit, float | int)) and limit in names:
            return Computation("Activation", {"activation": names[limit]})
    if class_name in _PLAIN_ACTIVATIONS:
        wanted, name = _PLAIN_ACTIVATIONS[class_name]
        if all(config.get(key) == value for key, value in wanted.items()):
            return Computation("Activation", {"activation": name})
    return Computation(class_name, config)
