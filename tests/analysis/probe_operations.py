# mypy: ignore-errors
"""Runs inside a real release: the shapes that each layer of some files makes, as JSON.

Usage: probe_operations.py REQUEST ANSWER; the request is a JSON list of files, the answer maps
each to its layers by name: a list of the shapes of the outputs, None for an unknown rank.
"""

import json
import sys
from pathlib import Path

import tensorflow as tf  # noqa: TID251 - runs inside a real release


def shapes(layer):
    outputs = tf.nest.flatten(layer.get_output_at(0))
    return [None if item.shape.rank is None else item.shape.as_list() for item in outputs]


def main(request, answer):
    found = {}
    for path in json.loads(Path(request).read_text()):
        tf.keras.backend.clear_session()
        model = tf.keras.models.load_model(path, compile=False)
        found[path] = {layer.name: shapes(layer) for layer in model.layers}
    Path(answer).write_text(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
