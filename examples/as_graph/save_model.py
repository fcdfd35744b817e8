"""Saves ``branches_tf2``: a module without Keras, whose function branches and loops.

Run with real TensorFlow 2.3.0: ``PYTHON save_model.py``. ``branches_tf2.npz`` holds inputs for
which it takes either branch, and what TensorFlow 2.3.0 returned.
"""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

from pathlib import Path

import numpy as np
import tensorflow as tf

HERE = Path(__file__).parent


class Branches(tf.Module):
    """Chooses a layer by what it is given, and loops over a state."""

    def __init__(self):
        super().__init__()
        draw = np.random.RandomState(3)
        self.kernel = tf.Variable(draw.normal(size=(3, 4)).astype("f4"), name="kernel")
        self.other = tf.Variable(draw.normal(size=(3, 4)).astype("f4"), name="other")
        self.step = tf.Variable(0.3 * draw.normal(size=(4, 4)).astype("f4"), name="step")

    @tf.function(input_signature=[tf.TensorSpec([None, 3], name="rows")])
    def called(self, rows):
        if tf.reduce_sum(rows) > 0.0:
            state = tf.matmul(rows, self.kernel)
        else:
            state = tf.tanh(tf.matmul(rows, self.other))
        count = tf.constant(0)
        while count < 3:
            state = state + tf.matmul(state, self.step)
            count += 1
        return {"state": state}


model = Branches()
path = HERE / "branches_tf2"
tf.saved_model.save(model, str(path), signatures={"serving_default": model.called})
loaded = tf.saved_model.load(str(path))
function = loaded.signatures["serving_default"]
rows = np.random.RandomState(5).normal(size=(4, 3)).astype("f4")
arrays = {"input_0": np.abs(rows), "input_1": -np.abs(rows)}
for number in range(2):
    called = function(tf.constant(arrays[f"input_{number}"]))
    arrays[f"output_{number}"] = called["state"].numpy()
np.savez(str(HERE / "branches_tf2.npz"), **arrays)
