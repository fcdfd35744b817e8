"""Runs inside a real TensorFlow: writes for which dtypes it has kernels on a CPU.

``PYTHON tools/kernel_registry.py FILE``: JSON of operations by name; for each the kernels, and for
each kernel the settings that it limits, with the numbers of the dtypes that it takes.
``tools/build_op_registries.py`` calls it for targets.
"""

import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

from tensorflow.python.framework import kernels


def main():
    """Write the table."""
    found = {}
    for kernel in kernels.get_all_registered_kernels().kernel:
        if kernel.device_type not in ("CPU", "DEFAULT") or kernel.label:
            continue
        limits = {item.name: sorted(item.allowed_values.list.type) for item in kernel.constraint}
        listed = found.setdefault(kernel.op, [])
        if limits not in listed:
            listed.append(limits)
    for listed in found.values():
        listed.sort(key=json.dumps)
    with open(sys.argv[1], "w") as out:  # noqa: PTH123 - Python 3.6 as well
        json.dump(found, out, sort_keys=True, separators=(",", ":"))


main()
