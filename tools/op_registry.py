"""Runs inside a real TensorFlow: writes the definitions of all operations that it registers.

``PYTHON tools/op_registry.py FILE``: an ``OpList`` without descriptions, in the order of names.
``tools/build_op_registries.py`` calls it.
"""

import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

from tensorflow.core.framework import op_def_pb2


def listed():
    """The serialized list of the C API."""
    try:
        from tensorflow.python.client import pywrap_tf_session as c_api

        return bytes(c_api.TF_GetBuffer(c_api.TF_GetAllOpList()))
    except (ImportError, AttributeError):
        from tensorflow.python import pywrap_tensorflow as c_api

        return bytes(c_api.TF_GetBuffer(c_api.TF_GetAllOpList()))


def main():
    """Write the list."""
    found, kept = op_def_pb2.OpList(), op_def_pb2.OpList()
    found.ParseFromString(listed())
    for op in sorted(found.op, key=lambda op: op.name):
        op.ClearField("summary")
        op.ClearField("description")
        op.ClearField("deprecation")
        for item in list(op.input_arg) + list(op.output_arg) + list(op.attr):
            item.ClearField("description")
        kept.op.add().CopyFrom(op)
    with open(sys.argv[1], "wb") as out:  # noqa: PTH123 - Python 3.6 as well
        out.write(kept.SerializeToString())


main()
