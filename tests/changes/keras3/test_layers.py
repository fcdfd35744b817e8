"""What becomes of layers of TensorFlow 2.15 in Keras 3, and of those of Keras 3 in 2.15."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import Outcome, entry, graph, item, lower, run, stack

from keraport.report import Verdict

RECURRENT = {"units": 2, "recurrent_activation": "sigmoid"}


def up(class_name: str, config: dict[str, Any], **options: Any) -> Outcome:
    return lower(class_name, config, source="tf2.15", target="keras3.15", **options)


def down(class_name: str, config: dict[str, Any], **options: Any) -> Outcome:
    return lower(class_name, config, source="keras3.15", target="tf2.15", **options)


@pytest.mark.parametrize(
    ("class_name", "config", "shape", "companion"),
    [
        ("Dense", {"units": 2, "activation": "hard_sigmoid"}, (4,), "hard_sigmoidV2"),
        ("GRU", {"units": 2, "recurrent_activation": "hard_sigmoid"}, (3, 4), "hard_sigmoidV2"),
        ("ThresholdedReLU", {"theta": 0.5}, (4,), "ThresholdedReLU"),
        ("LocallyConnected1D", {"filters": 2, "kernel_size": [2]}, (4, 2), "LocallyConnected1D"),
        ("RandomFourierFeatures", {"output_dim": 3, "scale": 1.0}, (4,), "RandomFourierFeatures"),
        ("UnitNormalization", {"axis": [1, 2]}, (3, 4), "UnitNormalizationV2"),
        ("LSTM", {**RECURRENT, "time_major": True, "return_sequences": True}, (3, 4),
         "SwapsTimeAndBatch"),
    ],
)  # fmt: skip
def test_the_companion_does_what_keras_3_does_not(
    class_name: str, config: dict[str, Any], shape: tuple[int, ...], companion: str
) -> None:
    outcome = up(class_name, config, shape=shape)
    assert companion in outcome.translation.companions
    assert outcome.verdict is Verdict.EXACT
    stock = up(class_name, config, shape=shape, stock_only=True)
    assert "--stock-only allows no companion" in stock.refusal().text


@pytest.mark.parametrize(
    ("class_name", "config", "shape"),
    [
        ("Dense", {"units": 2, "activation": "relu"}, (4,)),
        ("UnitNormalization", {"axis": [1]}, (4,)),
        ("Softmax", {"axis": -1}, (4,)),
        ("LSTM", RECURRENT, (3, 4)),
        ("Add", {}, (4,)),
    ],
)
def test_stock_layers_stay_stock(
    class_name: str, config: dict[str, Any], shape: tuple[int, ...]
) -> None:
    outcome = up(class_name, config, shape=shape)
    assert not outcome.translation.companions
    assert outcome.layers["layer"]["class_name"] == class_name


@pytest.mark.parametrize(
    ("class_name", "config", "shape", "text"),
    [
        ("BatchNormalization", {"axis": [1, 2]}, (3, 4), "normalises over one axis"),
        ("Resizing", {"height": 2, "width": 2, "interpolation": "gaussian"}, (4, 4, 1),
         "raise an error there"),
    ],
)  # fmt: skip
def test_what_cannot_be_carried_is_refused_by_name(
    class_name: str, config: dict[str, Any], shape: tuple[int, ...], text: str
) -> None:
    assert text in up(class_name, config, shape=shape).refusal().text


def test_a_bias_that_may_go_along_the_width_is_added_with_channels_last() -> None:
    config = {"filters": 3, "kernel_size": [2, 2], "data_format": "channels_first"}
    outcome = up("Conv2D", config, shape=(1, 4, 4))
    inside = outcome.layers["layer_inside"]
    assert inside["config"]["data_format"] == "channels_last"
    assert outcome.layers["layer"]["class_name"] == "Permute"
    inner = item("Conv2D", "inside", **config)
    refused = up("TimeDistributed", {"layer": inner}, shape=(2, 1, 4, 4)).refusal("layer/inside")
    assert "adds the bias along the width" in refused.text


@pytest.mark.parametrize(
    ("class_name", "config", "shape", "wanted"),
    [
        ("LeakyReLU", {"alpha": 0.2}, (4,), {"negative_slope": 0.2}),
        ("BatchNormalization", {"axis": [1]}, (4,), {"axis": 1}),
        ("Conv2DTranspose", {"filters": 2, "kernel_size": [2, 2], "groups": 1}, (4, 4, 1),
         {"filters": 2, "kernel_size": [2, 2]}),
        ("SpatialDropout1D", {"rate": 0.5, "noise_shape": None, "trainable": True}, (3, 4),
         {"rate": 0.5}),
        ("LSTM", {**RECURRENT, "time_major": False}, (3, 4), RECURRENT),
        ("ConvLSTM2D", {"filters": 2, "kernel_size": [2, 2], "recurrent_activation": "sigmoid",
                        "zero_output_for_mask": True}, (3, 4, 4, 1),
         {"filters": 2, "kernel_size": [2, 2], "recurrent_activation": "sigmoid"}),
    ],
)  # fmt: skip
def test_keywords_are_spelt_as_keras_3_does(
    class_name: str, config: dict[str, Any], shape: tuple[int, ...], wanted: dict[str, Any]
) -> None:
    outcome = up(class_name, config, shape=shape)
    assert outcome.verdict is Verdict.EXACT
    assert outcome.config() == {"name": "layer", **wanted}


def test_leaky_relu_comes_back() -> None:
    assert down("LeakyReLU", {"negative_slope": 0.2}).config() == {"name": "layer", "alpha": 0.2}


@pytest.mark.parametrize(
    ("class_name", "config", "shape", "text"),
    [
        ("Dense", {"units": 2, "activation": "threshold"}, (4,), "takes a number"),
        ("IntegerLookup", {"vocabulary": None}, (4,), "its vocabulary is not in the file"),
    ],
)
def test_what_tensorflow_lacks_is_refused(
    class_name: str, config: dict[str, Any], shape: tuple[int, ...], text: str
) -> None:
    assert text in down(class_name, config, shape=shape).refusal().text


@pytest.mark.parametrize(
    ("class_name", "config", "shape", "companion"),
    [
        ("Dense", {"units": 2, "activation": "hard_sigmoid"}, (4,), "hard_sigmoid_of_keras3"),
        ("GRU", {"units": 2, "recurrent_activation": "hard_sigmoid"}, (3, 4),
         "hard_sigmoid_of_keras3"),
        ("Dense", {"units": 2, "activation": "celu"}, (4,), "celu"),
        ("RMSNormalization", {"axis": [-1]}, (4,), "RMSNormalization"),
        ("AdaptiveMaxPooling1D", {"output_size": [2]}, (4, 3), "AdaptiveMaxPooling1D"),
        ("LayerNormalization", {"axis": [-1], "rms_scaling": True}, (4,), "ScaledByDeviation"),
    ],
)  # fmt: skip
def test_what_tensorflow_lacks_is_defined_for_it(
    class_name: str, config: dict[str, Any], shape: tuple[int, ...], companion: str
) -> None:
    outcome = down(class_name, config, shape=shape)
    assert outcome.translation.companions == {companion}
    stock = down(class_name, config, shape=shape, stock_only=True)
    assert "--stock-only allows no companion" in stock.refusal().text


@pytest.mark.parametrize("class_name", ["RandomHue", "MixUp", "RandomCrop", "Solarization"])
def test_what_acts_while_training_hands_images_on(class_name: str) -> None:
    config = {"height": 2, "width": 2} if class_name == "RandomCrop" else {}
    outcome = down(class_name, config, shape=(4, 4, 3))
    assert outcome.layers["layer"]["class_name"] == "Rescaling"
    assert outcome.config()["scale"] == 1.0


@pytest.mark.parametrize(
    ("class_name", "config", "dtype"),
    [
        ("StringLookup", {"vocabulary": ["a"], "output_mode": "multi_hot"}, "int64"),
        ("StringLookup", {"vocabulary": ["a"], "output_mode": "tf_idf"}, "float32"),
        ("Discretization", {"bin_boundaries": [0.5]}, "int32"),
    ],
)
def test_dtypes_say_what_comes_out(class_name: str, config: dict[str, Any], dtype: str) -> None:
    assert down(class_name, {"dtype": "float32", **config}, shape=(3,)).config()["dtype"] == dtype


def masked(*layers: dict[str, Any]) -> Outcome:
    document = graph(entry(shape=(3, 4)), item("Masking", "mask", ["in"], mask_value=0.0), *layers)
    return run(document, "tf2.15", "keras3.15")


@pytest.mark.parametrize(
    ("class_name", "config", "companion"),
    [
        ("Softmax", {}, "SoftmaxV2"),
        ("Identity", {}, "WithoutMask"),
        ("Rescaling", {"scale": 2.0}, "WithoutMask"),
    ],
)
def test_masks_do_what_they_did(class_name: str, config: dict[str, Any], companion: str) -> None:
    outcome = masked(item(class_name, "layer", ["mask"], **config))
    assert outcome.translation.companions == {companion}


def test_a_mask_of_one_input_is_that_of_the_sum() -> None:
    outcome = masked(item("Add", "layer", ["in", "mask"]), item("LSTM", "lstm", ["layer"], units=2))
    assert outcome.layers["layer"]["class_name"] == "AddV2"


def test_a_mask_beside_an_initial_state_is_heeded() -> None:
    state = entry("state", (2,))
    outcome = masked(state, item("GRU", "layer", ["mask", "state"], units=2))
    assert outcome.layers["layer"]["class_name"] == "GRUV2"


def test_an_initial_state_is_an_argument() -> None:
    layers = (entry(shape=(3, 4)), entry("state", (2,)))
    document = graph(*layers, item("GRU", "layer", ["in", "state"], units=2))
    model = run(document, "tf2.15", "keras3.15").translation.file.model
    assert model is not None
    (call,) = model.layer("layer").calls
    assert len(call.inputs) == 1
    assert [ref.layer for ref in call.arguments["initial_state"]] == ["state"]


@pytest.mark.parametrize("frozen", [False, True])
def test_batch_normalization_that_is_called_with_training(frozen: bool) -> None:
    layer = item("BatchNormalization", "layer", [["in", 0, 0, {"training": True}]], axis=[1])
    layer["config"]["trainable"] = not frozen
    outcome = run(graph(entry(), layer), "tf2.15", "keras3.15")
    named = "BatchNormalization" if frozen else "BatchNormalizationV2"
    assert outcome.layers["layer"]["class_name"] == named
    model = outcome.translation.file.model
    assert model is not None
    assert not model.layer("layer").calls[0].arguments


def test_a_first_layer_that_says_its_shape_gets_an_input_layer() -> None:
    first = item("Dense", "first", units=2, batch_input_shape=[None, 4])
    outcome = run(stack(first), "tf2.15", "keras3.15")
    assert outcome.config("first_input")["batch_shape"] == [None, 4]
    assert "batch_input_shape" not in outcome.config("first")


def test_integers_as_a_dtype_do_not_cut_floats() -> None:
    layer = item("Discretization", "layer", ["in"], bin_boundaries=[0.5], dtype="int64")
    outcome = run(graph(entry(), layer), "tf2.15", "keras3.15")
    assert outcome.config("layer_before_cast")["dtype"] == "float32"


@pytest.mark.parametrize(
    ("source", "target", "dtype"),
    [("tf2.15", "keras3.15", "int64"), ("tf2.9", "tf2.3", "int64"), ("tf2.3", "tf2.15", "int32")],
)
def test_numbers_of_bins_keep_their_dtype(source: str, target: str, dtype: str) -> None:
    bins = {"bins" if source == "tf2.3" else "bin_boundaries": [0.5]}
    layer = item("Discretization", "layer", ["in"], **bins)
    outcome = run(graph(entry(), layer), source, target)
    assert outcome.layers["layer"]["class_name"] == "Rescaling"
    assert outcome.config()["dtype"] == dtype
    read = item("Embedding", "read", ["layer"], input_dim=3, output_dim=2)
    outcome = run(graph(entry(), layer, read), source, target)
    # TensorFlow 2.3 counts in 64 bits by the companion alone.
    class_name = "DiscretizationV2" if target == "tf2.3" else "Discretization"
    assert outcome.layers["layer"]["class_name"] == class_name


def test_counts_of_words_stay_floats() -> None:
    words = ["a", "b"]
    for mode, expected in (("multi_hot", "Rescaling"), ("int", "StringLookup")):
        layer = item("StringLookup", "layer", ["in"], vocabulary=words, output_mode=mode)
        outcome = run(graph(entry(dtype="string"), layer), "tf2.15", "keras3.15")
        assert outcome.layers["layer"]["class_name"] == expected


@pytest.mark.parametrize("name", ["Layer", "PreprocessingLayer", "Wrapper"])
def test_base_classes_return_what_they_are_given(name: str) -> None:
    inside = {"layer": item("Dense", "inside", units=2)} if name == "Wrapper" else {}
    outcome = run(graph(entry(), item(name, "layer", ["in"], **inside)), "tf2.15", "keras3.15")
    assert outcome.layers["layer"]["class_name"] == "Identity"
    assert "layer" not in outcome.config()


def test_functions_of_tensorflow_that_were_measured_are_called() -> None:
    def called(function: str) -> Outcome:
        layer = item("TFOpLambda", "layer", ["in"], function=function)
        layer["inbound_nodes"] = [["in", 0, 0, {"y": 2.0, "name": None}]]
        return run(graph(entry(), layer), "tf2.15", "keras3.15")

    assert called("math.multiply").translation.companions == {"TFOpLambda"}
    assert "not supported yet" in called("io.write_file").refusal().text


def test_counts_are_dense() -> None:
    """Keras 3 fails at counting into a sparse tensor."""
    config = {"num_tokens": 4, "sparse": True}
    for mode, sparse in (("count", False), ("multi_hot", True)):
        assert up("CategoryEncoding", {**config, "output_mode": mode}).config()["sparse"] is sparse


def test_losses_in_a_graph_pass_on_what_they_are_given() -> None:
    outcome = up("AddLoss", {"unconditional": False})
    assert outcome.layers["layer"]["class_name"] == "Activation"


@pytest.mark.parametrize("source", ["tf2.15", "keras3.15"])
@pytest.mark.parametrize("target", ["keras3.8", "keras3.13"])
def test_masks_are_lost_in_casts_from_3_5_to_3_13(source: str, target: str) -> None:
    """Measured: 3.5 to 3.13 compute without the mask, 3.0 to 3.4 and 3.14 on with it."""
    assert "loses it there" in _behind_a_mask("float64", source, target).refusal("gru").text
    assert _behind_a_mask("float32", source, target).verdict is not Verdict.REFUSED


@pytest.mark.parametrize("target", ["keras3.3", "keras3.14", "keras3.15"])
def test_other_releases_hand_masks_on_through_casts(target: str) -> None:
    assert _behind_a_mask("float64", "tf2.15", target).verdict is not Verdict.REFUSED


def _behind_a_mask(dtype: str, source: str, target: str) -> Outcome:
    gru = item("GRU", "gru", ["mask"], units=2, dtype=dtype, recurrent_activation="sigmoid")
    layers = [entry(shape=(3, 4)), item("Masking", "mask", ["in"], mask_value=0.0), gru]
    return run(graph(*layers), source, target)
