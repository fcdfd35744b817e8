"""Which variables a layer makes, of which shapes: what a file's weights have to fit.

Source: ``build`` of each class in TF 1.12 and 2.3 (``layers/*.py``); the order is that of
`keraport.passes.weights`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from keraport.model import Config, Layer, Value
from keraport.passes.shapes import CallShapes
from keraport.passes.shapes.values import Dim, Known, Shape, UnknownShape, choice
from keraport.passes.weights import flat_slots, in_target_order, parts_of, variables_of

_Made: TypeAlias = Mapping[str, Shape]
_Rule: TypeAlias = Callable[[Config, Shape], _Made]

WEIGHTLESS: Final = frozenset(
    {
        *("Activation", "ActivityRegularization", "Add", "AlphaDropout", "Average"),
        *("AveragePooling1D", "AveragePooling2D", "AveragePooling3D", "Concatenate"),
        *("Cropping1D", "Cropping2D", "Cropping3D", "Dot", "Dropout", "ELU", "Flatten"),
        *("GaussianDropout", "GaussianNoise", "GlobalAveragePooling1D", "GlobalAveragePooling2D"),
        *("GlobalAveragePooling3D", "GlobalMaxPooling1D", "GlobalMaxPooling2D"),
        *("GlobalMaxPooling3D", "InputLayer", "LeakyReLU", "Masking", "MaxPooling1D"),
        *("MaxPooling2D", "MaxPooling3D", "Maximum", "Minimum", "Multiply", "Permute", "ReLU"),
        *("RepeatVector", "Rescaling", "Reshape", "Resizing", "Softmax", "SpatialDropout1D"),
        *("SpatialDropout2D", "SpatialDropout3D", "Subtract", "ThresholdedReLU", "UpSampling1D"),
        *("UpSampling2D", "UpSampling3D", "ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D"),
    }
)
"""Classes that make no variables."""

_HOLDERS: Final = frozenset(
    {"Bidirectional", "Functional", "Model", "RNN", "Sequential", "StackedRNNCells"}
    | {"TimeDistributed"}
)
"""Classes whose variables are those of the layers and cells in them."""


_BY_RELEASE: Final[Mapping[str, str]] = {
    "BatchNormalization": "renorm",
    "SyncBatchNormalization": "renorm",
}
"""Classes whose variables differ between releases, and the keyword that makes them do so: TF 1.12
keeps weights of the renormalised statistics, 2.3 their deviation."""


class ImpossibleError(Exception):
    """No release can build the layer; the message says why."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of a layer, or of a layer in it.

    Args:
        name: as ``add_weight`` gets it.
        shapes: those that it may be stored in; empty where none is known. RNNs have several: the
            stock loaders bring the bias of a CuDNN layer into the shape of the plain one.
    """

    name: str
    shapes: tuple[Known, ...]

    def fits(self, stored: tuple[int, ...]) -> bool:
        """Whether stored values of that shape can become the variable's."""
        return not self.shapes or any(
            len(shape) == len(stored)
            and all(dim is None or dim == size for dim, size in zip(shape, stored, strict=True))
            for shape in self.shapes
        )


def made_by(
    layer: Layer,
    shapes: Mapping[str, tuple[CallShapes, ...]],
    custom: frozenset[str],
    *,
    rounds: bool,
) -> tuple[Variable, ...] | None:
    """The variables of a layer, in the order in which Keras lists its weights.

    Args:
        layer: of the outermost model.
        shapes: of all calls, by the path of the layer.
        custom: names that the user's own files define.
        rounds: what `keraport.passes.weights.in_rounds` says of the release.

    Returns:
        None if a class in the layer is not known.

    Raises:
        ImpossibleError: the layer cannot be built.
    """
    found: dict[str, _Made] = {}
    for path, part, given in _parts(layer, layer.name, _given(shapes, layer.name), shapes):
        name = part.class_name
        if name in custom or not (_is_known(name) or name in WEIGHTLESS | _HOLDERS):
            return None
        if name in _BY_RELEASE and part.config.get(_BY_RELEASE[name]):
            return None
        # Cells may have one name; then nothing is told about the shapes of either.
        found[path] = {} if path in found else _shapes_of(part, given)
    slots = flat_slots(in_target_order(layer), rounds=rounds)
    return tuple(
        Variable(name, _alternatives(found.get(path, {}).get(name), name, path, layer))
        for path, name in slots
    )


def _is_known(class_name: str) -> bool:
    return bool(variables_of(Layer("", class_name, {"use_scale": True, "bias_axes": True})))


def _parts(
    layer: Layer, path: str, given: Shape, shapes: Mapping[str, tuple[CallShapes, ...]]
) -> Iterator[tuple[str, Layer, Shape]]:
    """The layer and all in it, with what each is given."""
    yield path, layer, given
    for number, part in enumerate(parts_of(layer)):
        inner = f"{path}/{part.name}"
        if layer.model is not None:
            passed = _given(shapes, inner)
        elif layer.class_name in ("TimeDistributed", "RNN"):
            passed = None if given is None or len(given) < 3 else (given[0], *given[2:])
        else:
            passed = given if layer.class_name == "Bidirectional" or number == 0 else None
        yield from _parts(part, inner, passed, shapes)


def _given(shapes: Mapping[str, tuple[CallShapes, ...]], path: str) -> Shape:
    for call in shapes.get(path, ()):
        if call.inputs and call.inputs[0] is not None:
            return call.inputs[0]
    return None


def _shapes_of(layer: Layer, given: Shape) -> _Made:
    rule = _RULES.get(layer.class_name)
    try:
        return {} if rule is None else rule(layer.config, given)
    except UnknownShape:
        return {}


def _alternatives(shape: Shape, name: str, path: str, layer: Layer) -> tuple[Known, ...]:
    if shape is None:
        return ()
    if name != "bias" or len(shape) not in (1, 2) or not _is_recurrent(layer, path):
        return (shape,)
    if any(dim is None for dim in shape):
        return ()
    size = math.prod(dim for dim in shape if dim is not None)
    single = size // 2 if len(shape) == 2 else size
    return (shape, (2, single), (2 * single,), (single,))


def _is_recurrent(layer: Layer, path: str) -> bool:
    parts = {place: part.class_name for place, part, _ in _parts(layer, layer.name, None, {})}
    return parts.get(path) in ("GRU", "LSTM")


def _size(value: Value) -> int:
    """A number of units or filters; `Dense` makes an integer of whatever ``int`` takes."""
    if type(value) is int:
        return value
    if isinstance(value, float) and math.isfinite(value):
        return int(value)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    raise ImpossibleError(f"{value!r:.40} where a number of units or filters is expected")


def _window(config: Config, rank: int) -> tuple[int, ...]:
    value = config.get("kernel_size")
    if isinstance(value, list) and len(value) == rank and all(type(n) is int for n in value):
        return tuple(value)
    if type(value) is int:
        return (value,) * rank
    raise UnknownShape


def _channels(config: Config, given: Shape, rank: int) -> Dim:
    if given is None or len(given) < rank + 2:
        return None
    last = choice(config, "data_format", "channels_last", "channels_first") == "channels_last"
    return given[-1 if last else -1 - rank]


def _dense(config: Config, given: Shape) -> _Made:
    units = _size(config.get("units"))
    return {"kernel": (given[-1] if given else None, units), "bias": (units,)}


def _convolution(rank: int, *, transposed: bool = False) -> _Rule:
    def rule(config: Config, given: Shape) -> _Made:
        filters, channels = _size(config.get("filters")), _channels(config, given, rank)
        window, groups = _window(config, rank), config.get("groups", 1)
        if type(groups) is not int or groups < 1:
            raise UnknownShape
        if transposed:
            return {"kernel": (*window, filters, channels), "bias": (filters,)}
        part = None if channels is None else channels // groups
        return {"kernel": (*window, part, filters), "bias": (filters,)}

    return rule


def _local(rank: int) -> _Rule:
    def rule(config: Config, given: Shape) -> _Made:
        filters, channels = _size(config.get("filters")), _channels(config, given, rank)
        window = _window(config, rank)
        first = choice(config, "data_format", "channels_last", "channels_first") != "channels_last"
        sides = _sides(given, rank, first=first)
        steps = config.get("strides", 1)
        steps = steps if isinstance(steps, list) else [steps] * rank
        if len(steps) != rank or not all(type(step) is int and step > 0 for step in steps):
            raise UnknownShape
        valid = choice(config, "padding", "valid", "same") == "valid"
        made = tuple(
            ((side - size) // step if valid else (side - 1) // step) + 1
            for side, size, step in zip(sides, window, steps, strict=True)
        )
        features = None if channels is None else math.prod(window) * channels
        kernel: Shape = None
        match config.get("implementation", 1):
            case 1:
                kernel = (math.prod(made), features, filters)
            case 2 if first:
                kernel = (channels, *sides, filters, *made)
            case 2:
                kernel = (*sides, channels, *made, filters)
        return {"kernel": kernel, "bias": (*made, filters)}

    return rule


def _sides(given: Shape, rank: int, *, first: bool) -> tuple[int, ...]:
    if given is None or len(given) != rank + 2:
        raise UnknownShape
    sides = [dim for dim in (given[2:] if first else given[1:-1]) if dim is not None]
    if len(sides) != rank:
        raise UnknownShape
    return tuple(sides)


def _depthwise(config: Config, given: Shape) -> _Made:
    channels, multiplier = _channels(config, given, 2), _size(config.get("depth_multiplier", 1))
    made = None if channels is None else channels * multiplier
    return {"depthwise_kernel": (*_window(config, 2), channels, multiplier), "bias": (made,)}


def _separable(rank: int) -> _Rule:
    def rule(config: Config, given: Shape) -> _Made:
        filters, channels = _size(config.get("filters")), _channels(config, given, rank)
        multiplier = _size(config.get("depth_multiplier", 1))
        made = None if channels is None else channels * multiplier
        return {
            "depthwise_kernel": (*_window(config, rank), channels, multiplier),
            "pointwise_kernel": (*(1,) * rank, made, filters),
            "bias": (filters,),
        }

    return rule


def _embedding(config: Config, _: Shape) -> _Made:
    return {"embeddings": (_size(config.get("input_dim")), _size(config.get("output_dim")))}


def _recurrent(gates: int, *, layer: bool, biases: int = 1) -> _Rule:
    def rule(config: Config, given: Shape) -> _Made:
        units = _size(config.get("units"))
        features = given[-1] if given and len(given) >= 2 + layer else None
        two = gates == 3 and config.get("reset_after") is True
        bias: Known = (2, gates * units) if two else (biases * gates * units,)
        return {
            "kernel": (features, gates * units),
            "recurrent_kernel": (units, gates * units),
            "bias": bias,
        }

    return rule


def _conv_lstm(config: Config, given: Shape) -> _Made:
    filters, channels = _size(config.get("filters")), _channels(config, given, 2)
    window = _window(config, 2)
    return {
        "kernel": (*window, channels, 4 * filters),
        "recurrent_kernel": (*window, filters, 4 * filters),
        "bias": (4 * filters,),
    }


def _axes(config: Config, given: Shape) -> list[int]:
    """The axes of a normalisation, from 0 on; the rank has to be known."""
    value = config.get("axis", -1)
    axes = list(value) if isinstance(value, list) else [value]
    if any(type(axis) is not int for axis in axes):
        raise ImpossibleError(f"axis {value!r:.40}, expected whole numbers")
    if given is None:
        raise UnknownShape
    placed = [axis + len(given) if axis < 0 else axis for axis in axes]
    if any(not 0 <= axis < len(given) for axis in placed):
        raise ImpossibleError(f"axis {value!r:.40} of an input with {len(given)} dimensions")
    return placed


def _batch_normalization(config: Config, given: Shape) -> _Made:
    if config.get("virtual_batch_size") is not None:
        raise UnknownShape  # TF 2.3 saves the axes of another rank then
    axes = _axes(config, given)
    if given is None:
        raise UnknownShape
    if 0 in axes and given[0] is None:
        raise ImpossibleError("axis 0, whose size is not known")
    shape: Known = tuple(given[axis] if axis in axes else 1 for axis in range(len(given)))
    if len(axes) == 1:
        shape = (given[axes[0]],)
    names = ("gamma", "beta", "moving_mean", "moving_variance", "moving_stddev")
    return dict.fromkeys((*names, "renorm_mean", "renorm_stddev"), shape)


def _layer_normalization(config: Config, given: Shape) -> _Made:
    axes = _axes(config, given)
    if given is None:
        raise UnknownShape
    return dict.fromkeys(("gamma", "beta"), tuple(given[axis] for axis in axes))


def _prelu(config: Config, given: Shape) -> _Made:
    shared = config.get("shared_axes") or []
    if given is None or not isinstance(shared, list):
        raise UnknownShape
    return {"alpha": tuple(1 if n in shared else dim for n, dim in enumerate(given) if n)}


_RULES: Final[Mapping[str, _Rule]] = {
    "BatchNormalization": _batch_normalization,
    "Conv1D": _convolution(1),
    "Conv2D": _convolution(2),
    "Conv2DTranspose": _convolution(2, transposed=True),
    "Conv3D": _convolution(3),
    "Conv3DTranspose": _convolution(3, transposed=True),
    "ConvLSTM2D": _conv_lstm,
    "Dense": _dense,
    "DepthwiseConv2D": _depthwise,
    "Embedding": _embedding,
    "GRU": _recurrent(3, layer=True),
    "GRUCell": _recurrent(3, layer=False),
    "LSTM": _recurrent(4, layer=True),
    "LSTMCell": _recurrent(4, layer=False),
    "LayerNormalization": _layer_normalization,
    "LocallyConnected1D": _local(1),
    "LocallyConnected2D": _local(2),
    "PReLU": _prelu,
    "SeparableConv1D": _separable(1),
    "SeparableConv2D": _separable(2),
    "SimpleRNN": _recurrent(1, layer=True),
    "SimpleRNNCell": _recurrent(1, layer=False),
    "SyncBatchNormalization": _batch_normalization,
}
"""Classes with rules for the shapes of their variables; of the others only the number is known."""
