"""The graph of a functional config: references between layers, and what they are renamed to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mutants.document import Layer

Reference = list[Any]
"""``[layer, call, output]``, followed by keyword arguments where it stands in a call."""


def calls(layer: Layer) -> list[list[Reference]]:
    """The calls of a layer of a functional model, each a list of references."""
    found: list[list[Reference]] = layer["inbound_nodes"]
    return found


def is_reference(value: Any) -> bool:
    """Whether a list names a tensor."""
    return (
        isinstance(value, list)
        and len(value) in (3, 4)
        and isinstance(value[0], str)
        and all(type(item) is int for item in value[1:3])
    )


def references(value: Any) -> Iterator[Reference]:
    """All references in lists, dicts and keyword arguments, at any depth."""
    if is_reference(value):
        yield value
        for item in value[3:]:
            yield from references(item)
    elif isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from references(item)


def all_references(model: Layer) -> Iterator[Reference]:
    """Every reference in a functional model, those of its inputs and outputs included."""
    config = model["config"]
    for layer in config["layers"]:
        yield from references(layer["inbound_nodes"])
    yield from references(config["input_layers"])
    yield from references(config["output_layers"])


def first_call(layer: Layer) -> int:
    """The number of a layer's first call: models that start with an Input count their own."""
    inside = layer["config"].get("layers")
    starts = bool(inside) and inside[0]["class_name"] == "InputLayer"
    return int(layer["class_name"] in ("Functional", "Sequential") and starts)


def tensors(model: Layer) -> list[Reference]:
    """The first output of every call of every layer, inputs included."""
    return [
        [layer["name"], number + first_call(layer), 0]
        for layer in model["config"]["layers"]
        for number in range(max(len(calls(layer)), layer["class_name"] == "InputLayer"))
    ]


def listed(references: Any) -> list[Reference] | None:
    """Outputs as a list of references; None where they are a dict or nested."""
    if is_reference(references):
        return [references]
    if isinstance(references, list) and all(map(is_reference, references)):
        return references
    return None


def new_name(model: Layer, stem: str) -> str:
    """A name that no layer of the model has."""
    taken = {layer["name"] for layer in model["config"]["layers"]}
    number = next(n for n in range(len(taken) + 1) if f"{stem}_{n}" not in taken)
    return f"{stem}_{number}"


def can_be_called(model: Layer) -> bool:
    """Whether the calls can be made one after another, as the stock loader makes them.

    The calls of a layer are made in their order. Where calls wait for each other, the loader of
    TensorFlow 2.3.0 goes round for ever.
    """
    waiting = {layer["name"]: list(calls(layer)) for layer in model["config"]["layers"]}
    made = {
        layer["name"]: first_call(layer) + (layer["class_name"] == "InputLayer")
        for layer in model["config"]["layers"]
    }
    while True:
        able = [name for name, rest in waiting.items() if rest and _has_all(rest[0], made)]
        if not able:
            break
        for name in able:
            waiting[name].pop(0)
            made[name] += 1
    ends = [model["config"]["input_layers"], model["config"]["output_layers"]]
    return not any(waiting.values()) and _has_all(ends, made)


def _has_all(value: Any, made: dict[str, int]) -> bool:
    return all(made.get(item[0], 0) > item[1] for item in references(value))
