"""What comparisons become: by the kinds of what they compare."""

from __future__ import annotations

import pytest
from tests.porting.conftest import rewritten

HEAD = "import tensorflow as tf\nfrom tensorflow.keras import backend as K\n\n\n"


def inside(signature: str, statement: str) -> str:
    """What becomes of a statement in a function with that signature."""
    made = rewritten(f"{HEAD}def {signature}:\n    {statement}\n")
    assert not made.undecided
    return made.code.rpartition(f"def {signature}:\n    ")[2].rstrip("\n")


def in_layer(body: str, method: str = "call(self, inputs, mask=None)") -> str:
    """What becomes of statements of a method of a layer."""
    lines = body.replace("\n", "\n        ")
    text = f"{HEAD}class Mine(tf.keras.layers.Layer):\n    def {method}:\n        {lines}\n"
    made = rewritten(text)
    assert not made.undecided
    return (
        made.code.partition(f"def {method}:\n        ")[2].rstrip("\n").replace("\n        ", "\n")
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("y_true == y_pred", "tf.equal(y_true, y_pred)"),
        ("y_true != 0", "tf.not_equal(y_true, 0)"),
        ("0 == y_true", "tf.equal(y_true, 0)"),
        ("y_true == True", "tf.equal(y_true, True)"),
        ("not y_true == y_pred", "tf.logical_not(tf.equal(y_true, y_pred))"),
        ("~(y_true == y_pred)", "~(tf.equal(y_true, y_pred))"),
        (
            "K.mean(y_true) == 1 and y_pred == 0",
            "tf.logical_and(tf.equal(K.mean(y_true), 1), tf.equal(y_pred, 0))",
        ),
        ("[t == 1 for t in tf.unstack(y_pred)]", "[tf.equal(t, 1) for t in tf.unstack(y_pred)]"),
        ("[i == 1 for i, t in enumerate(tf.unstack(y_pred))]", None),
        ("(lambda: y_true == 1)()", "(lambda: tf.equal(y_true, 1))()"),
        (
            "y_true if K.sum(y_pred) == 1 else y_pred",
            "tf.cond(tf.equal(K.sum(y_pred), 1), lambda: y_true, lambda: y_pred)",
        ),
        ("tf.shape(y_true)[0] == 3", "tf.equal(tf.shape(y_true)[0], 3)"),
        (
            "y_true.shape[0] == y_pred.shape[0]",
            "_TensorShape(y_true.shape)[0] == _TensorShape(y_pred.shape)[0]",
        ),
        ("y_true.shape.ndims == 3", None),
        ("y_true.dtype == tf.float32", None),
        ("y_true.dtype.name != 'float32'", None),
        ("K.dtype(y_true) != 'int32'", None),
        ("K.int_shape(y_true)[1:] == (3,)", None),
        ("K.ndim(y_true) == 2 and K.backend() == 'tensorflow'", None),
        ("len(y_true.shape) == 2", None),
        ("isinstance(y_true, int) == True", None),
        ("y_true == None", None),
        ("y_true is y_pred", None),
        ("axis == 1 or name != 'x'", None),
        ("type(y_true) == type(y_pred)", None),
        ("K.image_data_format() in ('channels_first',)", None),
    ],
)
def test_in_a_loss(before: str, after: str | None) -> None:
    made = inside("loss(y_true, y_pred, axis=-1, name=None)", f"return {before}")
    assert made == f"return {after or before}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a == b", "_equals(a, b)"),
        ("a != 'x'", "_differs(a, 'x')"),
        ("a == b == 1", "(_equals(a, b) and _equals(b, 1))"),
        ("1 == a", "_equals(1, a)"),
        ("a == [1, 2]", "_equals(a, [1, 2])"),
        ("a.shape == b", "_TensorShape(a.shape) == b"),
        ("mode == 'sum'", None),
        ("count == 1", None),
        ("a == None", None),
        ("a == tf.float32", None),
        ("a in ('x', 'y')", None),
        ("a < b", None),
    ],
)
def test_where_nothing_tells_what_they_are_it_is_decided_when_they_are_known(
    before: str, after: str | None
) -> None:
    made = inside("helper(a, b, mode='sum', count=1)", f"return {before}")
    assert made == f"return {after or before}"


def test_what_is_decided_later_is_told() -> None:
    made = rewritten(f"{HEAD}def helper(a, b):\n    return a == b\n")
    assert [note.text for note in made.changes] == [
        "== compares values if these are tensors, as in TensorFlow 2"
    ]
    assert made.helpers == ("_equals",)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = inputs[0] == inputs[1]", "x = tf.equal(inputs[0], inputs[1])"),
        ("x, y = inputs\nreturn x == y", "x, y = inputs\nreturn tf.equal(x, y)"),
        ("for x in inputs:\n    y = x == 0", "for x in inputs:\n    y = tf.equal(x, 0)"),
        (
            "x = K.abs(inputs)\nx = x * 2\nreturn x == 1",
            "x = K.abs(inputs)\nx = x * 2\nreturn tf.equal(x, 1)",
        ),
        ("n = inputs.shape[1]\nreturn n == 1", "n = _TensorShape(inputs.shape)[1]\nreturn n == 1"),
        ("kind = inputs.dtype\nif kind == tf.int32:\n    pass", None),
        ("if mask is None or self.name == 'a':\n    pass", None),
        ("flag = 'a' if self.name == 'b' else 'c'\nreturn flag == 'a'", None),
        ("mask == inputs", "_equals(mask, inputs)"),
        ("if isinstance(inputs, list) and len(inputs) == 2:\n    pass", None),
    ],
)
def test_in_a_layer(before: str, after: str | None) -> None:
    made = in_layer(before)
    assert made == (after or before)


CLASS = """\
class Mine(tf.keras.layers.Layer):
    def __init__(self, mode, axis, size=3, given=None, **kwargs):
        super().__init__(**kwargs)
        self.mode = mode
        self.axis = axis
        self.size = size
        self.given = given
        self.names = ["a", "b"]

    def build(self, input_shape):
        self.w = self.add_weight(name="w", shape=(3,))

    def get_config(self):
        return {"mode": self.mode, "axis": self.axis}

    def call(self, inputs):
        return <expression>

    def _weight(self):
        return self.w

    @property
    def twice(self):
        return self.w * 2
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("self.mode == self.axis", None),
        ("self.size == 3", None),
        ("self.names == ['a']", None),
        ("self.w == 0", "tf.equal(self.w, 0)"),
        ("self._weight() == 0", "tf.equal(self._weight(), 0)"),
        ("self.twice == 0", "tf.equal(self.twice, 0)"),
        ("self.given == 0", "_equals(self.given, 0)"),
        ("self.trainable == True", None),
    ],
)
def test_attributes(before: str, after: str | None) -> None:
    made = rewritten(f"{HEAD}{CLASS}".replace("<expression>", before))
    assert not made.undecided
    assert f"        return {after or before}\n\n    def _weight" in made.code


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("if y_true == y_pred: pass", "a tensor decides; write tf.cond(...)"),
        ("while K.sum(y_true) != 0: pass", "tf.while_loop"),
        ("assert K.sum(y_true) == 0", "a tensor decides; write tf.Assert"),
        ("x = [t for t in y_true if t == 1]", "a tensor decides; use tf.boolean_mask"),
        ("x = y_true in [y_pred, 1]", "in finds tensors by identity"),
        ("x = 3 not in y_true", "in finds tensors by identity"),
        ("x = 0 == y_true == y_pred", "a chain of comparisons"),
        ("x = 0 < y_true < 1", "a chain of comparisons"),
        ("x = [y_true] == [y_pred]", "== on lists compares"),
    ],
)
def test_what_is_left(line: str, told: str) -> None:
    made = rewritten(f"{HEAD}def loss(y_true, y_pred):\n    {line}\n")
    assert [told in note.text for note in made.undecided] == [True]


def test_operators_as_functions() -> None:
    text = "import operator\nimport tensorflow as tf\n\n\ndef f(xs, y):\n"
    made = rewritten(f"{text}    return map(operator.ne, xs, xs), operator.eq(y, 1), y.__eq__(2)\n")
    assert made.code.endswith("return map(_differs, xs, xs), _equals(y, 1), _equals(y, 2)\n")


LAYER = "class {}:\n    def call(self, x):\n        return self.w == 0\n\n\n"
MAKES = "class {}:\n    def build(self, s):\n        self.w = self.add_weight(name='w', shape=())\n"


@pytest.mark.parametrize(
    "text",
    [
        LAYER.format("Base(tf.keras.layers.Layer)") + MAKES.format("Mine(Base)"),
        LAYER.format("Mixin"),
        LAYER.format("Mine(Base)").replace("class", "from base import Base\n\n\nclass", 1),
        LAYER.format("Mine(tf.keras.layers.Dense)"),
        "def f(x, w, size=0.5):\n    return size == x\n\n\nf(1, 2, tf.ones(3))\n",
        "def f(x, size=0.5):\n    return size == 1\n\n\nf(1, tf.ones(3))\n",
        "def f(x, shape):\n    y = tf.reshape(x, shape)\n    return shape[0] == 1\n",
        "def _f(n):\n    return n == 1\n\n\ny = _f(2), map(_f, [tf.ones(1)])\n",
        "def _f(n):\n    return n == 1\n\n\ny = _f(2), _f(tf.ones(1))\n",
        "class A:\n    def _f(self, n):\n        return n == 1\n\n    def g(self, other):\n"
        "        return self._f(1), other._f(tf.ones(1))\n",
        "def f(x):\n    y = None\n    for item in x:\n        y = item\n    return y == 1\n",
        "def f(x):\n    size = K.int_shape(x)[0]\n    return tf.shape(x)[0] == size\n",
    ],
)
def test_what_may_be_a_tensor_is_not_compared_as_it_is(text: str) -> None:
    """Plain ``==`` there would compare by identity if a tensor came."""
    made = rewritten(f"{HEAD}{text}")
    assert not made.undecided
    compared = made.code.partition("# What TensorFlow")[2].rpartition("return a == b\n")[2]
    assert "_equals(" in compared
    assert " == " not in compared


@pytest.mark.parametrize(
    "text",
    [
        "def _f(n):\n    return n == 1\n\n\ny = _f(2), _f(3)\n",
        "def f(x):\n    def inner(n):\n        return n == 1\n\n    return inner(2)\n",
        "class A:\n    @staticmethod\n    def _f(n, x):\n        return n == 1\n\n"
        "    def g(self, y):\n        return self._f(1, y)\n",
    ],
)
def test_a_function_whose_calls_are_all_known_is_compared_as_it_is(text: str) -> None:
    assert "return n == 1\n" in rewritten(f"{HEAD}{text}").code
