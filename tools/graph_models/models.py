"""Whole models: subclassed, recurrent, a Transformer that decodes, beam search."""

import tensorflow as tf

from graph_models.case import built, numbers, program, signature, whole

layers = tf.keras.layers


class Heads(layers.Layer):
    """Attention in several heads, by equations."""

    def __init__(self, width, heads):
        super().__init__()
        self.width, self.heads = width, heads
        self.query, self.key, self.value, self.out = (layers.Dense(width) for _ in range(4))

    def split(self, x):
        shape = tf.shape(x)
        return tf.reshape(x, [shape[0], shape[1], self.heads, self.width // self.heads])

    def call(self, q, k, mask):
        query, key, value = (
            self.split(self.query(q)),
            self.split(self.key(k)),
            self.split(self.value(k)),
        )
        scores = tf.einsum("bqhd,bkhd->bhqk", query, key) / 2.0 + mask * -1e9
        mixed = tf.einsum("bhqk,bkhd->bqhd", tf.nn.softmax(scores), value)
        return self.out(tf.reshape(mixed, [tf.shape(q)[0], -1, self.width]))


class Transformer(tf.keras.Model):
    """Encoder, decoder, and a loop that takes the likeliest token each time."""

    def __init__(self, words=11, width=8):
        super().__init__()
        self.embed = layers.Embedding(words, width)
        self.attend, self.masked, self.cross = Heads(width, 2), Heads(width, 2), Heads(width, 2)
        self.norms = [layers.LayerNormalization() for _ in range(4)]
        self.feed = [layers.Dense(16, "relu"), layers.Dense(width)]
        self.end = layers.Dense(words)

    def encode(self, ids):
        mask = tf.cast(tf.equal(ids, 0), tf.float32)[:, None, None, :]
        x = self.embed(ids)
        x = self.norms[0](x + self.attend(x, x, mask))
        return self.norms[1](x + self.feed[1](self.feed[0](x))), mask

    def decode(self, ids, memory, mask):
        size = tf.shape(ids)[1]
        ahead = 1.0 - tf.linalg.band_part(tf.ones([size, size]), -1, 0)
        x = self.embed(ids)
        x = self.norms[2](x + self.masked(x, x, ahead))
        x = self.norms[3](x + self.cross(x, memory, mask))
        return self.end(x)

    def call(self, inputs):
        memory, mask = self.encode(inputs["source"])
        return self.decode(inputs["target"], memory, mask)

    @tf.function
    def greedy(self, source):
        memory, mask = self.encode(source)
        done = tf.zeros([tf.shape(source)[0]], tf.bool)
        ids = tf.ones([tf.shape(source)[0], 1], tf.int32)
        for _ in tf.range(6):
            tf.autograph.experimental.set_loop_options(
                shape_invariants=[(ids, tf.TensorShape([None, None]))]
            )
            last = self.decode(ids, memory, mask)[:, -1]
            new = tf.argmax(last, -1, output_type=tf.int32)
            new = tf.where(done, tf.zeros_like(new), new)
            ids = tf.concat([ids, new[:, None]], 1)
            done = done | (new == 2)
            if tf.reduce_all(done):
                break
        return ids

    @tf.function
    def beams(self, source, width=3):
        memory, mask = self.encode(source)
        batch = tf.shape(source)[0]
        memory = tf.repeat(memory, width, axis=0)
        mask = tf.repeat(mask, width, axis=0)
        ids = tf.ones([batch, width, 1], tf.int32)
        scores = tf.tile(tf.constant([[0.0] + [-1e9] * (width - 1)]), [batch, 1])
        for i in tf.range(4):
            tf.autograph.experimental.set_loop_options(
                shape_invariants=[(ids, tf.TensorShape([None, width, None]))]
            )
            logits = self.decode(tf.reshape(ids, [batch * width, i + 1]), memory, mask)[:, -1]
            words = tf.shape(logits)[-1]
            chances = tf.nn.log_softmax(tf.reshape(logits, [batch, width, words]))
            total = tf.reshape(scores[..., None] + chances, [batch, width * words])
            scores, flat = tf.math.top_k(total, width)
            before = tf.gather(ids, flat // words, batch_dims=1)
            ids = tf.concat([before, (flat % words)[..., None]], 2)
        return {"ids": ids, "scores": scores}


@built
def transformer():
    """Encoder-decoder with three signatures."""
    tf.random.set_seed(3)
    model = Transformer()
    source = whole(2, 5, top=10, seed=1) + 1
    source[1, 3:] = 0
    target = whole(2, 4, top=10, seed=2) + 1
    model({"source": source, "target": target})
    given = {"source": source, "target": target}
    signatures = {
        "serving_default": signature(
            lambda source, target: model({"source": source, "target": target}), **given
        ),
        "greedy": signature(model.greedy, source=source),
        "beams": signature(model.beams, source=source),
    }
    return (
        model,
        signatures,
        [
            ("serving_default", given),
            ("greedy", {"source": source}),
            ("beams", {"source": source}),
        ],
    )


@built
def recurrent():
    """GRU and LSTM of every kind, some stateful."""

    class Recurrent(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.plain = layers.LSTM(3, return_sequences=True)
            self.unrolled = layers.GRUCell(3)
            self.back = layers.GRU(2, go_backwards=True, return_state=True)
            self.old = layers.GRU(2, reset_after=False, return_sequences=True)
            self.major = layers.LSTM(2, time_major=True)
            self.both = layers.Bidirectional(layers.LSTM(2, return_sequences=True))
            self.cells = layers.RNN([layers.LSTMCell(2), layers.GRUCell(2)])
            self.hard = layers.LSTM(2, recurrent_activation="hard_sigmoid")
            self.conv = layers.ConvLSTM2D(2, 2, padding="same")

        def unroll(self, x):
            state = tf.zeros([tf.shape(x)[0], 3])
            for step in range(4):
                state, _ = self.unrolled(x[:, step], [state])
            return state

        def call(self, x):
            y = self.plain(x)
            masked = self.old(layers.Masking()(x))
            image = tf.reshape(x, [tf.shape(x)[0], 4, 1, 3, 1])
            return {
                "plain": y,
                "unrolled": self.unroll(x),
                "back": tf.concat(self.back(y), -1),
                "old": masked,
                "major": self.major(tf.transpose(x, [1, 0, 2])),
                "both": self.both(x),
                "cells": self.cells(x),
                "hard": self.hard(x),
                "conv": self.conv(image),
            }

    tf.random.set_seed(5)
    model = Recurrent()
    x = numbers(2, 4, 3)
    x[1, 2:] = 0
    model(x)

    def run(x):
        return model(tf.ensure_shape(x, [None, 4, 3]))

    return model, {"serving_default": signature(run, x=x)}, [("serving_default", {"x": x})]


@built
def stateful_recurrent():
    """What was seen before is remembered from call to call."""
    tf.random.set_seed(6)
    entry = tf.keras.Input(batch_shape=(2, 3, 4), name="x")
    out = layers.GRU(3, stateful=True)(layers.LSTM(2, stateful=True, return_sequences=True)(entry))
    model = tf.keras.Model(entry, out)
    x = numbers(2, 3, 4)
    sig = tf.function(
        lambda x: {"out": model(x)}, input_signature=[tf.TensorSpec([2, 3, 4], name="x")]
    )
    return model, {"serving_default": sig}, [("serving_default", {"x": x * k}) for k in (1, 2, 1)]


@built
def two_inputs():
    """A model called by keyword, with the layer of a lost class."""

    class Lost(layers.Layer):
        def build(self, shape):
            self.scale = self.add_weight("scale", [shape[-1]], initializer="ones")
            self.steps = self.add_weight("steps", [], dtype=tf.int32, trainable=False)

        def call(self, x, other, training=None):
            if training:
                return x
            return x * self.scale + tf.cumsum(other, 1, reverse=True)

    first, second = tf.keras.Input([4], name="first"), tf.keras.Input([4], name="second")
    mixed = Lost()(layers.Dense(4, "selu")(first), other=second)
    out = layers.Dropout(0.5)(layers.BatchNormalization()(mixed))
    model = tf.keras.Model([first, second], {"mixed": mixed, "out": out})
    given = {"first": numbers(3, 4), "second": numbers(3, 4, seed=1)}

    def run(first, second):
        return model({"first": first, "second": second}, training=False)

    return model, {"serving_default": signature(run, **given)}, [("serving_default", given)]


@built
def keras_saved():
    """``model.save`` of a model whose call has control flow."""

    class Halting(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.cell = layers.GRUCell(4)
            self.halt = layers.Dense(1, "sigmoid")
            self.embedding = layers.Embedding(20, 4)

        @tf.function
        def call(self, ids):
            x = tf.reduce_mean(self.embedding(ids), 1)
            state = tf.zeros_like(x)
            total = tf.zeros([tf.shape(x)[0], 1])
            steps = 0
            while tf.reduce_any(total < 1.0) and steps < 5:
                state, _ = self.cell(x, [state])
                total += self.halt(state)
                steps += 1
            return state

    tf.random.set_seed(7)
    model = Halting()
    ids = whole(3, 5, top=20, dtype="int64")
    model.predict(ids)
    return model, None, [("serving_default", {"input_1": ids})]


@program(x=numbers(2, 3, 8))
def layer_zoo(x):
    """Layers whose operations are new."""
    norm = tf.nn.moments(x, [-1], keepdims=True)
    y = tf.nn.batch_normalization(x, norm[0], norm[1], None, None, 1e-6)
    dropped = tf.nn.dropout(x, 0.0)
    repeated = tf.repeat(x[:, 0], [1, 3], axis=0)
    window = tf.signal.frame(x, 2, 1, axis=1)
    losses = [
        tf.nn.sigmoid_cross_entropy_with_logits(tf.ones_like(x), x),
        tf.nn.softmax_cross_entropy_with_logits(tf.nn.softmax(x), x),
        tf.keras.losses.cosine_similarity(x, y),
        tf.keras.losses.huber(x, y),
        tf.nn.sparse_softmax_cross_entropy_with_logits([[0, 1, 2], [3, 4, 5]], x),
    ]
    return [
        y,
        dropped,
        repeated,
        window,
        *losses,
        tf.math.reduce_prod(x, -1),
        tf.meshgrid(x[0, 0], x[0, 1])[1],
    ]


@built
def trained_normalisation():
    """BatchNormalization that moves its averages, once and twice in a call; and one that serves."""

    class Normalised(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.first = layers.BatchNormalization(momentum=0.9)
            self.second = layers.BatchNormalization()
            self.conv = layers.Conv2D(3, 2)

        def call(self, x, training=None):
            y = self.first(self.conv(x), training=training)
            z = self.second(y, training=training)
            return {"y": y, "z": z, "again": self.second(y[:, :2] * 2.0, training=training)}

    tf.random.set_seed(8)
    model = Normalised()
    x = numbers(2, 4, 4, 2)
    model(x, training=False)
    signatures = {
        "train": signature(lambda x: model(x, training=True), x=x),
        "serve": signature(lambda x: model(x, training=False), x=x),
    }
    model.signatures_kept = list(signatures.values())
    names = ("serve", "train", "serve", "train", "serve")
    return model, signatures, [(name, {"x": x}) for name in names]
