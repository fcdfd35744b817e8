"""Runs inside a real release: opens models and saves them again with that release.

``python resave.py JOBS.json``, where the file lists ``[source, objects or null, destination]``.
"""

import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import tensorflow as tf


def custom_objects(path):
    """What a companion defines."""
    names = {}
    if path:
        with open(path) as source:
            exec(source.read(), names)  # our own companion, written a moment ago
    return names.get("custom_objects", {})


def main():
    with open(sys.argv[1]) as jobs:
        jobs = json.load(jobs)
    for source, objects, destination in jobs:
        tf.keras.backend.clear_session()
        model = tf.keras.models.load_model(source, custom_objects=custom_objects(objects))
        model.save(destination)


if __name__ == "__main__":
    main()
