"""Runs in real Keras 3: ``PYTHON export_keras3.py FOLDER`` exports a recurrent model there."""

import os
import sys

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np

inputs = keras.Input((6,), dtype="int32")
x = keras.layers.Embedding(20, 8, mask_zero=True)(inputs)
x = keras.layers.LSTM(5, return_sequences=True)(x)
x = keras.layers.Bidirectional(keras.layers.GRU(4))(x)
x = keras.layers.BatchNormalization()(x)
model = keras.Model(inputs, keras.layers.Dense(3, activation="gelu")(x))
draw = np.random.RandomState(1)
model.set_weights([abs(0.3 * draw.normal(size=item.shape)) for item in model.get_weights()])
model.export(sys.argv[1])
