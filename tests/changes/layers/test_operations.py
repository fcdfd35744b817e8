"""TensorFlowOpLayer: a stock layer, the companion's layer, or a refusal by the operation's name."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import Outcome, entry, graph, item, run
from tests.changes.operations.test_node import FLOAT, operation

from keraport.report import Verdict

INT = {"type": "DT_INT32"}


def layer(config: dict[str, Any], *inputs: str, name: str = "layer") -> dict[str, Any]:
    """The document of an operation's layer; its config has the name without its prefix."""
    document = item("TensorFlowOpLayer", name, list(inputs))
    own = {"name": name, "trainable": True, "dtype": "float32", **config}
    return {**document, "config": {**own, "name": name}}


def lowered(
    config: dict[str, Any],
    *shapes: tuple[int | None, ...],
    before: str = "",
    stock_only: bool = False,
    target: str = "tf1.12",
) -> Outcome:
    """An operation on inputs of those shapes, or behind a layer of that class."""
    entries = [entry(f"in{at}", shape) for at, shape in enumerate(shapes or ((3, 4),))]
    names = [part["name"] for part in entries]
    layers = list(entries)
    if before:
        layers.append(item(before, "before", ["in0"], mask_value=0.0))
        names = ["before"]
    return run(graph(*layers, layer(config, *names)), "tf2.3", target, stock_only=stock_only)


def class_name(outcome: Outcome) -> str:
    name: str = outcome.layers["layer"]["class_name"]
    return name


STOCK: list[tuple[str, dict[str, Any], Any, str, dict[str, Any]]] = [
    ("AddV2", {}, [(3, 4), (3, 4)], "Add", {}),
    ("Mul", {}, [(3, 4), (1, 4)], "Multiply", {}),
    ("Sub", {}, [(3,), (3,)], "Subtract", {}),
    ("Maximum", {}, [(3, 4), (3, 4)], "Maximum", {}),
    ("Relu", {}, [(3, 4)], "Activation", {"activation": "relu"}),
    ("Softmax", {}, [(3, 4)], "Activation", {"activation": "softmax"}),
    ("LeakyRelu", {"alpha": {"f": 0.5}}, [(3,)], "LeakyReLU", {"alpha": 0.5}),
]


@pytest.mark.parametrize(("op", "attributes", "shapes", "wanted", "config"), STOCK)
def test_elementwise_operations_are_stock_layers(
    op: str, attributes: Any, shapes: Any, wanted: str, config: Any
) -> None:
    outcome = lowered(operation(op, T=FLOAT, **attributes), *shapes, stock_only=True)
    assert class_name(outcome) == wanted
    own = {"name": "layer", "trainable": True, "dtype": "float32"}
    assert outcome.config() == {**own, **config}


RESHAPED = [
    ("Reshape", {"1": [-1, 12]}, {"Tshape": INT}, (3, 4), "Reshape", ("target_shape", [12])),
    ("ExpandDims", {"1": -1}, {"Tdim": INT}, (3, 4), "Reshape", ("target_shape", [3, 4, 1])),
    ("ExpandDims", {"1": 1}, {"Tdim": INT}, (3, 4), "Reshape", ("target_shape", [1, 3, 4])),
    (
        *("Squeeze", {}, {"squeeze_dims": {"list": {"i": ["-1"]}}}, (3, 1)),
        *("Reshape", ("target_shape", [3])),
    ),
    ("Transpose", {"1": [0, 2, 1]}, {"Tperm": INT}, (3, 4), "Permute", ("dims", [2, 1])),
    (
        *("Mean", {"1": [1]}, {"Tidx": INT, "keep_dims": {"b": False}}, (3, 4)),
        *("GlobalAveragePooling1D", ("trainable", True)),
    ),
    (
        *("Max", {"1": [-2, 1]}, {"Tidx": INT, "keep_dims": {"b": False}}, (3, 4, 2)),
        *("GlobalMaxPooling2D", ("data_format", "channels_last")),
    ),
    (
        *("Pad", {"1": [[0, 0], [1, 2], [0, 0]]}, {"Tpaddings": INT}, (3, 4)),
        *("ZeroPadding1D", ("padding", [1, 2])),
    ),
]


@pytest.mark.parametrize(("op", "constants", "more", "shape", "wanted", "pair"), RESHAPED)
def test_reshaping_operations_are_stock_layers(
    op: str, constants: Any, more: Any, shape: Any, wanted: str, pair: Any
) -> None:
    outcome = lowered(operation(op, constants, T=FLOAT, **more), shape, stock_only=True)
    assert class_name(outcome) == wanted
    assert outcome.config()[pair[0]] == pair[1]


def test_concat_is_a_concatenate() -> None:
    config = operation("ConcatV2", {"2": -1}, N={"i": "2"}, T=FLOAT, Tidx=INT)
    outcome = lowered(config, (3, 4), (3, 2), stock_only=True)
    assert class_name(outcome) == "Concatenate"
    assert outcome.config()["axis"] == -1


NOT_STOCK = [
    # Reshapes that mix samples or whose sizes do not fit, and merges by other rules of spreading.
    ("Reshape", {"1": [-1, 4]}, {"Tshape": INT}, [(3, 4)]),
    ("Reshape", {"1": [12, -1]}, {"Tshape": INT}, [(3, 4)]),
    ("Reshape", {"1": [-1, 12]}, {"Tshape": INT}, [(None, 4)]),
    ("ExpandDims", {"1": 0}, {"Tdim": INT}, [(3, 4)]),
    ("Transpose", {"1": [1, 0, 2]}, {"Tperm": INT}, [(3, 4)]),
    ("AddV2", {}, {}, [(3, 4), (4,)]),
    ("Mul", {"1": 2.0}, {}, [(3, 4)]),
    ("Mean", {"1": [1]}, {"Tidx": INT, "keep_dims": {"b": True}}, [(3, 4)]),
    ("Mean", {"1": [2]}, {"Tidx": INT, "keep_dims": {"b": False}}, [(3, 4)]),
    ("Pad", {"1": [[0, 0], [1, 2], [0, 1]]}, {"Tpaddings": INT}, [(3, 4)]),
    ("LeakyRelu", {}, {"alpha": {"f": 1.5}}, [(3, 4)]),
    ("Relu6", {}, {}, [(3, 4)]),
]


@pytest.mark.parametrize(("op", "constants", "more", "shapes"), NOT_STOCK)
def test_what_no_stock_layer_does_is_the_companions(
    op: str, constants: Any, more: Any, shapes: Any
) -> None:
    config = operation(op, constants, T=FLOAT, **more)
    outcome = lowered(config, *shapes)
    assert class_name(outcome) == "TensorFlowOpLayer"
    assert "TensorFlowOpLayer" in outcome.translation.companions
    assert outcome.config()["constants"] == (constants or {})
    note = lowered(config, *shapes, stock_only=True).refusal()
    assert "TensorFlowOpLayer" in note.text


def test_a_mask_ends_at_an_operation() -> None:
    config = operation("Relu", T=FLOAT)
    assert class_name(lowered(config, before="Masking")) == "TensorFlowOpLayer"


def test_the_node_is_said_in_the_words_of_the_target() -> None:
    noted = {"_cloned": {"b": True}, "_class": {"list": {"s": ["eA=="]}}}
    outcome = lowered(operation("AddV2", {"1": 2.0}, T=FLOAT, **noted))
    node = outcome.config()["node_def"]
    assert node["op"] == "Add"
    assert node["attr"] == {"T": FLOAT}
    config = operation("Equal", {"1": 2.0}, T=FLOAT, incompatible_shape_error={"b": False})
    assert lowered(config).config()["node_def"]["attr"] == {"T": FLOAT}


@pytest.mark.parametrize(
    ("config", "function"),
    [
        (operation("SelectV2", {"0": True, "2": 0.0}, T=FLOAT), "_op_SelectV2"),
        (
            operation(
                *("ResizeBilinear", {"1": [5, 6]}),
                T=FLOAT,
                half_pixel_centers={"b": True},
                align_corners={"b": False},
            ),
            "_op_ResizeBilinear",
        ),
        (
            operation(
                *("ResizeBilinear", {"1": [5, 6]}),
                T=FLOAT,
                half_pixel_centers={"b": False},
                align_corners={"b": True},
            ),
            "",
        ),
    ],
)
def test_functions_come_along_where_they_are_needed(config: Any, function: str) -> None:
    companions = lowered(config, (3, 4, 2)).translation.companions
    assert companions == {"TensorFlowOpLayer", *([function] if function else [])}


@pytest.mark.parametrize(
    ("config", "text"),
    [
        (operation("Lu", T=FLOAT), "the operation Lu: no translation of it is known"),
        (operation("While"), "the operation While: it calls functions"),
        (operation("Abs", T={"type": "DT_INT8"}), "the operation Abs with T='int8'"),
        (
            operation("Substr", {"1": 0, "2": 1}, T=INT, unit={"s": "VVRGOF9DSEFS"}),
            "the operation Substr with unit='UTF8_CHAR'",
        ),
        (
            operation("StringLower", encoding={"s": "dXRmLTg="}),
            "the operation StringLower with encoding='utf-8'",
        ),
        (
            operation("ConcatV2", {"1": [], "2": 1}, N={"i": "2"}, T=FLOAT, Tidx=INT),
            "with an empty constant for input 1",
        ),
    ],
)
def test_refused_by_name(config: Any, text: str) -> None:
    note = lowered(config).refusal()
    assert text in note.text
    assert note.hint


def test_an_axis_that_the_model_computes_is_refused_where_it_must_be_known() -> None:
    config = operation(
        *("GatherV2", {}),
        Tparams=FLOAT,
        Tindices=INT,
        Taxis=INT,
        batch_dims={"i": "1"},
    )
    assert "its input 2" in lowered(config, (3, 4), (3,), (3,)).refusal().text


@pytest.mark.parametrize(
    ("config", "text"),
    [
        (operation("Mul", T=FLOAT), "called with 1 tensors, expected 2"),
        (operation("Mul", {"1": "x"}, T=FLOAT), "input 1 is no array of float32"),
        (operation("Mul", {"1": 1.0}), "the attribute T is missing"),
    ],
)
def test_damaged_configs_are_refused(config: Any, text: str) -> None:
    note = lowered(config).refusal()
    assert note.text.startswith("the operation Mul: ")
    assert text in note.text
    assert "damaged" in note.hint


def test_random_operations_are_said_to_be_random() -> None:
    config = operation(
        *("RandomUniform", {"0": [2, 2]}),
        T=INT,
        dtype=FLOAT,
        seed={"i": "1"},
        seed2={"i": "2"},
    )
    document = graph(entry(), layer(operation("Shape", T=FLOAT, out_type=INT), "in", name="shape"))
    document["config"]["layers"].append(layer({**config, "constants": {}}, "shape"))
    document["config"]["output_layers"] = [["layer", 0, 0]]
    outcome = run(document, "tf2.3", "tf1.12")
    assert "draws different numbers each time" in outcome.notes()[0].text


def test_names_that_tf112_could_not_save_again() -> None:
    """It cannot make a group ``a`` behind ``a/b``."""
    sine = operation("Sin", T=FLOAT)
    document = graph(
        entry(),
        layer(sine, "in", name="sum/part"),
        layer(sine, "sum/part", name="sum"),
        layer(sine, "sum", name="other/part"),
    )
    outcome = run(document, "tf2.3", "tf1.12")
    names = [part["config"]["name"] for part in outcome.document["config"]["layers"]]
    assert names == ["in", "sum_part", "sum", "other/part"]
    assert [part["name"] for part in outcome.document["config"]["layers"]][1] == "sum/part"


def test_half_precision_of_a_mixed_policy_becomes_float32() -> None:
    policy = {"class_name": "Policy", "config": {"name": "mixed_float16"}}
    half = operation("Sin", T={"type": "DT_HALF"})
    document = graph(
        entry(), item("Dense", "dense", ["in"], units=2, dtype=policy), layer(half, "dense")
    )
    outcome = run(document, "tf2.3", "tf1.12")
    assert outcome.config()["node_def"]["attr"] == {"T": FLOAT}
    assert outcome.notes()[0].verdict is Verdict.APPROXIMATE


@pytest.mark.parametrize("target", ["tf1.15", "tf2.3"])
def test_it_stays_where_the_layer_is_known(target: str) -> None:
    config = operation("Sin", T=FLOAT)
    outcome = lowered(config, target=target)
    assert outcome.config()["node_def"] == config["node_def"]
    assert not outcome.translation.companions
