"""Save the golden models as SavedModel directories, in the real release that is running this.

::

    RUNTIME/bin/python tools/build_saved_models.py tests/golden/tf2.3 OUT_DIR [NAME...]
    RUNTIME/bin/python tools/build_saved_models.py tests/golden/tf2.3 OUT_DIR --foreign

Each model of GOLDEN_DIR is opened, compiled with Adam, whose slots are made without a step, and
saved under OUT_DIR by its name: its weights are those of the HDF5 file. What the release cannot
save this way is printed, and left out. ``tools/pack_saved_models.py`` makes one archive of them.
"""

import json
import os
import sys
import traceback

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import tensorflow as tf


def save(source, out):
    """Save one model."""
    tf.keras.backend.clear_session()
    model = tf.keras.models.load_model(source, compile=False)
    if model.trainable_variables:
        optimizer = tf.keras.optimizers.Adam()
        model.compile(optimizer, "mse")
        optimizer._create_all_weights(model.trainable_variables)
    model.save(out, save_format="tf")


class Subclassed(tf.keras.Model):
    """A model whose layers only its code tells."""

    def __init__(self):
        super().__init__()
        self.dense = tf.keras.layers.Dense(2)

    def call(self, inputs):
        return self.dense(inputs)


class Module(tf.Module):
    """No Keras model at all."""

    def __init__(self):
        super().__init__()
        self.scale = tf.Variable([1.0, 2.0], name="scale")

    @tf.function(input_signature=[tf.TensorSpec([None, 2], name="rows")])
    def scaled(self, rows):
        return {"scaled": rows * self.scale}


def save_foreign(out):
    """What is no Keras model with a config."""
    model = Subclassed()
    model(tf.zeros((1, 3)))
    model.save(os.path.join(out, "subclassed"), save_format="tf")
    module = Module()
    tf.saved_model.save(module, os.path.join(out, "module"), signatures=module.scaled)


def main():
    golden, out = sys.argv[1:3]
    if sys.argv[3:] == ["--foreign"]:
        save_foreign(out)
        return
    with open(os.path.join(golden, "cases.json")) as file:
        names = [case["name"] for case in json.load(file)]
    for name in sys.argv[3:] or names:
        try:
            save(os.path.join(golden, name + ".h5"), os.path.join(out, name))
            print("saved", name, flush=True)
        except Exception:
            print("CANNOT", name, traceback.format_exc().strip().splitlines()[-1][:200], flush=True)


main()
