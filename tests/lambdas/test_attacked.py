"""What attackers tried: sizes without bounds, values that pass for others, other numbers."""

from __future__ import annotations

import pytest
from tests.lambdas.test_analysis import ported

from keraport.lambdas.nodes import UntranslatableError

LARGE = {
    "np.zeros(shape=10**9)": "np.zeros for more than",
    "np.ones(shape=(10**5, 10**5))": "np.ones for more than",
    "np.full(shape=10**9, fill_value=1.0)": "np.full for more than",
    "np.full_like([1.0], 1.0, shape=10**9)": "np.full_like for more than",
    "np.arange(start=0, stop=10**9)": "np.arange for more than",
    "np.arange(0, 10, step=1e-9)": "np.arange for more than",
    "np.linspace(0, 1, num=10**9)": "np.linspace for more than",
    "np.eye(10**4)": "np.eye for more than",
    "np.eye(10, M=10**9)": "np.eye for more than",
    "np.identity(n=10**4)": "np.identity for more than",
    "np.repeat([1, 2], repeats=10**9)": "np.repeat for more than",
    "np.tile([1, 2], reps=10**9)": "np.tile for more than",
    "np.diag(np.arange(10**4))": "an array of more than",
    "np.diag([1.0], k=10**6)": "an array of more than",
    "np.split(np.zeros(0), 10**9)": "np.split with a number larger than",
    "np.outer(np.float32(np.zeros(10**4)), np.float32(np.zeros(10**4)))": "an array of more than",
    "tf.eye(10**4)": "tf.eye for more than",
    "K.eye(10**4)": "tf.keras.backend.eye for more than",
    "tf.sequence_mask([3], 10**9)": "tf.sequence_mask for more than",
    "tf.math.bincount([3], minlength=10**9)": "tf.math.bincount for more than",
    "tf.scatter_nd([[1]], [1.0], [10**9])": "tf.scatter_nd for more than",
    "tf.math.unsorted_segment_sum(x, t, 10**9)": "unsorted_segment_sum for more than",
    "tf.as_string(x, width=10**9)": "tf.as_string for more than",
    "tf.dynamic_partition(x, tf.cast(t, tf.int32), 10**6)": "with a number larger than",
    "tf.split(x, 10**6, 1)": "with a number larger than",
    "tf.nn.conv2d(image, k, 1, [[0, 0], [10**9, 0], [0, 0], [0, 0]])": "a number larger than",
    "K.temporal_padding(x, (10**9, 10**9))": "with a number larger than",
    "K.conv1d(x, y, dilation_rate=10**9)": "with a number larger than",
    "tf.image.crop_and_resize(image, x, t, [10**6, 10**6])": "crop_and_resize for more than",
    "tf.gather(x, [0] * 4096, axis=1)": "times larger than its inputs",
    "K.gather(K.gather(x, [0] * 40), [0] * 40)": "times larger than its inputs",
}


@pytest.mark.parametrize("text", LARGE)
def test_sizes_are_bounded_however_they_are_given(text: str) -> None:
    with pytest.raises(UntranslatableError) as caught:
        ported(text)
    assert LARGE[text] in str(caught.value)


KINDS = {
    # A dtype in a tuple is one of arrays, or one with fields.
    "np.ones(1, dtype=('float32', (10**5, 10**5)))": "gives np.ones a string",
    "np.ones(1, (np.float32, (10**5, 10**5)))": "gives np.ones a dtype",
    "np.zeros(3).astype((np.float32, (10**5, 10**5)))": "gives the method astype a dtype",
    "np.zeros(3, [('float32', 'float32')])": "gives np.zeros a string",
    # Lists add up to a list, which is no number.
    "sum([[0] * 4000], []) * 10**9": "adds up what is no number",
}


@pytest.mark.parametrize("text", KINDS)
def test_nothing_passes_for_another_kind(text: str) -> None:
    with pytest.raises(UntranslatableError) as caught:
        ported(text)
    assert KINDS[text] in str(caught.value)


def test_texts_do_not_double() -> None:
    many = ", ".join(["tf.as_string(x)"] * 32)
    inner = f"tf.strings.join([{many}])"
    with pytest.raises(UntranslatableError, match="times larger than its inputs"):
        ported(f"tf.strings.join([{', '.join([inner] * 32)}])")


@pytest.mark.parametrize(
    "text",
    [
        "np.eye(2, 3)",
        "np.identity(5)",
        "np.diag([1, 2, 3])",
        "np.zeros(shape=(2, 3))",
        "np.array([1.0, 2.0], dtype=np.float32)",
        "np.array([1.0, 2.0], 'float32')",
        "tf.eye(1000, 1000)",
        "tf.split(x, [2, 2, 2], -1)",
        "tf.gather(x, [0, 1], axis=1)",
        "tf.nn.conv2d(image, k, 1, 'SAME')",
        "tf.sequence_mask(i, tf.shape(x)[1])",
        "sum([x, y])",
        "sum([1, 2, 3])",
        "np.float32(0.5) * x",
    ],
)
def test_their_harmless_neighbours_pass(text: str) -> None:
    assert ported(text)
