"""Arguments that stand elsewhere or are called otherwise, keywords and defaults of layers."""

from __future__ import annotations

import pytest
from tests.porting.conftest import rewritten

TF = "import tensorflow as tf\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("tf.argmax(x, -1)", "tf.argmax(x, -1)"),
        ("tf.argmax(x, 1, tf.int32)", "tf.argmax(x, 1, output_type=tf.int32)"),
        ("tf.transpose(x, [1, 0], True)", "tf.transpose(x, [1, 0], conjugate=True)"),
        ("tf.zeros_like(input=x)", "tf.zeros_like(tensor=x)"),
        ("tf.nn.moments(x, [1], keepdims=True)", "tf.nn.moments(x, [1], keep_dims=True)"),
        ("tf.math.in_top_k(t, p, 2)", "tf.math.in_top_k(targets=t, predictions=p, k=2)"),
        (
            "tf.nn.softmax_cross_entropy_with_logits(a, b, axis=1)",
            "tf.nn.softmax_cross_entropy_with_logits_v2(labels=a, logits=b, dim=1)",
        ),
        (
            "tf.nn.depthwise_conv2d(x, k, [1, 1, 1, 1], 'SAME', dilations=[2, 2])",
            "tf.nn.depthwise_conv2d(x, k, [1, 1, 1, 1], 'SAME', rate=[2, 2])",
        ),
        (
            "tf.random.categorical(x, 5, dtype=tf.int32)",
            "tf.multinomial(x, 5, output_dtype=tf.int32)",
        ),
        ("tf.reduce_sum(*args)", "tf.reduce_sum(*args)"),
        ("tf.keras.layers.Conv1D(3, 2, groups=1)", "tf.keras.layers.Conv1D(3, 2)"),
        (
            "tf.keras.layers.GRU(3)",
            "tf.keras.layers.GRU(3, recurrent_activation='sigmoid', reset_after=True)",
        ),
        (
            "tf.keras.layers.LSTM(\n    3,\n    recurrent_activation='tanh',\n)",
            "tf.keras.layers.LSTM(\n    3,\n    recurrent_activation='tanh',\n)",
        ),
        (
            "tf.keras.layers.Dense(3, kernel_initializer='HeNormal')",
            "tf.keras.layers.Dense(3, kernel_initializer='he_normal')",
        ),
    ],
)
def test_arguments(before: str, after: str) -> None:
    made = rewritten(f"{TF}y = {before}\n")
    assert made.code == f"{TF}y = {after}\n"
    assert not made.undecided


@pytest.mark.parametrize(
    ("call", "ending", "helper"),
    [
        ("tf.matmul(a, b, name='m')", "_matmul_v2(a, b, name='m')", "_matmul_v2"),
        ("tf.where(a, b, c, name='w')", "_where_v2(a, b, c)", "_where_v2"),
        ("tf.nn.dropout(x, rate=0.5)", "_dropout_v2(x, rate=0.5)", "_dropout_v2"),
        ("tf.range(n, dtype=t)", "_range_v2(n, dtype=t)", "_range_v2"),
        ("tf.gather(x, i, batch_dims=1)", "_gather_v2(x, i, batch_dims=1)", "_gather_v2"),
        (
            "tf.keras.layers.UpSampling2D(2, interpolation='bilinear')",
            "UpSampling2DV2(size=2, interpolation='bilinear')",
            "UpSampling2DV2",
        ),
        (
            "tf.keras.layers.Conv2DTranspose(1, 2, 2, output_padding=1)",
            "Conv2DTransposeV2(1, 2, strides=2, output_padding=1)",
            "Conv2DTransposeV2",
        ),
        (
            "tf.keras.layers.Conv1DTranspose(1, 2, 2, **kw)",
            "Conv1DTranspose(1, 2, strides=2, **kw)",
            "Conv1DTranspose",
        ),
        ("tf.keras.layers.Conv1D(4, 2, groups=2)", "Conv1DV2(4, 2, groups=2)", "Conv1DV2"),
    ],
)
def test_helpers_stand_in(call: str, ending: str, helper: str) -> None:
    made = rewritten(f"{TF}y = {call}\n")
    assert f"\ny = {ending}\n" in made.code
    assert helper in made.helpers
    assert f" {helper}(" in made.code
    assert not made.undecided


def test_places_that_cannot_be_named_are_marked() -> None:
    [note] = rewritten(f"{TF}y = tf.keras.layers.Conv1DTranspose(1, *sizes)\n").undecided
    assert "give the arguments of Conv1DTranspose by name" in note.text


def test_a_default_that_changed_behind_two_stars_is_marked() -> None:
    made = rewritten(f"{TF}y = tf.keras.layers.GRU(**kw)\nz = tf.keras.layers.Dense(**kw)\n")
    [note] = made.undecided
    assert note.line == 2
