"""Sequential models of Keras 1 that begin with a Merge: other models, merged by their first layer.

Nothing like it was left in Keras 2. What such a model computes is a graph: the layers of all
branches, then the Merge, then the layers behind it. Files list the weights of these very layers.

Source: ``Sequential.get_config``, ``Sequential.flattened_layers`` in ``models.py`` and
``Layer.create_input_layer`` in ``engine/topology.py`` of Keras 1.2.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from keraport.model import Value

_SEQUENTIAL: Final = "Sequential"
_MERGE: Final = "Merge"


def with_branches_in_graphs(document: Value) -> Value:
    """A document whose Sequentials that begin with a Merge are graphs, at any depth.

    Precondition: bare lists of layers have names already (`keraport.dialects.lists`).
    """
    if isinstance(document, list):
        return [with_branches_in_graphs(item) for item in document]
    if not isinstance(document, dict):
        return document
    if _merges_branches(document):
        config = document["config"]
        graph = _Graph()
        last = graph.stack(config["layers"])
        found = {**document, "class_name": "Model"}
        found["config"] = {
            "name": config["name"],
            "layers": graph.layers,
            "input_layers": graph.inputs,
            "output_layers": [last],
        }
        return with_branches_in_graphs(found)
    return {key: with_branches_in_graphs(value) for key, value in document.items()}


def _merges_branches(document: Mapping[str, Any]) -> bool:
    config = document.get("config")
    layers = config.get("layers") if isinstance(config, dict) else None
    return (
        document.get("class_name") == _SEQUENTIAL
        and isinstance(layers, list)
        and bool(layers)
        and _is_merge_of_models(layers[0])
    )


def _is_merge_of_models(layer: Value) -> bool:
    config = layer.get("config") if isinstance(layer, dict) else None
    return (
        isinstance(config, dict)
        and layer.get("class_name") == _MERGE
        and isinstance(branches := config.get("layers"), list)
        and all(_is_described(branch) for branch in branches)
    )


def _is_described(branch: Value) -> bool:
    """True for a layer or model with the keys that are looked at here."""
    if not isinstance(branch, dict) or not isinstance(branch.get("config"), dict):
        return False
    config = branch["config"]
    if branch.get("class_name") == _SEQUENTIAL:
        layers = config.get("layers")
        return isinstance(layers, list) and bool(layers) and all(map(_has_config, layers))
    if branch.get("class_name") == "Model":
        return all(
            isinstance(config.get(key), list) for key in ("layers", "input_layers", "output_layers")
        )
    return _has_config(branch)


def _has_config(layer: Value) -> bool:
    return (
        isinstance(layer, dict)
        and isinstance(layer.get("config"), dict)
        and isinstance(layer["config"].get("name"), str)
    )


class _Graph:
    """The layers of a graph, as far as they are put together."""

    def __init__(self) -> None:
        self.layers: list[dict[str, Any]] = []
        self.inputs: list[Value] = []

    def stack(self, layers: list[dict[str, Any]]) -> Value:
        """Put layers one behind the other; the tensor that the last one gives."""
        last: Value = None
        for layer in layers:
            if _is_merge_of_models(layer):
                given = [self.branch(branch) for branch in layer["config"]["layers"]]
                config = {key: v for key, v in layer["config"].items() if key != "layers"}
                last = self.add({**layer, "config": config}, given)
            elif last is None:
                last = self.branch(layer)
            else:
                last = self.add(layer, [last])
        return last

    def branch(self, document: dict[str, Any]) -> Value:
        """A model with inputs of its own; the tensor that it gives."""
        config = document["config"]
        if document.get("class_name") == _SEQUENTIAL:
            return self.stack(config["layers"])
        if document.get("class_name") == "Model":
            self.layers += config["layers"]
            self.inputs += config["input_layers"]
            return config["output_layers"][0]
        name = config["name"]
        fed = {
            "name": f"{name}_input",
            "batch_input_shape": config.get("batch_input_shape"),
            "input_dtype": config.get("input_dtype") or config.get("dtype") or "float32",
            "sparse": False,
        }
        tensor = self.add({"class_name": "InputLayer", "config": fed}, [])
        self.inputs.append(tensor)
        return self.add(document, [tensor])

    def add(self, layer: Mapping[str, Any], given: list[Value]) -> Value:
        """A layer that is called once."""
        name = layer["config"]["name"]
        self.layers.append({**layer, "name": name, "inbound_nodes": [given] if given else []})
        return [name, 0, 0]
