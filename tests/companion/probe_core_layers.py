# mypy: ignore-errors
"""Runs inside a real release: what layers of a companion compute with given weights.

Usage: python probe_core_layers.py FOLDER REQUEST ANSWER, where FOLDER has ``out_objects.py``. The
request lists cases: class, config, shape of the input with null for what is left open, input,
weights. Each answer is the output of a model that was saved and opened again by the release.
"""

import json
import sys
from pathlib import Path

import numpy as np
import tensorflow as tf  # noqa: TID251 - runs inside a real release


def output_of(objects, case, folder):
    tf.keras.backend.clear_session()
    values = np.asarray(case["input"], "float32")
    start = tf.keras.layers.Input(tuple(case["shape"]))
    layer = objects[case["class"]](**case["config"])
    model = tf.keras.models.Model(start, layer(start))
    names = [weight.name.split("/")[-1] for weight in layer.weights]
    layer.set_weights([np.asarray(case["weights"][name], "float32") for name in names])
    path = str(Path(folder) / "again.h5")
    model.save(path)
    tf.keras.backend.clear_session()
    again = tf.keras.models.load_model(path, custom_objects=objects, compile=False)
    told = tf.TensorShape(again.layers[-1].compute_output_shape(again.input_shape)).as_list()
    assert list(again.output_shape) == told, (case, again.output_shape, told)
    return again.predict(values, batch_size=len(values)).tolist()


def main(folder, request, answer):
    sys.path.insert(0, folder)
    import out_objects

    cases = json.loads(Path(request).read_text())
    found = [output_of(out_objects.custom_objects, case, folder) for case in cases]
    Path(answer).write_text(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
