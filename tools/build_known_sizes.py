"""Runs inside TensorFlow 2.3.0: models that compute with the sizes of their tensors.

``python build_known_sizes.py FOLDER`` writes each with what it is fed, and what it then predicts.
"""

import sys

import numpy as np
import tensorflow as tf


def floats(numbers):
    """The numbers as float32."""
    return tf.cast(numbers, tf.float32)


CASES = {
    "scalar_minus": ((3, 4), lambda x: x * floats(tf.shape(x)[2] - 10)),
    "neg": ((3, 4), lambda x: x * floats(-tf.shape(x)[2])),
    "times": ((3, 4), lambda x: x * floats(tf.shape(x)[1:] * -1)[1]),
    "reshape_known": ((3, 4), lambda x: tf.reshape(x, [-1, tf.shape(x)[1] * tf.shape(x)[2]])),
    "reshape_open": ((None, 4), lambda x: tf.reshape(x, [-1, tf.shape(x)[1] * tf.shape(x)[2]])),
    "reshape_batch": ((3, 4), lambda x: tf.reshape(x, [tf.shape(x)[0], -1])),
    "reshape_batch_both": ((3, 4), lambda x: tf.reshape(x, [tf.shape(x)[0], -1, tf.shape(x)[2]])),
    "fill": ((3, 4), lambda x: x * floats(tf.fill(tf.shape(x)[1:2], -1))[0]),
    "invert": ((3, 4), lambda x: x * floats(tf.bitwise.invert(tf.shape(x)[2]))),
    "sign": ((3, 4), lambda x: x * floats(tf.sign(tf.shape(x)[2] - 9))),
    "range": ((3, 4), lambda x: x * floats(tf.range(-tf.shape(x)[2], 0))[1]),
    "range2": ((3, 4), lambda x: x * floats(tf.range(0 - 2, tf.shape(x)[2]))[1]),
    "batch_minus": ((3, 4), lambda x: x * floats(tf.shape(x)[0] - 100)),
    "where": ((3, 4), lambda x: x * floats(tf.where(tf.shape(x)[2] > 3, -1, 1))),
    "cumsum": ((3, 4), lambda x: x * floats(tf.cumsum(tf.shape(x)[1:], reverse=True) - 20)[0]),
    "argmax": ((4,), lambda x: x * floats(tf.argmax(x, -1, output_type=tf.int32) - 3)[:, None]),
    "floor": ((3, 4), lambda x: x * floats(tf.cast(floats(tf.shape(x)[2]) - 10.0, tf.int32))),
    "expand_dims": ((3, 4), lambda x: x * floats(tf.expand_dims(tf.shape(x)[2] - 7, 0))),
    "onehot": (
        (3, 4),
        lambda x: (
            x * floats(tf.one_hot(tf.shape(x)[1], 4, on_value=-1, off_value=2, dtype=tf.int32))
        ),
    ),
}


def main():
    """Write every model."""
    random = np.random.RandomState(0)
    for name, (shape, function) in CASES.items():
        tf.keras.backend.clear_session()
        tensor = tf.keras.Input(shape)
        model = tf.keras.Model(tensor, function(tensor))
        fed = random.rand(2, *[size or 3 for size in shape]).astype("float32")
        model.save(f"{sys.argv[1]}/{name}.h5")
        np.savez(f"{sys.argv[1]}/{name}.npz", input_0=fed, output_0=model.predict(fed))


if __name__ == "__main__":
    main()
