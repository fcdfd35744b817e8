"""Runs inside a real release: models built by generated source predict.

``python run_code.py JOBS.json``, where the file lists ``[source, weights, inputs, outputs]``;
prints a line of JSON a job: null, or what went wrong.
"""

import json
import os
import sys
import traceback

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf


def run(source, weights, inputs, outputs):
    tf.keras.backend.clear_session()
    names = {}
    with open(source) as file:
        exec(compile(file.read(), source, "exec"), names)
    model = names["load"](weights)
    with np.load(inputs) as file:
        given = [file["input_%d" % i] for i in range(sum(k.startswith("input_") for k in file))]
    found = model.predict_on_batch(given)
    found = found if isinstance(found, list) else [found]
    np.savez(outputs, **{"output_%d" % i: values for i, values in enumerate(found)})


with open(sys.argv[1]) as jobs:
    for job in json.load(jobs):
        try:
            run(*job)
            print("null")
        except Exception:
            print(json.dumps(traceback.format_exc()))
        sys.stdout.flush()
