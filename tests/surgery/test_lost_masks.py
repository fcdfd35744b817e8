"""A nested model that casts what it is given gets it without its mask (TF 2.3, measured)."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import Document, Outcome, entry, graph, item, run, stack


def model(name: str, dtype: str, *, sequential: bool = False) -> Document:
    given = entry(f"{name}_in", (None, 4), dtype=dtype)
    lstm = item("LSTM", f"{name}_lstm", [f"{name}_in"], units=3, return_sequences=True)
    found = stack(given, lstm) if sequential else graph(given, lstm)
    found["config"]["name"] = name
    return found


def called(inner: Document, *nodes: Any) -> Document:
    return {**inner, "name": inner["config"]["name"], "inbound_nodes": list(nodes)}


def embedding(name: str = "embed", dtype: str = "float32") -> Document:
    config = {"input_dim": 6, "output_dim": 4, "mask_zero": True, "dtype": dtype}
    return item("Embedding", name, ["in"], **config)


def behind(inner: Document, **options: Any) -> Outcome:
    last = item("LSTM", "last", [["inner", 1, 0, {}]], units=2)
    whole = entry(shape=(5,), dtype="int32")
    layers = whole, embedding(), called(inner, [["embed", 0, 0, {}]]), last
    return run(graph(*layers), "tf2.3", "tf1.12", **options)


@pytest.mark.parametrize("sequential", [True, False])
@pytest.mark.parametrize(("dtype", "lost"), [("float32", False), ("float64", True)])
def test_the_mask_is_dropped_where_the_input_casts(
    dtype: str, *, lost: bool, sequential: bool
) -> None:
    outcome = behind(model("inner", dtype, sequential=sequential))
    assert ("WithoutMask" in outcome.translation.companions) is lost
    assert any("the mask is lost there" in note.text for note in outcome.notes("inner")) is lost
    if lost:
        dropping = outcome.layers["inner_without_mask"]
        assert dropping["inbound_nodes"] == [[["embed", 0, 0, {}]]]
        assert any(
            node[0][0] == "inner_without_mask"
            for layer in outcome.layers.values()
            for node in layer["inbound_nodes"]
        )


def test_in_a_stack() -> None:
    first, inner = embedding(), model("inner", "float64", sequential=True)
    document = stack(entry(shape=(5,), dtype="int32"), first, inner)
    outcome = run(document, "tf2.3", "tf1.12")
    names = list(outcome.layers)
    assert names.index("inner_without_mask") == names.index("embed") + 1


def test_a_call_that_is_not_cast_keeps_its_mask() -> None:
    inner = called(model("inner", "float64"), [["embed", 0, 0, {}]], [["wide", 0, 0, {}]])
    layers = entry(shape=(5,), dtype="int32"), embedding(), embedding("wide", "float64"), inner
    document = graph(*layers, outputs=[["inner", 1, 0], ["inner", 2, 0]])
    outcome = run(document, "tf2.3", "tf1.12")
    assert outcome.layers["inner_without_mask"]["inbound_nodes"] == [[["embed", 0, 0, {}]]]


def test_stock_objects_alone_cannot_drop_it() -> None:
    outcome = behind(model("inner", "float64"), stock_only=True)
    assert "the mask is lost there" in outcome.refusal("inner").text


@pytest.mark.parametrize("inner", ["float32", "float64"])
@pytest.mark.parametrize("wrapper", ["float32", "float64"])
def test_a_wrapped_model_takes_the_mask_and_drops_it(inner: str, wrapper: str) -> None:
    """TimeDistributed casts first; the mask is lost if the model casts once more."""
    part = model("part", inner)
    part["config"]["layers"][0]["config"]["batch_input_shape"] = [None, 5, 4]
    whole = entry(shape=(3, 5), dtype="int32")
    around = item("TimeDistributed", "around", ["embed"], layer=part, dtype=wrapper)
    outcome = run(graph(whole, embedding(), around), "tf2.3", "tf1.12")
    layers = outcome.config("around", "layer")["layers"]
    assert layers[0]["class_name"] == "InputLayerV2"
    assert any(la["class_name"] == "WithoutMask" for la in layers) is (inner != wrapper)
    read = "part_in_without_mask" if inner != wrapper else "part_in"
    assert [read, 0, 0, {}] in [
        ref for la in layers for node in la["inbound_nodes"] for ref in node
    ]


@pytest.mark.parametrize(("dtype", "lost"), [("float32", False), ("float64", True)])
def test_a_mask_beside_the_tensor_is_lost_with_it(dtype: str, *, lost: bool) -> None:
    named = {"mask": ["steps", 0, 0]}
    inner = called(model("inner", dtype), [["in", 0, 0, named]])
    layers = entry(shape=(5, 4)), entry("steps", (5,), dtype="bool"), inner
    outcome = run(graph(*layers, outputs=[["inner", 1, 0]]), "tf2.3", "tf1.12")
    companions = outcome.translation.companions
    assert ("WithMask" in companions, "WithoutMask" in companions) == (not lost, lost)
