"""How a Lambda says what its functions are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of, configured, shown, without
from keraport.changes.declared import declared
from keraport.changes.keras3.windows import DROPPED, keras3_file
from keraport.changes.site import Expansion, Refused, Site
from keraport.model import Object, Value
from keraport.report import Verdict

_KEYS: Final = {"function_type": "function", "output_shape_type": "output_shape"}
"""Keys that say what stands under another: the name of a function, or a plain value."""


@declared
class KindOfFunction(Effect):
    """A key says what kind of function another key holds; Keras 3 tells by the value itself."""

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """Write it, and None where there is no function."""
        config = config_of(subject)
        if change.key in config:
            return subject
        value = config.get(_KEYS[change.key])
        said = "function" if isinstance(value, str) else "raw"
        return configured(subject, {**config, _KEYS[change.key]: value, change.key: said})

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Drop it."""
        config = config_of(subject)
        if change.key not in config:
            return subject
        text = f"{change.key} left out: its value says what it is"
        site.note(Verdict.EXACT, text, source=change.source)
        return configured(subject, without(config, change.key))


_ARRAY: Final = "__numpy__"
_TUPLE: Final = "__tuple__"
_DTYPES: Final = {bool: "bool", int: "int64", float: "float64"}
"""Of arrays that NumPy makes of lists."""


def plain_argument(value: Value) -> Value:
    """A stored argument of a Lambda in the hub's words.

    Raises:
        Refused: an array of a dtype that NumPy would not make of its values.
    """
    if isinstance(value, Object) and value.class_name == _ARRAY and isinstance(value.config, dict):
        items, dtype = value.config.get("value"), value.config.get("dtype")
        if dtype not in ("bool", "int32", "int64", "float32", "float64"):
            raise Refused(f"has an array of {shown(dtype)} among its arguments")
        return {"type": "ndarray", "value": items}
    if isinstance(value, dict) and value.get("class_name") == _TUPLE:
        return plain_argument(value.get("items"))
    if isinstance(value, list):
        return [plain_argument(item) for item in value]
    return value


def _array(value: Value) -> Value:
    if not isinstance(value, dict) or value.get("type") != "ndarray":
        return value
    config = {"value": value.get("value"), "dtype": _DTYPES.get(_type_in(value.get("value")))}
    return {"class_name": _ARRAY, "config": config}


def _type_in(items: Value) -> type:
    """The widest type of what is in lists of numbers."""
    if not isinstance(items, list):
        return type(items)
    order = list(_DTYPES)
    found = {_type_in(item) for item in items} or {float}
    return max(found, key=lambda item: order.index(item) if item in order else len(order))


@declared
class ArraysAmongArguments(Effect):
    """Arrays among the arguments of a Lambda are dicts of a type, and objects in Keras 3."""

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """Objects as dicts, tuples as lists."""
        return self._mapped(change, subject, plain_argument)

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """Dicts as objects."""
        return self._mapped(change, subject, _array)

    @staticmethod
    def _mapped(change: Change, subject: Subject, made: Callable[[Value], Value]) -> Subject:
        config = config_of(subject)
        arguments = config.get(change.key)
        if not isinstance(arguments, dict):
            return subject
        mapped = {key: made(value) for key, value in arguments.items()}
        return configured(subject, {**config, change.key: mapped})


_SOURCE: Final = keras3_file("layers/core/lambda_layer.py")
_SAID = tuple(
    Change(
        Kind.LAYER,
        ("Lambda",),
        key=key,
        held=DROPPED,
        source=_SOURCE,
        effect=KindOfFunction(),
    )
    for key in _KEYS
)

CHANGES = (
    *_SAID,
    Change(
        Kind.LAYER,
        ("Lambda",),
        key="arguments",
        held=DROPPED,
        source=_SOURCE,
        effect=ArraysAmongArguments(),
    ),
)
