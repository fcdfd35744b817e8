"""Config values, layers and serialised objects as Python expressions."""

from __future__ import annotations

import keyword
import math
from collections.abc import Mapping
from dataclasses import field, replace

from keraport.analysis.kinds import kind_of
from keraport.catalog.api import Api, ClassSpec, Kind
from keraport.codegen.idiom import Idiom
from keraport.dialects import dump_layer, dump_value
from keraport.model import Config, Layer, Object, Value
from keraport.records import dataclass

_TUPLES = frozenset(
    {
        "batch_input_shape",
        "batch_shape",
        "cropping",
        "dilation_rate",
        "dims",
        "kernel_size",
        "pool_size",
        "size",
        "strides",
    }
    | {"shape", "target_shape"}
)
"""Keywords whose lists read better as tuples, and may be given so."""

_BASE_DEFAULTS: Config = {"trainable": True, "dtype": "float32", "activity_regularizer": None}
"""Keywords of every layer at the values that need not be said."""


@dataclass(frozen=True, slots=True)
class Expressions:
    """Writes values for one release.

    Args:
        api: its catalog.
        defined: names that the source itself defines or imports: the user's and the companion's.
        idiom: how the source names Keras.
        paths: of the public API, by kind, module and name; filled when first needed.
    """

    api: Api
    defined: frozenset[str]
    idiom: Idiom
    paths: dict[Kind, dict[tuple[str, str], str]] = field(default_factory=dict)

    def layer(self, layer: Layer, *, functions: Mapping[str, str] | None = None) -> str:
        """The expression that makes a layer.

        Args:
            layer: no model, unless inside a wrapper.
            functions: names of functions that build the models inside wrappers, by model name.
        """
        if layer.model is not None:
            return f"{(functions or {})[layer.model.name]}()"
        try:
            path, spec = self._class(Kind.LAYER, layer.class_name)
        except KeyError:
            if self.api.find(Kind.LAYER, layer.class_name) is None:
                raise
            # Known to the deserializer alone.
            return f"layers.deserialize({literal(dump_layer(layer))})"
        if spec is not None and any(
            layer.config.get(key) is not None for key in spec.popped if key not in spec.parameters
        ):
            return f"{path}.from_config({literal(dump_layer(layer)['config'])})"
        words = {
            key: self.value(key, value, functions)
            for key, value in layer.config.items()
            if not self._need_not_be_said(key, value, spec)
        }
        name = {"name": words.pop("name")} if "name" in words else {}
        return _call(path, {**words, **name})

    def input(self, layer: Layer) -> str:
        """``Input``, which gives a tensor, of what an InputLayer is made with.

        A class of the companion file is called by its name: ``Input`` would make the stock layer.
        """
        if layer.class_name in self.defined:
            return f"{self.layer(layer)}.output"
        config = layer.config
        shape = config.get("batch_shape")
        if self.idiom.shapes:
            # None is what they are if nothing is said.
            unsaid = [key for key in ("sparse", "ragged", "optional") if config.get(key) is False]
            config = {key: value for key, value in config.items() if key not in unsaid}
            if isinstance(shape, list | tuple) and shape[:1] in ([None], (None,)):
                rest = {key: value for key, value in config.items() if key != "batch_shape"}
                config = {"shape": list(shape[1:]), **rest}
        made = self.layer(replace(layer, config=config)).partition("(")[2]
        made = made.replace("batch_input_shape=", "batch_shape=", 1)
        return f"{self.idiom.keras}.Input({made}"

    def value(self, key: str, value: Value, functions: Mapping[str, str] | None = None) -> str:
        """A config value as an expression."""
        if isinstance(value, Layer):
            return self.layer(value, functions=functions)
        if isinstance(value, list) and any(isinstance(item, Layer) for item in value):
            return f"[{', '.join(self.value(key, item, functions) for item in value)}]"
        if isinstance(value, Object):
            return self._object(key, value)
        if isinstance(value, str) and kind_of(key) is not None and value in self.defined:
            return value
        if isinstance(value, list) and key in _TUPLES:
            return literal(_as_tuple(value))
        return literal(dump_value(value))

    def _object(self, key: str, item: Object) -> str:
        kind = kind_of(key)
        if kind is None or not isinstance(item.config, Mapping):
            return literal(dump_value(item))
        try:
            path, spec = self._class(kind, item.class_name)
        except KeyError:
            # Known to the deserializer alone, which every layer asks.
            return literal(dump_value(replace(item, extra={})))
        return _call(
            path,
            {
                name: literal(value)
                for name, value in item.config.items()
                if not _is_default(name, value, spec)
            },
        )

    def _class(self, kind: Kind, name: str) -> tuple[str, ClassSpec | None]:
        """How source reaches a class, and what it takes."""
        if name in self.defined:
            return name, None
        spec = self.api.find(kind, name)
        if spec is None:
            # Legalised models have no such class; nothing of a file becomes source unchecked.
            raise KeyError(name)
        if kind not in self.paths:
            self.paths[kind] = {}
            for path, item in sorted(self.api.exported(kind).items(), key=lambda row: len(row[0])):
                self.paths[kind].setdefault((item.module, item.name), path)
                if path.rpartition(".")[2] == item.name:
                    self.paths[kind][item.module, item.name] = path
        path = self.paths[kind].get((spec.module, spec.name), "")
        if not path:
            raise KeyError(name)
        return (path if path.startswith("layers.") else f"{self.idiom.keras}.{path}"), spec

    def _need_not_be_said(self, key: str, value: Value, spec: ClassSpec | None) -> bool:
        if key in _BASE_DEFAULTS and value == _BASE_DEFAULTS[key]:
            return True
        if spec is None or key not in spec.parameters:
            return False
        default = spec.parameters[key].default
        kind = kind_of(key)
        if kind is Kind.ACTIVATION and value == "linear" and default is None:
            return True
        if isinstance(value, Object) and kind is not None and isinstance(default, str):
            return self._is_default_object(kind, value, default)
        return _is_default(key, value, spec)

    def _is_default_object(self, kind: Kind, item: Object, default: str) -> bool:
        meant, spec = self.api.find(kind, default), self.api.find(kind, item.class_name)
        if meant is None or spec is None or item.class_name in self.defined:
            return False
        same = (meant.module, meant.name) == (spec.module, spec.name)
        return same and all(_is_default(key, value, spec) for key, value in item.config.items())


def _call(path: str, words: Mapping[str, str]) -> str:
    return f"{path}({', '.join(keywords(words))})"


def keywords(words: Mapping[str, str]) -> list[str]:
    """Keywords of a call; those that are no names in Python are passed as a dict."""
    plain = [f"{key}={value}" for key, value in words.items() if _is_name(key)]
    odd = [f"{text(key)}: {value}" for key, value in words.items() if not _is_name(key)]
    return [*plain, *(["**{" + ", ".join(odd) + "}"] if odd else [])]


def _is_name(key: str) -> bool:
    return key.isidentifier() and key.isascii() and not keyword.iskeyword(key) and key != "print"


def _is_default(key: str, value: Value, spec: ClassSpec | None) -> bool:
    if spec is None:
        return False
    if key == "dtype" and value == "float32":
        return True
    parameter = spec.parameters.get(key)
    if parameter is None or parameter.required:
        return False
    default = parameter.default
    if isinstance(value, list) and isinstance(default, int | float):
        # A number stands for all axes.
        return bool(value) and all(
            type(item) is type(default) and item == default for item in value
        )
    return type(value) is type(default) and bool(value == default)


def _as_tuple(value: Value) -> Value:
    return tuple(_as_tuple(item) for item in value) if isinstance(value, list) else value


def literal(value: Value) -> str:
    """JSON values as Python 2 and 3 both read them."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{literal(k)}: {literal(v)}" for k, v in value.items()) + "}"
    if isinstance(value, tuple):
        return f"({', '.join(map(literal, value))}{',' if len(value) == 1 else ''})"
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, float) and not math.isfinite(value):
        return f"float({str(value)!r})"
    if isinstance(value, str):
        return text(value)
    return repr(value)


def text(value: str) -> str:
    """A string literal in double quotes, ASCII only, the same in Python 2 and 3."""
    parts = []
    for letter in value:
        if letter in '"\\':
            parts.append(f"\\{letter}")
        elif letter == "\n":
            parts.append("\\n")
        elif letter.isascii():
            parts.append(letter if letter.isprintable() else f"\\x{ord(letter):02x}")
        else:
            code = ord(letter)
            parts.append(f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")
    # Without the prefix, Python 2 would read the escapes as they stand.
    return ("" if value.isascii() else "u") + '"' + "".join(parts) + '"'
