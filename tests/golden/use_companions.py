"""Runs inside a real release: what users do with models that need a companion.

``python use_companions.py JOBS.json``, where the file lists ``[name, model, companion, arrays,
folder]``, the companion empty where there is none; prints a line of JSON a job. Each model is
opened, predicts, is saved again by that release, opened anew from what it saved, and predicts
again. Then it trains three steps.
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
    names = {"custom_objects": {}}
    if not path:
        return {}
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


def first(losses):
    """The sum of all losses, which comes first."""
    return float(losses[0] if isinstance(losses, list) else losses)


def difference(one, other):
    return float(np.max(np.abs(one - other)))


def farthest(outputs, arrays):
    """How far off what the source predicted they are, in largest values of an output."""
    with np.load(arrays, allow_pickle=False) as file:
        wanted = [file["output_%d" % i] for i in range(sum(k.startswith("output_") for k in file))]
    if [values.shape for values in outputs] != [values.shape for values in wanted]:
        return float("inf")
    scales = [max(float(np.max(np.abs(values))), 1e-1) for values in wanted]
    return max(difference(*pair) / scale for pair, scale in zip(zip(outputs, wanted), scales))


def compile_for(model):
    """Compile with Adam; losses and optimizers of TF 1.12 compute in one dtype, Keras' own."""
    wide = any(weight.dtype.base_dtype == tf.float64 for weight in model.trainable_weights)
    tf.keras.backend.set_floatx("float64" if wide else "float32")
    model.compile(optimizer=tf.keras.optimizers.Adam(1e-3), loss="mse")


def train(model, companions, inputs, outputs):
    """Losses before and after three steps that move the companion's weights alone."""
    seed = np.random.RandomState(7)
    targets = [values + seed.normal(size=values.shape) for values in outputs]
    mine = [
        layer
        for layer in inner_layers(model)
        if type(layer) in companions and layer.trainable and layer.trainable_weights
    ]
    # Keras trains on arrays whose first dimension is the batch; time-major models mix both.
    if not mine or len({len(values) for values in inputs + outputs}) > 1:
        return None
    kept = [inner for layer in mine for inner in inner_layers(layer)]
    for layer in inner_layers(model):
        if not inner_layers(layer)[1:] and all(layer is not other for other in kept):
            layer.trainable = False
    compile_for(model)
    model.reset_states()
    before = first(model.test_on_batch(inputs, targets))
    old = [layer.get_weights() for layer in mine]
    for _ in range(STEPS):
        model.reset_states()
        model.train_on_batch(inputs, targets)
    model.reset_states()
    after = first(model.test_on_batch(inputs, targets))
    moved = [
        any(difference(*pair) > 0 for pair in zip(values, layer.get_weights()))
        for values, layer in zip(old, mine)
    ]
    return {
        "classes": sorted({type(layer).__name__ for layer in mine}),
        "before": before,
        "after": after,
        "steps": STEPS,
        "moved": all(moved),
    }


def use(model_path, companion, arrays, folder, name, answer):
    """Put what comes of one model into the answer."""
    tf.keras.backend.clear_session()
    objects = custom_objects(companion)
    companions = tuple(item for item in objects.values() if isinstance(item, type))
    with np.load(arrays, allow_pickle=False) as file:
        inputs = [file["input_%d" % i] for i in range(sum(k.startswith("input_") for k in file))]
    model = tf.keras.models.load_model(model_path, custom_objects=objects, compile=False)
    outputs = model.predict_on_batch(inputs)
    outputs = outputs if isinstance(outputs, list) else [outputs]
    answer["off"] = farthest(outputs, arrays)
    classes = {type(la).__name__ for la in inner_layers(model) if type(la) in companions}
    again = os.path.join(folder, name + ".again.h5")
    model.save(again)
    tf.keras.backend.clear_session()
    model = tf.keras.models.load_model(again, custom_objects=objects, compile=False)
    back = model.predict_on_batch(inputs)
    back = back if isinstance(back, list) else [back]
    answer["classes"] = sorted(classes)
    answer["difference"] = max(difference(*pair) for pair in zip(outputs, back))
    answer["trained"] = train(model, companions, inputs, outputs)


def main():
    with open(sys.argv[1]) as jobs:
        jobs = json.load(jobs)
    for name, model, companion, arrays, folder in jobs:
        tf.keras.backend.set_floatx("float32")
        answer = {}
        try:
            use(model, companion, arrays, folder, name, answer)
        except Exception:
            answer["error"] = traceback.format_exc()
        print(json.dumps(dict(answer, name=name)))
        sys.stdout.flush()


if __name__ == "__main__":
    main()
