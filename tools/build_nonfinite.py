"""Write small models whose configs hold NaN and Infinity, with the predictions of the release.

Run it with the Python of the runtime that ``keraport runtimes install tf2.3`` builds::

    PYTHON tools/build_nonfinite.py tests/golden/nonfinite
"""

import os
import sys

os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf

FOLDER = sys.argv[1]
NAN, INF = float("nan"), float("inf")
L = tf.keras.layers
RANDOM = np.random.RandomState(11)


def activations():
    start = tf.keras.Input((4,))
    body = L.Dense(4)(start)
    made = [
        L.ReLU(max_value=INF),
        L.ReLU(max_value=INF, negative_slope=0.1, threshold=0.5),
        L.ReLU(max_value=NAN),
        L.ReLU(negative_slope=INF),
        L.ReLU(threshold=-INF),
        L.ThresholdedReLU(theta=-INF),
        L.ThresholdedReLU(theta=NAN),
        L.LeakyReLU(alpha=INF),
        L.ELU(alpha=NAN),
    ]
    return tf.keras.Model(start, [layer(body) for layer in made])


def masks():
    start = tf.keras.Input((5, 4))
    made = [L.LSTM(2)(L.Masking(mask_value=value)(start)) for value in (INF, -INF)]
    made.append(L.GRU(2, recurrent_dropout=NAN)(L.Masking(mask_value=NAN)(start)))
    return tf.keras.Model(start, made)


def objects():
    keras = tf.keras
    body = start = keras.Input((4,))
    body = L.Dense(
        4,
        kernel_initializer=keras.initializers.Constant(NAN),
        bias_initializer=keras.initializers.RandomUniform(-INF, INF),
        kernel_constraint=keras.constraints.MaxNorm(INF),
        bias_constraint=keras.constraints.MinMaxNorm(0.0, INF),
    )(body)
    body = L.GaussianNoise(NAN)(body)
    other = L.BatchNormalization(epsilon=INF, momentum=NAN)(body)
    model = keras.Model(start, [body, other])
    model.compile(keras.optimizers.Adam(epsilon=INF, clipnorm=INF), "mse", loss_weights=[1.0, INF])
    return model


def operations():
    start = tf.keras.Input((4,))
    body = L.Dense(4)(start)
    return tf.keras.Model(start, [tf.minimum(body, INF), tf.clip_by_value(body, -INF, 0.5)])


def preprocessing():
    start = tf.keras.Input((4, 4, 3))
    images = L.experimental.preprocessing
    return tf.keras.Model(
        start, [images.Rescaling(INF)(start), images.Rescaling(1.0, offset=NAN)(start)]
    )


def dropout():
    start = tf.keras.Input((4,))
    return tf.keras.Model(start, L.Dropout(NAN)(L.Dense(4)(start)))


def save(build):
    tf.keras.backend.clear_session()
    model = build()
    weights = [RANDOM.uniform(0.1, 1.0, w.shape).astype("float32") for w in model.get_weights()]
    model.set_weights(weights)
    path = os.path.join(FOLDER, build.__name__)
    model.save(path + ".h5")
    inputs = RANDOM.uniform(-1.0, 1.0, (3, *model.input_shape[1:])).astype("float32")
    if build is masks:
        for row, value in enumerate((INF, -INF)):
            inputs[row, 3:] = value
    arrays = {"input_0": inputs}
    answers = model.predict(inputs)
    answers = answers if isinstance(answers, list) else [answers]
    again = tf.keras.models.load_model(path + ".h5").predict(inputs)
    again = again if isinstance(again, list) else [again]
    for number, (answer, other) in enumerate(zip(answers, again)):
        np.testing.assert_array_equal(answer, other)
        arrays["output_%d" % number] = answer
    np.savez_compressed(path + ".npz", **arrays)


if __name__ == "__main__":
    for case in (activations, masks, objects, operations, preprocessing, dropout):
        save(case)
