# mypy: ignore-errors
"""Runs inside a real release: models of classes of which tables of ours once said different things.

Usage: make_models.py FOLDER; writes what the release has, and the weights of each as it lists them.
"""

import sys

import numpy as np
import tensorflow as tf

K = tf.keras
L = K.layers
STEPS = (6, 3)


def sync_in_nested():
    """Called with ``training=True``, and taken apart for older releases: a mask reaches it."""
    given = K.Input(STEPS)
    normal = L.experimental.SyncBatchNormalization(name="sync")(given)
    inner = K.Model(given, L.Flatten(name="flat")(normal), name="inner")
    outer = K.Input(STEPS)
    return K.Model(outer, inner(L.Masking()(outer), training=True))


def dot_of_masked():
    given = [K.Input(STEPS), K.Input(STEPS)]
    product = L.Dot(axes=2)([L.Masking()(tensor) for tensor in given])
    return K.Model(given, L.LSTM(3)(L.Reshape(STEPS[:1] * 2)(product)))


def renormalised():
    given = K.Input(STEPS)
    return K.Model(given, L.BatchNormalization(renorm=True, name="renorm")(given))


def concatenated_scores():
    given = [K.Input(STEPS), K.Input(STEPS)]
    attention = L.Attention(use_scale=True, score_mode="concat", name="attention")
    return K.Model(given, attention(given))


def heads():
    given = [K.Input(STEPS), K.Input(STEPS)]
    attention = L.MultiHeadAttention(2, 3, name="attention")
    return K.Model(given, L.GRU(2, name="gru")(attention(*given)))


MODELS = {
    "tf2.3": (sync_in_nested, dot_of_masked),
    "tf2.15": (renormalised, concatenated_scores, heads),
}


def main(release, folder):
    random = np.random.RandomState(0)
    for make in MODELS[release]:
        K.backend.clear_session()
        model = make()
        model.set_weights([random.rand(*w.shape) + np.zeros_like(w) for w in model.get_weights()])
        for suffix in (".h5", ".keras") if release == "tf2.15" else (".h5",):
            model.save("%s/%s%s" % (folder, make.__name__, suffix))
        named = {"%d" % at: weight for at, weight in enumerate(model.get_weights())}
        np.savez("%s/%s.npz" % (folder, make.__name__), **named)


if __name__ == "__main__":
    main(*sys.argv[1:])
