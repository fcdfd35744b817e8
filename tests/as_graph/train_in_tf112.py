"""Runs in real TensorFlow 1.12: trains carried graphs as ``train_in_tf23.py`` trained theirs.

``PYTHON train_in_tf112.py JOBS.json``: a list of a directory and the JSON of TensorFlow 2.3; prints
a line of JSON for each. The second training starts from what the first saved.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf

RATE, STEPS = 0.05, 4


def train(path, reference):
    """Losses of stock gradients over the variables that the collections list."""
    with tf.Graph().as_default() as graph, tf.Session() as session:
        meta = tf.saved_model.loader.load(session, ["serve"], path)
        signature = meta.signature_def["serving_default"]
        feed = {
            signature.inputs[name].name: np.array(value, "f4")
            for name, value in reference["inputs"].items()
        }
        outputs = [
            graph.get_tensor_by_name(signature.outputs[key].name)
            for key in sorted(signature.outputs)
        ]
        loss = tf.add_n([tf.reduce_mean(tf.square(output - 0.3)) for output in outputs])
        variables = tf.trainable_variables()
        pairs = [
            (gradient, variable)
            for gradient, variable in zip(tf.gradients(loss, variables), variables)
            if gradient is not None
        ]
        step = tf.train.GradientDescentOptimizer(RATE).apply_gradients(pairs)
        saver = tf.train.Saver()
        losses, again = [], []
        with tempfile.TemporaryDirectory() as folder:
            for number in range(STEPS):
                losses.append(float(session.run(loss, feed)))
                if number == 1:
                    saver.save(session, f"{folder}/half")
                session.run(step, feed)
            saver.restore(session, f"{folder}/half")
            for _ in range(1, STEPS):
                again.append(float(session.run(loss, feed)))
                session.run(step, feed)
        return {
            "losses": losses,
            "again": again,
            "trained": sorted(variable.name for _, variable in pairs),
            "trainable": sorted(variable.name for variable in variables),
        }


def main():
    """A line for each job."""
    for path, reference in json.loads(Path(sys.argv[1]).read_text()):
        print(json.dumps(train(path, json.loads(Path(reference).read_text()))), flush=True)


main()
