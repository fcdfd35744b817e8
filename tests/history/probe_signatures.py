# mypy: ignore-errors
# ruff: noqa: PTH123
"""The signatures of a real release, and what some of its functions compute."""
# It runs under the release's own Python, 3.6 among them: no newer syntax, no newer library.

import importlib
import inspect
import json
import sys

import numpy


def public(keras, path):
    """The object at a path of the public API; None if there is none."""
    found = keras
    for part in path.split("."):
        found = getattr(found, part, None)
    return found


def unwrapped(function):
    """Without the decorators of TensorFlow, which keep what they wrap."""
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    return function


def default_of(parameter):
    if parameter.default is parameter.empty:
        return {"required": True}
    value = parameter.default
    value = list(value) if isinstance(value, tuple) else value
    try:
        return {"default": json.loads(json.dumps(value))}
    except TypeError:
        return {"default": str(value)}


def signature(found):
    """The named parameters: name, and default."""
    target = unwrapped(found.__init__ if inspect.isclass(found) else found)
    items = list(inspect.signature(target).parameters.values())
    items = items[1:] if inspect.isclass(found) else items
    named = [p for p in items if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    return [[p.name, default_of(p)] for p in named]


def computed(keras, x):
    """hard_sigmoid of a number."""
    tensor = keras.backend.constant(x) if hasattr(keras.backend, "constant") else x
    value = keras.activations.hard_sigmoid(tensor)
    evaluate = getattr(keras.backend, "get_value", numpy.asarray)
    return [float(item) for item in evaluate(value)]


def main(module, request, answer):
    keras = importlib.import_module(module)
    with open(request) as stream:
        asked = json.load(stream)
    found = {path: public(keras, path) for path in asked["paths"]}
    signatures = {path: None if item is None else signature(item) for path, item in found.items()}
    x = numpy.array(asked["x"], "float32")
    document = {"signatures": signatures, "hard_sigmoid": computed(keras, x)}
    with open(answer, "w") as stream:
        json.dump(document, stream)


if __name__ == "__main__":
    main(*sys.argv[1:])
