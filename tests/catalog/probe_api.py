# mypy: ignore-errors
# ruff: noqa: PTH123
"""Tells what a real release accepts, as JSON.

Runs inside the release, with Python 3.6 or later; needs nothing but the release itself.

    python probe_api.py REQUEST.json ANSWER.json

The request lists keywords by kind, ``{"keywords": {"layer": [...]}}``. The answer holds, by kind:
``names``, the table of the stock deserializer; ``exports``, the public names; both lead to ids of
``objects``, each with its signature, what its ``get_config`` gives, which keywords its
``from_config`` rejects, and ``supports_masking``.
"""
# It runs under the release's own Python, 3.6 among them: no newer syntax, no newer library.

import copy
import json
import sys

import numpy as np
from probe_kinds import KINDS, belongs, captured, keras, tf
from probe_objects import BOGUS, answer, identifier


def namespace(path):
    target = keras
    for part in path.split("."):
        target = getattr(target, part, None)
        if target is None:
            return {}
    return {name: getattr(target, name) for name in dir(target) if not name.startswith("_")}


def compiled(word):
    """Whether `compile` takes this word for a metric and training works with it."""
    x, y = np.ones((4, 3)), np.tile([0.0, 1.0], (4, 1))
    model = keras.Sequential([keras.layers.Dense(2, activation="softmax", input_shape=(3,))])
    try:
        model.compile("sgd", "categorical_crossentropy", metrics=[word])
        model.fit(x, y, verbose=0)
    except Exception:
        return False
    return True


def registered():
    """Classes that Keras registered by itself, which loaders find like those of the user's own.

    Their names are looked up as they are; those of optimizers are kept in small letters.
    """
    found = keras.utils.get_custom_objects() if hasattr(keras.utils, "get_custom_objects") else {}
    return {name.lower(): obj for name, obj in found.items()}


def names(table):
    return {name: identifier(obj) for name, obj in table.items()}


def main():
    with open(sys.argv[1]) as file:
        request = json.load(file)
    result = {"version": tf.__version__, "objects": {}, "names": {}, "exports": {}}
    objects = {}
    for kind, (mod, config, namespaces, bases, leading) in KINDS.items():
        tables = {}
        if hasattr(mod, "deserialize"):
            tables["names"] = captured(mod, copy.deepcopy(config))
        if kind == "optimizer":
            tables["names"].update(registered())
        tables["exports"] = {
            path + "." + name: obj for path in namespaces for name, obj in namespace(path).items()
        }
        for table, found in tables.items():
            found = {name: obj for name, obj in found.items() if belongs(obj, bases, leading)}
            if kind == "legacy_optimizer" and table == "names":
                current = result["names"]["optimizer"].items()
                current = {name: obj for name, obj in current if not name.startswith("custom>")}
                found = {} if names(found) == current else found
            result[table][kind] = names(found)
            for obj in found.values():
                objects.setdefault(identifier(obj), (obj, request["keywords"].get(kind, [])))
    for key, (obj, keywords) in sorted(objects.items()):
        result["objects"][key] = answer(obj, keywords)
    words = ["accuracy", "acc", "crossentropy", "ce", BOGUS]
    result["compiled"] = [word for word in words if compiled(word)]
    with open(sys.argv[2], "w") as file:
        json.dump(result, file, sort_keys=True)


if __name__ == "__main__":
    main()
