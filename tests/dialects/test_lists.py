"""Sequential models whose config is the bare list of their layers, as Keras to 2.2.2 writes it."""

from __future__ import annotations

from typing import Any

from keraport.dialects import dump_model, parse_model


def dense(name: str, **config: Any) -> dict[str, Any]:
    return {"class_name": "Dense", "config": {"name": name, "units": 2, **config}}


def sequential(*layers: dict[str, Any]) -> dict[str, Any]:
    return {"class_name": "Sequential", "config": list(layers)}


def test_the_layers_are_read_and_the_model_gets_a_name() -> None:
    model = parse_model(sequential(dense("a", batch_input_shape=[None, 3]), dense("b")))
    assert model.is_sequential
    assert [layer.name for layer in model.layers] == ["a", "b"]
    assert dump_model(model)["config"]["name"] == "sequential_1"


def test_models_inside_get_names_that_nothing_has() -> None:
    first = sequential(dense("sequential_1", batch_input_shape=[None, 3]))
    model = parse_model(sequential(first, sequential(dense("b"))))
    inner = [layer.name for layer in model.layers]
    assert len({*inner, model.name, "sequential_1"}) == 4
    assert all(layer.model is not None and layer.model.is_sequential for layer in model.layers)


def test_a_model_in_a_graph_keeps_the_name_that_stands_beside_it() -> None:
    inner = {**sequential(dense("d", batch_input_shape=[None, 3])), "name": "tail"}
    source = {"class_name": "InputLayer", "name": "x", "inbound_nodes": []}
    source["config"] = {"name": "x", "batch_input_shape": [None, 3]}
    graph = {
        "name": "graph",
        "layers": [source, {**inner, "inbound_nodes": [[["x", 0, 0, {}]]]}],
        "input_layers": [["x", 0, 0]],
        "output_layers": [["tail", 1, 0]],
    }
    model = parse_model({"class_name": "Model", "config": graph})
    assert model.layers[1].name == "tail"
    assert model.layers[1].model is not None
    assert model.layers[1].model.name == "tail"


def test_another_list_under_config_stays_one() -> None:
    document = sequential(dense("a", batch_input_shape=[None, 3], table={"config": [1, 2]}))
    layer = parse_model(document).layers[0]
    assert layer.config["table"] == {"config": [1, 2]}
