"""Save the golden models as SavedModel directories, in the real release that is running this.

::

    RUNTIME/bin/python tools/build_saved_models.py tests/golden/tf2.3 OUT_DIR [NAME...]

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


def main():
    golden, out = sys.argv[1:3]
    with open(os.path.join(golden, "cases.json")) as file:
        names = [case["name"] for case in json.load(file)]
    for name in sys.argv[3:] or names:
        try:
            save(os.path.join(golden, name + ".h5"), os.path.join(out, name))
            print("saved", name, flush=True)
        except Exception:
            print("CANNOT", name, traceback.format_exc().strip().splitlines()[-1][:200], flush=True)


main()
