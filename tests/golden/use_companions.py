"""Runs inside a real release: what users do with models that need a companion.

``python use_companions.py JOBS.json``, where the file lists ``[name, model, companion, arrays,
folder]``; prints a line of JSON a job. Each model is opened, predicts, is saved again by that
release, opened anew from what it saved, and predicts again. Then it trains three steps.
"""

import json
import os
import sys
import traceback

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf

STEPS = 3


def custom_objects(path):
    """What a companion defines."""
    names = {}
    with open(path) as source:
        exec(source.read(), names)  # our own companion, written a moment ago
    return names["custom_objects"]


def inner_layers(layer):
    """A layer and all layers in it."""
    found = [layer]
    parts = list(getattr(layer, "layers", []))
    parts += [getattr(layer, key, None) for key in ("layer", "cell")]
    parts += [getattr(layer, key, None) for key in ("forward_layer", "backward_layer")]
    parts += list(getattr(layer, "cells", []))
    for part in parts:
        if isinstance(part, tf.keras.layers.Layer):
            found += inner_layers(part)
    return found


def first(outputs):
    return outputs[0] if isinstance(outputs, list) else outputs


def difference(one, other):
    return float(np.max(np.abs(one - other)))


def train(model, companions, inputs, outputs):
    """Losses before and after three steps that move the companion's weights alone."""
    seed = np.random.RandomState(7)
    targets = [values + seed.normal(size=values.shape) for values in outputs]
    mine = []
    for layer in inner_layers(model):
        is_mine = type(layer) in companions
        if is_mine and layer.trainable and layer.trainable_weights:
            mine.append(layer)
        elif not is_mine and not hasattr(layer, "layers") and not inner_layers(layer)[1:]:
            layer.trainable = False
    if not mine:
        return None
    model.compile(optimizer=tf.keras.optimizers.Adam(1e-3), loss="mse")
    before = first(model.evaluate(inputs, targets, batch_size=len(inputs[0]), verbose=0))
    old = [layer.get_weights() for layer in mine]
    history = model.fit(
        inputs, targets, batch_size=len(inputs[0]), epochs=STEPS, verbose=0, shuffle=False
    )
    after = first(model.evaluate(inputs, targets, batch_size=len(inputs[0]), verbose=0))
    moved = [
        any(difference(*pair) > 0 for pair in zip(values, layer.get_weights()))
        for values, layer in zip(old, mine)
    ]
    return {
        "classes": sorted({type(layer).__name__ for layer in mine}),
        "before": before,
        "after": after,
        "steps": len(history.history["loss"]),
        "moved": all(moved),
    }


def use(model_path, companion, arrays, folder, name):
    """What comes of one model."""
    tf.keras.backend.clear_session()
    objects = custom_objects(companion)
    companions = tuple(item for item in objects.values() if isinstance(item, type))
    with np.load(arrays, allow_pickle=False) as file:
        inputs = [file["input_%d" % i] for i in range(sum(k.startswith("input_") for k in file))]
    model = tf.keras.models.load_model(model_path, custom_objects=objects, compile=False)
    outputs = model.predict(inputs, batch_size=len(inputs[0]))
    outputs = outputs if isinstance(outputs, list) else [outputs]
    classes = {type(la).__name__ for la in inner_layers(model) if type(la) in companions}
    again = os.path.join(folder, name + ".again.h5")
    model.save(again)
    tf.keras.backend.clear_session()
    model = tf.keras.models.load_model(again, custom_objects=objects, compile=False)
    back = model.predict(inputs, batch_size=len(inputs[0]))
    back = back if isinstance(back, list) else [back]
    return {
        "classes": sorted(classes),
        "difference": max(difference(*pair) for pair in zip(outputs, back)),
        "trained": train(model, companions, inputs, outputs),
    }


def main():
    with open(sys.argv[1]) as jobs:
        jobs = json.load(jobs)
    for name, model, companion, arrays, folder in jobs:
        try:
            answer = use(model, companion, arrays, folder, name)
        except Exception:
            answer = {"error": traceback.format_exc()}
        print(json.dumps(dict(answer, name=name)))
        sys.stdout.flush()


if __name__ == "__main__":
    main()
