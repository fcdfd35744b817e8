# mypy: ignore-errors
"""Runs inside a real release: what the objects of a companion compute.

Usage: python probe_companion.py FOLDER ANSWER, where FOLDER has ``out_objects.py``; without one
the release's own RadialConstraint is asked.
"""

import json
import sys
from pathlib import Path

import numpy as np
import tensorflow as tf  # noqa: TID251 - runs inside a real release

VALUES = np.linspace(-3.0, 3.0, 7).astype("float32")
STEPS = np.arange(1.0, 13.0, dtype="float32").reshape(2, 3, 2)
MASKED = np.array([[1, 1, 0], [0, 1, 0]], dtype=bool)


def evaluate(tensor):
    if hasattr(tensor, "numpy"):
        return tensor.numpy().tolist()
    with tf.Session() as session:
        return session.run(tensor).tolist()


def kernel(size):
    return np.arange(size * size * 6, dtype="float32").reshape(size, size, 2, 3)


def radial(constraint):
    return {str(size): evaluate(constraint(tf.constant(kernel(size)))) for size in (3, 4, 5, 6, 7)}


def companion(folder):
    sys.path.insert(0, folder)
    import out_objects

    objects = out_objects.custom_objects
    zeroes, without = objects["ZeroMaskedSteps"](), objects["WithoutMask"]()
    steps, mask = tf.constant(STEPS), tf.constant(MASKED)
    return {
        "names": sorted(objects),
        "registered": sorted(set(tf.keras.utils.get_custom_objects()) & set(objects)),
        "swish": evaluate(objects["swish"](tf.constant(VALUES))),
        "exponential": evaluate(objects["exponential"](tf.constant(VALUES))),
        "radial": radial(objects["RadialConstraint"]()),
        "zeroes": evaluate(zeroes.call(steps, mask=mask)),
        "without a mask": evaluate(zeroes.call(steps)),
        "zeroes pass the mask on": evaluate(zeroes.compute_mask(steps, mask)),
        "dropped": evaluate(without.call(steps)),
        "mask dropped": without.compute_mask(steps, mask) is None,
        "again": type(objects["ZeroMaskedSteps"].from_config(zeroes.get_config())).__name__,
    }


folder, answer = sys.argv[1:]
if (Path(folder) / "out_objects.py").exists():
    found = companion(folder)
else:
    found = {"radial": radial(tf.keras.constraints.RadialConstraint())}
Path(answer).write_text(json.dumps(found))
