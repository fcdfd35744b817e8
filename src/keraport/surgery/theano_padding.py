"""``padding="same"`` of models that were trained with Theano, which pads otherwise.

Theano puts half of the kernel before the input, TensorFlow half of what is missing. That is the
same for kernels of odd sizes that move in steps of one. Other convolutions are rewritten as a
ZeroPadding and a convolution without padding, other layers are refused.

Source: ``conv2d``, ``_postprocess_conv2d_output``, ``pool2d`` in ``backend/theano_backend.py`` of
Keras 2.1.6 and 1.2.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from keraport.changes.sources import own_keras_file
from keraport.model import Call, Config, Layer, Model, ModelFile, TensorRef, Value
from keraport.model.graph import map_refs, walk_layer
from keraport.report import Journal, Note, Verdict

_SOURCE: Final = own_keras_file("2.1.6", "backend/theano_backend.py")
_HINT: Final = (
    'put a ZeroPadding layer before it and give it padding="valid", with the backend Theano, and '
    "save the model again"
)


def _as_kernels(size: int, stride: int) -> bool:
    return size == 1 or (size % 2 == 1 and stride == 1)


def _as_windows(size: int, stride: int) -> bool:
    """Windows larger than three are padded by two less than their size."""
    return size == 1 or (size == 3 and stride == 1)


_RULES: Final[Mapping[str, tuple[str, Callable[[int, int], bool]]]] = {
    **dict.fromkeys(("Conv1D", "Conv2D", "Conv3D", "ConvLSTM2D"), ("kernel_size", _as_kernels)),
    **dict.fromkeys(
        (
            *("MaxPooling1D", "MaxPooling2D", "MaxPooling3D"),
            *("AveragePooling1D", "AveragePooling2D", "AveragePooling3D"),
        ),
        ("pool_size", _as_windows),
    ),
    **dict.fromkeys(
        ("Conv2DTranspose", "Conv3DTranspose"), ("kernel_size", lambda size, _: size == 1)
    ),
}
"""Class: the keyword of its size, and whether both pad alike for a size and a step."""

_PADDED_BY: Final = {
    "Conv1D": "ZeroPadding1D",
    "Conv2D": "ZeroPadding2D",
    "Conv3D": "ZeroPadding3D",
}


def with_theano_padding(file: ModelFile, model: Model, journal: Journal) -> Model:
    """The model with explicit padding where Theano pads otherwise; as it is for other backends.

    Args:
        file: says which backend it was saved with.
        model: in the words of the hub.
        journal: is told of each layer.
    """
    return _padded(model, "", journal) if file.producer.backend == "theano" else model


def _padded(model: Model, prefix: str, journal: Journal) -> Model:
    layers: list[Layer] = []
    for layer in model.layers:
        path = f"{prefix}{layer.name}"
        if layer.model is not None:
            layers.append(replace(layer, model=_padded(layer.model, f"{path}/", journal)))
            continue
        for inner, part in walk_layer(layer, prefix):
            if _pads_otherwise(part) and (part is not layer or part.class_name not in _PADDED_BY):
                text = f'Theano pads {part.class_name} with padding="same" otherwise'
                journal.note(inner, Note(Verdict.REFUSED, text, _HINT, _SOURCE))
        if _pads_otherwise(layer) and layer.class_name in _PADDED_BY:
            text = 'padding="same" is written out as a ZeroPadding: Theano puts half of the kernel'
            journal.note(path, Note(Verdict.EXACT, f"{text} before the input", source=_SOURCE))
            layers += _apart(layer)
        else:
            layers.append(layer)
    return replace(model, layers=tuple(layers))


def _pads_otherwise(layer: Layer) -> bool:
    config = layer.config
    if layer.class_name not in _RULES or config.get("padding") != "same":
        return False
    key, alike = _RULES[layer.class_name]
    sizes = _numbers(config.get(key))
    strides = _numbers(config.get("strides")) or (sizes if key == "pool_size" else [])
    strides = strides or [1] * len(sizes)
    return not sizes or not all(map(alike, sizes, strides))


def _numbers(value: Value) -> list[int]:
    numbers = value if isinstance(value, list) else [value]
    return [number for number in numbers if type(number) is int]


def _apart(layer: Layer) -> Iterator[Layer]:
    """A padding layer, and the convolution without padding."""
    config = {**layer.config, "padding": "valid"}
    first: Config = {
        key: config.pop(key) for key in ("batch_input_shape", "dtype") if key in config
    }
    rates = _numbers(config.get("dilation_rate")) or [1] * len(_numbers(config["kernel_size"]))
    widths = [
        (size - 1) * rate + 1
        for size, rate in zip(_numbers(config["kernel_size"]), rates, strict=True)
    ]
    amounts: list[Value] = [[width // 2, width - 1 - width // 2] for width in widths]
    name = f"{layer.name}_padding"
    line = layer.class_name == "Conv1D"
    padding: dict[str, Value] = {"name": name, "trainable": True, **first}
    padding["padding"] = amounts[0] if line else amounts
    if not line and "data_format" in config:
        padding["data_format"] = config["data_format"]
    calls = tuple(Call(call.inputs) for call in layer.calls)
    yield Layer(name, _PADDED_BY[layer.class_name], padding, calls)
    behind = tuple(
        replace(call, inputs=map_refs(call.inputs, _always(TensorRef(name, at, 0))))
        for at, call in enumerate(layer.calls)
    )
    yield replace(layer, config=config, calls=behind)


def _always(ref: TensorRef) -> Callable[[TensorRef], Value]:
    return lambda _: ref
