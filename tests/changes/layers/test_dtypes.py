"""Layers of TF 2 cast what they are given; older ones need an input of their own dtype."""

from __future__ import annotations

import pytest
from tests.changes.conftest import entry, graph, item, run, stack

from keraport.report import Verdict

DTYPES = ["float16", "float32", "float64"]


def dense(name: str, given: str, dtype: str) -> dict[str, object]:
    return item("Dense", name, [given], units=2, dtype=dtype)


@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
@pytest.mark.parametrize("taken", DTYPES)
@pytest.mark.parametrize("computed", DTYPES)
def test_the_input_gets_the_dtype_of_the_layers(target: str, taken: str, computed: str) -> None:
    """Except float16: it rounds what it is fed, which is float32."""
    outcome = run(graph(entry(dtype=taken), dense("layer", "in", computed)), "tf2.3", target)
    if taken == "float16" != computed:
        assert outcome.config("in")["dtype"] == "float16"
        assert outcome.config("layer_cast_0")["to"] == computed
        return
    assert outcome.config("in")["dtype"] == computed
    texts = [note.text for note in outcome.notes("in")]
    assert any(f"takes {computed} instead of {taken}" in text for text in texts) == (
        taken != computed
    )
    assert outcome.verdict in (Verdict.UNCHANGED, Verdict.EXACT)


def test_in_a_sequential_too() -> None:
    document = stack(entry(dtype="float64"), dense("layer", "in", "float32"))
    assert run(document, "tf2.3", "tf1.12").config("in")["dtype"] == "float32"


def test_indices_are_no_numbers_to_cast() -> None:
    embedding = item("Embedding", "layer", ["in"], input_dim=9, output_dim=2, dtype="float32")
    outcome = run(graph(entry(dtype="float64"), embedding), "tf2.3", "tf1.12")
    assert outcome.config("in")["dtype"] == "float64"


@pytest.mark.parametrize("dtype", ["int32", "int64", "bool"])
def test_a_lambda_is_given_what_it_was_given(dtype: str) -> None:
    """TF 2.3 casts floats alone; ``tf.gather`` and ``&`` take no floats."""
    own = item("Lambda", "own", ["in"], function="f", function_type="function", dtype="float32")
    each = item("TimeDistributed", "each", ["in"], layer={**own, "name": "inner"})
    for layer in (own, each):
        if layer is each:
            del layer["config"]["layer"]["inbound_nodes"]
        written = run(graph(entry(shape=(2, 3), dtype=dtype), layer), "tf2.3", "tf1.12")
        assert written.config("in")["dtype"] == dtype


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int32", "int64", "bool"])
def test_an_input_of_integers_stays_one(dtype: str) -> None:
    """Both releases truncate floats that it is fed."""
    outcome = run(graph(entry(dtype=dtype), dense("layer", "in", "float32")), "tf2.3", "tf1.12")
    assert outcome.config("in")["dtype"] == dtype
    assert outcome.config("layer_cast_0")["to"] == "float32"


def test_stock_objects_alone_cannot_truncate() -> None:
    document = graph(entry(dtype="int32"), dense("layer", "in", "float32"))
    outcome = run(document, "tf2.3", "tf1.12", stock_only=True)
    assert outcome.config("in")["dtype"] == "float32"
    assert any("feed it x.astype('int32')" in note.text for note in outcome.notes("in"))


@pytest.mark.parametrize("source", ["tf1.12", "tf1.15"])
def test_older_files_keep_their_inputs(source: str) -> None:
    document = graph(entry(dtype="float64"), dense("layer", "in", "float32"), class_name="Model")
    assert run(document, source, "tf1.12").config("in")["dtype"] == "float64"


@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
@pytest.mark.parametrize(("first", "second"), [("float32", "float64"), ("float64", "float16")])
def test_casts_between_layers(target: str, first: str, second: str) -> None:
    document = graph(entry(), dense("a", "in", first), dense("b", "a", second))
    outcome = run(document, "tf2.3", target)
    assert outcome.translation.companions == {"Cast"}
    cast = outcome.layers["b_cast_0"]
    assert cast["class_name"] == "Cast"
    assert cast["config"]["to"] == cast["config"]["dtype"] == second
    assert cast["inbound_nodes"] == [[["a", 0, 0, {}]]]
    assert outcome.layers["b"]["inbound_nodes"] == [[["b_cast_0", 0, 0, {}]]]
    assert outcome.config("b")["dtype"] == second
    (text,) = (note.text for note in outcome.notes("b"))
    assert f"computes in {second} what it is given in {first}" in text
    assert outcome.verdict is Verdict.EXACT
    assert "Cast" in run(document, "tf2.3", target, stock_only=True).refusal("b").text
    newer = run(document, "tf2.3", "tf2.3")
    assert newer.notes("b") == ()
    assert "b_cast_0" not in newer.layers


def test_readers_that_disagree() -> None:
    """One input cannot have two dtypes: it keeps its own, and the other reader's is cast."""
    readers = dense("a", "in", "float32"), dense("b", "in", "float64")
    document = graph(entry(), *readers, outputs=[["a", 0, 0], ["b", 0, 0]])
    outcome = run(document, "tf2.3", "tf1.12")
    assert outcome.config("in")["dtype"] == "float32"
    assert outcome.layers["a"]["inbound_nodes"] == [[["in", 0, 0, {}]]]
    assert outcome.layers["b_cast_0"]["inbound_nodes"] == [[["in", 0, 0, {}]]]
    assert outcome.layers["b"]["inbound_nodes"] == [[["b_cast_0", 0, 0, {}]]]


def test_every_input_of_a_merge_is_cast() -> None:
    wide, narrow = dense("a", "in", "float64"), dense("b", "in", "float32")
    merge = item("Add", "layer", ["a", "b"], dtype="float32")
    outcome = run(graph(entry(), wide, narrow, merge), "tf2.3", "tf1.12")
    casts = [outcome.layers[f"layer_cast_{index}"] for index in range(2)]
    assert [cast["inbound_nodes"][0][0][0] for cast in casts] == ["a", "b"]
    assert {cast["config"]["to"] for cast in casts} == {"float32"}
    assert outcome.layers["layer"]["inbound_nodes"] == [
        [["layer_cast_0", 0, 0, {}], ["layer_cast_1", 0, 0, {}]]
    ]


def test_casts_in_a_sequential() -> None:
    document = stack(entry(), dense("a", "in", "float32"), dense("b", "a", "float64"))
    layers = run(document, "tf2.3", "tf1.12").layers
    assert [layer["class_name"] for layer in layers.values()][-3:] == ["Dense", "Cast", "Dense"]


@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
def test_integers_are_kept_where_all_layers_keep_them(target: str) -> None:
    """``Layer._maybe_cast_inputs`` casts floating tensors only."""
    flat = item("Flatten", "flat", ["in"], dtype="float32")
    kept = run(graph(entry(shape=(2, 3), dtype="int32"), flat), "tf2.3", target)
    assert kept.config("in")["dtype"] == "int32"
    assert kept.translation.companions == frozenset()
    computed = graph(entry(shape=(2, 3), dtype="int32"), flat, dense("layer", "flat", "float32"))
    cast = run(computed, "tf2.3", target)
    assert cast.config("in")["dtype"] == "int32"
    assert cast.layers["layer_cast_0"]["inbound_nodes"] == [[["flat", 0, 0, {}]]]


def test_a_time_distributed_layer_has_the_dtype_of_what_it_wraps() -> None:
    """Its own config says float32 or another dtype, to which it casts as well."""
    inner = {"class_name": "Dense", "config": {"name": "d", "units": 2, "dtype": "float64"}}
    wrapper = item("TimeDistributed", "layer", ["a"], layer=inner, dtype="float64")
    before = item("Dense", "a", ["in"], units=2, dtype="float64")
    start = entry(shape=(3, 4), dtype="float64")
    same = run(graph(start, before, wrapper), "tf2.3", "tf1.12")
    assert same.translation.companions == frozenset()
    assert same.config("in")["dtype"] == "float64"
    wrapper["config"]["dtype"] = "float32"
    narrow = run(graph(start, before, wrapper), "tf2.3", "tf1.12")
    assert narrow.config("layer_cast_0")["to"] == "float32"
    assert narrow.config("layer_cast_0_1")["to"] == "float64"
    assert any("by way of float32" in note.text for note in narrow.notes())
    before["config"]["dtype"] = "float32"
    other = run(graph(start, before, wrapper), "tf2.3", "tf1.12")
    assert other.config("layer_cast_0")["to"] == "float64"
    assert "layer_cast_0_1" not in other.layers


def test_a_layer_of_integers_passes_floats_on() -> None:
    """``Layer._maybe_cast_inputs`` casts to floating dtypes only."""
    flat = item("Flatten", "flat", ["a"], dtype="int32")
    document = graph(entry(), dense("a", "in", "float64"), flat, dense("layer", "flat", "float32"))
    outcome = run(document, "tf2.3", "tf1.12")
    assert outcome.config("layer_cast_0")["to"] == "float32"
    assert outcome.layers["layer_cast_0"]["inbound_nodes"] == [[["flat", 0, 0, {}]]]
    assert "flat_cast_0" not in outcome.layers


def test_casts_before_a_layer_that_becomes_several() -> None:
    rescaling = item("Rescaling", "layer", ["a"], scale=2.0, offset=1.0, dtype="float32")
    convolution = item("Conv2D", "a", ["in"], filters=2, kernel_size=1, dtype="float64")
    outcome = run(graph(entry(shape=(4, 4, 2)), convolution, rescaling), "tf2.3", "tf1.12")
    assert outcome.layers["layer_cast_0"]["inbound_nodes"] == [[["a", 0, 0, {}]]]
    assert outcome.layers["layer"]["inbound_nodes"] == [[["layer_cast_0", 0, 0, {}]]]
    assert outcome.layers["layer"]["class_name"] == "DepthwiseConv2D"


def test_calls_that_are_cast_in_different_ways() -> None:
    inner = {"class_name": "Dense", "config": {"name": "d", "units": 2, "dtype": "float32"}}
    wrapper = item("TimeDistributed", "layer", ["in"], layer=inner, dtype="float16")
    wrapper["inbound_nodes"] = [[["in", 0, 0, {}]], [["whole", 0, 0, {}]]]
    start, whole = entry(shape=(3, 4)), entry("whole", shape=(3, 4), dtype="int32")
    outputs = [["layer", 0, 0], ["layer", 1, 0]]
    outcome = run(graph(start, whole, wrapper, outputs=outputs), "tf2.3", "tf1.12")
    assert "casts in different ways" in outcome.refusal("layer").text


def test_a_stateful_layer_behind_a_cast_knows_how_often_it_is_called() -> None:
    """TF 1.12 updates the states of a stock layer once, after all of its calls."""
    layer = item("GRU", "layer", ["in"], ["other"], units=2, stateful=True, reset_after=False)
    outputs = [["layer", 0, 0], ["layer", 1, 0]]
    entries = (entry(name, (5, 2), dtype="float16") for name in ("in", "other"))
    outcome = run(graph(*entries, layer, outputs=outputs), "tf2.3", "tf1.12")
    assert outcome.layers["layer"]["class_name"] == "GRUV2"
    assert len(outcome.layers["layer_cast_0"]["inbound_nodes"]) == 2


@pytest.mark.parametrize("dtype", ["float16", "float64"])
def test_a_call_is_rewritten_before_it_is_cast(dtype: str) -> None:
    """Frozen, it normalises by its moving averages; ``training=True`` must not reach TF 1.12."""
    layer = item(
        "BatchNormalization",
        "norm",
        [["dense", 0, 0, {"training": True}]],
        axis=[1],
        trainable=False,
        dtype=dtype,
    )
    outcome = run(graph(entry(), dense("dense", "in", "float32"), layer), "tf2.3", "tf1.12")
    called = [
        node[0]
        for layer in outcome.layers.values()
        if layer["class_name"].startswith("BatchNormalization")
        for node in layer["inbound_nodes"]
    ]
    assert [arguments for *_, arguments in called] == [{"training": False}]


def test_casts_of_inputs_that_were_put_in_another_order() -> None:
    """DenseFeatures is called with a dict, which becomes a list in the order of its keys."""
    common = {"shape": [1], "default_value": None, "normalizer_fn": None}
    columns = [
        {"class_name": "NumericColumn", "config": {**common, "key": key, "dtype": dtype}}
        for key, dtype in (("b", "float32"), ("a", "int64"))
    ]
    layer = item("DenseFeatures", "layer", feature_columns=columns, dtype="float64")
    layer["inbound_nodes"] = [{"b": ["b", 0, 0, {}], "a": ["a", 0, 0, {}]}]
    relu = item("ReLU", "b", ["in"])
    document = graph(entry(shape=(1,)), entry("a", (1,), dtype="int64"), relu, layer)
    outcome = run(document, "tf2.3", "tf1.12")
    (node,) = outcome.layers["layer"]["inbound_nodes"]
    assert [name for name, *_ in node] == ["a", "layer_cast_1"]
    assert outcome.layers["layer_cast_1"]["inbound_nodes"] == [[["b", 0, 0, {}]]]
