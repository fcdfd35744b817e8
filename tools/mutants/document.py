"""Golden models as documents: what a file says of architecture and training, and what is in it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import h5py

GOLDEN = Path(__file__).parents[2] / "tests" / "golden" / "tf2.3"
Json = Any
"""What ``json.loads`` returns."""
Layer = dict[str, Json]
"""A layer as a config holds it: ``{"class_name": ..., "config": ..., ...}``."""


@dataclass(frozen=True, slots=True)
class Base:
    """A golden model.

    Args:
        name: stem of its files.
        document: ``model`` and ``training``, as JSON text, so that nobody changes it.
    """

    name: str
    document: str

    def fresh(self) -> dict[str, Json]:
        """The document, to be changed."""
        found: dict[str, Json] = json.loads(self.document)
        return found


@cache
def bases() -> tuple[Base, ...]:
    """The golden models that TensorFlow 2.3.0 itself opens and runs, by name."""
    rows = json.loads((GOLDEN / "cases.json").read_text(encoding="utf-8"))
    able = [row["name"] for row in rows if row["runs"] and _reloads(row)]
    return tuple(Base(name, _document(GOLDEN / f"{name}.h5")) for name in sorted(able))


def _reloads(row: Mapping[str, Json]) -> bool:
    return bool(row["reload"].get("compile=False") == "agrees")


def _document(path: Path) -> str:
    with h5py.File(path, "r") as file:
        training = file.attrs.get("training_config")
        return json.dumps(
            {
                "model": json.loads(file.attrs["model_config"]),
                "training": None if training is None else json.loads(training),
            }
        )


def layers_in(layer: Layer) -> Iterator[Layer]:
    """A layer and all layers inside it, at any depth: nested, wrapped, and cells."""
    yield layer
    config = layer["config"]
    inside = [config.get(key) for key in ("layer", "backward_layer", "cell")]
    inside += config.get("layers") or []
    inside += config.get("cells") or []
    for item in inside:
        if isinstance(item, dict) and isinstance(item.get("config"), dict):
            yield from layers_in(item)


def models_in(layer: Layer, class_name: str) -> list[Layer]:
    """All models of a class (``Functional``, ``Sequential``) in a model, itself included."""
    return [item for item in layers_in(layer) if item["class_name"] == class_name]


@cache
def seen_values() -> Mapping[tuple[str, str], tuple[str, ...]]:
    """For each class and keyword the values that golden models have, as JSON text, sorted."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for base in bases():
        for layer in layers_in(base.fresh()["model"]):
            for keyword, value in layer["config"].items():
                found[layer["class_name"], keyword].add(json.dumps(value, sort_keys=True))
    return {key: tuple(sorted(values)) for key, values in found.items()}


def listed_outputs(model: Layer) -> int:
    """How many outputs a model has, as far as its config lists them."""
    outputs = model["config"].get("output_layers")
    return len(outputs) if isinstance(outputs, list) else 1
