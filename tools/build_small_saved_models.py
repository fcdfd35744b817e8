"""Save a few small models as SavedModels, in whatever TensorFlow is running this.

::

    RELEASE/bin/python tools/build_small_saved_models.py OUT_DIR

For each model: a directory as ``model.save(dir, save_format="tf")`` writes it, in TensorFlow 1 also
one of ``save_keras_model`` or ``export_saved_model`` (``NAME_1x``); and ``NAME.npz`` with the
weights that this release reports, as ``LAYER/NUMBER``, those that are trained first, which is
their order in HDF5 files.
"""

import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf

L = tf.keras.layers
ONE = tf.__version__.startswith("1.")


def dense():
    """Two layers, and Adam's slots."""
    model = tf.keras.Sequential(
        [L.Dense(3, "relu", input_shape=(4,)), L.Dropout(0.5), L.Dense(2, name="last")]
    )
    model.compile("adam", "mse")
    return model


def normalised():
    """Variables that are not trained."""
    start = tf.keras.Input((5, 5, 2), name="image")
    body = L.BatchNormalization()(L.Conv2D(3, 2, use_bias=False)(start))
    return tf.keras.Model(start, L.Dense(2)(L.Flatten()(body)))


def recurrent():
    """Cells in layers in wrappers."""
    start = tf.keras.Input((6,), name="words")
    body = L.Bidirectional(L.LSTM(3, return_sequences=True))(L.Embedding(7, 4)(start))
    return tf.keras.Model(start, L.GRU(2)(body))


def nested():
    """A model in a model, called twice; a layer that is not trained."""
    inner = tf.keras.Sequential([L.Dense(3, input_shape=(4,)), L.BatchNormalization()])
    inner.layers[0].trainable = False
    one, two = tf.keras.Input((4,), name="one"), tf.keras.Input((4,), name="two")
    shared = L.Dense(2, name="shared")
    body = L.add([inner(one), inner(two)])
    return tf.keras.Model([one, two], [shared(body), shared(inner(one))])


def save(build, out):
    """Save one model in every way that the release has."""
    tf.keras.backend.clear_session()
    model = build()
    random = np.random.RandomState(7)
    model.set_weights([random.normal(size=w.shape).astype(w.dtype) for w in model.get_weights()])
    if model.optimizer is not None:
        model.fit(random.normal(size=(8, 4)), random.normal(size=(8, 2)), verbose=0)
    name = os.path.join(out, build.__name__)
    values = {
        "%s/%d" % (layer.name, number): value
        for layer in model.layers
        for number, value in enumerate(
            tf.keras.backend.batch_get_value(layer.trainable_weights + layer.non_trainable_weights)
        )
    }
    np.savez(name + ".npz", **values)
    if tf.__version__.startswith("1.12"):
        tf.contrib.saved_model.save_keras_model(model, name + "_1x")
    else:
        model.save(name, save_format="tf")
        if ONE:
            tf.keras.experimental.export_saved_model(model, name + "_1x")


def main():
    """Save all."""
    out = sys.argv[1]
    os.makedirs(out, exist_ok=True)
    for build in (dense, normalised, recurrent, nested):
        save(build, out)
        print("saved", build.__name__)


main()
