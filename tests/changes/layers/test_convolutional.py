"""Convolutions: `groups`, `output_padding`, dilated transposes, `interpolation`, extra batches."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import lower

from keraport.report import Verdict

SHAPES = {1: (9, 4), 2: (9, 9, 4), 3: (9, 9, 9, 4)}

CONVOLUTIONS = [
    ("Conv1D", 1),
    ("Conv2D", 2),
    ("Conv3D", 3),
    ("Conv2DTranspose", 2),
    ("Conv3DTranspose", 3),
    ("DepthwiseConv2D", 2),
    ("SeparableConv1D", 1),
    ("SeparableConv2D", 2),
]


def given(class_name: str, rank: int, **more: Any) -> dict[str, Any]:
    filters = {} if class_name == "DepthwiseConv2D" else {"filters": 4}
    return {"kernel_size": [3] * rank, "padding": "same", "strides": [1] * rank, **filters, **more}


@pytest.mark.parametrize(("class_name", "rank"), CONVOLUTIONS)
@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
def test_one_group_is_left_out_below_tf23(class_name: str, rank: int, target: str) -> None:
    plain = given(class_name, rank)
    outcome = lower(class_name, {**plain, "groups": 1}, shape=SHAPES[rank], target=target)
    assert outcome.config() == {"name": "layer", **plain}
    assert outcome.verdict is Verdict.EXACT
    assert any("groups=1" in note.text for note in outcome.notes())


@pytest.mark.parametrize(("class_name", "rank"), CONVOLUTIONS)
@pytest.mark.parametrize("groups", [1, 2])
def test_groups_stay_for_tf23(class_name: str, rank: int, groups: int) -> None:
    config = given(class_name, rank, groups=groups)
    outcome = lower(class_name, config, shape=SHAPES[rank], target="tf2.3")
    assert outcome.config() == {"name": "layer", **config}
    assert outcome.notes() == ()


@pytest.mark.parametrize(("class_name", "rank"), CONVOLUTIONS)
@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
def test_several_groups_are_refused_below_tf23(class_name: str, rank: int, target: str) -> None:
    config = given(class_name, rank, groups=2)
    note = lower(class_name, config, shape=SHAPES[rank], target=target).refusal()
    assert note.text.startswith(f"groups=2: {target} has no such keyword")
    assert "one convolution per group" in note.hint
    assert note.source.endswith("v2.3.0")


@pytest.mark.parametrize(("class_name", "rank"), CONVOLUTIONS)
def test_a_convolution_of_tf115_has_no_groups(class_name: str, rank: int) -> None:
    config = given(class_name, rank)
    outcome = lower(class_name, config, shape=SHAPES[rank], source="tf1.15", target="tf2.3")
    assert outcome.config() == {"name": "layer", **config}
    assert outcome.notes() == ()


TRANSPOSES = [("Conv2DTranspose", 2), ("Conv3DTranspose", 3)]


@pytest.mark.parametrize(("class_name", "rank"), TRANSPOSES)
@pytest.mark.parametrize("source", ["tf1.15", "tf2.3"])
def test_output_padding(class_name: str, rank: int, source: str) -> None:
    plain = given(class_name, rank)
    neutral, padded = {**plain, "output_padding": None}, {**plain, "output_padding": [1] * rank}
    shape = SHAPES[rank]
    outcome = lower(class_name, neutral, shape=shape, source=source)
    assert outcome.config() == {"name": "layer", **plain}
    note = lower(class_name, padded, shape=shape, source=source).refusal()
    assert note.text.startswith(f"output_padding={[1] * rank}: tf1.12 has no such keyword")
    assert "Cropping" in note.hint
    kept = lower(class_name, padded, shape=shape, source=source, target="tf1.15")
    assert kept.config() == {"name": "layer", **padded}


UNDILATED: list[Any] = [1, [1, 1], [1, 1, 1]]
DILATED: list[Any] = [2, [2, 2], [1, 2]]


@pytest.mark.parametrize(("class_name", "rank"), TRANSPOSES)
@pytest.mark.parametrize("rate", UNDILATED)
def test_undilated_transposes_stay(class_name: str, rank: int, rate: Any) -> None:
    config = given(class_name, rank, dilation_rate=rate)
    outcome = lower(class_name, config, shape=SHAPES[rank])
    assert outcome.config()["dilation_rate"] == rate
    assert outcome.notes() == ()


@pytest.mark.parametrize(("class_name", "rank"), TRANSPOSES)
@pytest.mark.parametrize("rate", DILATED)
def test_dilated_transposes_are_refused_across_tf115(class_name: str, rank: int, rate: Any) -> None:
    """TF 1.12 writes and takes `dilation_rate`, and computes without it."""
    config = given(class_name, rank, dilation_rate=rate)
    note = lower(class_name, config, shape=SHAPES[rank]).refusal()
    assert note.text.startswith(f"dilation_rate={rate}: ")
    assert "without dilation" in note.hint
    raised = lower(class_name, config, shape=SHAPES[rank], source="tf1.12", target="tf2.3")
    assert raised.refusal().text.startswith(f"dilation_rate={rate}: tf2.3 acts upon it")
    for source, target in (("tf2.3", "tf1.15"), ("tf1.12", "tf1.12"), ("tf2.3", "tf2.3")):
        same = lower(class_name, config, shape=SHAPES[rank], source=source, target=target)
        assert same.config()["dilation_rate"] == rate
        assert same.verdict is not Verdict.REFUSED


@pytest.mark.parametrize("rate", DILATED)
def test_dilated_convolutions_stay(rate: Any) -> None:
    config = given("Conv2D", 2, dilation_rate=rate)
    assert lower("Conv2D", config, shape=SHAPES[2]).config()["dilation_rate"] == rate


@pytest.mark.parametrize("source", ["tf1.15", "tf2.3"])
def test_interpolation_of_upsampling(source: str) -> None:
    nearest = {"size": [2, 2], "interpolation": "nearest"}
    bilinear = {"size": [2, 2], "interpolation": "bilinear"}
    shape = SHAPES[2]
    outcome = lower("UpSampling2D", nearest, shape=shape, source=source)
    assert outcome.config() == {"name": "layer", "size": [2, 2]}
    note = lower("UpSampling2D", bilinear, shape=shape, source=source).refusal()
    assert note.text.startswith("interpolation='bilinear': tf1.12 has no such keyword")
    assert "interpolation='nearest'" in note.hint
    for config in (nearest, bilinear):
        kept = lower("UpSampling2D", config, shape=shape, source=source, target="tf1.15")
        assert kept.config() == {"name": "layer", **config}


@pytest.mark.parametrize(("class_name", "rank"), CONVOLUTIONS[:3])
@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
def test_extra_batch_dimensions(class_name: str, rank: int, target: str) -> None:
    config = given(class_name, rank)
    shape = SHAPES[rank]
    note = lower(class_name, config, shape=(5, *shape), target=target).refusal()
    assert f"rank {rank + 3}: {target} takes rank {rank + 2} only" in note.text
    assert "TimeDistributed" in note.hint
    assert lower(class_name, config, shape=(5, *shape), target="tf2.3").notes() == ()
    assert lower(class_name, config, shape=shape, target=target).notes() == ()


def in_a_model(class_name: str, config: dict[str, Any], target: str) -> Any:
    inner = {"class_name": class_name, "config": {"name": "inner", **config}}
    return lower("TimeDistributed", {"layer": inner}, shape=(2, *SHAPES[2]), target=target)


@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
def test_dilated_depthwise_convolutions_inside_others(target: str) -> None:
    dilated = given("DepthwiseConv2D", 2, dilation_rate=[2, 2])
    note = in_a_model("DepthwiseConv2D", dilated, target).refusal("layer/inner")
    assert "is dilated inside a wrapper" in note.text
    assert note.hint
    assert in_a_model("DepthwiseConv2D", dilated, "tf2.3").notes("layer/inner") == ()
    plain = given("DepthwiseConv2D", 2, dilation_rate=[1, 1])
    assert in_a_model("DepthwiseConv2D", plain, target).notes("layer/inner") == ()
    assert lower("DepthwiseConv2D", dilated, shape=SHAPES[2], target=target).notes() == ()


@pytest.mark.parametrize("shape", [(None, 9, 9, 4), (9, 9, None, 4)])
def test_transposes_of_unknown_size_in_three_dimensions(shape: tuple[int | None, ...]) -> None:
    config = given("Conv3DTranspose", 3)
    note = lower("Conv3DTranspose", config, shape=shape).refusal()
    assert "on an input of unknown size" in note.text
    assert note.hint
    assert lower("Conv3DTranspose", config, shape=shape, target="tf1.15").notes() == ()
    assert lower("Conv3DTranspose", config, shape=SHAPES[3]).notes() == ()


@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
def test_transposes_of_channels_first(target: str) -> None:
    first = given("Conv2DTranspose", 2, data_format="channels_first")
    note = lower("Conv2DTranspose", first, shape=SHAPES[2], target=target).refusal()
    assert note.text.startswith("data_format='channels_first': it has no such kernel")
    assert lower("Conv2DTranspose", first, shape=SHAPES[2], target="tf2.3").notes() == ()
    last = given("Conv2DTranspose", 2, data_format="channels_last")
    assert lower("Conv2DTranspose", last, shape=SHAPES[2], target=target).notes() == ()
