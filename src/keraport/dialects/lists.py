"""Sequential models as Keras 1 to 2.2.2 spell them: the config is the bare list of their layers.

Source: ``Sequential.get_config`` in ``models.py`` of Keras 2.1.6 and ``engine/sequential.py`` of
Keras 2.2.2. Nothing says there what the model is called, nor whether it was built before it was
fed: its first layer has ``batch_input_shape``.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any, Final

from keraport.model import Value

_SEQUENTIAL: Final = "Sequential"
_STEM: Final = "sequential"


def with_names(document: Value) -> Value:
    """A document whose bare lists are objects with a name and layers, at any depth.

    Names count up, as Keras does when it builds the models, and keep clear of all that are there.
    """
    taken = set(_names(document))
    free = (name for number in count(1) if (name := f"{_STEM}_{number}") not in taken)

    def visit(value: Value) -> Value:
        if isinstance(value, list):
            return [visit(item) for item in value]
        if not isinstance(value, dict):
            return value
        if not _is_list_of_layers(value):
            return {key: visit(item) for key, item in value.items()}
        layers = [visit(item) for item in value["config"]]
        name = value.get("name")
        config = {"name": name if isinstance(name, str) and name else next(free), "layers": layers}
        return {**value, "config": config}

    return visit(document)


def _is_list_of_layers(value: Mapping[str, Any]) -> bool:
    """True for a Sequential as a list, and for no other list under that key."""
    config = value.get("config")
    return (
        value.get("class_name") == _SEQUENTIAL
        and isinstance(config, list)
        and all(isinstance(item, dict) and "class_name" in item for item in config)
    )


def _names(value: Value) -> list[str]:
    """Every name in the document."""
    if isinstance(value, list):
        return [name for item in value for name in _names(item)]
    if not isinstance(value, dict):
        return []
    name = value.get("name")
    return [
        *([name] if isinstance(name, str) else []),
        *(found for item in value.values() for found in _names(item)),
    ]
