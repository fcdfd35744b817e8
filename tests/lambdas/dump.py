"""Marshals functions with the Python that runs it: ``PYTHON dump.py OUT.json``; Python 2.7 to 3.13.

The functions are those of the table in ``test_pythons.py``.
"""

from __future__ import print_function

import base64
import json
import marshal
import sys

tf = K = np = foo = None


def steps(x, k=2):
    y = x * k
    z = y + 1
    return z if k > 1 else y


def unpacked(pair):
    a, b = pair
    return a - b


def loop(x):
    for _ in range(3):
        x = x * 2
    return x


def assigned(x, k=0):
    if k:
        x = x + 1
    return x * 2


def swapped(a, b):
    a, b = b, a
    return a - b


def around(factor):
    return lambda x: x * factor


FUNCTIONS = {
    "line": lambda x: x * 2 + 1,
    "slices": lambda x: x[:, 1:, ..., None],
    "first": lambda x: x[0],
    "attribute": lambda x: tf.nn.relu(x),
    "keywords": lambda x: K.mean(x, axis=[1, 2], keepdims=True),
    "condition": lambda x, train=False: x if train else -x,
    "sum": lambda t: t[0] * t[1] + K.sum(t[1], axis=-1, keepdims=True),
    "either": lambda x, a=1, b=2: x * (a and b) + (a or b),
    "compare": lambda x: K.cast(x > 0.5, "float32"),
    "tuple": lambda x: tf.reshape(x, (-1, 3, int(2.0))),
    "dict": lambda x: {"a": x, "b": [x, x]},
    "inner": lambda x: K.map_fn(lambda i: i * 2, x),
    "power": lambda x: x**2 // 3 % 5,
    "invert": lambda x: ~x,
    "none": lambda x, f=None: x if f is None else x + f,
    "in": lambda x, f=1: x if f in (1, 2) else 0,
    "tail": lambda x: K.expand_dims(x, axis=-1)[..., 0],
    "negative": lambda x: x - -1.5e-7,
    "large": lambda x: x + 12345678901234567890,
    "steps": steps,
    "unpacked": unpacked,
    "swapped": swapped,
    "foreign": lambda x: foo(x),
    "system": lambda x: __import__("os").system("touch /tmp/owned") or x,
    "loop": loop,
    "assigned": assigned,
    "comprehension": lambda x: [i for i in x],
    "star": lambda *x: x,
    "around": around(3),
    "complex": lambda x: x * 1j,
}

with open(sys.argv[1], "w") as file:
    dumped = {
        name: base64.b64encode(marshal.dumps(function.__code__)).decode()
        for name, function in FUNCTIONS.items()
    }
    json.dump(dumped, file, indent=0, sort_keys=True)
