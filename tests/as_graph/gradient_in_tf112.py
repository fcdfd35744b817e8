"""Runs in real TensorFlow 1.12: ``PYTHON gradient_in_tf112.py DIR...``.

Prints what ``tf.gradients`` of the first output says about the input, a line for each directory.
"""

import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import tensorflow as tf

for path in sys.argv[1:]:
    with tf.Graph().as_default() as graph, tf.Session() as session:
        meta = tf.saved_model.loader.load(session, ["serve"], path)
        signature = meta.signature_def["serving_default"]
        ends = [
            graph.get_tensor_by_name(sorted(side.items())[0][1].name)
            for side in (signature.outputs, signature.inputs)
        ]
        try:
            print(tf.gradients(*ends))
        except LookupError as error:
            print("LookupError:", error)
