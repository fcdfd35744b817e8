"""Runs inside a real release: saves models, or predicts with filled ones.

``python run_archives.py KERAS make FOLDER``: writes ``trained.keras``, ``trained.h5``, what it
predicts (``predicted.npz``), ``untrained.keras``, whose layers have other names, and
``hard.keras``, a trained model with the activation hard_sigmoid, and ``both.keras``, ``both.h5``
and ``both_untrained.keras``, models of wrappers.
``python run_archives.py KERAS load MODEL INPUTS.npz OUTPUTS.npz``.
"""

import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf

if sys.argv[1] == "keras":
    import keras
else:
    keras = tf.keras
layers = keras.layers


def built(prefix):
    x = layers.Input((6, 5), name=prefix + "in")
    y = layers.Conv1D(4, 3, activation="relu", name=prefix + "conv")(x)
    y = layers.BatchNormalization(name=prefix + "norm")(y)
    y = layers.LSTM(3, name=prefix + "lstm")(y)
    return keras.Model(x, layers.Dense(2, name=prefix + "out")(y))


def hard():
    """The activation hard_sigmoid wherever a layer can name one."""
    x = layers.Input((6, 5))
    y = layers.GRU(4, recurrent_activation="hard_sigmoid", return_sequences=True, name="gru")(x)
    y = layers.TimeDistributed(layers.Dense(4, activation="hard_sigmoid"), name="steps")(y)
    y = layers.RNN(layers.LSTMCell(3, recurrent_activation="hard_sigmoid"), name="cell")(y)
    y = layers.Dense(3, activation="hard_sigmoid", name="dense")(y)
    y = layers.Activation("hard_sigmoid", name="alone")(layers.Dense(4, name="plain")(y))
    return keras.Model(x, layers.Dense(2, name="last")(y))


def both_ways(prefix):
    """Wrappers that name what they wrap, and that nobody named; one has another layer backwards."""
    x = layers.Input((6, 5), name=prefix + "in")
    y = layers.Bidirectional(layers.LSTM(3, return_sequences=True))(x)
    y = layers.Bidirectional(
        layers.GRU(2, return_sequences=True),
        backward_layer=layers.GRU(2, return_sequences=True, go_backwards=True),
    )(y)
    y = layers.TimeDistributed(layers.Dense(4, activation="tanh"))(y)
    cells = [layers.LSTMCell(3), layers.LSTMCell(2)]
    return keras.Model(x, layers.Bidirectional(layers.RNN(cells))(y))


if sys.argv[2] == "make":
    folder = sys.argv[3]
    numbers = np.random.RandomState(3)
    trained = built("old_")
    trained.set_weights([numbers.uniform(0.1, 1, w.shape) for w in trained.get_weights()])
    trained.save(folder + "/trained.keras")
    trained.save(folder + "/trained.h5")
    built("new_").save(folder + "/untrained.keras")
    x = numbers.uniform(-1, 1, (3, 6, 5)).astype("float32")
    model = hard()
    model.set_weights([numbers.uniform(-2, 2, w.shape) for w in model.get_weights()])
    model.save(folder + "/hard.keras")
    hard_y = model.predict(x, verbose=0)
    model = both_ways("old_")
    model.set_weights([numbers.uniform(-1, 1, w.shape) for w in model.get_weights()])
    model.save(folder + "/both.keras")
    model.save(folder + "/both.h5")
    both_ways("new_").save(folder + "/both_untrained.keras")
    np.savez(
        folder + "/predicted.npz",
        x=x,
        y=trained.predict(x, verbose=0),
        hard=hard_y,
        both=model.predict(x, verbose=0),
    )
else:
    with np.load(sys.argv[4]) as given:
        y = keras.models.load_model(sys.argv[3]).predict(given["x"], verbose=0)
        np.savez(sys.argv[5], y=y)
