"""Models that TensorFlow 2.3.0 saved, converted, opened by stock TensorFlow 1.12.0, compared.

The numbers to reach are those that TensorFlow 2.3.0 gave when the files were made
(``tools/build_golden.py``); nothing here comes from keraport itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from keraport.analysis.order import layer_order
from keraport.convert import Options, convert, plan
from keraport.errors import RefusedError
from keraport.formats import read
from keraport.report import Report, Verdict
from keraport.runtimes import RuntimePool

GOLDEN = Path(__file__).parent / "tf2.3"
CASES: dict[str, dict[str, Any]] = {
    case["name"]: case for case in json.loads((GOLDEN / "cases.json").read_text(encoding="utf-8"))
}

TOLERANCE = 1e-5
WIDER = {"mixed_float16": 3e-3}
"""mixed_float16 computes in float16 in the source, whose rounding is 1e-3, in float32 here."""

DROPPED = {
    "activation_functions": "RMSprop with momentum",
    "embedding": "Nadam",
    "gru": "Ftrl",
}
"""Models whose optimizer TensorFlow 1.12 does not have, or does not restore."""

WITH_COMPANION = {
    "average_pooling_3d_float64": {"AveragePooling3DV2"},
    "backward_layer": {"BidirectionalV2", "LSTMV2"},
    "bidirectional_apart_masked": {"BidirectionalV2", "LSTMV2", "WithoutMask"},
    "called_with_masks": {"RNNV2", "StackedRNNCellsV2", "WithMask", "ZeroMaskedSteps"},
    "conv_lstm_masked": {"BidirectionalV2", "ConvLSTM2DV2"},
    "conv_lstm_states": {"ConvLSTM2DV2"},
    "lstm_time_major": {"LSTMV2"},
    "masked_backward_layer": {"BidirectionalV2", "GRUV2", "LSTMV2"},
    "masked_initial_states": {"BidirectionalV2", "GRUV2", "LSTMV2", "RNNV2"},
    "masked_stacked_cells": {"RNNV2", "StackedRNNCellsV2"},
    "masked_stacked_cells_equal": {"RNNV2", "StackedRNNCellsV2"},
    "masked_stacked_states": {"BidirectionalV2", "RNNV2", "StackedRNNCellsV2"},
    "masked_time_major": {"BidirectionalV2", "GRUV2", "SimpleRNNV2"},
    "masked_wrappers": {"BidirectionalV2", "GRUV2", "LSTMV2"},
    "recurrent_float64": {"BidirectionalV2", "GRUV2", "LSTMV2", "SimpleRNNV2"},
    "recurrent_time_major": {"BidirectionalV2", "LSTMV2", "RNNV2", "SimpleRNNV2"},
    "stateful_initial_state": {"SimpleRNNV2"},
    "stateful_shared": {"GRUV2"},
    "time_distributed_fixed_batch": {"TimeDistributedV2"},
    "unrolled_step": {"LSTMV2"},
    "zeroed_masked_steps": {"GRUV2", "LSTMV2", "RNNV2", "SimpleRNNV2"},
    "op_activations": {"TensorFlowOpLayer"},
    "op_arithmetic": {"TensorFlowOpLayer"},
    "op_attention": {"TensorFlowOpLayer"},
    "op_behind_masks": {"TensorFlowOpLayer"},
    "op_comparisons": {"TensorFlowOpLayer"},
    "op_convolutions": {"TensorFlowOpLayer"},
    "op_functions": {"TensorFlowOpLayer"},
    "op_gathering": {"TensorFlowOpLayer"},
    "op_images": {"TensorFlowOpLayer"},
    "op_in_nested_models": {"TensorFlowOpLayer"},
    "op_integers": {"TensorFlowOpLayer"},
    "op_matrices": {"TensorFlowOpLayer"},
    "op_numbers_of_other_widths": {"TensorFlowOpLayer"},
    "op_open_images": {"TensorFlowOpLayer"},
    "op_products": {"TensorFlowOpLayer"},
    "op_reductions": {"TensorFlowOpLayer"},
    "op_shapes": {"TensorFlowOpLayer"},
    "op_signals": {"TensorFlowOpLayer"},
    "op_texts": {"TensorFlowOpLayer"},
    "raw_operations": {"TensorFlowOpLayer"},
    "attention_mask_argument": {"AdditiveAttention", "Attention"},
    "attention_masks": {"AdditiveAttention", "Attention"},
    "attention_options": {"AdditiveAttention", "Attention"},
    "batch_normalization_renorm_places": {"BatchNormalizationV2"},
    "einsum_dense_equations": {"EinsumDense"},
    "einsum_dense_places": {"EinsumDense"},
    "exponential": {"exponential"},
    "largest_of_operations": {"TensorFlowOpLayer"},
    "layer_normalization": {"LayerNormalization"},
    "layer_normalization_axes": {"LayerNormalization"},
    "layer_normalization_places": {"LayerNormalization"},
    "masked_bidirectional_sequences": {"ZeroMaskedSteps"},
    "normalization_places": {"Normalization"},
    "radial_constraint": {"RadialConstraint"},
    "rescaling_places": {"Rescaling"},
    "swish_in_lstm": {"swish"},
    "thresholded_relu_float64": {"ThresholdedReLUV2"},
    "zero_output_for_mask": {"RNNV2"},
    "category_encoding": {"CategoryEncoding"},
    "category_encoding_sequential": {"CategoryEncoding", "Hashing"},
    "dense_features": {"DenseFeatures"},
    "dense_features_sum": {"DenseFeatures"},
    "discretization": {"Cast", "Discretization"},
    "distributed_images": {"CenterCrop", "RandomCrop", "RandomFlip", "Resizing"},
    "distributed_words": {"CategoryEncoding", "Hashing"},
    "random_images": {
        *("CenterCrop", "RandomContrast", "RandomCrop", "RandomFlip"),
        *("RandomRotation", "RandomTranslation", "RandomZoom"),
    },
    "random_sizes": {"RandomHeight", "RandomWidth"},
    "resizing": {"Resizing"},
    "resizing_open": {"Resizing"},
    "small_integers": {"CenterCrop", "RandomFlip", "Resizing"},
    "channels_first_places": {
        *("AveragePooling1DV2", "Conv1DV2", "GlobalMaxPooling1DV2"),
        "MaxPooling2DV2",
    },
    "conv_extra_batch_places": {"Conv1DV2"},
    "conv_groups": {"Conv1DV2", "Conv2DV2", "Conv3DV2"},
    "conv_groups_places": {"Conv2DV2"},
    "depthwise_dilated_places": {"DepthwiseConv2DV2"},
    "locally_connected_places": {"LocallyConnected1DV2", "LocallyConnected2DV2"},
    "masked_average_pooling": {"GlobalAveragePooling1DV2"},
    "transposed_conv_1d_places": {"Conv1DTranspose"},
    "transposed_dilation": {"Conv2DTransposeV2"},
    "transposed_output_padding": {"Conv2DTransposeV2", "Conv3DTransposeV2"},
    "dilated_on_several_sizes": {"Conv1DV2", "Conv2DV2", "Conv3DV2"},
    "upsampling_bilinear": {"UpSampling2DV2"},
    "words": {"CategoryCrossing", "CategoryEncoding", "Hashing"},
    "masked_nested_shared": {"WithoutMask"},
    "masked_time_distributed": {"InputLayerV2"},
    "nested_mask_argument": {"WithMask"},
    "dots_of_rank_4": {"DotV2"},
    "dropout_open_noise": {
        *("AlphaDropoutV2", "Cast", "DropoutV2", "GaussianDropoutV2", "GaussianNoiseV2"),
    },
    "mask_argument": {"WithMask"},
    "masked_regularization": {"ActivityRegularizationV2"},
    "mixed_dtypes": {"Cast"},
    "fed_floats": {"Cast"},
    "fed_floats_sequential": {"Cast"},
    "nested_inputs_of_other_dtypes": {"Cast"},
    "wrappers_of_other_dtypes": {"Cast"},
    "integer_dtypes_of_layers": {"Cast"},
    "integers_by_detour": {"Cast", "ThresholdedReLUV2"},
    "float16_normalization": {"Cast"},
    "before_hashing": {"CategoryEncoding", "Hashing"},
    "steep_slopes": {"LeakyReLUV2"},
    "half_precision": {
        *("AlphaDropoutV2", "Cast", "GaussianDropoutV2"),
        *("GaussianNoiseV2", "ThresholdedReLUV2"),
    },
    "wide_behind_narrow": {"Cast"},
}
"""Models that need objects which TF 1.12 lacks, and which."""

STOCK_AS_WELL = {"fed_floats", "masked_stacked_cells", "masked_stacked_cells_equal"}
"""Cases that stock layers can say as well, but for floats that an input of integers is fed, or not
once TF 1.12 has saved the model again."""

APPROXIMATED = {"mixed_float16"}


@pytest.fixture(scope="session")
def converted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Report]]:
    """Every case converted: where to, and the report."""
    folder = tmp_path_factory.mktemp("tf1.12")
    return {
        name: (
            folder / f"{name}.h5",
            convert(
                GOLDEN / f"{name}.h5",
                folder / f"{name}.h5",
                "tf1.12",
                from_="tf2.3",
                options=Options(
                    allow_approximate=name in APPROXIMATED, drop_optimizer=name in DROPPED
                ),
            ),
        )
        for name in CASES
    }


def request(path: Path, operation: str, name: str, **more: Any) -> dict[str, Any]:
    companion = path.with_name(f"{path.stem}_objects.py")
    return {
        "op": operation,
        "model": str(path),
        "inputs": str(GOLDEN / f"{name}.npz"),
        "objects": [str(companion)] if companion.exists() else [],
        **more,
    }


def outputs(path: Path) -> Iterator[np.ndarray]:
    with np.load(path) as arrays:
        for index in range(sum(key.startswith("output_") for key in arrays.files)):
            yield arrays[f"output_{index}"]


def relative_difference(path: Path, name: str) -> float:
    """The largest difference of any output, relative to that output's largest value."""
    pairs = list(zip(outputs(path), outputs(GOLDEN / f"{name}.npz"), strict=True))
    assert pairs
    assert all(got.shape == wanted.shape for got, wanted in pairs)
    return max(
        float(np.max(np.abs(got - wanted)) / np.max(np.abs(wanted))) for got, wanted in pairs
    )


@pytest.mark.runtime("tf1.12")
@pytest.mark.parametrize("name", CASES)
def test_stock_tf112_does_not_open_it_as_it_is(name: str, runtimes: RuntimePool) -> None:
    reply = runtimes["tf1.12"].request({"op": "describe", "model": str(GOLDEN / f"{name}.h5")})
    assert "error" in reply


@pytest.mark.runtime("tf1.12")
@pytest.mark.parametrize("compiled", [False, True], ids=["uncompiled", "compiled"])
@pytest.mark.parametrize("name", CASES)
def test_tf112_predicts_what_tf23_predicted(
    name: str,
    compiled: bool,
    converted: dict[str, tuple[Path, Report]],
    runtimes: RuntimePool,
    tmp_path: Path,
) -> None:
    path, _ = converted[name]
    out = tmp_path / "out.npz"
    reply = runtimes["tf1.12"].request(
        request(path, "predict", name, outputs=str(out), compile=compiled)
    )
    assert "error" not in reply, reply
    assert relative_difference(out, name) <= WIDER.get(name, TOLERANCE)


@pytest.mark.runtime("tf1.12")
@pytest.mark.parametrize("name", CASES)
def test_fresh_weights_would_be_noticed(
    name: str, converted: dict[str, tuple[Path, Report]], runtimes: RuntimePool, tmp_path: Path
) -> None:
    path, _ = converted[name]
    out = tmp_path / "out.npz"
    reply = runtimes["tf1.12"].request(request(path, "fresh", name, outputs=str(out)))
    assert "error" not in reply, reply
    assert relative_difference(out, name) > 10 * WIDER.get(name, TOLERANCE)


@pytest.mark.parametrize("name", CASES)
def test_only_what_tf112_lacks_comes_from_a_companion(
    name: str, converted: dict[str, tuple[Path, Report]]
) -> None:
    path, report = converted[name]
    companion = path.with_name(f"{path.stem}_objects.py")
    assert companion.exists() == (name in WITH_COMPANION)
    if name in WITH_COMPANION:
        source = companion.read_text(encoding="utf-8")
        assert all(f'"{item}": {item}' in source for item in WITH_COMPANION[name])
        assert f"from {companion.stem} import custom_objects" in report.load
        if name in STOCK_AS_WELL:
            return
        with pytest.raises(RefusedError):
            convert(
                GOLDEN / f"{name}.h5",
                path.with_name("stock.h5"),
                "tf1.12",
                from_="tf2.3",
                options=Options(stock_only=True, drop_optimizer=name in DROPPED),
            )


@pytest.mark.parametrize("name", CASES)
def test_check_says_what_convert_does(name: str, converted: dict[str, tuple[Path, Report]]) -> None:
    options = Options(drop_optimizer=name in DROPPED)
    planned = plan(GOLDEN / f"{name}.h5", "tf1.12", from_="tf2.3", options=options).report
    _, report = converted[name]
    assert planned.layers == report.layers
    assert planned.left_out == report.left_out
    assert (report.verdict is Verdict.APPROXIMATE) == (name in APPROXIMATED)


@pytest.mark.parametrize("name", CASES)
def test_the_order_of_layers_is_that_of_the_release(name: str) -> None:
    """TF 2.3 wrote its weights in the order of ``model.layers``; ours must come out the same."""
    file = read(GOLDEN / f"{name}.h5")
    assert file.model is not None
    assert [layer.name for layer in layer_order(file.model)] == [g.layer for g in file.groups]


def test_the_optimizer_goes_on_or_is_said_to_be_left_out(
    converted: dict[str, tuple[Path, Report]],
) -> None:
    with_state = [name for name, case in CASES.items() if case.get("optimizer_state")]
    assert len(with_state) >= 10
    for name in with_state:
        _, report = converted[name]
        left_out = any("the state of" in line for line in report.left_out)
        goes_on = any(" goes on after " in note.text for note in report.training)
        assert left_out != goes_on, name
        assert left_out or name not in DROPPED, name


REFUSED = {
    "custom_layer": ("my_custom_layer", "MyCustomLayer is not built into tf2.3"),
    "lambda_layer": ("lambda", "bytecode"),
}
"""Case: the layer that cannot be said, and a part of the reason."""


def test_the_table_of_refusals_is_complete() -> None:
    assert set(REFUSED) == {path.stem for path in (GOLDEN / "refused").glob("*.h5")}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_said_is_refused_by_name(name: str, tmp_path: Path) -> None:
    layer, reason = REFUSED[name]
    with pytest.raises(RefusedError) as caught:
        convert(GOLDEN / "refused" / f"{name}.h5", tmp_path / "out.h5", "tf1.12", from_="tf2.3")
    report = caught.value.report
    assert report is not None
    refused = {row.path: row for row in report.refusals}
    assert layer in refused
    assert any(reason in note.text for note in refused[layer].notes), refused[layer]
    assert all(note.hint for note in refused[layer].notes if note.verdict is Verdict.REFUSED)
    assert not list(tmp_path.iterdir())
