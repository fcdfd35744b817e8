"""How Keras 3 spells calls: ``{"args": [...], "kwargs": {...}}``, tensors as ``__keras_tensor__``.

Source: ``serialize_node`` and ``Functional.get_config`` in ``models/functional.py``,
``Operation.get_config`` in ``ops/operation.py`` (Keras 3.0 to 3.15).
"""

from __future__ import annotations

import reprlib
from collections.abc import Mapping
from typing import Any, Final

from keraport.dialects.checks import DAMAGED
from keraport.dialects.identity import Identity
from keraport.errors import DamagedFileError
from keraport.model import KERAS, Call, Constant, Model, TensorRef, Value
from keraport.records import dataclass

_ATTENTION: Final = ("inputs", "mask", "training", "return_attention_scores", "use_causal_mask")
_CELL: Final = ("inputs", "states", "training")
_HEADS: Final = (
    *("query", "value", "key", "query_mask", "value_mask", "key_mask", "attention_mask"),
    *("return_attention_scores", "training", "use_causal_mask"),
)
_IMAGES: Final = ("data", "training")
_MASKS: Final = frozenset({"mask", "query_mask", "value_mask", "key_mask"})
"""Arguments of calls that may say that there is none."""
_RECURRENT: Final = ("sequences", "initial_state", "mask", "training")
_TRAINED: Final = ("inputs", "training")

POSITIONAL: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("AdditiveAttention", "Attention"), _ATTENTION),
    **dict.fromkeys(("GRUCell", "LSTMCell", "StackedRNNCells"), _CELL),
    "SimpleRNNCell": ("sequence", "states", "training"),
    **dict.fromkeys(("GroupedQueryAttention", "MultiHeadAttention"), _HEADS),
    **dict.fromkeys(
        ("Bidirectional", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "GRU", "LSTM", "RNN",
         "SimpleRNN"),
        _RECURRENT,
    ),
    **dict.fromkeys(
        ("AlphaDropout", "Dense", "Dropout", "EinsumDense", "FlaxLayer", "GaussianDropout",
         "GaussianNoise", "JaxLayer", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D",
         "SpectralNormalization", "TFSMLayer"),
        _TRAINED,
    ),
    **dict.fromkeys(
        ("AugMix", "AutoContrast", "CenterCrop", "CutMix", "Equalization", "MixUp", "RandAugment",
         "RandomBrightness", "RandomColorDegeneration", "RandomColorJitter", "RandomContrast",
         "RandomCrop", "RandomElasticTransform", "RandomErasing", "RandomFlip",
         "RandomGaussianBlur", "RandomGrayscale", "RandomHue", "RandomInvert", "RandomPerspective",
         "RandomPosterization", "RandomRotation", "RandomSaturation", "RandomSharpness",
         "RandomShear", "RandomTranslation", "RandomZoom", "Resizing", "Solarization"),
        _IMAGES,
    ),
    **dict.fromkeys(("BatchNormalization", "Pipeline", "TimeDistributed"),
                    ("inputs", "training", "mask")),
    **dict.fromkeys(("Functional", "Model", "Sequential"), ("inputs", "training", "mask")),
    **dict.fromkeys(("GlobalAveragePooling1D", "Softmax"), ("inputs", "mask")),
    "CategoryEncoding": ("inputs", "count_weights"),
    "Lambda": ("inputs", "mask", "training"),
    "ReversibleEmbedding": ("inputs", "reverse"),
}  # fmt: skip
"""What layers call the arguments that they may be given by position; the first are the inputs.

Read off the signatures of ``call`` in Keras 3.0.5 and 3.15.1; layers that take one argument are not
listed.
"""

_TENSOR: Final = "__keras_tensor__"
_ARRAYS: Final = frozenset({"__numpy__", "__tensor__"})
_OF_LAYERS: Final = frozenset({"trainable", "dtype"})
"""What ``Layer.get_config`` writes and ``Operation.get_config`` does not."""
_OF_A_DTYPE: Final = frozenset({"Cast", "OnesLike", "Prod", "ZerosLike"})
"""Operations that have a dtype themselves."""
_CHAIN: Final = "Pipeline"
_INPUT: Final = "InputLayer"
"""The layer whose config is written without ``trainable``."""


@dataclass(frozen=True, slots=True)
class NestedModels:
    """Models that stand as layers in a graph of Keras 3.

    Args:
        all: in ``keras_history``, the call that a model was built with does not count.
        uncounted: those for which it does not count in ``output_layers`` either, which
            ``Functional.get_config`` numbers itself: Sequentials.
    """

    all: frozenset[str] = frozenset()
    uncounted: frozenset[str] = frozenset()


def nested_models(layers: Value) -> NestedModels:
    """The models among the layers of a graph; none if the graph is not spelt by Keras 3."""
    if not any(_is_spelt(layer) for layer in layers):
        return NestedModels()
    found = {
        str(layer.get("name")): layer["config"]
        for layer in layers
        if isinstance(layer, dict)
        and _holds_layers(layer.get("config"))
        and not is_chain(str(layer.get("class_name")))
    }
    stacks = frozenset(name for name, config in found.items() if "input_layers" not in config)
    return NestedModels(frozenset(found), stacks)


def nested_in(model: Model) -> NestedModels:
    """The same of a model that is to be written."""
    found = {layer.name: layer.model for layer in model.layers if layer.model is not None}
    stacks = frozenset(name for name, inner in found.items() if inner.is_sequential)
    return NestedModels(frozenset(found), stacks)


def is_operation(document: Mapping[str, Any], named: Identity) -> bool:
    """True for an operation where the document gives no module, as in HDF5 files."""
    config = document["config"]
    return (
        _is_spelt(document)
        and named == Identity(named.class_name, KERAS)
        and "module" not in document
        and named.class_name != _INPUT
        and not _OF_LAYERS & config.keys() - _own_keys(named.class_name)
        and not _holds_layers(config)
    )


def _own_keys(class_name: str) -> frozenset[str]:
    return frozenset({"dtype"}) if class_name in _OF_A_DTYPE else frozenset()


def is_node(node: Value) -> bool:
    """True for an inbound node as Keras 3 spells it."""
    return isinstance(node, dict) and "args" in node


def parse_call(node: dict[str, Any], where: str, class_name: str, models: frozenset[str]) -> Call:
    """The call that an inbound node says; objects among its arguments are left as they are.

    Args:
        node: as `is_node` knows it.
        where: whose node, for messages.
        class_name: of the layer, if it is one of Keras' own.
        models: the names of models whose own call does not count in the node.

    Raises:
        DamagedFileError: it makes no sense.
    """
    args, keywords = node.get("args"), node.get("kwargs")
    if not isinstance(args, list) or not isinstance(keywords, dict):
        raise DamagedFileError(
            f"an inbound node of {where} is {reprlib.repr(node)}, expected args and kwargs",
            hint=DAMAGED,
        )
    names = POSITIONAL.get(class_name, ())
    positional = {
        names[number] if number < len(names) else f"x{number + 1}": value
        for number, value in enumerate(args)
    }
    given = {**positional, **keywords}
    # The first argument that is, or holds, a tensor; Keras 2 has no other way to say what goes in.
    first = next((k for k in (*names[:1], *given) if _holds_tensor(given.get(k))), "")
    if not first:
        raise DamagedFileError(
            f"an inbound node of {where} holds {reprlib.repr(node)}, expected a tensor",
            hint=DAMAGED,
        )
    inputs = _inputs(given.pop(first), where, models)
    # That there is no mask is said; a call without a word gets what its tensors carry.
    said = {k: v for k, v in given.items() if v is not None or k in _MASKS}
    arguments = {k: _argument(v, where, models) for k, v in said.items()}
    return Call(inputs if isinstance(inputs, list | dict) else [inputs], arguments)


def _is_spelt(layer: Value) -> bool:
    found = layer.get("inbound_nodes") if isinstance(layer, dict) else None
    return isinstance(found, list) and any(is_node(node) for node in found)


def is_chain(named: str) -> bool:
    """True for a layer of Keras' own that calls layers one after another, and is no model."""
    return named == _CHAIN


def _holds_layers(config: Value) -> bool:
    return isinstance(config, dict) and isinstance(config.get("layers"), list)


def _holds_tensor(value: Value) -> bool:
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            if item.get("class_name") == _TENSOR:
                return True
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)
    return False


def _inputs(value: Value, where: str, models: frozenset[str]) -> Value:
    """A structure of tensors; what is none in it is a constant."""
    if isinstance(value, list) and _holds_tensor(value):
        return [_inputs(item, where, models) for item in value]
    if isinstance(value, dict) and _holds_tensor(value):
        if value.get("class_name") == _TENSOR:
            return _ref(value, where, models)
        return {key: _inputs(item, where, models) for key, item in value.items()}
    return Constant(_plain_array(value))


def _plain_array(value: Value) -> Value:
    """An array as older documents have it: nested lists of its numbers."""
    if isinstance(value, dict) and value.get("class_name") in _ARRAYS:
        config = value.get("config")
        if isinstance(config, dict) and "value" in config:
            return config["value"]
    return value


def _argument(value: Value, where: str, models: frozenset[str]) -> Value:
    if isinstance(value, list):
        return [_argument(item, where, models) for item in value]
    if isinstance(value, dict):
        if value.get("class_name") == _TENSOR:
            return _ref(value, where, models)
        if not value.keys() >= {"class_name", "config"}:
            return {key: _argument(item, where, models) for key, item in value.items()}
    return value


def _ref(value: dict[str, Any], where: str, models: frozenset[str]) -> TensorRef:
    """Layer, call and tensor."""
    config = value.get("config")
    history = config.get("keras_history") if isinstance(config, dict) else None
    if not (
        isinstance(history, list)
        and len(history) == 3
        and isinstance(history[0], str)
        and all(type(number) is int for number in history[1:])
    ):
        raise DamagedFileError(
            f"an inbound node of {where} holds {reprlib.repr(value)}, expected a tensor",
            hint=DAMAGED,
        )
    layer, node, tensor = history
    return TensorRef(layer, node + (layer in models), tensor)
