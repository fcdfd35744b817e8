"""Writes the models of ``tests/surgery/returned_inputs``: layers that return their very input.

Run by TensorFlow 1.12.0, which loses the mask of that input::

    python tools/build_returned_inputs.py tests/surgery/returned_inputs
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import numpy as np
import tensorflow as tf

L = tf.keras.layers
K = tf.keras.backend
Model = tf.keras.Model

RNG = np.random.RandomState(3)
STEPS = (5, 3)


def masked():
    """An input with a mask, and the input."""
    given = L.Input(STEPS)
    return given, L.Masking()(given)


def behind(layer, **call):
    """A layer, and one behind it that would skip masked steps."""
    given, x = masked()
    return Model(given, L.LSTM(2, return_sequences=True)(layer(x, **call)))


def beside(layer):
    """The tensor that was returned, used again for certain after it."""
    given, x = masked()
    return Model(given, L.GRU(2)(L.Add()([x, layer(x)])))


def one_of_two():
    """One of two tensors is returned, the other one keeps its mask."""
    (one, x), (other, y) = masked(), masked()
    first = L.Lambda(lambda both: both[0])([x, y])
    return Model([one, other], [L.GRU(2)(L.Add()([x, first])), L.GRU(2)(L.Add()([y, first]))])


def before():
    """A layer that is called on the tensor for certain before it is returned."""
    given, x = masked()
    early = L.RepeatVector(5)(L.GRU(3)(x))
    first = L.Lambda(lambda both: both[0])([x, early])
    return Model(given, L.GRU(2)(L.Subtract()([x, first])))


def in_nested_model():
    """Models that are called keep masks: they are run otherwise."""
    words = L.Input((5,))
    x = L.Embedding(6, 3, mask_zero=True)(words)
    inner = Model(words, L.LSTM(2)(L.ActivityRegularization(0.1)(x)))
    given = L.Input((5,))
    return Model(given, L.Dense(2)(inner(given)))


def unclear():
    """A layer beside it, which may have been called before or after it."""
    given, x = masked()
    return Model(given, [L.GRU(2)(x), L.GRU(2)(L.Activation("linear")(x))])


MODELS = {
    "activity": lambda: behind(L.ActivityRegularization(0.1)),
    "linear": lambda: behind(L.Activation("linear")),
    "no_dropout": lambda: behind(L.AlphaDropout(0)),
    "noise": lambda: behind(L.GaussianNoise(0.5), training=False),
    "noise_at_0": lambda: behind(L.GaussianNoise(0)),
    "stack": lambda: tf.keras.Sequential(
        [L.Masking(input_shape=STEPS), L.ActivityRegularization(0.1), L.GRU(2)]
    ),
    "linear_beside": lambda: beside(L.Activation("linear")),
    "lambda_beside": lambda: beside(L.Lambda(lambda x: x)),
    "cast_beside": lambda: beside(L.Lambda(lambda x: K.cast(x, "float32"))),
    "new_beside": lambda: beside(L.Lambda(lambda x: x * 1.0)),
    "one_of_two": one_of_two,
    "before": before,
    "in_nested_model": in_nested_model,
    "unclear": unclear,
}


def data(model):
    """Inputs with masked steps at the end and in the middle."""
    found = []
    for at, tensor in enumerate(model.inputs):
        if len(tensor.shape) == 2:
            found.append(np.array([[1, 2, 3, 4, 5], [2, 1, 0, 0, 0]], "float32"))
        else:
            values = RNG.normal(size=(2, *STEPS)).astype("float32")
            values[0, 3 + at :] = 0
            values[1, 1 + at] = 0
            found.append(values)
    return found


def main():
    """Each model with random weights, and what it predicts."""
    folder = Path(sys.argv[1])
    for name, build in MODELS.items():
        K.clear_session()
        model = build()
        model.set_weights([RNG.normal(size=w.shape) * 0.7 for w in model.get_weights()])
        given = data(model)
        out = model.predict(given if len(given) > 1 else given[0])
        model.save(str(folder / (name + ".h5")), include_optimizer=False)
        arrays = {f"input_{at}": value for at, value in enumerate(given)}
        outputs = out if isinstance(out, list) else [out]
        arrays.update({f"output_{at}": value for at, value in enumerate(outputs)})
        np.savez(str(folder / (name + ".npz")), **arrays)


if __name__ == "__main__":
    main()
