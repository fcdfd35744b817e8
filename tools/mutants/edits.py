"""Mutations of single values: a keyword of a layer, an attribute or constant of an operation."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from keraport.catalog.api import Kind, load_api
from mutants.document import Layer, layers_in
from mutants.pick import pick
from mutants.values import FIXED, OPTIONAL, SOURCE, UNCHANGED, values_of

_SHOWN = 90
_SPARED = 0.7
"""How often another layer is drawn instead of an Input: models have many, and few that differ."""


def change_value(document: dict[str, Any], random: Random) -> str:
    """Give a keyword of some layer another value; what was done, empty if nothing was."""
    layers = list(layers_in(document["model"]))
    layer = random.choice(layers)
    if layer["class_name"] == "InputLayer" and random.random() < _SPARED:
        layer = random.choice(layers)
    if layer["class_name"] == "TensorFlowOpLayer":
        return _operation(layer, random)
    config = layer["config"]
    keywords = [key for key in config if key not in FIXED and key not in UNCHANGED]
    keywords += [key for key in OPTIONAL if key not in config and _accepts(layer, key)]
    if not keywords:
        return ""
    keyword = random.choice(keywords)
    if keyword in config:
        values = values_of(layer["class_name"], keyword, config[keyword])
    else:
        values = list(OPTIONAL[keyword])
    if not values:
        return ""
    value = pick(random, values)
    told = f"{_named(layer)}: {keyword} {_text(config.get(keyword))} -> {_text(value)}"
    config[keyword] = value
    return told


def _accepts(layer: Layer, keyword: str) -> bool:
    spec = load_api(SOURCE).find(Kind.LAYER, layer["class_name"])
    return spec is not None and not spec.accepts_anything and spec.accepts(keyword)


def _operation(layer: Layer, random: Random) -> str:
    """Flip an attribute, or change a number that the operation is given."""
    config = layer["config"]
    attributes = config["node_def"].get("attr", {}) if isinstance(config["node_def"], dict) else {}
    flags = [(name, item) for name, item in sorted(attributes.items()) if "b" in item]
    numbers = [key for key, value in sorted(config["constants"].items()) if _is_float(value)]
    if not flags and not numbers:
        return ""
    name = random.choice([*(name for name, _ in flags), *numbers])
    if name in numbers:
        old = config["constants"][name]
        config["constants"][name] = random.choice([old * 0.5, old + 0.75, -old - 0.5])
        return f"{_named(layer)}: constant {name} {old} -> {config['constants'][name]}"
    attributes[name]["b"] = not attributes[name]["b"]
    return f"{_named(layer)}: attribute {name} -> {attributes[name]['b']}"


def _is_float(value: Any) -> bool:
    return isinstance(value, float)


def _named(layer: Layer) -> str:
    return f"{layer['class_name']} {layer['config'].get('name', '')!r}"


def _text(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."
