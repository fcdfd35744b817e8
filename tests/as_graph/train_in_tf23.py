"""Runs in real TensorFlow 2.3: saves models, trains what it loads again, and writes the losses.

``PYTHON train_in_tf23.py FOLDER [SAVED_MODEL ...]``: models of its own are saved in FOLDER. For
each, FOLDER/NAME.json has the losses of four steps and the names of the trained variables.
"""

import json
import os
import sys
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import numpy as np
import tensorflow as tf

RATE, STEPS = 0.05, 4


class Branches(tf.Module):
    """Chooses a layer by what it is given, and loops over a state."""

    def __init__(self):
        super().__init__()
        draw = np.random.RandomState(3)
        self.kernel = tf.Variable(draw.normal(size=(3, 4)).astype("f4"), name="kernel")
        self.other = tf.Variable(draw.normal(size=(3, 4)).astype("f4"), name="other")
        self.step = tf.Variable(0.3 * draw.normal(size=(4, 4)).astype("f4"), name="step")
        self.fixed = tf.Variable(2.0, name="fixed", trainable=False)

    @tf.function(input_signature=[tf.TensorSpec([None, 3], name="rows")])
    def called(self, rows):
        if tf.reduce_sum(rows) > 0.0:
            state = tf.matmul(rows, self.kernel)
        else:
            state = tf.tanh(tf.matmul(rows, self.other)) * self.fixed
        count = tf.constant(0)
        while count < 3:
            if tf.reduce_max(state) > 1.0:
                state = tf.tanh(tf.matmul(state, self.step))
            else:
                state = state + tf.matmul(state, self.step)
            count += 1
        return {"state": state}


def save_own(folder):
    """A model whose gradients go through branches and loops, for inputs that take either way."""
    model = Branches()
    path = folder / "branches"
    tf.saved_model.save(model, str(path), signatures={"serving_default": model.called})
    return path


def train(path):
    """Losses, and the variables that gradients were taken of."""
    loaded = tf.saved_model.load(str(path))
    function = loaded.signatures["serving_default"]
    # Keras loads variables of its optimizer, too.
    variables = getattr(loaded, "trainable_variables", None)
    if variables is None:
        variables = [item for item in function.variables if item.trainable]
    inputs = draw(function.structured_input_signature[1])
    losses, trained = [], None
    for _ in range(STEPS):
        with tf.GradientTape() as tape:
            outputs = function(**{name: tf.constant(value) for name, value in inputs.items()})
            loss = sum(tf.reduce_mean(tf.square(outputs[key] - 0.3)) for key in sorted(outputs))
        losses.append(float(loss))
        gradients = tape.gradient(loss, list(variables))
        trained = sorted(v.name for v, g in zip(variables, gradients) if g is not None)
        for variable, gradient in zip(variables, gradients):
            if gradient is not None:
                variable.assign_sub(RATE * tf.convert_to_tensor(gradient))
    return {
        "losses": losses,
        "trained": trained,
        "trainable": sorted(variable.name for variable in variables),
        "inputs": {name: value.tolist() for name, value in inputs.items()},
    }


def draw(specs):
    """Values by name; batches of 4, and 5 for other open sizes."""
    state = np.random.RandomState(7)
    found = {}
    for name in sorted(specs):
        shape = [4 if at == 0 else size or 5 for at, size in enumerate(specs[name].shape.as_list())]
        found[name] = state.normal(size=shape).astype("f4")
    return found


def main():
    """Train all models."""
    folder, *given = map(Path, sys.argv[1:])
    for path in [*given, save_own(folder)]:
        (folder / f"{path.name}.json").write_text(json.dumps(train(path)))


main()
