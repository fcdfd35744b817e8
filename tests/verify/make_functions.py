"""Saves models of functions of TensorFlow: ``make_functions.py FOLDER``.

Inside TF 2.15 each is a ``TFOpLambda``; inside TF 2.3 a ``TensorFlowOpLayer`` for each operation.
"""
# ruff: noqa: TID251
# mypy: ignore-errors

import sys

import tensorflow as tf

m, nn, f32 = tf.math, tf.nn, tf.float32
AS_OPERATIONS = not hasattr(nn, "gelu")
"""Of TF 2.3."""
OF_ONE = [
    *(tf.abs, tf.exp, tf.floor, m.ceil, tf.sin, tf.cos, tf.tanh, tf.sigmoid, m.softplus, nn.relu),
    *(nn.relu6, nn.elu, nn.selu, nn.softsign, m.erf, m.expm1, tf.square, tf.sign),
    *(tf.round, m.rint, m.atan, tf.sinh, tf.cosh, tf.tan, tf.negative, nn.softmax, nn.log_softmax),
    *(m.log_sigmoid, tf.identity, tf.stop_gradient, tf.zeros_like, tf.ones_like),
]
if not AS_OPERATIONS:
    OF_ONE += [nn.silu, nn.gelu]
POSITIVE = [tf.sqrt, m.log, m.log1p, m.rsqrt, m.reciprocal]
OF_TWO = [
    *(tf.add, tf.subtract, tf.multiply, m.truediv, tf.maximum, tf.minimum, m.squared_difference),
    *(m.floormod, m.divide_no_nan),
]
CUMULATING = [tf.cumsum, m.cumprod]
REDUCING = [
    *(tf.reduce_sum, tf.reduce_mean, tf.reduce_max, tf.reduce_min, tf.reduce_prod, m.reduce_std),
    *(m.reduce_variance, tf.reduce_logsumexp),
]


def of_floats(x, z):
    yield from (function(x) for function in OF_ONE)
    yield from (function(tf.abs(x) + 0.1) for function in POSITIVE)
    yield from (function(tf.tanh(x)) for function in (m.acos, m.asin))
    yield from (function(x, z) for function in OF_TWO)
    for axis in (1, -1, [1, 2], [-1, 1]):
        for keepdims in (False, True):
            yield from (function(x, axis=axis, keepdims=keepdims) for function in REDUCING)
    yield from (nn.leaky_relu(x), nn.leaky_relu(x, alpha=0.1), nn.gelu(x, approximate=True))
    yield from (nn.softmax(x, axis=1), nn.log_softmax(x, axis=1))
    yield from (m.divide_no_nan(x, nn.relu(z)), m.floormod(x, 0.7), m.floormod(x, -0.7))
    yield from (x**2, tf.pow(tf.abs(x), z), 2.0 - x, 1.0 / (tf.abs(x) + 1.0), x * 2, -x)
    yield tf.cast(tf.reduce_all(x > 0.0, axis=-1), f32)
    yield tf.cast(tf.reduce_any(x > 1.0, axis=[1, 2]), f32)
    # Of zeros with either sign.
    yield from (tf.cast(find(tf.round(x), axis=1), f32) for find in (tf.argmax, tf.argmin))
    yield tf.argmin(x, axis=-1, output_type=tf.int32)
    yield from (tf.where(x > z, x, z), tf.where(x > z, x, 0.0))
    yield tf.where(tf.logical_and(x > 0.0, tf.logical_not(z >= 0.5)), x, z)
    yield tf.where(tf.logical_or(x < 0.0, z <= 0.5), x, z)
    yield tf.cast(tf.equal(tf.round(x), tf.round(z)), f32)
    yield tf.cast(tf.not_equal(tf.round(x), 0.0), "int32")
    yield from (tf.clip_by_value(x, -0.5, 0.5), tf.clip_by_value(x, 0.5, -0.5))
    yield from (m.l2_normalize(x, axis=-1), m.l2_normalize(x, axis=[1, 2]))
    yield from (tf.cast(x * 3.0, "int32"), tf.cast(tf.cast(x * 3, "int32"), f32) / 2.0)
    yield from of_shapes(x, z)
    yield from of_more(x, z)
    yield from of_places(x)


def of_more(x, z):
    yield from (m.asinh(x), m.atanh(tf.sin(x) / 2), m.acosh(tf.abs(x) + 1.5), m.atan2(x, z))
    yield from (m.add_n([x, z, x]), nn.crelu(x), nn.l2_loss(x) + x)
    yield from (m.reduce_euclidean_norm(x, axis=-1), m.reduce_euclidean_norm(x, [1, 2], True))
    yield from (tf.cast(m.is_nan(x), f32), tf.cast(m.is_finite(x), f32))
    yield tf.repeat(x, 2, axis=1)
    images = tf.reshape(x, [-1, 2, 2, 6])
    yield from (tf.image.flip_left_right(images), tf.image.flip_up_down(images))
    yield from (nn.space_to_depth(images, 2), nn.depth_to_space(tf.tile(images, [1, 1, 1, 2]), 2))
    images = tf.reshape(x, [-1, 4, 3, 2])
    for method in ("area", "bicubic", "bilinear", "lanczos3", "lanczos5"):
        yield from (tf.image.resize(images, size, method) for size in ([7, 5], [3, 2], [5, 2]))
        if method != "area":
            yield tf.image.resize(images, [2, 2], method=method, antialias=True)


def of_places(x):
    for exclusive in (False, True):
        for reverse in (False, True):
            keywords = {"exclusive": exclusive, "reverse": reverse}
            yield from (find(x, axis=axis, **keywords) for find in CUMULATING for axis in (1, -1))
    yield from (tf.gather(x, [2, 0, 2], axis=1), tf.gather(x, 3, axis=-1))
    yield from (tf.pad(x, [[0, 0], [1, 2], [0, 3]]), tf.roll(x, 1, 1))
    yield tf.pad(x, [[0, 0], [0, 0], [2, 1]], constant_values=1.5)
    yield tf.pad(x, [[0, 0], [1, 2], [3, 0]], "REFLECT")
    yield from (tf.roll(x, [1, -2], [1, 2]), tf.slice(x, [0, 1, 2], [-1, 2, 3]))


def of_operations(x, z):
    """What TF 2.3 writes as single operations, whose settings are numbers."""
    composed = (m.log_sigmoid, tf.ones_like)
    yield from (function(x) for function in OF_ONE if function not in composed)
    yield from (function(tf.abs(x) + 0.1) for function in POSITIVE)
    yield from (function(x, z) for function in OF_TWO)
    for keepdims in (False, True):
        for axis in (1, [1, 2]):
            yield from (function(x, axis=axis, keepdims=keepdims) for function in REDUCING[:5])
    yield from (m.asinh(x), m.atan2(x, z), m.add_n([x, z, x]), nn.leaky_relu(x, alpha=0.1))
    yield from (x**2, 2.0 - x, 1.0 / (tf.abs(x) + 1.0), x * 2)
    yield x + tf.constant([0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
    yield from (tf.cast(tf.argmax(x, axis=1), f32), tf.argmin(x, axis=-1, output_type=tf.int32))
    yield tf.where(tf.logical_and(x > 0.0, tf.logical_not(z >= 0.5)), x, z)
    yield from (tf.cast(tf.equal(tf.round(x), 0.0), f32), tf.clip_by_value(x, -0.5, 0.5))
    yield tf.cast(tf.reduce_any(x > 1.0, axis=[1, 2]), f32)
    images = tf.reshape(x, [-1, 2, 2, 6])
    yield from (nn.space_to_depth(images, 2), nn.depth_to_space(tf.tile(images, [1, 1, 1, 2]), 2))
    yield from of_shapes(x, z)
    yield from of_places(x)


def of_shapes(x, z):
    yield from (tf.matmul(x, z, transpose_b=True), tf.matmul(x, z, transpose_a=True))
    yield from (tf.reshape(x, [-1, 3, 8]), tf.transpose(x, [0, 2, 1]))
    yield from (tf.concat([x, z], 1), tf.concat([x, z], axis=-1), tf.stack([x, z], 1))
    yield from (tf.stack([x, z], axis=-1), tf.expand_dims(x, 1), tf.expand_dims(x, -1))
    yield tf.squeeze(tf.reshape(x, [-1, 1, 24, 1]), [1, 3])
    yield from (tf.tile(x, [1, 2, 3]), tf.reverse(x, [1]), tf.reverse(x, [-1, 1]))
    yield from (*tf.split(x, 2, axis=-1), *tf.split(x, [1, 3], axis=1), *tf.unstack(x, axis=1))
    yield from (x[:, 0], x[:, -1], x[..., 1:], x[:, 1:3, ::2], x[:, ::-1], x[:, ::-2, 3])
    yield from (x[:, tf.newaxis], x[..., tf.newaxis], x[:, :, -3:-1], x[:, 3:0:-1, ..., 1])


def of_integers(i, j):
    yield from (i + j, i - j, i * j, 2 - i, i * 3, -i, tf.abs(i), tf.maximum(i, j))
    yield from (tf.minimum(i, 0), tf.reduce_max(i, axis=1), tf.clip_by_value(i, -2, 1))
    yield tf.reduce_min(i, axis=[1, 2], keepdims=True)
    yield from (tf.cast(find(i, axis=-1), f32) for find in (tf.argmax, tf.argmin))
    yield from (tf.cast(i > j, "int32"), tf.where(i > j, i, j), tf.where(i >= 0, i, 0))
    yield from (tf.cast(i, f32) / 3.0, tf.concat([i, j], 1), i[:, 1:, 0], tf.reshape(i, [-1, 24]))
    yield from (tf.cumsum(i, 1), tf.gather(i, [1, 1], axis=1), tf.roll(i, 1, axis=-1))
    yield from (tf.repeat(i, 3, axis=2), m.cumprod(i, 1, exclusive=True))
    yield tf.pad(i, [[0, 0], [1, 0], [0, 1]])
    yield from (tf.cast(tf.equal(i, j), f32), tf.zeros_like(i), tf.tile(i, [1, 2, 1]))


def save(path, dtype, outputs):
    inputs = [tf.keras.Input((4, 6), dtype=dtype) for _ in range(2)]
    tf.keras.Model(inputs, list(outputs(*inputs))).save(path)


if AS_OPERATIONS:
    save(sys.argv[1] + "/operations.h5", "float32", of_operations)
else:
    save(sys.argv[1] + "/floats.h5", "float32", of_floats)
    save(sys.argv[1] + "/integers.h5", "int32", of_integers)
