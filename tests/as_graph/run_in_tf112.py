"""Runs in real TensorFlow 1.12: ``PYTHON run_in_tf112.py ARRAYS.npz JOBS.json OUT.npz``.

A job is a SavedModel directory or a ``.pb``, and the names of its input and its output.
"""

import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

from pathlib import Path

import numpy as np
import tensorflow as tf


def run(path, inside, outside, inputs):
    """The output for each input."""
    with tf.Graph().as_default(), tf.Session() as session:
        if path.endswith(".pb"):
            graph = tf.GraphDef()
            graph.ParseFromString(Path(path).read_bytes())
            tf.import_graph_def(graph, name="")
        else:
            tf.saved_model.loader.load(session, ["serve"], path)
        return [session.run(outside, {inside: array}) for array in inputs]


def main():
    """All jobs."""
    stored = np.load(sys.argv[1])
    inputs = [stored["input_0"], stored["input_1"]]
    found = []
    for path, inside, outside in json.loads(Path(sys.argv[2]).read_text()):
        found += run(path, inside, outside, inputs)
    np.savez(sys.argv[3], **{"output_%02d" % at: array for at, array in enumerate(found)})


main()
