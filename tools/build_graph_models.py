"""Save small TensorFlow 2 programs as SavedModels, with what they compute, in the real release.

::

    RUNTIME/bin/python tools/build_graph_models.py OUT_DIR [NAME...]

Each is saved, loaded again, and its signatures are called: ``OUT_DIR/NAME/calls.npz`` holds the
arrays in the order of the calls, ``NUMBER|SIGNATURE|in|KEY`` and ``NUMBER|SIGNATURE|out|KEY``.
``tools/pack_saved_models.py`` makes one archive of them.
"""

import os
import shutil
import sys
import traceback

import numpy as np
import tensorflow as tf

from graph_models import control, images, models, numeric, text
from graph_models.case import CASES

SUBJECTS = (control, images, models, numeric, text)


def packed(array):
    """An array without Python objects; texts end in a dot, since NumPy drops noughts there."""
    array = np.asarray(array)
    if array.dtype.kind not in "OSU":
        return array
    flat = [bytes(item) + b"." for item in array.ravel()]
    return np.array(flat, "S").reshape(array.shape)


def encoded(value):
    """Texts as UTF-8."""
    array = np.asarray(value)
    if array.dtype.kind != "U":
        return array
    flat = [item.encode("utf-8") for item in array.ravel()]
    return np.array(flat, object).reshape(array.shape)


def save(name, out):
    """Save one program, and what it computes."""
    tf.keras.backend.clear_session()
    module, signatures, calls = CASES[name]()
    folder = os.path.join(out, name)
    shutil.rmtree(folder, ignore_errors=True)
    if signatures is None:
        module.save(folder, save_format="tf")
    else:
        tf.saved_model.save(module, folder, signatures=signatures)
    loaded = tf.saved_model.load(folder)
    recorded = {}
    for number, (signature, inputs) in enumerate(calls):
        given = {key: encoded(value) for key, value in inputs.items()}
        results = loaded.signatures[signature](
            **{key: tf.constant(value) for key, value in given.items()}
        )
        for way, arrays in (("in", given), ("out", results)):
            for key, value in sorted(arrays.items()):
                value = value.numpy() if way == "out" else value
                recorded["|".join([str(number), signature, way, key])] = packed(value)
    np.savez(os.path.join(folder, "calls.npz"), **recorded)


def main():
    """Save all, or those that are named."""
    out, *names = sys.argv[1:]
    for name in names or sorted(CASES):
        try:
            save(name, out)
            print("saved", name, flush=True)
        except Exception:
            print(
                "CANNOT",
                name,
                "\n".join(traceback.format_exc().strip().splitlines()[-4:])[:700],
                flush=True,
            )


main()
