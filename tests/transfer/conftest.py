"""Small models as TF 2.3 and TF 1.12 write them, for the questions that need no release."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import h5py
import numpy as np

FIXTURES = Path(__file__).parent / "fixtures"

MARKS = {"tf2.3": ("2.4.0", "Functional"), "tf1.12": ("2.1.6-tf", "Model")}


@dataclass
class Written:
    """A functional model under construction; layers are called once, in the order of adding."""

    release: str = "tf2.3"
    layers: list[dict[str, Any]] = field(default_factory=list)
    weights: dict[str, Mapping[str, tuple[int, ...]]] = field(default_factory=dict)
    outputs: list[str] = field(default_factory=list)

    def add(
        self,
        class_name: str,
        name: str,
        *inputs: str,
        weights: Mapping[str, tuple[int, ...]] | None = None,
        **config: Any,
    ) -> str:
        """Add a layer and its one call; its name."""
        calls = [[[source, 0, 0, {}] for source in inputs]] if inputs else []
        keywords = {"name": name, "trainable": True, "dtype": "float32", **config}
        self.layers.append(
            {"class_name": class_name, "name": name, "config": keywords, "inbound_nodes": calls}
        )
        if weights:
            self.weights[name] = weights
        return name

    def input(self, name: str, size: int = 4) -> str:
        """Add an input of vectors."""
        newer: dict[str, Any] = {"ragged": False} if self.release == "tf2.3" else {}
        shape = [None, size]
        return self.add("InputLayer", name, batch_input_shape=shape, sparse=False, **newer)

    def dense(self, name: str, source: str, units: int = 4, size: int = 4, **config: Any) -> str:
        """Add a Dense."""
        keywords = {"units": units, "activation": "linear", "use_bias": True, **config}
        weights: dict[str, tuple[int, ...]] = {"kernel": (size, units)}
        if keywords["use_bias"]:
            weights["bias"] = (units,)
        return self.add("Dense", name, source, weights=weights, **keywords)

    @property
    def config(self) -> dict[str, Any]:
        inputs = [la["name"] for la in self.layers if la["class_name"] == "InputLayer"]
        return {
            "class_name": MARKS[self.release][1],
            "config": {
                "name": "model",
                "layers": self.layers,
                "input_layers": [[name, 0, 0] for name in inputs],
                "output_layers": [[name, 0, 0] for name in self.outputs],
            },
        }

    def json(self, path: Path) -> Path:
        """Write the architecture as ``to_json`` does."""
        marks = {"keras_version": MARKS[self.release][0], "backend": "tensorflow"}
        path.write_text(json.dumps({**self.config, **marks}), encoding="utf-8")
        return path

    def h5(self, path: Path, *, whole: bool = True, seed: int = 0) -> Path:
        """Write a whole model, or weights only; values are drawn."""
        random = np.random.default_rng(seed)
        with h5py.File(path, "w") as file:
            top = file
            if whole:
                file.attrs["model_config"] = json.dumps(self.config).encode()
                file.attrs["keras_version"] = MARKS[self.release][0].encode()
                file.attrs["backend"] = b"tensorflow"
                top = file.create_group("model_weights")
            names = [layer["name"] for layer in self.layers]
            top.attrs["layer_names"] = [name.encode() for name in names]
            top.attrs["keras_version"] = MARKS[self.release][0].encode()
            top.attrs["backend"] = b"tensorflow"
            for name in names:
                group = top.create_group(name)
                shapes = self.weights.get(name, {})
                group.attrs["weight_names"] = [f"{name}/{key}:0".encode() for key in shapes]
                for key, shape in shapes.items():
                    group[f"{name}/{key}:0"] = random.normal(size=shape).astype("float32")
        return path


def values(path: Path, layer: str) -> list[np.ndarray]:
    """The weights of a layer in a file, in their order."""
    with h5py.File(path, "r") as file:
        group = file.get("model_weights", file)
        return [group[layer][name][()] for name in group[layer].attrs["weight_names"]]
