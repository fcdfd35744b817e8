"""List the public names of a TensorFlow release: what each is, and what it takes.

Run it with the Python of the runtime that ``keraport runtimes install RELEASE`` builds::

    PYTHON tools/build_api_names.py src/keraport/catalog/names/tf2.3.json.xz
    PYTHON tools/build_api_names.py src/keraport/catalog/names/tf_keras2.16.json.xz tf_keras

A second argument is the module that stands for ``tf.keras``, where TensorFlow has another Keras.

Each dotted name below ``tf`` has the module and name it is defined by (two names of one thing have
the same), and its parameters; null for what cannot be called.
"""

import importlib
import inspect
import json
import lzma
import os
import sys
import types
from typing import Any, Dict, List, Optional

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import tensorflow as tf

_ELSEWHERE = frozenset(
    "app compat contrib core dtensor estimator examples flags include lite python raw_ops tools"
    " tsl xla".split()
)
_DEPTH = 5


def parameters(function: Any) -> Optional[List[Any]]:
    """Names of the parameters, and whether any keyword is taken; None if that cannot be told."""
    from tensorflow.python.util import tf_inspect

    is_class = inspect.isclass(function)
    try:
        found = tf_inspect.getfullargspec(function.__init__ if is_class else function)
    except (TypeError, AttributeError):
        return None
    names = list(found.args)[is_class:] + list(found.kwonlyargs)
    return [names, bool(found.varkw)]


def identity(function: Any) -> str:
    """Module and name that something is defined by."""
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    name = getattr(function, "__qualname__", getattr(function, "__name__", ""))
    return "%s:%s" % (getattr(function, "__module__", ""), name)


def walk(module: Any, path: str, depth: int, found: Dict[str, Any]) -> None:
    """Fill `found` with the public names of a module and of those in it."""
    for name in sorted(dir(module)):
        if name.startswith("_") or (not path and name in _ELSEWHERE):
            continue
        try:
            value = getattr(module, name)
        except AttributeError:
            continue
        if isinstance(value, types.ModuleType) or type(value).__name__.endswith("Wrapper"):
            name_of = getattr(value, "__name__", "")
            if depth and ("tensorflow" in name_of or "keras" in name_of):
                walk(value, path + name + ".", depth - 1, found)
        elif callable(value):
            found[path + name] = [identity(value), parameters(value)]
        else:
            found[path + name] = None


def main() -> None:
    """Write the table."""
    found: Dict[str, Any] = {}
    walk(tf, "", _DEPTH, found)
    if len(sys.argv) > 2:
        found = {name: row for name, row in found.items() if not name.startswith("keras.")}
        walk(importlib.import_module(sys.argv[2]), "keras.", _DEPTH - 1, found)
    with lzma.open(sys.argv[1], "wt", preset=9 | lzma.PRESET_EXTREME) as file:
        json.dump(found, file, sort_keys=True, separators=(",", ":"))
    print(tf.__version__, len(found))


if __name__ == "__main__":
    main()
