"""Runs in real TensorFlow 1.12: loads carried SavedModels, and calls their signatures.

``PYTHON call_in_tf112.py JOBS.json``: for each job ``{"model": DIR, "calls": [[SIGNATURE, INPUTS]],
"out": OUT.npz}``, where INPUTS is a file of arrays by the keys of the signature. Written are the
results as ``NUMBER|KEY``. Calls of a model share its session, and the state in it. What fails is
printed as a line of JSON: the model, and the message.
"""

import json
import os
import sys
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf


def texts(array, back):
    """Texts end in a dot in files, since NumPy drops noughts there."""
    flat = [item[:-1] if back else bytes(item) + b"." for item in array.ravel()]
    if not back:
        return np.array(flat, "S").reshape(array.shape)
    out = np.empty(len(flat), object)
    out[:] = flat
    return out.reshape(array.shape)


def call(job):
    """All calls of a model."""
    found = {}
    with tf.Graph().as_default(), tf.Session() as session:
        meta = tf.saved_model.loader.load(session, ["serve"], job["model"])
        for number, (name, path) in enumerate(job["calls"]):
            signature = meta.signature_def[name]
            given = np.load(path)
            feed = {
                signature.inputs[key].name: texts(given[key], True)
                if given[key].dtype.kind == "S"
                else given[key]
                for key in given.files
            }
            keys = sorted(signature.outputs)
            results = session.run([signature.outputs[key].name for key in keys], feed)
            for key, value in zip(keys, results):
                array = np.asarray(value)
                found["%d|%s" % (number, key)] = (
                    texts(array, False) if array.dtype.kind in "OS" else array
                )
    np.savez(job["out"], **found)


def main():
    """A file for each job, and a line for each that fails."""
    for job in json.loads(Path(sys.argv[1]).read_text()):
        try:
            call(job)
        except Exception as problem:
            print(json.dumps([job["model"], str(problem)[:600]]), flush=True)


main()
