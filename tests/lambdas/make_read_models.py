"""Models with Lambdas as people write them: ``PYTHON make_read_models.py FOLDER``.

Run with the Python of TensorFlow 1.12.0 or 2.3.0; each writes a model with an output a Lambda, and
its predictions.
"""

import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf

L = tf.keras.layers
K = tf.keras.backend
TWO = tf.__version__.startswith("2")


def around(rows, columns, scale):
    return lambda x: tf.reshape(x, (-1, rows, columns)) * scale


def pooled(x, mode="mean", axis=1):
    if mode == "mean":
        y = tf.reduce_mean(x, axis=axis)
    elif mode == "max":
        y = tf.reduce_max(x, axis=axis)
    else:
        raise ValueError("unknown mode {}".format(mode))
    return y * 2.0


def checked(x):
    if len(x.shape) != 3:
        raise ValueError("want rank 3, not %s" % (x.shape,))
    assert x.shape[1] == 4
    return x[:, ::-1]


def imports(x):
    import math

    import numpy as np
    import tensorflow as tf
    from tensorflow.keras import backend as K

    return K.sum(x, axis=-1) * np.sqrt(2.0) + tf.abs(x[..., 0]) * math.pi


def first_of(inputs):
    if isinstance(inputs, list):
        inputs = inputs[0] + inputs[1]
    return inputs * 0.5


def halves(x):
    half = x.shape[-1] // 2
    left, right = x[..., :half], x[..., half:]
    return tf.concat([right, left], axis=-1)


def scaled(x, factor=None):
    return x if factor is None else x * factor


def in_training(x, training=None):
    return K.in_train_phase(x * 2.0, x * 3.0, training=training)


def only_in_training(x, training):
    return x * 2.0 if training else x * 3.0


def for_both(x, y, image):
    """Lambdas that either release builds and saves."""
    yield L.Lambda(around(2, 12, 0.5))(x)
    yield L.Lambda(pooled, arguments={"mode": "max"})(x)
    yield L.Lambda(pooled)(x)
    yield L.Lambda(imports)(x)
    yield L.Lambda(first_of)([x, y])
    yield L.Lambda(first_of)(x)
    yield L.Lambda(scaled)(x)
    yield L.Lambda(scaled, arguments={"factor": 3.0})(x)
    yield L.Lambda(lambda t: K.batch_dot(t[0], t[1], axes=[2, 2]))([x, y])
    yield L.Lambda(lambda t: tf.matmul(t[0], t[1], transpose_b=True))([x, y])
    yield L.Lambda(lambda x: K.l2_normalize(K.batch_flatten(x[:, :2]), 1))(x)
    yield L.Lambda(lambda x: tf.map_fn(lambda i: tf.image.flip_left_right(i) * 2.0, x))(image)
    yield L.Lambda(lambda x, w: x * w + w[0], arguments={"w": np.arange(6.0)})(x)
    yield L.Lambda(lambda x: x[:, : K.int_shape(x)[1] // 2])(image)
    yield L.Lambda(lambda x: K.reverse(K.permute_dimensions(x, (0, 2, 1)), 1))(x)
    yield L.Lambda(tf.nn.relu)(x)
    yield L.Lambda(tf.square)(x)


def for_two(x, y, image):
    """Lambdas of TensorFlow 2."""
    applications = tf.keras.applications
    yield L.Lambda(checked)(x)
    yield L.Lambda(halves)(x)
    yield L.Lambda(lambda t: tf.cast(t[0] == t[1], tf.float32) + t[0])([x, y])
    yield L.Lambda(lambda x: tf.cast(~(x != 0.5), tf.float32))(tf.keras.layers.ReLU(0.5)(x))
    yield L.Lambda(lambda x: x * 2.0 if x.shape[1:] == [4, 6] else x)(x)
    yield L.Lambda(lambda x: x / float(x.get_shape()[1]))(x)
    yield L.Lambda(lambda x: tf.cast((x > 0.0) & (x < 0.5), "float32"))(x)
    yield L.Lambda(in_training)(x)
    yield L.Lambda(in_training)(x, training=True)
    yield L.Lambda(only_in_training)(x, training=False)
    yield L.Lambda(applications.mobilenet_v2.preprocess_input)(image)
    yield L.Lambda(applications.vgg16.preprocess_input)(image)
    yield L.Lambda(applications.densenet.preprocess_input)(image)
    yield L.Lambda(applications.efficientnet.preprocess_input)(image)


def for_one(x, y, image):
    """Lambdas of TensorFlow 1: dimensions are objects, and functions of the backend plain ones."""
    yield L.Lambda(lambda x: tf.reshape(x, (-1, x.shape[1].value * x.get_shape()[2].value)))(x)
    yield L.Lambda(lambda x: tf.log(tf.to_float(tf.abs(x)) + 1.0))(x)
    yield L.Lambda(K.abs)(x)
    yield L.Lambda(K.softmax)(x)
    yield L.Lambda(K.mean, arguments={"axis": 1, "keepdims": True})(x)
    yield L.Lambda(lambda x: tf.reduce_sum(x, 1, keepdims=True))(x)


def main():
    """Build, predict, save."""
    x, y = tf.keras.Input((4, 6), name="x"), tf.keras.Input((4, 6), name="y")
    image = tf.keras.Input((8, 8, 3), name="image")
    outputs = [*for_both(x, y, image), *(for_two if TWO else for_one)(x, y, image)]
    model = tf.keras.Model([x, y, image], outputs)
    numbers = np.random.RandomState(3)
    given = [numbers.normal(size=(3, *shape[1:])).astype("float32") for shape in model.input_shape]
    given[1][:, 1] = given[0][:, 1]
    given[2] = np.abs(given[2]) * 100
    arrays = {"input_%d" % i: array for i, array in enumerate(given)}
    for i, array in enumerate(model.predict(given)):
        arrays["output_%d" % i] = array
    path = os.path.join(sys.argv[1], "read_tf2" if TWO else "read_tf1")
    model.save(path + ".h5")
    np.savez_compressed(path + ".npz", **arrays)


main()
