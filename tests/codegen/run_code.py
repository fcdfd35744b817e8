"""Runs inside a real release: models built by generated source predict.

``python run_code.py JOBS.json [KERAS]``, where KERAS is the module that is Keras, if it is not
``tf.keras``, and the file lists ``[source, weights, inputs, outputs]``;
prints a line of JSON a job: null, or what went wrong.
"""

import json
import os
import sys
import traceback

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import importlib

import numpy as np
import tensorflow as tf

keras = importlib.import_module(sys.argv[2]) if len(sys.argv) > 2 else tf.keras


def run(source, weights, inputs, outputs):
    keras.backend.clear_session()
    names = {}
    with open(source) as file:
        exec(compile(file.read(), source, "exec"), names)
    model = names["load"](weights)
    with np.load(inputs) as file:
        given = [file["input_%d" % i] for i in range(sum(k.startswith("input_") for k in file))]
    found = model.predict_on_batch(given)
    if isinstance(found, dict):
        found = [found[key] for key in sorted(found)]
    found = list(found) if isinstance(found, (list, tuple)) else [found]
    np.savez(outputs, **{"output_%d" % i: values for i, values in enumerate(found)})


with open(sys.argv[1]) as jobs:
    for job in json.load(jobs):
        try:
            run(*job)
            print("null")
        except Exception:
            print(json.dumps(traceback.format_exc()))
        sys.stdout.flush()
