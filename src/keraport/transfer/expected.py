"""Which weights an architecture without any expects: their roles, order and shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from keraport.catalog.api import Kind, load_api
from keraport.errors import UsageError
from keraport.model import Config, Layer, Model
from keraport.model.graph import inner_layers
from keraport.passes.shapes.infer import CallShapes, infer_shapes
from keraport.transfer.essence import hub_spelling
from keraport.transfer.units import Place, Unit, anonymous, leaves, slots_of

Shape: TypeAlias = tuple[int | None, ...]
Shapes: TypeAlias = Mapping[str, tuple[int | None, ...]]
Rule: TypeAlias = Callable[[Config, Shape], Shapes]


def units_of_architecture(model: Model, release_id: str) -> tuple[Unit, ...]:
    """The layers that will have weights, with made-up names for these.

    Args:
        model: in the hub's words, without weights.
        release_id: the release that it is for.

    Raises:
        UsageError: a class, or the shape of an input, that does not tell.
    """
    inferred = infer_shapes(model)
    return tuple(
        unit for layer in model.layers for unit in _units_of_layer(layer, inferred, release_id)
    )


def _units_of_layer(
    layer: Layer, inferred: Mapping[str, tuple[CallShapes, ...]], release_id: str
) -> Iterator[Unit]:
    _, found = leaves(layer)
    for path, leaf in found:
        _require_stock(path, leaf, release_id)
    slots = slots_of(layer)
    for number, (path, leaf) in enumerate(found):
        own = [(index, role) for index, (owner, role) in enumerate(slots) if owner == number]
        if not own:
            continue
        calls = inferred.get(path, ())
        given = calls[0].inputs[0] if calls and calls[0].inputs else None
        shapes = shapes_of(leaf, given) if given is not None else {}
        dtype = _dtype(leaf)
        places = tuple(
            Place(role, f"{path}/{role}:0", _known(path, role, shapes), dtype, layer.name, index)
            for index, role in own
        )
        yield Unit(path, anonymous(leaf).class_name, places)


def shapes_of(layer: Layer, given: Shape) -> Shapes:
    """The shapes of a layer's weights by role, for an input of shape `given`, batch first."""
    name, config = layer.class_name, layer.config
    inner = [part for key in ("layer", "backward_layer") for part in inner_layers(config.get(key))]
    if name == "TimeDistributed" and inner:
        return shapes_of(inner[0], (given[0], *given[2:]))
    if name == "Bidirectional" and inner:
        found: dict[str, tuple[int | None, ...]] = {}
        for direction, part in (("forward_", inner[0]), ("backward_", inner[-1])):
            for role, shape in shapes_of(part, given).items():
                found[f"{direction}/{role}"] = shape
        return found
    rule = _RULES.get(name)
    try:
        return rule(config, given) if rule is not None else {}
    except (KeyError, IndexError, TypeError, ValueError, ZeroDivisionError):
        return {}


def _known(path: str, role: str, shapes: Shapes) -> tuple[int, ...]:
    shape = shapes.get(role.removeprefix("/"), shapes.get(role.rpartition("/")[2]))
    if shape is None or not all(type(size) is int and size >= 0 for size in shape):
        raise UsageError(
            f"layer {path!r}: the shape of its {role} cannot be told from the architecture",
            hint="give the architecture as an untrained file: model.save('untrained.h5')",
        )
    return tuple(size for size in shape if size is not None)


def _require_stock(path: str, leaf: Layer, release_id: str) -> None:
    if load_api(release_id).find(Kind.LAYER, leaf.class_name) is None and (
        load_api(hub_spelling()).find(Kind.LAYER, leaf.class_name) is None
    ):
        raise UsageError(
            f"layer {path!r}: which weights a {leaf.class_name} has cannot be told from its config",
            hint="give the architecture as an untrained file: model.save('untrained.h5')",
        )


def _dtype(layer: Layer) -> str:
    dtype = layer.config.get("dtype")
    return dtype if isinstance(dtype, str) and "float" in dtype and "_" not in dtype else "float32"


def _channels(config: Config, given: Shape) -> int | None:
    return given[1] if config.get("data_format") == "channels_first" else given[-1]


def _dense(config: Config, given: Shape) -> Shapes:
    return {"kernel": (given[-1], config["units"]), "bias": (config["units"],)}


def _convolution(config: Config, given: Shape) -> Shapes:
    channels = _channels(config, given)
    groups = config.get("groups") or 1
    inside = channels // groups if channels is not None else None
    filters = config["filters"]
    return {"kernel": (*config["kernel_size"], inside, filters), "bias": (filters,)}


def _transposed(config: Config, given: Shape) -> Shapes:
    filters = config["filters"]
    kernel = (*config["kernel_size"], filters, _channels(config, given))
    return {"kernel": kernel, "bias": (filters,)}


def _depthwise(config: Config, given: Shape) -> Shapes:
    channels, multiplier = _channels(config, given), config["depth_multiplier"]
    return {
        "depthwise_kernel": (*config["kernel_size"], channels, multiplier),
        "bias": (None if channels is None else channels * multiplier,),
    }


def _separable(config: Config, given: Shape) -> Shapes:
    channels, multiplier = _channels(config, given), config["depth_multiplier"]
    ones = (1,) * len(config["kernel_size"])
    many = None if channels is None else channels * multiplier
    return {
        "depthwise_kernel": (*config["kernel_size"], channels, multiplier),
        "pointwise_kernel": (*ones, many, config["filters"]),
        "bias": (config["filters"],),
    }


def _embedding(config: Config, _: Shape) -> Shapes:
    return {"embeddings": (config["input_dim"], config["output_dim"])}


def _normalization(config: Config, given: Shape) -> Shapes:
    axes = config["axis"] if isinstance(config["axis"], list | tuple) else [config["axis"]]
    shape = tuple(given[axis] for axis in axes)
    roles = ("gamma", "beta", "moving_mean", "moving_variance")
    return dict.fromkeys((*roles, "moving_stddev", "renorm_mean", "renorm_stddev"), shape)


def _gated(gates: int) -> Rule:
    def rule(config: Config, given: Shape) -> Shapes:
        units = config["units"]
        bias: Shape = (gates * units,)
        if gates == 3 and config.get("reset_after"):
            bias = (2, *bias)
        return {
            "kernel": (given[-1], gates * units),
            "recurrent_kernel": (units, gates * units),
            "bias": bias,
        }

    return rule


def _cudnn(gates: int) -> Rule:
    def rule(config: Config, given: Shape) -> Shapes:
        return {**_gated(gates)(config, given), "bias": (2 * gates * config["units"],)}

    return rule


def _conv_lstm(config: Config, given: Shape) -> Shapes:
    frame = given[2] if config.get("data_format") == "channels_first" else given[-1]
    filters, size = config["filters"], tuple(config["kernel_size"])
    return {
        "kernel": (*size, frame, 4 * filters),
        "recurrent_kernel": (*size, filters, 4 * filters),
        "bias": (4 * filters,),
    }


def _prelu(config: Config, given: Shape) -> Shapes:
    shared = config.get("shared_axes") or ()
    return {"alpha": tuple(1 if i in shared else size for i, size in enumerate(given) if i)}


_RULES: Mapping[str, Rule] = {
    "BatchNormalization": _normalization,
    "Conv1D": _convolution,
    "Conv2D": _convolution,
    "Conv2DTranspose": _transposed,
    "Conv3D": _convolution,
    "Conv3DTranspose": _transposed,
    "ConvLSTM2D": _conv_lstm,
    "CuDNNGRU": _cudnn(3),
    "CuDNNLSTM": _cudnn(4),
    "Dense": _dense,
    "DepthwiseConv2D": _depthwise,
    "Embedding": _embedding,
    "GRU": _gated(3),
    "LSTM": _gated(4),
    "LayerNormalization": _normalization,
    "PReLU": _prelu,
    "SeparableConv1D": _separable,
    "SeparableConv2D": _separable,
    "SimpleRNN": _gated(1),
}
"""Class: the shapes of its weights. Source: ``build`` of each class in TF 2.3 (``layers/*.py``),
of cuDNN's in ``layers/cudnn_recurrent.py``."""
