"""What the config of a ``TensorFlowOpLayer`` says: an operation, its settings and constants.

TF 2.3 writes a NodeDef as JSON, and constants as nested lists by the number of the input, their
dtypes lost (``TensorFlowOpLayer.get_config`` in ``engine/base_layer.py``). Everything here may
come from a hostile file: it is compared with the definition of the operation, and never run.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from keraport.changes.operations.definitions import Definition, definitions
from keraport.model import Config, Value
from keraport.records import dataclass

Array: TypeAlias = NDArray[np.generic]

_TYPES = {
    "DT_BFLOAT16": "bfloat16",
    "DT_BOOL": "bool",
    "DT_COMPLEX128": "complex128",
    "DT_COMPLEX64": "complex64",
    "DT_DOUBLE": "float64",
    "DT_FLOAT": "float32",
    "DT_HALF": "float16",
    "DT_INT16": "int16",
    "DT_INT32": "int32",
    "DT_INT64": "int64",
    "DT_INT8": "int8",
    "DT_QINT16": "qint16",
    "DT_QINT32": "qint32",
    "DT_QINT8": "qint8",
    "DT_QUINT16": "quint16",
    "DT_QUINT8": "quint8",
    "DT_RESOURCE": "resource",
    "DT_STRING": "string",
    "DT_UINT16": "uint16",
    "DT_UINT32": "uint32",
    "DT_UINT64": "uint64",
    "DT_UINT8": "uint8",
    "DT_VARIANT": "variant",
}
"""``DataType`` of ``types.proto``: its name in a NodeDef, and in Python."""

_FIELDS = {"type": "type", "int": "i", "float": "f", "bool": "b", "string": "s", "shape": "shape"}
"""Kind of an attribute: the field of ``AttrValue`` that holds it."""

MOST_TENSORS = 10_000
"""More inputs or outputs than any model has."""


class NodeError(Exception):
    """The config contradicts itself, or the definition of its operation.

    Args:
        text: what was found, and what was expected.
    """


@dataclass(frozen=True, slots=True)
class Node:
    """An operation as a layer applies it.

    Args:
        definition: of the operation.
        attributes: all of its settings, defaults filled in; types by their Python names, strings
            as text.
        inputs: the dtype of every input.
        constants: by the number of the input, in its dtype.
        outputs: the dtype of every output.
    """

    definition: Definition
    attributes: Mapping[str, Value]
    inputs: tuple[str, ...]
    constants: Mapping[int, Array]
    outputs: tuple[str, ...]

    @property
    def tensors(self) -> tuple[int, ...]:
        """The numbers of the inputs that come from layers, in their order."""
        return tuple(index for index in range(len(self.inputs)) if index not in self.constants)


def operation_name(config: Config) -> str:
    """What the operation is called; empty if the config does not say."""
    document = config.get("node_def")
    name = document.get("op") if isinstance(document, Mapping) else None
    return name if isinstance(name, str) else ""


def read_node(config: Config) -> Node | None:
    """The operation of a layer; None if it is no known one.

    Args:
        config: of the layer, as TF 1.15 and TF 2.3 write it.

    Raises:
        NodeError: the config contradicts itself or the definition.
    """
    definition = definitions().get(operation_name(config))
    if definition is None:
        return None
    attributes = read_attributes(config, definition)
    inputs = dtypes(definition.inputs, attributes)
    return Node(
        definition,
        attributes,
        inputs,
        _constants(config.get("constants"), inputs),
        dtypes(definition.outputs, attributes),
    )


def read_attributes(config: Config, definition: Definition) -> dict[str, Value]:
    """All settings, defaults filled in.

    Raises:
        NodeError: one is unknown, missing, or of another kind than defined.
    """
    document = config["node_def"].get("attr", {})
    if not isinstance(document, Mapping):
        raise NodeError(f"attr is {type(document).__name__}, expected an object")
    found: dict[str, Value] = dict(definition.dropped)
    for key, item in definition.attributes.items():
        if key in document:
            found[key] = _value(document[key], item.kind, key)
        elif item.required:
            raise NodeError(f"the attribute {key} is missing")
        else:
            found[key] = item.default
    for key, neutral in definition.dropped.items():
        if key in document:
            found[key] = _value(document[key], _kind_of(neutral), key)
    # Names with an underscore are notes of the graph that the node was taken from.
    unknown = [key for key in document if key not in found and not str(key).startswith("_")]
    if unknown:
        raise NodeError(f"it has no attribute {', '.join(map(str, unknown))}")
    return found


def _kind_of(neutral: Value) -> str:
    if isinstance(neutral, str):
        return "type" if neutral in _TYPES.values() else "string"
    kinds: dict[type, str] = {bool: "bool", int: "int", float: "float"}
    return kinds.get(type(neutral), "list(int)")


def _value(document: Value, kind: str, key: str) -> Value:
    """An ``AttrValue``, as ``json_format.MessageToDict`` writes it."""
    try:
        if kind.startswith("list("):
            return _items(document["list"], kind.removeprefix("list(").removesuffix(")"))
        return _scalar(document[_FIELDS[kind]], kind)
    except (KeyError, TypeError, ValueError, AttributeError, binascii.Error) as error:
        raise NodeError(f"the attribute {key} is {document!r:.80}, expected {kind}") from error


def _items(document: Mapping[str, Value], kind: str) -> list[Value]:
    found = document.get(_FIELDS[kind], [])
    if not isinstance(found, list):
        raise TypeError(kind)
    return [_scalar(item, kind) for item in found]


def _scalar(value: Value, kind: str) -> Value:
    if kind == "type":
        return _TYPES[value]
    if kind == "int":
        # Protocol buffers write numbers of 64 bits as text.
        number = (
            int(value)
            if isinstance(value, str) and len(value) <= len("-9223372036854775808")
            else value
        )
        if type(number) is not int or not -(2**63) <= number < 2**63:
            raise ValueError(value)
        return number
    if kind == "float":
        if isinstance(value, str) and value not in ("NaN", "Infinity", "-Infinity"):
            raise ValueError(value)
        return float(value)
    if kind == "bool" and type(value) is bool:
        return value
    if kind == "string" and isinstance(value, str):
        return base64.b64decode(value, validate=True).decode("latin-1")
    if kind == "shape" and isinstance(value, Mapping):
        return _shape(value)
    raise ValueError(value)


def _shape(document: Mapping[str, Value]) -> list[int] | None:
    """Sizes, -1 where open; None for a shape of unknown rank."""
    if document.get("unknownRank"):
        return None
    return [_scalar(item.get("size", "0"), "int") for item in document.get("dim", [])]


def dtypes(arguments: Sequence[str], attributes: Mapping[str, Value]) -> tuple[str, ...]:
    """The dtype of every input or output of an operation.

    Raises:
        NodeError: there are more than any model has.
    """
    found: list[str] = []
    for argument in arguments:
        number, _, kind = argument.rpartition("*")
        if argument.startswith("*"):
            found += attributes[kind]
            continue
        count = attributes[number] if number else 1
        if not 0 <= count <= MOST_TENSORS:
            raise NodeError(f"{number} is {count}, expected at most {MOST_TENSORS}")
        found += [attributes.get(kind, kind)] * count
    return tuple(found)


def _constants(document: Value, inputs: Sequence[str]) -> dict[int, Array]:
    if not isinstance(document, Mapping):
        raise NodeError(f"constants are {type(document).__name__}, expected an object")
    found: dict[int, Array] = {}
    for key, value in document.items():
        if str(key) not in map(str, range(len(inputs))):
            raise NodeError(f"a constant for input {key!r:.40} of {len(inputs)}")
        found[int(key)] = _array(value, inputs[int(key)], int(key))
    return found


_LEAVES: Mapping[str, tuple[type, ...]] = {
    "f": (int, float),
    "i": (int,),
    "u": (int,),
    "b": (bool,),
}
_STAND_INS = {"bfloat16": "float32"}
"""bfloat16 has no NumPy dtype of its own; its values are exact in float32."""


def _array(value: Value, dtype: str, index: int) -> Array:
    """A constant in its dtype.

    Raises:
        NodeError: it is ragged, too large, or no constant of that dtype.
    """
    try:
        kind = np.dtype(_STAND_INS.get(dtype, dtype))
        if not all(type(leaf) in _LEAVES[kind.kind] for leaf in _leaves(value)):
            raise ValueError(dtype)
        with np.errstate(over="raise"):
            array: Array = np.array(value, kind)
    except (KeyError, TypeError, ValueError, OverflowError, FloatingPointError) as error:
        raise NodeError(f"the constant for input {index} is no array of {dtype}") from error
    return array


def _leaves(value: Value) -> list[Value]:
    """The numbers in nested lists, without recursion."""
    found, left = [], [value]
    while left:
        item = left.pop()
        if isinstance(item, list):
            left += item
        else:
            found.append(item)
    return found
