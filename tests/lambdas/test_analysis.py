"""Functions of one release written for another: names, kinds of values, and what is refused."""

from __future__ import annotations

import ast

import pytest

from keraport.catalog.releases import get_release
from keraport.lambdas.analysis import write
from keraport.lambdas.names import Names
from keraport.lambdas.nodes import UntranslatableError
from keraport.lambdas.values import Value, constant, sequence, tensor

TF112, TF115, TF23 = get_release("tf1.12"), get_release("tf1.15"), get_release("tf2.3")
KNOWN = {name: tensor((None, 4, 6)) for name in "xyzpc"} | {
    "flat": tensor((None, 6)),
    "image": tensor((None, 8, 8, 3)),
    "strange": tensor(),
    "t": tensor((None,)),
    "i": tensor((None, 2)),
    "k": tensor((3, 3, 3, 2)),
    "pair": sequence([tensor((None, 4, 6)), tensor((None, 4, 6))]),
    "two": constant(2),
    "mode": constant("sum"),
    "nothing": constant(None),
}


def ported(text: str, source: str = "tf2.3", target: str = "tf1.12", **more: Value) -> str:
    names = Names(get_release(source), get_release(target))
    tree = ast.parse(text, mode="eval").body
    made = write([], tree, {**KNOWN, **more}, names).result
    return ast.unparse(ast.fix_missing_locations(made))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("tf.math.reduce_sum(x, 1)", "tf.math.reduce_sum(x, 1)"),
        ("tf.math.divide_no_nan(x, y)", "tf.div_no_nan(x, y)"),
        ("tf.linalg.matrix_transpose(x)", "tf.matrix_transpose(x)"),
        ("K.mean(x, -1)", "tf.keras.backend.mean(x, -1)"),
        ("keras.activations.relu(x)", "tf.keras.activations.relu(x)"),
        ("np.sqrt(2.0) * math.pi", "np.sqrt(2.0) * math.pi"),
        ("numpy.pi * x", "np.pi * x"),
        ("x @ y", "tf.matmul(x, y)"),
        ("x.shape[1]", "tf.keras.backend.int_shape(x)[1]"),
        ("tf.cast(x, tf.float32)", "tf.cast(x, tf.float32)"),
        ("tf.nn.softmax(x, axis=1)", "tf.nn.softmax(x, axis=1)"),
        ("K.map_fn(lambda tf: tf * 2, x)", "tf.keras.backend.map_fn(lambda tf: tf * 2, x)"),
    ],
)
def test_it_is_said_there(before: str, after: str) -> None:
    assert ported(before) == after


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("tf.image.resize(x, (2, 2))", "tf.image.resize"),
        ("tf.where(c, x, y)", "broadcasts its arguments since TensorFlow 2"),
        ("tf.nn.dropout(x, 0.5)", "takes the rate as its second argument"),
        ("tf.nothing(x)", "tf.nothing, which tf2.3 does not have"),
        ("tf.nn.gelu(x)", "tf.nn.gelu"),
        ("tf.argsort(x)", "tf.argsort"),
    ],
)
def test_what_is_not_there_is_refused(text: str, reason: str) -> None:
    with pytest.raises(UntranslatableError) as caught:
        ported(text)
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("tf.zeros_like(x)", "tf.zeros_like(x)"),
        ("tf.nn.swish(features=x)", "tf.nn.swish(x)"),
        ("tf.nn.swish(x)", "tf.nn.swish(x)"),
        ("tf.zeros_like(input=x)", "tf.zeros_like(tensor=x)"),
        ("tf.argmax(x, 1, tf.int32)", "tf.argmax(input=x, axis=1, output_type=tf.int32)"),
        ("tf.argmax(x, -1)", "tf.argmax(x, -1)"),
        (
            "tf.nn.conv2d(image, k, [1, 1, 1, 1], 'SAME')",
            "tf.nn.conv2d(image, k, [1, 1, 1, 1], 'SAME')",
        ),
        (
            "tf.nn.conv2d(image, filters=k, strides=[1, 1, 1, 1], padding='SAME')",
            "tf.nn.conv2d(image, filter=k, strides=[1, 1, 1, 1], padding='SAME')",
        ),
        ("tf.transpose(x, [1, 0], True)", "tf.transpose(a=x, perm=[1, 0], conjugate=True)"),
    ],
)
def test_arguments_that_stand_elsewhere_or_are_called_otherwise(before: str, after: str) -> None:
    assert ported(before) == after


def test_swish_takes_its_argument_by_its_place_in_graphs_of_2_3() -> None:
    """The decorator of its gradient raises ValueError at a keyword there."""
    assert ported("tf.nn.swish(features=x)", source="tf2.15", target="tf2.3") == "tf.nn.swish(x)"


def test_negative_numbers_are_not_cast_to_unsigned_integers() -> None:
    with pytest.raises(UntranslatableError, match=r"tf\.saturate_cast clips them"):
        ported("tf.cast(x, tf.uint8)")
    assert ported("tf.saturate_cast(x, tf.uint8)") == "tf.saturate_cast(x, tf.uint8)"
    assert ported("tf.cast(x > 0, tf.uint8)") == "tf.cast(x > 0, tf.uint8)"


def test_arguments_in_another_order() -> None:
    written = ported("tf.math.in_top_k(p, t, 2)", source="tf1.15", target="tf2.3")
    assert written == "tf.math.in_top_k(predictions=p, targets=t, k=2)"


def test_arguments_that_are_not_there() -> None:
    with pytest.raises(UntranslatableError, match="takes no batch_dims there"):
        ported("tf.gather_nd(x, i, batch_dims=1)")
