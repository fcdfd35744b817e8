"""Saves the models of ``test_own_functions.py``; run by Keras 3.15 in this folder."""

import keras
import numpy as np
from functions_keras3 import mish, sine

x = keras.Input((6,), name="x")
y = keras.layers.Dense(4, activation=mish, name="registered")(x)
y = keras.layers.Dense(3, activation=sine, name="by_name")(y)
model = keras.Model(x, y, name="own_functions")
for ending in (".h5", ".keras"):
    model.save(f"own_functions{ending}")
given = np.sin(np.arange(24.0)).reshape(4, 6).astype("float32")
np.savez("own_functions.npz", inputs=given, outputs=model.predict(given))
