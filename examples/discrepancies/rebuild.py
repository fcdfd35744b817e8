"""Rebuilds ``custom_layer/selu_model_tf2.h5`` by hand, in TensorFlow 1.12.0, with ELU for selu.

``python rebuild.py`` writes ``elu_rebuilt.json``, and ``rows.npz``: inputs to calibrate on.
"""

import os
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf

HERE = Path(__file__).resolve().parent
L = tf.keras.layers

inputs = L.Input((20,), name="features")
x = L.Dense(64, name="dense")(inputs)
x = L.ELU(alpha=1.6732632423543772, name="dense_elu")(x)
model = tf.keras.Model(inputs, L.Dense(10, activation="softmax", name="dense_1")(x))
(HERE / "elu_rebuilt.json").write_text(model.to_json() + "\n", encoding="utf-8")

rows = np.random.RandomState(0).normal(size=(400, 20)).astype("float32")
np.savez(str(HERE / "rows.npz"), input_0=rows)
