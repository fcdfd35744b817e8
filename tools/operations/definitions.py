"""Runs inside a real release: prints the definition of every operation that runs on a CPU.

``PYTHON tools/operations/definitions.py > definitions.json``, for TensorFlow 1.12 and for 2.3.
"""

import json
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import tensorflow as tf
from tensorflow.core.framework import op_def_pb2
from tensorflow.python.framework import kernels, op_def_registry


def definitions():
    """All registered operations by name."""
    if hasattr(op_def_registry, "get_registered_ops"):
        return op_def_registry.get_registered_ops()
    from tensorflow.python.client import pywrap_tf_session

    listed = op_def_pb2.OpList()
    listed.ParseFromString(
        bytes(pywrap_tf_session.TF_GetBuffer(pywrap_tf_session.TF_GetAllOpList()))
    )
    return {definition.name: definition for definition in listed.op}


def argument(item):
    """An input or output: a dtype, the attribute that says it, ``N*`` and ``*`` before lists."""
    if item.type_list_attr:
        return "*" + item.type_list_attr
    kind = item.type_attr or tf.as_dtype(item.type).name
    return f"{item.number_attr}*{kind}" if item.number_attr else kind


def plain(value):
    """The value of an attribute as it stands in JSON; types by their names, text undecoded."""
    kind = value.WhichOneof("value")
    if kind is None:
        return None
    if kind == "type":
        return tf.as_dtype(value.type).name
    if kind == "s":
        return value.s.decode("latin-1")
    if kind == "list":
        items = value.list
        if items.type:
            return [tf.as_dtype(item).name for item in items.type]
        return [item.decode("latin-1") for item in items.s] or list(items.i) or list(items.f)
    return getattr(value, kind) if kind in ("i", "f", "b") else None


def dtypes_with_kernels():
    """By operation and attribute the dtypes that some kernel for the CPU takes."""
    found = {}
    for kernel in kernels.get_all_registered_kernels().kernel:
        if kernel.device_type == "CPU":
            limits = found.setdefault(kernel.op, {})
            for constraint in kernel.constraint:
                names = [tf.as_dtype(item).name for item in constraint.allowed_values.list.type]
                limits.setdefault(constraint.name, set()).update(names)
    return found


def main():
    """Print them."""
    runs = dtypes_with_kernels()
    found = {}
    for name, definition in definitions().items():
        if name not in runs:
            continue
        attributes = {}
        for item in definition.attr:
            allowed = plain(item.allowed_values)
            if item.name in runs[name]:
                known = sorted(runs[name][item.name])
                allowed = [kind for kind in known if allowed is None or kind in allowed]
            attributes[item.name] = {
                "type": item.type,
                "default": plain(item.default_value),
                "has_default": item.default_value.WhichOneof("value") is not None,
                "allowed": allowed,
            }
        found[name] = {
            "inputs": [argument(item) for item in definition.input_arg],
            "outputs": [argument(item) for item in definition.output_arg],
            "attributes": attributes,
            "stateful": definition.is_stateful,
        }
    print(json.dumps(found, sort_keys=True))


if __name__ == "__main__":
    main()
