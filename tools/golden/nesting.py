"""Models in models whose masks, calls or states older releases cannot have nested."""

from __future__ import annotations

import tensorflow as tf

from golden.case import Case, Model, functional

L = tf.keras.layers
Sequential = tf.keras.Sequential


def masked_nested() -> Model:
    """A mask at the door of a nested model, of which one more is in it, with frozen weights."""
    inmost = functional(
        (5, 4), L.BatchNormalization(), L.Bidirectional(L.LSTM(2, return_sequences=True))
    )
    inner = functional(
        (5, 4),
        L.Dense(4, trainable=False),
        L.BatchNormalization(),
        inmost,
        L.GRU(3, return_sequences=True),
    )
    start = tf.keras.Input((5, 4))
    return tf.keras.Model(start, L.Dense(2)(L.LSTM(3)(inner(L.Masking()(start)))))


def masked_nested_shared() -> Model:
    """One nested model called with a mask and without, and on its own output."""
    body = tf.keras.Input((5, 4))
    gated = L.Multiply()([L.LSTM(4, return_sequences=True)(body), L.Dense(4, "swish")(body)])
    inner = tf.keras.Model(body, [gated, L.Conv1D(2, 2, padding="same")(body)], name="inner")
    start, other = tf.keras.Input((5, 4)), tf.keras.Input((5, 4))
    first, side = inner(L.Masking()(start))
    second, _ = inner(other)
    third, _ = inner(first)
    return tf.keras.Model([start, other], [L.GRU(2)(third), L.GRU(2)(second), side])


def mask_leaves_models() -> Model:
    """Masks made inside stacks in a stack, of which two have layers of one name."""
    words = Sequential([L.Embedding(6, 3, mask_zero=True), L.Dense(4, name="same")])
    body = Sequential([L.BatchNormalization(), L.Dense(4, activation="tanh", name="same")])
    start = tf.keras.Input((5,), dtype="int32")
    return Sequential([start, words, body, L.LSTM(3), L.Dense(2)])


def mask_stays_in_model() -> Model:
    """A mask that a model in a nested model makes, and the nested model uses up."""
    masking = functional((5, 4), L.Masking(), L.Dense(4), L.BatchNormalization())
    inner = functional((5, 4), L.BatchNormalization(), masking, L.LSTM(3), L.Dense(3))
    start = tf.keras.Input((5, 4))
    return tf.keras.Model(start, L.Dense(2)(inner(start)))


def masked_time_distributed() -> Model:
    """Words masked in sentences masked in texts: models in TimeDistributed take and give masks."""
    texts = tf.keras.Input((3, 5), dtype="int32")
    embedded = L.TimeDistributed(L.Embedding(6, 4, mask_zero=True))(texts)
    inmost = functional((5, 4), L.Dense(4), L.BatchNormalization())
    words = functional((5, 4), inmost, L.Bidirectional(L.GRU(2)), L.Dense(3, activation="swish"))
    sentences = L.TimeDistributed(words)(embedded)
    return tf.keras.Model(texts, L.Dense(2)(L.LSTM(3)(sentences)))


def fewer_tensors() -> Model:
    """A nested model of two inputs, called with one where its output needs no more."""
    left, right = tf.keras.Input((4,)), tf.keras.Input((4,))
    inner = tf.keras.Model([left, right], L.Dense(4, activation="tanh")(left))
    start, other = tf.keras.Input((4,)), tf.keras.Input((4,))
    return tf.keras.Model([start, other], [L.Dense(2)(inner(start)), inner([other, start])])


def nested_mask_argument() -> Model:
    """Masks given to a nested model by name."""
    left, right = tf.keras.Input((5, 4)), tf.keras.Input((5, 4))
    read = L.LSTM(3, return_sequences=True)(L.Dense(4)(left))
    inner = tf.keras.Model([left, right], [read, L.GRU(3)(right)])
    start, other = tf.keras.Input((5, 4)), tf.keras.Input((5, 4))
    mask = tf.keras.Input((5,), dtype="bool")
    read, last = inner([start, other], mask=[mask, None])
    return tf.keras.Model([start, other, mask], [L.LSTM(2)(read), last])


def nested_dicts() -> Model:
    """Nested models that are called with dicts, whose keys are not in the order of the inputs."""
    late, early = tf.keras.Input((3,), name="z_late"), tf.keras.Input((4,), name="a_early")
    both = L.Concatenate()([L.Dense(2)(late), early])
    inner = tf.keras.Model([late, early], {"sum": L.Dense(3)(both), "one": L.Dense(2)(late)})
    first, second = tf.keras.Input((3,)), tf.keras.Input((4,))
    found = inner({"a_early": second, "z_late": first})
    return tf.keras.Model([first, second], [L.Dense(2)(found["sum"]), found["one"]])


def nested_stateful() -> Model:
    """A layer that keeps its states, in a model in a model."""
    inner = Sequential(
        [
            L.Dense(3, batch_input_shape=(6, 5, 4)),
            L.LSTM(3, stateful=True, return_sequences=True),
        ]
    )
    start = tf.keras.Input(batch_shape=(6, 5, 4))
    outer = tf.keras.Model(start, L.BatchNormalization()(inner(start)))
    again = tf.keras.Input(batch_shape=(6, 5, 4))
    return tf.keras.Model(again, L.Dense(2)(L.GRU(2)(outer(again))))


def stacks_built_late() -> Model:
    """Stacks that tell no input shape, of layers that become several."""
    inner = Sequential([L.Dense(3, activation="swish"), L.Activation("swish")])
    model = Sequential([Sequential([L.Dense(4, activation="swish"), inner]), L.Dense(2)])
    model.build((None, 3))
    return model


_FEWER = {"2.15.1": "a model of two inputs cannot be called with one"}

CASES = (
    Case(masked_nested, "plain", ("nested", "masked"), masked=True),
    Case(masked_nested_shared, tags=("nested", "masked", "shared"), masked=True),
    Case(mask_leaves_models, "plain", ("nested", "masked"), masked=True, integers=6),
    Case(mask_stays_in_model, tags=("nested", "masked"), masked=True),
    Case(masked_time_distributed, tags=("nested", "masked"), masked=True, integers=6),
    Case(fewer_tensors, tags=("nested", "several inputs"), unavailable=_FEWER),
    Case(nested_mask_argument, tags=("nested", "masked", "several inputs")),
    Case(nested_dicts, tags=("nested", "structured")),
    Case(nested_stateful, tags=("nested", "stateful"), batch=6),
    Case(stacks_built_late, tags=("nested",)),
)
