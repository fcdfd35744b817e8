# mypy: ignore-errors
"""Runs inside a real release: the shapes of every layer of some files, as JSON.

Usage: probe_shapes.py REQUEST ANSWER; the request is a JSON list of files, the answer maps each to
its layers by path: a list of [input shapes, output shapes], one for each call.
"""

import json
import sys
from pathlib import Path

import tensorflow as tf  # noqa: TID251 - runs inside a real release


def shapes(found):
    if isinstance(found, dict):
        return [shape for key in sorted(found) for shape in shapes(found[key])]
    if isinstance(found, list):
        return [shape for item in found for shape in shapes(item)]
    return [None if found is None else list(found)]


def calls(layer):
    count = len(layer.inbound_nodes)
    return [
        [shapes(layer.get_input_shape_at(index)), shapes(layer.get_output_shape_at(index))]
        for index in range(count)
    ]


def walk(model, prefix, answer):
    for layer in model.layers:
        path = prefix + layer.name
        answer[path] = calls(layer)
        if isinstance(layer, tf.keras.Model):
            walk(layer, path + "/", answer)


def main(request, answer):
    found = {}
    paths = json.loads(Path(request).read_text())
    for path in paths:
        tf.keras.backend.clear_session()
        model = tf.keras.models.load_model(path, compile=False)
        found[path] = {}
        walk(model, "", found[path])
    Path(answer).write_text(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
