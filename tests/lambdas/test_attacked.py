"""What attackers tried: sizes without bounds, values that pass for others, other numbers."""

from __future__ import annotations

import base64
import marshal  # noqa: TID251 - what the tests compile is dumped, nothing is loaded
import sys
from types import CodeType
from typing import Any

import pytest
from tests.lambdas.test_analysis import ported

from keraport.catalog.releases import get_release
from keraport.lambdas.functions import Surroundings, function_of
from keraport.lambdas.nodes import UntranslatableError
from keraport.lambdas.values import tensor

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
    "sum([[0] * 4000], []) * 10**9": "adds values that are neither numbers",
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
        "tf.nn.conv2d(image, k, [1, 1, 1, 1], 'SAME')",
        "tf.sequence_mask(i, tf.shape(x)[1])",
        "sum([x, y])",
        "sum([1, 2, 3])",
        "np.float32(0.5) * x",
    ],
)
def test_their_harmless_neighbours_pass(text: str) -> None:
    assert ported(text)


PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
IMAGE = tensor((None, 8, 8, 3))


def read(
    text: str,
    source: str = "tf2.3",
    target: str = "tf1.12",
    *,
    code: CodeType | None = None,
    around: Surroundings | None = None,
) -> str:
    """What is written for a function that the Python of the tests compiled."""
    names: dict[str, Any] = {}
    exec(text, names)
    function = names["f"]
    marshalled = marshal.dumps(code or function.__code__)
    stored = [base64.b64encode(marshalled).decode(), list(function.__defaults__ or ()), None]
    releases = get_release(source), get_release(target)
    around = around or Surroundings(IMAGE)
    return function_of(stored, "f", *releases, PYTHON, around).source


def body(text: str, **more: Any) -> str:
    return " ".join(read(text, **more).split("\n", 1)[1].split())


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("f = lambda x: (-2.0) ** x", "return (-2.0) ** x"),
        ("f = lambda x: (-0.0) ** x", "return (-0.0) ** x"),
        ("f = lambda x: (-3) ** x.shape[1] * x", "return (-3) ** tf.keras.backend.int_shape(x)[1]"),
        ("f = lambda x: x ** -1", "return x ** (-1)"),
        ("f = lambda x: x[:, :-1, -2:, -1]", "return x[:, :-1, -2:, -1]"),
    ],
)
def test_negative_constants_keep_their_brackets(text: str, written: str) -> None:
    assert body(text).startswith(written)


def test_negative_defaults_are_read_back() -> None:
    assert read("f = lambda x, k=-2.0: k ** x").startswith("def f(x, k=-2.0):")


def test_two_calls_of_a_function_written_in_place_stay_apart() -> None:
    call = "tf.keras.applications.imagenet_utils.preprocess_input"
    text = f"f = lambda x: {call}(x, mode='tf') + {call}(x * 3, mode='tf')"
    assert body(text) == "return x / 127.5 - 1.0 + (x * 3 / 127.5 - 1.0)"


def test_what_is_written_is_bounded_too() -> None:
    text = "x"
    for _ in range(20):
        text = f"tf.keras.applications.imagenet_utils.preprocess_input({text})"
    with pytest.raises(UntranslatableError, match="is too large an expression"):
        read(f"f = lambda x: {text}")


def test_lists_are_not_changed_in_place() -> None:
    with pytest.raises(UntranslatableError, match="changes a list in place"):
        read("def f(x):\n  a = [1.0]\n  b = a\n  a += [2.0]\n  return x + len(b)")
    assert body("def f(x):\n  x += 1\n  return x") == "x = x + 1 return x"


@pytest.mark.parametrize(
    "text",
    [
        "f = lambda x, training=None: x if training is None else x * 2",
        "f = lambda x, training=None: x if training else x * 2",
        "f = lambda x, training=None: x if not training else x * 2",
        "f = lambda x, training=False: x if training == 1 else x * 2",
    ],
)
def test_the_phase_decides_nothing(text: str) -> None:
    """TF 2.3 says False or a tensor, TF 1.12 nothing at all (``Lambda.call``)."""
    with pytest.raises(UntranslatableError, match="training"):
        read(text)


def test_the_phase_has_the_default_that_leaves_it_to_keras() -> None:
    for parameters in ("x, training", "x, training=True", "x, training=None"):
        found = read(f"f = lambda {parameters}: K.in_train_phase(x, x * 2, training=training)")
        assert found.startswith("def f(x, training=None):")
    told = read("f = lambda x, training: K.in_train_phase(x, x * 2, training=training)", "tf1.15",
                "tf2.3")  # fmt: skip
    assert told.startswith("def f(x, training):")
    with pytest.raises(UntranslatableError, match="says to a Lambda and"):
        read("f = lambda x, training=True: K.in_train_phase(x, x, training)", "tf1.12", "tf2.3")


def test_masks_decide_where_there_may_be_some() -> None:
    text = "f = lambda x, mask=None: x if mask is None else x * 0"
    assert body(text) == "return x"
    masked = Surroundings(IMAGE, may_be_masked=True)
    assert body(text, around=masked) == "return x if mask is None else x * 0"


def test_shapes_are_true_and_equal_as_tensorflow_says() -> None:
    assert body("f = lambda x: x if K.sum(x).shape else -x") == "return x"
    with pytest.raises(UntranslatableError, match="dimensions that cannot be told"):
        read("f = lambda x: x if x.shape == x.shape else -x")


def test_names_that_cannot_be_assigned_are_refused() -> None:
    text = "def f(x):\n  Tr = x + 1\n  return Tr"
    names: dict[str, Any] = {}
    exec(text, names)
    code = names["f"].__code__.replace(co_varnames=("x", "True"))
    with pytest.raises(UntranslatableError, match="valid Python"):
        read(text, code=code)


@pytest.mark.parametrize("made", ["[d, d]", "{'a': d, 'b': d}"])
def test_what_doubles_with_each_line_takes_no_time(made: str) -> None:
    lines = f"  d = {made}\n" * 40
    with pytest.raises(UntranslatableError, match=r"of more than 4,096 items"):
        read(f"def f(x):\n  d = []\n{lines}  return x * len(d)")


OTHERS = {
    # Measured in both releases.
    "tf.keras.losses.hinge(x, y)": "takes labels of 0 for -1",
    "K.binary_crossentropy(x, y)": "clips predictions",
    "K.cast_to_floatx(x)": "takes no tensors",
    "tf.nn.leaky_relu(x, 2.0)": "gives the larger of x",
    "K.relu(x, alpha=2.0)": "gives the larger of x",
    "tf.truediv(x, 2)": "divides a tensor by an integer",
}


@pytest.mark.parametrize("text", OTHERS)
def test_what_the_releases_compute_differently_is_refused(text: str) -> None:
    with pytest.raises(UntranslatableError) as caught:
        ported(text)
    assert OTHERS[text] in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "tf.nn.leaky_relu(x, 0.1)",
        "tf.nn.leaky_relu(x)",
        "K.relu(x)",
        "tf.keras.activations.relu(x, 0.5)",
        "tf.truediv(x, y)",
        "tf.truediv(x, 2.0)",
    ],
)
def test_what_they_compute_alike_passes(text: str) -> None:
    assert ported(text)


def test_handlers_of_exceptions_are_seen_in_every_python() -> None:
    with pytest.raises(UntranslatableError):
        read("def f(x):\n  try:\n    return x * 2\n  except ValueError:\n    return x")


def test_whether_two_texts_are_one_object_is_not_asked() -> None:
    with pytest.raises(UntranslatableError, match="asks whether a string is a string"):
        ported("x if mode is 'sum' else y")


@pytest.mark.parametrize(
    "text",
    [
        "f = lambda x: (n := tf.random.normal(tf.shape(x))) - n * 2.0",
        "f = lambda x: 0.0 < tf.random.normal([2])[0] < 1.0",
    ],
)
def test_random_numbers_are_drawn_once(text: str) -> None:
    """What stands on the stack twice was computed once."""
    with pytest.raises(UntranslatableError, match=r"drawn once|value of a tensor"):
        read(text)


def test_a_default_that_is_not_a_number() -> None:
    with pytest.raises(UntranslatableError, match="NaN"):
        read("f = lambda x, nan=float('nan'): x * nan")


def test_a_global_name_is_no_local_one() -> None:
    """No compiler makes both of one name."""
    text = "f = lambda x: tf.nn.relu(x)"
    names: dict[str, Any] = {}
    exec(text, names)
    with pytest.raises(UntranslatableError, match="a global and a local name 'tf'"):
        read(text, code=names["f"].__code__.replace(co_varnames=("tf",)))
