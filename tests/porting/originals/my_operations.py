"""Operations of TensorFlow 2.3 that TensorFlow 1.12 has elsewhere, otherwise, or not at all."""

import math

import numpy as np
import tensorflow as tf
from tensorflow.keras import backend as K
from tensorflow.keras import layers


class Applied(layers.Layer):
    """Calls a function."""

    def __init__(self, function, **kwargs):
        super().__init__(**kwargs)
        self.function = function

    def build(self, input_shape):
        self.scale = self.add_weight(shape=(), initializer="ones")

    def call(self, inputs):
        return self.function(inputs) + 0.0 * self.scale


def op_where(x):
    return tf.where(x[:, :1] > 0, x, -1.0) + tf.where(tf.greater(x, 0.2), 1.0, 0.0)


def op_where_positions(x):
    return tf.cast(tf.where(tf.ones_like(x[:1]) > 0)[:3, 1:], tf.float32) + tf.zeros((3, 1))


def op_matmul(x):
    y = tf.reshape(x, (-1, 2, 3, 4))
    kernel = tf.constant(np.linspace(-1, 1, 8).reshape(4, 2), tf.float32)
    z = tf.matmul(y, kernel) + tf.matmul(kernel, y, transpose_a=True, transpose_b=True)[..., :1, :1]
    return z + (y @ kernel)


def op_einsum(x):
    y = tf.reshape(x, (-1, 4, 6))
    kernel = tf.constant(np.linspace(-1, 1, 18).reshape(6, 3), tf.float32)
    z = tf.einsum("...ij,jk->...ik", y, kernel) + tf.einsum("bij,jk->bik", y, kernel)
    return z + tf.einsum("bij,jk", y, kernel) + tf.einsum("bij->bi", y)[:, :, tf.newaxis]


def op_einsum_names(x):
    y = tf.reshape(x, (-1, 4, 6))
    return tf.einsum("bti,bsi->bts", y, y) + tf.einsum("b t i , b s i -> b t s", y, 2 * y)


def op_matvec(x):
    return tf.linalg.matvec(tf.reshape(x, (-1, 4, 6)), x[:, :6])


def op_moments(x):
    y = tf.math.reduce_variance(x, axis=1, keepdims=True) + tf.math.reduce_std(x, 1)[:, None]
    mean, variance = tf.nn.moments(x, axes=[1], keepdims=True)
    return y + mean + variance


def op_repeat(x):
    return tf.repeat(x[:, :6], 2, axis=-1) + tf.repeat(x[:, :6], repeats=2, axis=1)


def op_resize(x):
    y = tf.reshape(x, (-1, 4, 3, 2))
    z = tf.image.resize(y, (7, 5)) + tf.image.resize(y, [7, 5], method="nearest")
    return z + tf.image.resize(y, (7, 5), method=tf.image.ResizeMethod.BICUBIC)


def op_dropout(x):
    return tf.nn.dropout(x, rate=0.0) + tf.nn.dropout(x, 0.0)


def op_gather(x):
    y = tf.reshape(x, (-1, 4, 6))
    index = tf.argsort(y[:, :, 0], axis=-1)
    return tf.gather(y, index, batch_dims=1) + tf.gather(y, [3, 1, 0, 2], axis=1)


def op_sort(x):
    return tf.sort(x, axis=-1) + tf.cast(tf.argsort(x, axis=-1, direction="DESCENDING"), tf.float32)


def op_range(x):
    count = tf.shape(x)[1]
    return x * tf.range(count, dtype=tf.float32) + tf.range(1, 25, dtype=tf.float32)


def op_scatter(x):
    index = tf.constant([[0, 1], [1, 2]])
    y = tf.tensor_scatter_nd_update(x, index, x[:2, 0])
    return tf.tensor_scatter_nd_add(y, indices=index, updates=tf.constant([1.0, 2.0]))


def op_backend(x):
    y = K.cumsum(x, axis=1) + K.cumprod(x, axis=1) + K.tile(x[:, :12], (1, 2))
    return y + K.softmax(x)


def op_arguments(x):
    y = tf.cast(tf.argmax(x, 1, tf.int32), tf.float32)[:, None] + tf.transpose(tf.transpose(x), [1, 0])
    y += tf.pad(x[:, 1:], [[0, 0], [1, 0]], "CONSTANT", 3.0) + tf.math.l2_normalize(x, axis=1)
    y += tf.zeros_like(input=x) + tf.ones_like(x, tf.float32) + tf.norm(x, axis=1, keepdims=True)
    y += tf.cast(tf.math.count_nonzero(x > 0.1, axis=1, keepdims=True), tf.float32)
    return y + tf.squeeze(x[:, :, None], axis=2) + tf.cast(tf.size(x[:1], tf.int64), tf.float32)


def op_convolutions(x):
    y = tf.reshape(x, (-1, 6, 4, 1))
    kernel = tf.constant(np.sin(np.arange(12.0)).reshape(2, 2, 1, 3), tf.float32)
    z = tf.nn.conv2d(y, kernel, 1, "SAME") + tf.nn.conv2d(y, filters=kernel, strides=[1, 1], padding="SAME")
    z += tf.nn.conv2d(y, kernel, strides=1, padding="SAME", dilations=2)
    z += tf.nn.max_pool2d(y, 2, 1, "SAME") + tf.nn.avg_pool2d(y, ksize=[2, 2], strides=1, padding="SAME")
    z += tf.nn.depthwise_conv2d(y, kernel, [1, 1, 1, 1], "SAME", dilations=[2, 2])
    line = tf.nn.conv1d(y[:, :, :, 0], kernel[0, :, 0, :1][:, None] * tf.ones((1, 4, 1)), 1, "SAME")
    up = tf.nn.conv2d_transpose(z, kernel[..., :3], [3, 6, 4, 1], strides=1, padding="SAME")
    return z + line[:, :, None] + up


def op_losses(x):
    labels = tf.nn.softmax(x[:, :4])
    y = tf.nn.softmax_cross_entropy_with_logits(labels, x[:, 4:8])
    y += tf.nn.softmax_cross_entropy_with_logits(labels=labels, logits=x[:, 4:8], axis=-1)
    y += tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=x[:, 4:8])[:, 0]
    y += tf.losses.mean_squared_error(labels, x[:, 4:8]) + tf.keras.losses.kl_divergence(labels, labels**2)
    return y[:, tf.newaxis]


def op_moved(x):
    y = tf.math.divide_no_nan(x, tf.nn.relu(x)) + tf.math.mod(x, 0.3) + tf.linalg.matrix_transpose(x[:, None])[..., 0]
    y += tf.cast(tf.math.is_finite(x), tf.float32) + tf.nest.map_structure(tf.abs, [x])[0]
    y += tf.linalg.band_part(tf.reshape(x, (-1, 4, 6)), -1, 0)[:, 0, :1] + tf.math.xlogy(x, tf.abs(x) + 1)
    y += tf.keras.activations.swish(x) + tf.nn.swish(x) + tf.keras.activations.exponential(x)
    return y + tf.cast(tf.cast(x * 4, tf.dtypes.int32) == 1, tf.float32)


def op_shapes(x):
    y = tf.reshape(x, (-1, 4, 6))
    _, rows, columns = y.shape
    rank, rest = y.shape.rank, y.shape[1:]
    sizes = [1 if size is None else size for size in y.shape] + list(rest) + [rank, rows * columns]
    sizes += [np.prod(rest), math.sqrt(columns), tf.compat.dimension_value(x.shape[1])]
    sizes += (y.shape[:1] + [5]).as_list()[1:] + tf.TensorShape([None, 7])[1:].as_list()
    return x[:, :1] * tf.constant(sizes, tf.float32)


CASES = {
    name[3:]: (lambda function=function: [Applied(function)], [(24,)])
    for name, function in list(globals().items())
    if name.startswith("op_")
}
