"""Runs in real TensorFlow 1.12: what ``simple_save`` writes, beside a carried SavedModel.

``PYTHON layout_in_tf112.py CARRIED FOLDER ARRAYS.npz``: prints JSON of both layouts, and what
``tf.contrib.predictor`` returns for the carried one.
"""

import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

from pathlib import Path

import numpy as np
import tensorflow as tf
from tensorflow.core.framework import variable_pb2
from tensorflow.core.protobuf import saved_model_pb2


def save(folder):
    """A model of TensorFlow 1.12 with the same signature, as it saves it itself."""
    with tf.Graph().as_default(), tf.Session() as session:
        rows = tf.placeholder(tf.float32, [None, 3], name="rows")
        kernel = tf.get_variable("kernel", [3, 4], use_resource=True)
        state = tf.matmul(rows, kernel)
        session.run(tf.global_variables_initializer())
        tf.saved_model.simple_save(session, folder, {"rows": rows}, {"state": state})


def layout(folder):
    """What a loader looks at."""
    files = [path.relative_to(folder) for path in Path(folder).rglob("*") if path.is_file()]
    saved = saved_model_pb2.SavedModel()
    saved.ParseFromString((Path(folder) / "saved_model.pb").read_bytes())
    (meta,) = saved.meta_graphs
    signature = meta.signature_def["serving_default"]
    variables = {}
    for key in ("variables", "trainable_variables"):
        listed = meta.collection_def[key].bytes_list.value
        first = variable_pb2.VariableDef.FromString(listed[0])
        variables[key] = sorted(field.name for field, _ in first.ListFields())
    return {
        "files": sorted(map(str, files)),
        "tags": list(meta.meta_info_def.tags),
        "schema": saved.saved_model_schema_version,
        "method": signature.method_name,
        "inputs": {key: item.dtype for key, item in signature.inputs.items()},
        "outputs": {key: item.dtype for key, item in signature.outputs.items()},
        "saver": sorted(field.name for field, _ in meta.saver_def.ListFields()),
        "variables": variables,
        "producer": meta.graph_def.versions.producer,
        "functions": len(meta.graph_def.library.function),
    }


def main():
    """Print both."""
    carried, folder, arrays = sys.argv[1:]
    save(folder)
    predictor = tf.contrib.predictor.from_saved_model(carried)
    stored = np.load(arrays)
    predicted = [predictor({"rows": stored[f"input_{at}"]})["state"].tolist() for at in range(2)]
    found = {"theirs": layout(folder), "ours": layout(carried), "predicted": predicted}
    print(json.dumps(found))


main()
