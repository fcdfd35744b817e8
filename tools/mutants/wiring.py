"""Mutations of how layers are put together."""

from __future__ import annotations

import copy
from collections.abc import Callable
from random import Random
from typing import Any

from mutants.document import Layer, layers_in, models_in
from mutants.graph import (
    Reference,
    all_references,
    calls,
    first_call,
    listed,
    new_name,
    references,
    tensors,
)
from mutants.inserted import KEEPING_SHAPE, layer_of

Mutation = Callable[[dict[str, Any], Random], str]
NAMES = ("a", "Layer.9", "block/conv", "kernel", "x-1", "lstm_cell", "w" * 70, "0th", "model")
WRAPPED = {
    "LSTM": "Bidirectional",
    "GRU": "Bidirectional",
    "SimpleRNN": "Bidirectional",
    "ConvLSTM2D": "Bidirectional",
}
"""What is put around a class; TimeDistributed around all others."""


def _functional(document: dict[str, Any], random: Random) -> Layer | None:
    found = models_in(document["model"], "Functional")
    return random.choice(found) if found else None


def _called(model: Layer) -> list[Layer]:
    return [layer for layer in model["config"]["layers"] if calls(layer)]


def another_output(document: dict[str, Any], random: Random) -> str:
    """A tensor inside becomes an output as well."""
    model = document["model"]
    outputs = listed(model["config"].get("output_layers"))
    if outputs is None:
        return ""
    tensor = random.choice(tensors(model))
    model["config"]["output_layers"] = [*outputs, tensor]
    document["training"] = None
    return f"output {tensor[:2]} added"


def outputs_in_another_order(document: dict[str, Any], random: Random) -> str:
    """Outputs change places, or one of several goes."""
    outputs = listed(document["model"]["config"].get("output_layers"))
    if outputs is None or len(outputs) < 2:
        return ""
    kept = random.sample(outputs, random.choice([len(outputs), len(outputs) - 1]))
    document["model"]["config"]["output_layers"] = kept
    document["training"] = None
    return f"outputs {[item[:2] for item in kept]}"


def called_again(document: dict[str, Any], random: Random) -> str:
    """A layer is called once more, on what it was called with or on another tensor."""
    model = document["model"]
    outputs = listed(model["config"].get("output_layers"))
    if outputs is None:
        return ""
    # Every call of a raw operation is a layer of its own.
    layers = [la for la in _called(model) if la["class_name"] != "TensorFlowOpLayer"]
    if not layers:
        return ""
    layer = random.choice(layers)
    call = listed(copy.deepcopy(random.choice(calls(layer))))
    if call is None:
        return ""
    tensor = random.choice(tensors(model))
    if len(call) == 1 and random.random() < 0.5:
        call[0][:3] = tensor
    calls(layer).append(call)
    number = len(calls(layer)) - 1 + first_call(layer)
    model["config"]["output_layers"] = [*outputs, [layer["name"], number, 0]]
    document["training"] = None
    return f"{layer['name']} called again with {[item[:2] for item in call]}"


def shared(document: dict[str, Any], random: Random) -> str:
    """Two layers of one class become one that is called twice."""
    model = _functional(document, random)
    if model is None:
        return ""
    layers = _called(model)
    pairs = [
        (one, other)
        for one in layers
        for other in layers
        if one is not other
        and one["class_name"] == other["class_name"] != "TensorFlowOpLayer"
        and first_call(one) == first_call(other)
    ]
    if not pairs:
        return ""
    kept, gone = random.choice(pairs)
    offset = len(calls(kept))
    for reference in list(all_references(model)):
        if reference[0] == gone["name"]:
            reference[:2] = [kept["name"], reference[1] + offset]
    calls(kept).extend(calls(gone))
    model["config"]["layers"].remove(gone)
    return f"{gone['name']} is {kept['name']}, called again"


def inserted(document: dict[str, Any], random: Random) -> str:
    """A layer that keeps the shape is put between two others."""
    found = [m for m in layers_in(document["model"]) if m["class_name"] in _MODELS]
    model = random.choice(found)
    choice = random.choice(KEEPING_SHAPE)
    layer = layer_of(choice, new_name(_with_names(model), f"inserted_{choice[0].lower()}"))
    if model["class_name"] == "Sequential":
        layer.pop("name")
        at = random.randint(1, len(model["config"]["layers"]))
        model["config"]["layers"].insert(at, layer)
        return f"{choice[0]} inserted at {at} of {model['config'].get('name')}"
    edges = [ref for item in _called(model) for ref in references(calls(item))]
    edges += listed(model["config"]["output_layers"]) or []
    if not edges:
        return ""
    edge = random.choice(edges)
    layer["inbound_nodes"] = [[[*edge[:3], {}]]]
    model["config"]["layers"].append(layer)
    told = f"{choice[0]} inserted behind {edge[:2]}"
    edge[:3] = [layer["name"], 0, 0]
    return told


_MODELS = ("Functional", "Sequential")


def _with_names(model: Layer) -> Layer:
    """The model with the names of a Sequential's layers where a functional model has them."""
    layers = [{"name": item["config"].get("name")} for item in model["config"]["layers"]]
    return {"config": {"layers": layers}}


def wrapped(document: dict[str, Any], random: Random) -> str:
    """A layer is put into TimeDistributed, a recurrent one into Bidirectional."""
    found = [
        layer
        for model in layers_in(document["model"])
        if model["class_name"] in _MODELS
        for layer in model["config"]["layers"]
        if layer["class_name"] not in ("InputLayer", "TensorFlowOpLayer", "Bidirectional")
    ]
    if not found:
        return ""
    layer = random.choice(found)
    wrapper = WRAPPED.get(layer["class_name"], "TimeDistributed")
    inside = {"class_name": layer["class_name"], "config": layer["config"]}
    name = layer["config"].get("name", "layer")
    config: dict[str, Any] = {"name": layer.get("name", f"{name}_wrapped"), "trainable": True}
    config |= {"dtype": "float32", "layer": inside}
    if wrapper == "Bidirectional":
        config["merge_mode"] = random.choice(["concat", "sum", "mul", "ave"])
    if first := layer["config"].get("batch_input_shape"):
        config["batch_input_shape"] = first
    layer |= {"class_name": wrapper, "config": config}
    return f"{name} in {wrapper}"


def nested(document: dict[str, Any], random: Random) -> str:
    """The whole model becomes a layer of another, which calls it once or twice."""
    inner = document["model"]
    inputs = _inputs(inner)
    outputs = listed(inner["config"].get("output_layers", [["", 0, 0]]))
    if not inputs or outputs is None:
        return ""
    twice = random.random() < 0.4
    layers: list[Layer] = []
    nodes: list[list[Reference]] = []
    given: list[str] = []
    for call in range(1 + twice):
        names = [f"outer_{call}_{number}" for number in range(len(inputs))]
        given += names
        for name, config in zip(names, inputs, strict=True):
            copied = {**config, "name": name}
            layers.append(
                {"class_name": "InputLayer", "config": copied, "name": name, "inbound_nodes": []}
            )
        nodes.append([[name, 0, 0, {}] for name in names])
    name = inner["config"]["name"]
    first = first_call(inner)
    layers.append({**inner, "name": name, "inbound_nodes": nodes})
    document["model"] = {
        "class_name": "Functional",
        "config": {
            "name": "outer",
            "layers": layers,
            "input_layers": [[item, 0, 0] for item in given],
            "output_layers": [
                [name, first + call, number]
                for call in range(1 + twice)
                for number in range(len(outputs))
            ],
        },
    }
    document["training"] = None
    return "nested, called twice" if twice else "nested"


def _inputs(model: Layer) -> list[dict[str, Any]]:
    """The configs of a model's inputs; empty where they are not listed."""
    layers = model["config"]["layers"]
    if model["class_name"] == "Sequential":
        config = layers[0]["config"]
        if "batch_input_shape" not in config:
            return []
        dtype = config.get("dtype", "float32")
        return [
            {
                "batch_input_shape": config["batch_input_shape"],
                "dtype": dtype if isinstance(dtype, str) else "float32",
                "sparse": False,
                "ragged": False,
            }
        ]
    by_name = {layer["name"]: layer["config"] for layer in layers}
    named = listed(model["config"].get("input_layers"))
    return [by_name[reference[0]] for reference in named] if named else []


def training_argument(document: dict[str, Any], random: Random) -> str:
    """A call is told whether it trains."""
    model = _functional(document, random)
    able = ("Dropout", "BatchNormalization", "Functional", "Sequential", "GaussianNoise", "LSTM")
    layers = [la for la in _called(model) if la["class_name"] in able] if model else []
    if not layers:
        return ""
    layer = random.choice(layers)
    value = random.choice([True, False, False])
    call = listed(random.choice(calls(layer)))
    if call is None or len(call[0]) != 4:
        return ""
    call[0][3]["training"] = value
    return f"{layer['name']}(training={value})"


def renamed(document: dict[str, Any], random: Random) -> str:
    """A layer, or what is inside a wrapper, or the model gets another name."""
    name = random.choice(NAMES)
    layer = random.choice(list(layers_in(document["model"])))
    old = layer["config"].get("name")
    if old is None:
        return ""
    for model in models_in(document["model"], "Functional"):
        if any(item is layer for item in model["config"]["layers"]):
            if any(item["name"] == name for item in model["config"]["layers"]):
                return ""
            for reference in list(all_references(model)):
                if reference[0] == layer["name"]:
                    reference[0] = name
            layer["name"] = name
    if layer["class_name"] == "TensorFlowOpLayer":
        # Its config names the operation; the layer is called so with a prefix.
        return ""
    layer["config"]["name"] = name
    return f"{old} is called {name}"


WIRING: tuple[Mutation, ...] = (
    another_output,
    outputs_in_another_order,
    called_again,
    shared,
    inserted,
    wrapped,
    nested,
    training_argument,
    renamed,
)
