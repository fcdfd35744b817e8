"""Writes small checkpoints, with the values that the release itself reports.

Run in a real release, once for each: ``python tools/build_checkpoints.py OUT_DIR``. OUT_DIR gets
the checkpoints, and ``NAME.npz`` with what each variable holds:

* ``keras``: ``model.save_weights("keras")``; keys are ``LAYER#NUMBER`` in the order of
  ``layer.weights``.
* ``saver``: ``tf.train.Saver``, with a variable in three parts; keys are names of variables.
* ``objects``: ``tf.train.Checkpoint`` of a model and a vector of strings.
* ``shards``: like ``saver``, in two shards.
"""

import os
import sys

os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf

FOLDER = sys.argv[1]
RANDOM = np.random.RandomState(7)
V1 = tf.compat.v1 if hasattr(tf, "compat") and hasattr(tf.compat, "v1") else tf


def make_model():
    layers = tf.keras.layers
    tensor = layers.Input((6, 4), name="sequence")
    inner = tf.keras.Sequential(
        [layers.Dense(3, input_shape=(5,), name="inner_dense"), layers.BatchNormalization()],
        name="inner",
    )
    hidden = layers.Bidirectional(layers.LSTM(2, return_sequences=True), name="both")(tensor)
    hidden = layers.TimeDistributed(layers.Dense(5), name="each")(hidden)
    hidden = layers.Lambda(lambda x: x[:, 0], name="first")(hidden)
    hidden = inner(hidden)
    hidden = layers.BatchNormalization(name="norm")(hidden)
    return tf.keras.Model(tensor, layers.Dense(2, name="last")(hidden), name="outer")


def fill(model):
    model.set_weights([RANDOM.rand(*w.shape).astype(w.dtype) for w in model.get_weights()])


def save(name, values):
    np.savez_compressed(os.path.join(FOLDER, name + ".npz"), **values)


def keras():
    model = make_model()
    fill(model)
    model.save_weights(os.path.join(FOLDER, "keras"), save_format="tf")
    save(
        "keras",
        {
            "%s#%d" % (layer.name, number): value
            for layer in model.layers
            for number, value in enumerate(layer.get_weights())
        },
    )


def partitioned():
    with tf.Graph().as_default(), V1.Session() as session:
        parts = V1.get_variable(
            "embedding/weights",
            shape=(7, 3),
            initializer=V1.random_uniform_initializer(seed=7),
            partitioner=V1.fixed_size_partitioner(3),
        )
        kernel = V1.get_variable("dense/kernel", initializer=RANDOM.rand(3, 2).astype("float32"))
        bias = V1.get_variable("dense/bias", initializer=RANDOM.rand(2).astype("float64"))
        half = V1.get_variable("half/scale", initializer=RANDOM.rand(3).astype("float16"))
        step = V1.train.get_or_create_global_step()
        session.run(V1.global_variables_initializer())
        values = {
            "embedding/weights": session.run(tf.convert_to_tensor(parts)),
            "dense/kernel": session.run(kernel),
            "dense/bias": session.run(bias),
            "half/scale": session.run(half),
            "global_step": session.run(step),
        }
        saver = V1.train.Saver()
        saver.save(session, os.path.join(FOLDER, "saver"), write_meta_graph=False)
    save("saver", values)
    shards(values)


def shards(values):
    """Two devices of this machine are two shards."""
    config = V1.ConfigProto(device_count={"CPU": 2})
    with tf.Graph().as_default(), V1.Session(config=config) as other:
        for number, (name, value) in enumerate(sorted(values.items())):
            with tf.device("/cpu:%d" % (number % 2)):
                V1.get_variable(name, initializer=value)
        other.run(V1.global_variables_initializer())
        saver = V1.train.Saver(sharded=True)
        saver.save(other, os.path.join(FOLDER, "shards"), write_meta_graph=False)
    save("shards", values)


def objects():
    if not tf.__version__.startswith("2"):
        return
    model = make_model()
    fill(model)
    words = tf.Variable(["a", "", "\u00fc" * 100])
    root = tf.train.Checkpoint(model=model, words=words, optimizer=tf.keras.optimizers.Adam())
    root.write(os.path.join(FOLDER, "objects"))
    values = {
        "%s#%d" % (layer.name, number): value
        for layer in model.layers
        for number, value in enumerate(layer.get_weights())
    }
    save("objects", values)


keras()
partitioned()
objects()
if os.path.exists(os.path.join(FOLDER, "checkpoint")):
    os.remove(os.path.join(FOLDER, "checkpoint"))  # holds the path of OUT_DIR
