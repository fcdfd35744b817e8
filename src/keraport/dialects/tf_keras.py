"""How tf.keras 1.12 to 2.15 spells calls: lists of ``[layer, node, tensor, arguments]``.

Source: ``node.py`` (TF 2.3 and 2.15: ``Node.serialize``), ``network.py`` (TF 1.12:
``Network.get_config``). Keras repeats the keyword arguments of a call beside each of its input
tensors. TF 1.12 writes no tensors among the arguments; later releases do, at any depth of lists and
dicts. TF 2.3 and later write ``_CONSTANT_VALUE`` in the place of an input that is no tensor.
"""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Mapping
from typing import Any, Final

from keraport.dialects.checks import DAMAGED, is_tensor
from keraport.errors import DamagedFileError
from keraport.model import Call, Constant, TensorRef, Value

_CONSTANT: Final = "_CONSTANT_VALUE"
_NO_LAYER: Final = -1
"""What stands for the call of the layer that a constant does not come from."""

_NO_MODELS: Final[frozenset[str]] = frozenset()


def parse_call(node: Value, where: str) -> Call:
    """The call that an inbound node says; objects among its arguments are left as they are.

    Raises:
        DamagedFileError: it makes no sense.
    """
    arguments: dict[str, Any] = {}

    def visit(entry: Value) -> Value:
        if _is_constant(entry) or is_tensor(entry):
            if len(entry) == 4:
                arguments.update(_arguments(entry[3], where))
            if _is_constant(entry):
                return Constant(entry[2])
            return TensorRef(entry[0], entry[1], entry[2])
        if isinstance(entry, list):
            return [visit(item) for item in entry]
        if isinstance(entry, dict):
            return {key: visit(item) for key, item in entry.items()}
        raise DamagedFileError(
            f"an inbound node of {where} holds {reprlib.repr(entry)}, "
            "not [layer, node, tensor, arguments]",
            hint="the file is damaged, or of a release that keraport does not read yet",
        )

    inputs = visit(node)
    return Call(inputs, {key: _argument(value) for key, value in arguments.items()})


def parse_refs(value: Value, where: str, uncounted: frozenset[str] = _NO_MODELS) -> Value:
    """A structure of tensors, as ``input_layers`` and ``output_layers`` say it.

    Args:
        value: the structure.
        where: of whom, for messages.
        uncounted: the names of nested models whose own call does not count in it.

    Raises:
        DamagedFileError: something else than tensors.
    """
    if is_tensor(value):
        return TensorRef(value[0], value[1] + (value[0] in uncounted), value[2])
    if isinstance(value, list):
        return [parse_refs(item, where, uncounted) for item in value]
    if isinstance(value, dict):
        return {key: parse_refs(item, where, uncounted) for key, item in value.items()}
    raise DamagedFileError(
        f"{where} holds {reprlib.repr(value)}, expected [layer, node, tensor]", hint=DAMAGED
    )


def dump_call(call: Call, dump_value: Callable[[Value], Value]) -> Value:
    """The inbound node that says a call; inverse of `parse_call`."""
    arguments = dump_value(call.arguments)

    def visit(value: Value) -> Value:
        if isinstance(value, TensorRef):
            return [value.layer, value.node, value.tensor, arguments]
        if isinstance(value, Constant):
            return [_CONSTANT, _NO_LAYER, dump_value(value.value), arguments]
        if isinstance(value, dict):
            return {key: visit(item) for key, item in value.items()}
        return [visit(item) for item in value]

    return visit(call.inputs)


def _is_constant(entry: Value) -> bool:
    return (
        isinstance(entry, list)
        and len(entry) in (3, 4)
        and entry[:2] == [_CONSTANT, _NO_LAYER]
        and type(entry[1]) is int
    )


def _arguments(value: Value, where: str) -> Mapping[str, Any]:
    """The keyword arguments beside an input tensor, which may be absent."""
    if isinstance(value, dict):
        return value
    if value:
        raise DamagedFileError(
            f"an inbound node of {where} has the arguments {reprlib.repr(value)}, "
            "expected an object",
            hint=DAMAGED,
        )
    return {}


def _argument(value: Value) -> Value:
    if is_tensor(value):
        return TensorRef(value[0], value[1], value[2])
    if isinstance(value, list):
        return [_argument(item) for item in value]
    if isinstance(value, dict) and not value.keys() >= {"class_name", "config"}:
        return {key: _argument(item) for key, item in value.items()}
    return value
