"""Dump the code of the functions of a TensorFlow release that are plain functions.

Run it with the Python of the runtime that ``keraport runtimes install RELEASE`` builds, and give
what it prints to ``tools/build_known_code.py``::

    PYTHON tools/dump_functions.py src/keraport/lambdas/harmless/functions.tsv > tf2.3.json

Whoever writes ``Lambda(tf.square)`` saves the code of that function into the model.
"""

import base64
import json
import marshal
import os
import sys
import types

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import tensorflow as tf


def look_up(path):
    """What stands below ``tf`` under that name, None if nothing does."""
    value = tf
    for part in path.split("."):
        value = getattr(value, part, None)
    return value


def main():
    """Names and code, as JSON."""
    found = {}
    for line in open(sys.argv[1]):
        name = line.split("\t")[0]
        function = look_up(name[3:]) if name.startswith("tf.") else None
        if not isinstance(function, types.FunctionType) or function.__closure__:
            continue
        if function.__code__.co_flags & 0x0C:
            continue
        found[name] = base64.b64encode(marshal.dumps(function.__code__)).decode()
    json.dump(found, sys.stdout, indent=0, sort_keys=True)


main()
