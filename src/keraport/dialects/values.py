"""Values that releases spell differently: dtype policies, functions, bytecode of Lambdas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from keraport.model import FUNCTION, Object, Value

_LAMBDA: Final = "__lambda__"
_OF_LAMBDAS: Final = ("function", "output_shape")
"""Keys of a Lambda under which a function may stand."""
_POLICIES: Final = frozenset({"DTypePolicy", "FloatDTypePolicy"})
"""Policies of Keras 3; Keras 2 writes `Policy`, and a single dtype as its name."""
_MIXED: Final = "mixed_"
_PLAIN: Final = frozenset(
    {"float16", "float32", "float64", "bfloat16", "int32", "int64", "uint8", "string", "bool"}
)


def plain_policy(found: Object) -> Value:
    """A policy of Keras 3 as Keras 2 says it; anything else as it is."""
    if found.class_name not in _POLICIES or not isinstance(found.config, Mapping):
        return found
    name = found.config.get("name")
    return name if isinstance(name, str) and name in _PLAIN else _policy(name)


def policy_of(dtype: Value) -> Value:
    """A dtype; a policy of two dtypes that is said by its name alone (Keras 3.0) as an object."""
    return _policy(dtype) if isinstance(dtype, str) and dtype.startswith(_MIXED) else dtype


def _policy(name: Value) -> Object:
    """A policy of two dtypes, as Keras 2.15 writes it."""
    extra = {"module": "keras.mixed_precision", "registered_name": None}
    return Object("Policy", {"name": name}, extra)


def is_bare_lambda(value: Mapping[str, Any]) -> bool:
    """True for a lambda as Keras 2.13 and later write it as an activation: its bytecode alone.

    The name of the class, ``__lambda__``, does not stand beside it, so that no loader takes it.
    """
    code = value.get("value")
    return value.keys() == {"value"} and isinstance(code, list | dict)


def with_bare_functions(config: Mapping[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """The config of a Lambda with its functions as older documents have them.

    Bytecode, defaults and closure stand bare there, in a list, and so do names; another key says
    which of the two it is.

    Args:
        config: as the document has it.
        found: the same, parsed.
    """
    made = dict(found)
    for key in _OF_LAMBDAS:
        function = config.get(key)
        if not isinstance(function, dict):
            continue
        said = function.get("class_name")
        if said == _LAMBDA:
            made[key], made[f"{key}_type"] = _bare(function.get("config")), "lambda"
        elif said == FUNCTION and isinstance(function.get("config"), str):
            made[key], made[f"{key}_type"] = function["config"], "function"
    return made


def _bare(value: Value) -> Value:
    value = value.get("value", value) if isinstance(value, dict) else value
    if isinstance(value, dict):
        return [value.get("code"), value.get("defaults"), value.get("closure")]
    return value
