"""Writes ``tests/surgery/masked_attention``: models with masks that attention takes away.

Run by Keras 3.15::

    PYTHON tools/build_masked_attention.py tests/surgery/masked_attention [MODEL ...]

PYTHON is that of ``keraport runtimes install keras3.15``. Beside each ``MODEL.keras`` is a
``MODEL.npz`` with what it is fed and what the saved file predicts when Keras opens it again.
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

import keras
import numpy as np

L = keras.layers
WORDS, STEPS, WIDTH = 11, 6, 8


def words(mask=True):
    """An input of words, some of them padding, and vectors for them."""
    given = L.Input((STEPS,), dtype="int32")
    return given, L.Embedding(WORDS, WIDTH, mask_zero=mask)(given)


def attend(*tensors):
    return L.MultiHeadAttention(2, 4)(*tensors)


def block(x, normalised_first):
    """A block of a Transformer."""
    given = L.LayerNormalization()(x) if normalised_first else x
    x = L.Add()([x, attend(given, given)])
    x = x if normalised_first else L.LayerNormalization()(x)
    inside = L.LayerNormalization()(x) if normalised_first else x
    return L.Add()([x, L.Dense(WIDTH)(L.Dense(12, activation="relu")(inside))])


def normalised_behind():
    given, x = words()
    return given, L.Dense(2)(L.GlobalAveragePooling1D()(block(block(x, False), False)))


def normalised_first():
    given, x = words()
    return given, L.Dense(2)(L.GlobalAveragePooling1D()(block(block(x, True), True)))


def encoder_and_decoder():
    (first, x), (second, y) = words(), words()
    encoded = block(x, False)
    decoded = L.Add()([y, attend(y, y)])
    return [first, second], L.Add()([decoded, attend(decoded, encoded)])


def one_after_another():
    given, x = words()
    for _ in range(3):
        x = attend(x, x)
    return given, x


def side_by_side():
    """The second finds no mask, for the first has taken it away."""
    given, x = words()
    return given, L.Concatenate()([attend(x, x), attend(x, x)])


def through_dropout():
    """What Dropout gives is what it is given when the model predicts."""
    given, x = words()
    first = attend(x, x)
    second = attend(L.Dropout(0.1)(x), x)
    return given, L.Concatenate()([L.LSTM(3)(first), L.GlobalAveragePooling1D()(second)])


def half_masked():
    """A merge of a tensor with a mask and one without, which hands none on."""
    (first, x), (second, y) = words(), words(mask=False)
    added = L.Add()([x, y])
    return [first, second], attend(added, added)


def called_twice():
    given, x = words()
    shared = L.MultiHeadAttention(2, 4)
    return given, shared(shared(x, x), x)


def gated():
    """Masked steps of a product are 0 in Keras 3.4 and later."""
    given, x = words()
    gates = L.Dense(WIDTH, activation="sigmoid")(x)
    return given, L.Multiply()([x, gates])


MODELS = (
    *(normalised_behind, normalised_first, encoder_and_decoder, one_after_another),
    *(side_by_side, through_dropout, half_masked, called_twice, gated),
)


def main():
    folder, *names = sys.argv[1:]
    Path(folder).mkdir(parents=True, exist_ok=True)
    for number, make in enumerate(MODELS):
        if names and make.__name__ not in names:
            continue
        keras.backend.clear_session()
        keras.utils.set_random_seed(number)
        model = keras.Model(*make(), name=make.__name__)
        draw = np.random.RandomState(number)
        for weight in model.trainable_weights:
            weight.assign(weight.numpy() + draw.randn(*weight.shape) * 0.3)
        inputs = []
        for _ in model.inputs:
            given = draw.randint(1, WORDS, (4, STEPS))
            for sample, kept in enumerate((STEPS, 4, 2, 5)):
                given[sample, kept:] = 0
            inputs.append(given.astype("int32"))
        path = str(Path(folder) / f"{make.__name__}.keras")
        model.save(path)
        found = keras.models.load_model(path).predict_on_batch(
            inputs if len(inputs) > 1 else inputs[0]
        )
        arrays = {f"input_{at}": value for at, value in enumerate(inputs)}
        np.savez_compressed(path.replace(".keras", ".npz"), output_0=found, **arrays)


if __name__ == "__main__":
    main()
