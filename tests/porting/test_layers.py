"""Classes of layers: weights, layers inside, shapes, what call is handed."""

from __future__ import annotations

import pytest
from tests.porting.conftest import rewritten

from keraport.porting.port import Ported

HEAD = "import tensorflow as tf\nfrom tensorflow.keras import layers\n"


def ported(body: str, base: str = "layers.Layer") -> Ported:
    """A class with that body."""
    lines = "".join(f"    {line}\n" if line else "\n" for line in body.splitlines())
    return rewritten(f"{HEAD}\n\nclass Mine({base}):\n{lines}")


def body_of(made: Ported) -> str:
    """The class without its head, not indented."""
    lines = made.code.partition("class Mine(")[2].splitlines()[1:]
    return "".join(f"{line[4:]}\n" for line in lines)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "self.gamma = self.add_weight(shape=(3,))",
            'self.gamma = self.add_weight(name="gamma", shape=(3,))',
        ),
        ("self._w = self.add_weight(name='w')", "self._w = self.add_weight(name='w', shape=())"),
        (
            "self.w = self.add_weight('w', (3,), None, 'ones')",
            "self.w = self.add_weight('w', (3,), None, 'ones')",
        ),
        (
            "self.w = self.add_weight(None, shape=[2])",
            'self.w = self.add_weight(name="w", shape=[2])',
        ),
        (
            "self.w = self.add_weight(\n        shape=(1,),\n        trainable=False,\n    )",
            'self.w = self.add_weight(\n        name="w",\n        shape=(1,),\n'
            "        trainable=False,\n    )",
        ),
        (
            "self.w = self.add_weight(None, (3,), None, 'ones')",
            "self.w = self.add_weight(\"w\", (3,), None, 'ones')",
        ),
        ("self.w = self.add_weight()", 'self.w = self.add_weight(name="w", shape=())'),
        (
            "self.w = self.add_weight(name='w', shape=(), experimental_autocast=False)",
            "self.w = self.add_weight(name='w', shape=())",
        ),
    ],
)
def test_weights_are_told_a_name_and_a_shape(before: str, after: str) -> None:
    made = ported(f"def build(self, input_shape):\n    {before}\n")
    assert body_of(made) == f"def build(self, input_shape):\n    {after}\n"
    assert not made.undecided


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("'w', shape=(3,)", "'w', shape=(3,), dtype=_float_dtype(self)"),
        ("'w', (3,), None, 'ones'", "'w', (3,), _float_dtype(self), 'ones'"),
        ("'w', (3,), dtype=None", "'w', (3,), dtype=_float_dtype(self)"),
        ("'w', (3,), dtype='int32'", "'w', (3,), dtype='int32'"),
    ],
)
def test_integers_that_come_in_do_not_make_weights_of_integers(before: str, after: str) -> None:
    """TensorFlow 1.12 takes the dtype of the input for that of a layer's weights."""
    build = "def build(self, input_shape):\n    self.w = self.add_weight({})\n"
    call = "\ndef call(self, x):\n    return tf.gather(self.w, x)\n"
    assert body_of(ported(build.format(before) + call)) == build.format(after) + call
    other = call.replace("gather", "multiply")
    assert body_of(ported(build.format(before) + other)) == build.format(before) + other


@pytest.mark.parametrize(
    ("inside", "counts"),
    [
        ("self.dense = layers.Dense(3)", True),
        ("self.all = [layers.Dense(i) for i in range(3)]", True),
        ("self.all = []\n    self.all.append(layers.Dense(2))", True),
        ("self.model = tf.keras.Sequential([layers.Dense(3)])", True),
        ("self.other = Other()", True),
        ("self.activation = tf.keras.activations.get('relu')", False),
        ("self.units = int(3)", False),
    ],
)
def test_layers_inside(inside: str, counts: bool) -> None:
    text = f"{HEAD}\n\nclass Other(layers.Layer):\n    pass\n\n\nclass Mine(layers.Layer):\n"
    made = rewritten(
        f"{text}    def __init__(self):\n    {inside.replace(chr(10), chr(10))}\n".replace(
            "    self.", "        self."
        )
    )
    wanted = "_CountsLayersInside, layers.Layer" if counts else "layers.Layer"
    assert f"class Mine({wanted}):" in made.code


def test_a_layer_that_is_given_and_called_counts() -> None:
    made = ported(
        "def __init__(self, inner):\n    self.inner = inner\n\n"
        "def call(self, x):\n    return self.inner(x)"
    )
    assert "class Mine(_CountsLayersInside, layers.Layer):" in made.code


def test_a_model_counts_by_itself() -> None:
    made = ported("def __init__(self):\n    self.dense = layers.Dense(2)", "tf.keras.Model")
    assert "class Mine(tf.keras.Model):" in made.code


@pytest.mark.parametrize(
    ("classes", "heads"),
    [
        (
            ["Base(layers.Layer): d", "Derived(Base): d"],
            ["Base(_CountsLayersInside, layers.Layer)", "Derived(Base)"],
        ),
        (
            ["Base(layers.Layer): -", "Derived(Base, layers.Layer): d"],
            ["Base(_CountsLayersInside, layers.Layer)", "Derived(Base, layers.Layer)"],
        ),
        (
            ["Mixin: d", "Mine(Mixin, layers.Layer): -", "Other(layers.Layer): -"],
            ["Mixin", "Mine(Mixin, _CountsLayersInside, layers.Layer)", "Other(layers.Layer)"],
        ),
        (
            ["A(layers.Layer): d", "B(layers.Layer): d", "C(A, B): -"],
            [
                "A(_CountsLayersInside, layers.Layer)",
                "B(_CountsLayersInside, layers.Layer)",
                "C(A, B)",
            ],
        ),
        (["Model(tf.keras.Model): d", "More(Model): d"], ["Model(tf.keras.Model)", "More(Model)"]),
    ],
)
def test_the_first_layer_of_each_line_counts(classes: list[str], heads: list[str]) -> None:
    text = HEAD
    for item in classes:
        head, _, holds = item.rpartition(": ")
        made = "self.dense = layers.Dense(2)" if holds == "d" else "pass"
        text += f"\n\nclass {head}:\n    def start(self):\n        {made}\n"
    code = rewritten(text).code
    found = [line[6:-1] for line in code.splitlines() if line.startswith("class ")]
    assert [head for head in found if not head.startswith("_")] == heads


def test_a_base_of_another_file_is_taken_for_a_layer_if_the_class_is_called() -> None:
    text = f"{HEAD}from base import Base\n\n\nclass Mine(Base):\n"
    init = "    def __init__(self):\n        self.dense = layers.Dense(2)\n"
    called = f"{init}\n    def call(self, x):\n        return self.dense(x)\n"
    assert "class Mine(_CountsLayersInside, Base):" in rewritten(text + called).code
    assert "class Mine(Base):" in rewritten(text + init).code


def test_shapes_that_build_gets() -> None:
    before = '"""Doc."""\nself.w = input_shape[-1]\nsuper().build(input_shape)'
    indented = before.replace("\n", "\n    ")
    made = ported(f"def build(self, input_shape):\n    {indented}")
    assert body_of(made) == (
        'def build(self, input_shape):\n    """Doc."""\n'
        "    input_shape = _input_shapes(input_shape)\n"
        "    self.w = input_shape[-1]\n    super().build(input_shape)\n"
    )
    passed_on = "def compute_output_shape(self, input_shape):\n    return input_shape\n"
    assert body_of(ported(passed_on)) == passed_on


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x.shape[1]", "_TensorShape(x.shape)[1]"),
        ("x.get_shape()[-1]", "_TensorShape(x.get_shape())[-1]"),
        ("f(x.shape)", "f(_TensorShape(x.shape))"),
        ("x.shape.as_list()", "x.shape.as_list()"),
        ("x.shape.rank", "_TensorShape(x.shape).rank"),
        ("tf.reshape(x, x.shape)", "tf.reshape(x, x.shape)"),
        ("len(x.shape)", "len(x.shape)"),
        ("tf.shape(x)[0]", "tf.shape(x)[0]"),
        ("tf.cast(x, tf.float32).shape[0]", "_TensorShape(tf.cast(x, tf.float32).shape)[0]"),
        ("tf.TensorShape(x)[0]", "_TensorShape(x)[0]"),
        ("isinstance(x, tf.TensorShape)", "isinstance(x, tf.TensorShape)"),
        ("self.shape[0]", "self.shape[0]"),
        ("x == 0", "tf.equal(x, 0)"),
        ("x * 2 != y", "tf.not_equal(x * 2, y)"),
        ("tf.reduce_sum(y) == 1", "tf.equal(tf.reduce_sum(y), 1)"),
        ("self.n == 1", "self.n == 1"),
        ("x is None", "x is None"),
        ("x == None", "x == None"),
        ("x @ y", "_matmul_v2(x, y)"),
        ("x > 0", "x > 0"),
    ],
)
def test_shapes_and_operators(before: str, after: str) -> None:
    made = ported(f"def call(self, x, y):\n    return {before}")
    assert body_of(made) == f"def call(self, x, y):\n    return {after}\n"


def test_what_a_function_compares_is_a_tensor_where_it_goes_into_an_operation() -> None:
    text = f"{HEAD}\n\ndef loss(y, p, axis):\n    mask = tf.cast(y != 0, p.dtype)\n"
    rest = "    if axis == 1:\n        p = tf.exp(y, axis)\n    return mask * p\n"
    made = rewritten(text + rest)
    assert made.code == (text + rest).replace("y != 0", "tf.not_equal(y, 0)")


def test_decorators() -> None:
    made = rewritten(f"{HEAD}\n\n@tf.function\ndef f(x):\n    return x\n")
    assert made.code == f"{HEAD}\n\ndef f(x):\n    return x\n"
    made = rewritten(
        f'{HEAD}\n\n@tf.keras.utils.register_keras_serializable("P")\n'
        "class A(layers.Layer):\n    pass\n"
    )
    assert '\n@register_keras_serializable("P")\nclass A(' in made.code


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("self, x, training", "self, x, training=None"),
        ("self, x, training=False", "self, x, training=None"),
        ("self, x, training=None, mask=None", "self, x, training=None, mask=None"),
        ("self, x, mask, training", "self, x, mask=None, training=None"),
        ("self, x, training: bool = False", "self, x, training: bool = None"),
        ("self, x, *, training=False", "self, x, *, training=None"),
    ],
)
def test_what_call_is_handed(before: str, after: str) -> None:
    assert body_of(ported(f"def call({before}):\n    return x")).startswith(f"def call({after}):")


def test_initializers_take_one_argument_more() -> None:
    made = rewritten(f"{HEAD}\n\ndef ramp(shape, dtype=None):\n    return tf.zeros(shape)\n")
    assert "def ramp(shape, dtype=None, partition_info=None):" in made.code
    made = rewritten(f"{HEAD}\n\ndef ramp(shape, dtype=None, **kwargs):\n    return shape\n")
    assert "def ramp(shape, dtype=None, **kwargs):" in made.code


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("if training: pass", "Keras passes no training"),
        ("y = x if training else 0", "Keras passes no training"),
        ("if tf.reduce_sum(x) > 0: pass", "write tf.cond"),
        ("while tf.less(x, 3): pass", "write tf.while_loop"),
        ("for i in tf.range(3): pass", "write tf.while_loop"),
        ("self.count.assign_add(1)", "self.add_update"),
        ("y = x.numpy()", ".numpy() fails"),
        ("self.add_metric(x, name='m')", "Layer.add_metric does not exist"),
    ],
)
def test_what_works_in_tensorflow_2_only_is_marked(line: str, told: str) -> None:
    made = ported(f"def call(self, x, training=None):\n    {line}")
    [note] = made.undecided
    assert told in note.text
    assert note.line == 7
    assert f"        # keraport: {note.text}\n        {line}\n" in made.code


@pytest.mark.parametrize("line", ["if x.shape.rank == 3: pass", "y = self.f.numpy_like"])
def test_what_works_in_both_is_not(line: str) -> None:
    assert not ported(f"def call(self, x, training=None):\n    {line}").undecided
