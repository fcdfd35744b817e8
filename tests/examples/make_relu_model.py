"""Runs inside TensorFlow 1.12: rebuilds the selu example by hand, with relu put in by mistake.

``python make_relu_model.py SELU_MODEL.h5 OUT.h5`` takes weights by position from the example.
"""

import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import h5py
import tensorflow as tf

L = tf.keras.layers
model = tf.keras.Sequential(
    [
        L.Dense(64, activation="relu", input_shape=(20,), name="dense"),
        L.Dense(10, "softmax", name="dense_1"),
    ]
)
with h5py.File(sys.argv[1], "r") as source:
    stored = source["model_weights"]
    arrays = [
        stored[layer][name][()]
        for layer in stored.attrs["layer_names"]
        for name in stored[layer].attrs["weight_names"]
    ]
model.set_weights(arrays)
model.save(sys.argv[2])
