"""What a function is called with, written down in a config.

Older loaders take a list of tensors and no values beside them, so that a companion's layer keeps
the structure: ``{"tensor": 0}`` stands in it for the first tensor.
"""

from __future__ import annotations

from dataclasses import replace

from keraport.changes.site import Refused
from keraport.model import Call, Constant, Layer, Object, TensorRef, Value

_ELLIPSIS = "__ellipsis__"


def has_constants(value: Value) -> bool:
    """True if a value stands somewhere in the place of a tensor."""
    if isinstance(value, list):
        return any(map(has_constants, value))
    return isinstance(value, Constant)


def with_template(layer: Layer) -> Layer:
    """The layer called with its tensors alone, and the rest in its keyword ``arguments``.

    Raises:
        Refused: it is called in several ways, or with something that no config can hold.
    """
    templates, calls = [], []
    for call in layer.calls:
        tensors: list[TensorRef] = []
        template = {
            "args": [_marked(call.inputs, tensors)],
            "kwargs": {
                key: _marked(value, tensors)
                for key, value in call.arguments.items()
                if key != "name"
            },
        }
        templates.append(template)
        calls.append(Call(list(tensors)))
    if not templates or any(template != templates[0] for template in templates):
        raise Refused("it is called in several ways: not supported yet")
    if not all(call.refs() for call in calls):
        raise Refused("it is called on no tensor: not supported yet")
    config = {**layer.config, "arguments": templates[0]}
    return replace(layer, config=config, calls=tuple(calls))


def _marked(value: Value, tensors: list[TensorRef]) -> Value:
    """The value with a mark for each tensor, which is added to `tensors`."""
    if isinstance(value, TensorRef):
        tensors.append(value)
        return {"tensor": len(tensors) - 1}
    if isinstance(value, Constant):
        return _marked(value.value, tensors)
    if isinstance(value, list):
        return [_marked(item, tensors) for item in value]
    if isinstance(value, dict):
        if value == {"class_name": _ELLIPSIS}:
            return {"ellipsis": True}
        return {key: _marked(item, tensors) for key, item in value.items()}
    if isinstance(value, Layer | Object):
        raise Refused(f"it is called with a {value.class_name}: not supported yet")
    return value
