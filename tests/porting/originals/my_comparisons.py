"""Comparisons as people write them, on tensors, shapes, sizes, dtypes, strings, numbers and None."""

import functools
import operator

import numpy as np
import tensorflow as tf
from tensorflow.keras import backend as K
from tensorflow.keras import layers


class Applied(layers.Layer):
    """Calls a function on rounded inputs: some are equal."""

    def __init__(self, function, **kwargs):
        super().__init__(**kwargs)
        self.function = function

    def build(self, input_shape):
        self.scale = self.add_weight(shape=(), initializer="ones")

    def call(self, inputs):
        return self.function(tf.round(inputs * 3.0)) + 0.0 * self.scale


class Modes(layers.Layer):
    """Settings that are no tensors, attributes that are, and one that nothing tells."""

    def __init__(self, mode="sum", axis=-1, wanted=None, reference=0.0, **kwargs):
        super().__init__(**kwargs)
        self.mode = mode
        self.axis = axis
        self.wanted = wanted
        self.reference = reference
        self.limits = [1.0, 2.0]

    def build(self, input_shape):
        assert len(input_shape) == 2
        if input_shape[-1] != 8 or input_shape[0] == 3:
            raise ValueError("expected 8")
        self.scale = self.add_weight(shape=(8,), initializer="ones")

    def call(self, inputs, mask=None):
        x = tf.round(inputs * 3.0)
        if self.mode == "sum" and self.axis == -1 and mask is None:
            y = tf.reduce_sum(tf.cast(x == self.reference, x.dtype), axis=self.axis, keepdims=True)
        else:
            y = x
        if self.wanted != None:  # noqa: E711
            y = y + self.wanted
        if self.name == "nothing" or self.dtype != "float32" or self.limits == [2.0, 1.0]:
            y = y * 100.0
        first = self._matches(x, self.limits[0])
        return y + first + 0.0 * self.scale + tf.cast(self.scale == 0.0, tf.float32)

    def _matches(self, x, limit):
        return tf.cast(x == limit, tf.float32) if limit == 1.0 else 0.0 * x


def number(flag):
    """A Python bool or a tensor of them, as a number."""
    return tf.cast(flag, tf.float32)


def plain_helper(a, b):
    """What these are, only the caller knows."""
    return a == b


def op_number(x):
    return number(x == 1) + 2 * number(1.0 == x) + 4 * number(x != -1.0)


def op_two_tensors(x):
    y = tf.reverse(x, axis=[1])
    return number(x == y) - number(tf.abs(x) != tf.abs(y)) + number((x == y) == (y == x))


def op_bools(x):
    return number((x > 0) == True) + 2 * number(False != (x < 1))  # noqa: E712


def op_inverted(x):
    return number(~(x == 1)) + 2 * number((x != 0) & ~(x == -1)) + 4 * number((x == 0) | (x == 1))


def op_lists_and_arrays(x):
    wanted = np.array([1.0, 0, -1, 1, 0, -1, 1, 0], "float32")
    return number(x == [1.0, 0, -1, 1, 0, -1, 1, 0]) + 2 * number(wanted == x)


def op_types(x):
    y = tf.cast(x, tf.int32)
    if y.dtype == tf.int32 and x.dtype != tf.int32 and K.dtype(y) != "float32":
        x = x + 1
    if x.dtype == "float32" and K.floatx() == "float32" and y.dtype.name == "int32":
        x = x * 2
    return x + number(y == 1)


def op_compared_shapes(x):
    y = tf.reshape(x, (-1, 2, 4))
    total = 0.0
    if y.shape[1:] == [2, 4]:
        total += 1.0
    if y.shape[1] == 2 and y.shape[-1] != 3:
        total += 2.0
    if y.shape[0] == None:  # noqa: E711
        total += 4.0
    if y.shape == (None, 2, 4):
        total += 8.0
    if y.shape[1:] != x.shape[1:]:
        total += 16.0
    if x.shape.ndims == 2 and len(y.shape) == 3 and y.get_shape().as_list() == [None, 2, 4]:
        total += 32.0
    if K.int_shape(x) == (None, 8) and K.ndim(y) != 2 and K.image_data_format() == "channels_last":
        total += 64.0
    if tuple(y.shape[1:]) == (2, 4) and 2 == y.shape[1] == y.shape[2] // 2:
        total += 128.0
    rows, columns = y.shape[1], y.shape[2]
    if rows == columns or [rows, columns] == [4, 2]:
        total += 256.0
    return x + total


def op_sizes_as_tensors(x):
    rows = tf.shape(x)[1]
    return x + number(rows == 8) + 2 * number(rows == x.shape[1]) + 4 * number(tf.rank(x) != 2)


def op_not(x):
    return x + number(not (tf.reduce_sum(x) == 1000.0)) + number(not x.shape[1] == 8)


def op_and_or(x):
    largest, least = tf.reduce_max(x), tf.reduce_min(x)
    both = largest == tf.reduce_max(tf.abs(x)) and least == 3.0
    either = least == 3.0 or largest != 1000.0
    return x + number(both) + 2 * number(either) + number(x.shape[1] == 8 and largest == largest)


def op_choice(x):
    return (x if tf.reduce_max(x) == 1000.0 else -x) + (1.0 if x.shape[1] == 8 else 2.0)


def op_comprehension(x):
    parts = tf.split(x, 4, axis=1)
    flags = [number(part == value) for part, value in zip(parts, (0.0, 1.0, -1.0, 0.0))]
    pairs = [number(first == second) for first, second in zip(parts, parts[::-1])]
    return tf.concat(flags, axis=1) + 2 * tf.concat(pairs, axis=1)


def op_loop(x):
    total = tf.zeros_like(x)
    for index, value in enumerate([1.0, 0.0, -1.0]):
        if index == 1:
            continue
        total = total + (index + 1) * number(x == value)
    for name, part in {"a": x, "b": -x}.items():
        total += number(part == 1) if name == "a" else 3 * number(part != 1)
    return total


def op_lambda(x):
    is_one = lambda t: t == 1  # noqa: E731
    return number(is_one(x)) + layers.Lambda(lambda t: number(t != 0))(x)


def op_map(x):
    return tf.map_fn(lambda row: number(row == row[0]), x)


def op_helper(x):
    flag = 1.0 if plain_helper(x.shape[1], 8) and plain_helper("a", "a") else 5.0
    return number(plain_helper(x, 1.0)) + number(plain_helper(0.0, x)) + flag


def op_closure(x):
    def same(threshold):
        def compared(t):
            return number(t == threshold)

        return compared

    return same(1.0)(x) + 2 * same(tf.reverse(x, [1]))(x)


def op_operator(x):
    both = operator.eq(x, 1.0)
    found = [operator.ne(x, value) for value in (0.0, 1.0)]
    return number(both) + 2 * number(functools.reduce(tf.logical_and, found)) + number(x.__eq__(0.0))


def op_reduced(x):
    return number(functools.reduce(operator.eq, [x > 0, x > -1, x < 1]))


def op_optional(x, mask=None, other=None):
    if other == None and mask is None:  # noqa: E711
        other = tf.reverse(x, [1])
    return number(other == x) + number(other != 0)


def op_variable(x):
    return number(x + 2.0 == K.zeros_like(x) + 2.0) * 3.0


def op_strings(x):
    words = tf.as_string(tf.cast(x, tf.int32))
    return number(words == "1") + 2 * number(words != "-1") + 4 * number("0" == words)


def op_argmax(x):
    best = tf.argmax(x, axis=-1)
    hit = K.argmax(x, axis=-1) == best
    return x + number(hit)[:, None] + number(tf.one_hot(best, 8) == 1.0)


def op_compared_where(x):
    return tf.where(x == 1.0, x * 2, x) + tf.where(x[:, :1] != 0.0, 1.0, -1.0)


def op_reassigned(x):
    axis = 1
    if axis == 1:
        axis = x
    mask = axis == 0.0
    size = x.shape[1]
    size = size if size != None else tf.shape(x)[1]  # noqa: E711
    return number(mask) + number(size == 8)


def op_rank(x):
    y = x[..., None]
    return x + (1.0 if y.shape.rank == 3 else 2.0) + (4.0 if y.shape.rank != len(y.shape) else 8.0)


CASES = {
    "modes": (lambda: [Modes()], [(8,)]),
    "modes_given": (lambda: [Modes("mean", 1, 2.0, 1.0)], [(8,)]),
    **{
        name[3:]: (functools.partial(lambda item: [Applied(item)], item), [(8,)])
        for name, item in sorted(globals().items())
        if name.startswith("op_")
    },
}
