"""What documents have to be like, and how it is said that they are not."""

from __future__ import annotations

import reprlib
from typing import Any, Final, TypeGuard

from keraport.errors import DamagedFileError
from keraport.model import Layer, Value

DAMAGED: Final = "the file is damaged, or was not written by Keras"


def class_and_config(document: Value, what: str) -> tuple[str, Value]:
    """Both, as they stand in the document.

    Raises:
        DamagedFileError: one of them is missing.
    """
    if not isinstance(document, dict) or not isinstance(document.get("class_name"), str):
        raise DamagedFileError(
            f"{what} has no class_name, found {reprlib.repr(document)}", hint=DAMAGED
        )
    if "config" not in document:
        raise DamagedFileError(
            f"{what}, a {document['class_name']!r:.120}, has no config", hint=DAMAGED
        )
    return document["class_name"], document["config"]


def text(value: Value, what: str) -> str:
    """The value, which has to be a string.

    Raises:
        DamagedFileError: it is none.
    """
    if not isinstance(value, str):
        raise DamagedFileError(f"{what} is {reprlib.repr(value)}, expected a string", hint=DAMAGED)
    return value


def nodes(value: Value, layer: str) -> list[Any]:
    """The inbound nodes of a layer, which have to be a list.

    Raises:
        DamagedFileError: they are none.
    """
    if not isinstance(value, list):
        raise DamagedFileError(
            f"the inbound nodes of layer {layer!r:.120} are {type(value).__name__}, "
            "expected a list",
            hint=DAMAGED,
        )
    return value


def require_unique_names(layers: tuple[Layer, ...], where: str) -> None:
    """Raises `DamagedFileError` if two layers have one name."""
    seen: set[str] = set()
    for layer in layers:
        if layer.name in seen:
            raise DamagedFileError(
                f"two layers of {where} are called {layer.name!r:.120}",
                hint="the file is damaged: Keras refuses to build such a model",
            )
        seen.add(layer.name)


def is_tensor(value: Value) -> TypeGuard[list[Any]]:
    """Keras' own test for serialised tensors (TF 2.3: ``tf_utils._is_serialized_node_data``)."""
    return (
        isinstance(value, list)
        and len(value) in (3, 4)
        and isinstance(value[0], str)
        and all(type(index) is int for index in value[1:3])
    )
