# mypy: ignore-errors
"""Runs inside a real release: what classes make, take and do with masks, as JSON.

Usage: probe_classes.py REQUEST ANSWER; the request is a JSON list of [class, config, shapes of
the inputs]. The answer has an object for each: variables [name, shape, trained] in the order of
the two kinds, its config, the shape of the output, what becomes of the mask of each input, whether
the layer can be called on two tensors, and whether its ``call`` takes ``training``. A class that
the release lacks is null.
"""

import inspect
import json
import sys

import numpy as np
import tensorflow as tf


def find(name):
    layers = tf.keras.layers
    experimental = getattr(layers, "experimental", None)
    places = [layers, experimental, getattr(experimental, "preprocessing", None)]
    for place in places:
        if place is not None and hasattr(place, name):
            return getattr(place, name)
    return None


def made(name, config):
    known = dict(config)
    for key, value in config.items():
        if isinstance(value, dict) and "class" in value:
            known[key] = made(value["class"], value["config"])
    return find(name)(**known)


def variables(layer):
    rows = []
    for trained, weights in ((True, layer.trainable_weights), (False, layer.non_trainable_weights)):
        for weight in weights:
            own = weight.name.rpartition("/")[2].partition(":")[0]
            rows.append([own, [int(size) for size in weight.shape], trained])
    return rows


def mask_of(layer, tensors, shapes, at):
    """What the layer gives if that input has a mask: a mask, none, or an error."""
    masks = [None] * len(shapes)
    masks[at] = tf.constant(np.ones([2] + [4] * (1 if len(shapes[at]) > 1 else 0), dtype=bool))
    alone = len(shapes) == 1
    try:
        given = layer.compute_mask(tensors[0] if alone else tensors, masks[0] if alone else masks)
    except TypeError as error:
        return "refused" if "does not support masking" in str(error) else str(error)
    except Exception as error:  # the mask does not fit what the layer makes of it
        return type(error).__name__
    if isinstance(given, (list, tuple)):
        given = given[0] if given else None
    return "none" if given is None else "mask"


def takes_two(name, config, tensor):
    try:
        made(name, config)([tensor, tensor])
    except Exception:
        return False
    return True


def probe(name, config, shapes):
    if find(name) is None:
        return None
    tf.keras.backend.clear_session()
    layer = made(name, config)
    arguments = inspect.signature(layer.call).parameters
    dtype = "int32" if name == "Embedding" else "float32"
    tensors = [tf.keras.Input(batch_shape=shape, dtype=dtype) for shape in shapes]
    given = layer(tensors[0] if len(tensors) == 1 else tensors)
    return {
        "config": layer.get_config(),
        "output": [None if size is None else int(size) for size in given.shape],
        "variables": variables(layer),
        "masks": [mask_of(layer, tensors, shapes, at) for at in range(len(shapes))],
        "takes two": takes_two(name, config, tensors[0]),
        "training": "training" in arguments,
    }


def main(request, answer):
    with open(request) as file:
        rows = json.load(file)
    found = []
    for row in rows:
        try:
            found.append(probe(*row))
        except Exception as error:
            found.append({"error": "%s: %s" % (type(error).__name__, error)})
    with open(answer, "w") as file:
        json.dump(found, file, default=str)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
