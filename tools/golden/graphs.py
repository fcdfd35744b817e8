"""Graphs: nested and shared models, several inputs and outputs, frozen parts."""

from __future__ import annotations

import tensorflow as tf

from golden.case import Case, Model, chain, functional

L = tf.keras.layers
Sequential = tf.keras.Sequential


def _conv_block(size: int, channels: int, filters: int, name: str) -> Model:
    start = tf.keras.Input((size, size, channels))
    body = chain(
        start, L.Conv2D(filters, 3, padding="same"), L.BatchNormalization(), L.Activation("relu")
    )
    return tf.keras.Model(start, body, name=name)


def several_inputs_outputs() -> Model:
    """Three inputs and two outputs, named, in an order unlike the alphabet's."""
    late, early = tf.keras.Input((4,), name="z_late"), tf.keras.Input((3,), name="a_early")
    codes = tf.keras.Input((5,), name="m_codes", dtype="int32")
    words = L.GlobalMaxPooling1D()(L.Embedding(10, 3)(codes))
    body = L.Concatenate()([L.Dense(3)(late), L.Dense(3)(early), words])
    amount = L.Dense(2, name="amount")(body)
    kind = L.Dense(3, activation="softmax", name="kind")(body)
    return tf.keras.Model([late, early, codes], [kind, amount])


def dict_inputs() -> Model:
    """Inputs given as a dict: the model takes them in the order of the sorted keys."""
    first, second = tf.keras.Input((3,), name="first"), tf.keras.Input((3,), name="second")
    body = L.Concatenate()([L.Dense(2)(first), L.Dense(2)(second)])
    return tf.keras.Model({"right": first, "left": second}, L.Dense(2)(body))


def outputs_in_a_list() -> Model:
    """Two outputs with a list of losses; one is the input of the other."""
    start = tf.keras.Input((4,))
    first = L.Dense(3, activation="tanh")(start)
    return tf.keras.Model(start, [first, L.Dense(3)(first)])


def same_output_twice() -> Model:
    """One tensor given as output twice, and once more inside the graph."""
    start = tf.keras.Input((4,))
    body = L.Dense(4, activation="tanh")(start)
    return tf.keras.Model(start, [body, body, L.Dense(2)(body)])


def shared_layers() -> Model:
    """One Dense and one BatchNormalization, called several times at different depths."""
    dense, norm = L.Dense(4, activation="tanh", name="shared"), L.BatchNormalization(name="norm")
    start, other = tf.keras.Input((4,)), tf.keras.Input((4,))
    one, two = dense(start), dense(other)
    flat = norm(two)
    deep = dense(norm(L.Dense(4)(one)))
    return tf.keras.Model([start, other], [L.Add()([deep, flat]), dense(deep), flat])


def shared_misread() -> Model:
    """Calls in an order that TensorFlow 2.3.0 itself confuses when it opens the file."""
    shared = L.Dense(4, activation="tanh", name="shared")
    start, other = tf.keras.Input((4,)), tf.keras.Input((4,))
    once = shared(start)
    twice = shared(L.Dense(4, name="between")(once))
    return tf.keras.Model([start, other], [twice, L.Subtract()([shared(other), once])])


def shared_recurrent() -> Model:
    """One LSTM and one Bidirectional, each applied to two sequences."""
    left, right = tf.keras.Input((4, 2)), tf.keras.Input((6, 2))
    reader = L.Bidirectional(L.GRU(2, return_sequences=True))
    summary = L.LSTM(3)
    return tf.keras.Model([left, right], [summary(reader(right)), summary(reader(left))])


def nested_functional() -> Model:
    """A functional model inside a functional model, called once."""
    inner = functional((4,), L.Dense(5, activation="relu"), L.Dense(3))
    start = tf.keras.Input((4,))
    return tf.keras.Model(start, L.Dense(2)(inner(start)))


def nested_shared() -> Model:
    """A nested model called three times: its own call 0 is none of them."""
    inner = functional((4,), L.Dense(5, activation="relu"), L.BatchNormalization(), L.Dense(4))
    first, second = tf.keras.Input((4,)), tf.keras.Input((4,))
    one, two = inner(first), inner(second)
    three = inner(L.Subtract()([one, two]))
    return tf.keras.Model([first, second], [three, L.Concatenate()([two, one])])


def nested_several() -> Model:
    """A nested model with two inputs and two outputs, of which each is used apart."""
    left, right = tf.keras.Input((3,)), tf.keras.Input((4,))
    body = L.Concatenate()([L.Dense(3)(left), L.Dense(3)(right)])
    inner = tf.keras.Model([left, right], [L.Dense(2, "tanh")(body), L.Dense(4)(body)], name="pair")
    one, two = tf.keras.Input((4,)), tf.keras.Input((3,))
    first, second = inner([two, one])
    again, _ = inner([two, second])
    return tf.keras.Model([one, two], [L.Dense(2)(first), second, again])


def nested_deep() -> Model:
    """Model in model in model, with Conv2D and BatchNormalization at each level."""
    inmost = _conv_block(5, 3, 3, "inmost")
    start = tf.keras.Input((5, 5, 3))
    middle = tf.keras.Model(
        start, chain(start, L.Conv2D(3, 1), inmost, L.BatchNormalization()), name="middle"
    )
    outer = tf.keras.Input((5, 5, 2))
    body = chain(outer, L.Conv2D(3, 2, padding="same"), middle, L.BatchNormalization())
    return tf.keras.Model(outer, chain(body, L.GlobalAveragePooling2D(), L.Dense(2)), name="outer")


def frozen_inner_layers() -> Model:
    """Frozen layers in a nested model: trainable weights are listed before the others."""
    inner = functional(
        (4,),
        L.Dense(4, activation="tanh", trainable=False),
        L.BatchNormalization(),
        L.Dense(4, activation="tanh"),
        L.BatchNormalization(trainable=False),
        L.Dense(3),
    )
    start = tf.keras.Input((4,))
    return tf.keras.Model(start, L.Dense(2)(inner(start)))


def frozen_nested() -> Model:
    """A whole nested model frozen, called with training=False, with a new head: fine-tuning."""
    base = _conv_block(5, 2, 3, "base")
    base.trainable = False
    start = tf.keras.Input((5, 5, 2))
    body = L.GlobalAveragePooling2D()(base(start, training=False))
    return tf.keras.Model(start, L.Dense(2)(L.Dropout(0.2)(body)))


def frozen_nested_stack() -> Model:
    """A Sequential of a frozen base and a head, the other form of fine-tuning."""
    base = _conv_block(5, 2, 3, "base")
    base.trainable = False
    return Sequential([base, L.Flatten(), L.Dense(3, activation="softmax")])


def frozen_outer() -> Model:
    """Frozen layers of the outermost model, one of them a wrapper with BatchNormalization."""
    return functional(
        (3, 4),
        L.Dense(4, trainable=False),
        L.TimeDistributed(L.BatchNormalization(), trainable=False),
        L.Bidirectional(L.LSTM(2), trainable=False),
        L.Dense(2),
    )


def frozen_wrappers() -> Model:
    """Wrappers and stacked cells that are frozen around layers that are not, and the reverse."""
    inner = functional((4,), L.Dense(5), L.BatchNormalization(), L.Dense(3))
    cells = [L.SimpleRNNCell(3, trainable=False), L.SimpleRNNCell(3)]
    stacked = L.RNN(L.StackedRNNCells(cells, trainable=False), return_sequences=True)
    free = [L.GRUCell(2), L.GRUCell(2, trainable=False), L.GRUCell(2)]
    return functional(
        (3, 4),
        L.TimeDistributed(inner, trainable=False),
        L.TimeDistributed(L.Dense(3, trainable=False)),
        stacked,
        L.Bidirectional(L.RNN(free), trainable=False),
    )


def frozen_model() -> Model:
    """The outermost model is frozen as a whole before it is saved."""
    model = functional((4,), L.Dense(4, activation="relu"), L.BatchNormalization(), L.Dense(2))
    model.trainable = False
    return model


def parallel_dense() -> Model:
    """Parallel Dense of one shape: nothing but names tells which weights are whose."""
    start = tf.keras.Input((4,))
    parts = [L.Dense(4, activation="tanh", use_bias=False)(start) for _ in range(12)]
    return tf.keras.Model(start, [L.Concatenate()(parts), L.Subtract()([parts[11], parts[2]])])


def parallel_towers() -> Model:
    """Two equal towers that share their middle layer."""
    middle = L.Dense(4, activation="tanh", name="middle")
    left, right = tf.keras.Input((4,), name="left"), tf.keras.Input((4,), name="right")
    one = L.Dense(4)(middle(L.Dense(4)(left)))
    two = L.Dense(4)(middle(L.Dense(4)(right)))
    return tf.keras.Model([left, right], L.Subtract()([two, one]))


def training_argument() -> Model:
    """Calls with training=False and training=None, which the file records."""
    start = tf.keras.Input((4,))
    body = L.BatchNormalization()(L.Dense(4)(start), training=False)
    body = L.Dropout(0.5)(body, training=None)
    return tf.keras.Model(start, L.Dense(2)(body))


def unused_branch() -> Model:
    """A model cut out of a larger one: some layers of the larger one are not in it."""
    start = tf.keras.Input((4,))
    body = L.Dense(5, activation="relu")(start)
    L.Dense(7)(body)
    whole = tf.keras.Model(start, L.Dense(3)(L.Dense(4, activation="tanh")(body)))
    return tf.keras.Model(whole.input, whole.layers[-2].output)


_CONFUSED = {"2.3.0": "the calls of a shared layer are made in the order of the file"}

CASES = (
    Case(several_inputs_outputs, "two_outputs_dict", ("several inputs",), fit=True),
    Case(dict_inputs, tags=("several inputs", "structured")),
    Case(outputs_in_a_list, "two_outputs_list", ("several outputs",), fit=True),
    Case(same_output_twice, tags=("several outputs",)),
    Case(shared_layers, "plain", ("shared",)),
    Case(shared_misread, tags=("shared", "misread"), misread=_CONFUSED),
    Case(shared_recurrent, tags=("shared", "several inputs")),
    Case(nested_functional, "sgd_nesterov", ("nested",)),
    Case(nested_shared, tags=("nested", "shared")),
    Case(nested_several, tags=("nested", "shared", "several inputs", "several outputs")),
    Case(nested_deep, "adam_sparse_logits", ("nested",)),
    Case(frozen_inner_layers, "plain", ("nested", "frozen")),
    Case(frozen_nested, "plain", ("nested", "frozen"), fit=True),
    Case(frozen_nested_stack, "adam_sparse", ("nested", "frozen")),
    Case(frozen_outer, "rmsprop_centered", ("frozen",)),
    Case(frozen_wrappers, tags=("frozen",)),
    Case(frozen_model, tags=("frozen",)),
    Case(parallel_dense, tags=("names",)),
    Case(parallel_towers, "plain", ("shared", "several inputs")),
    Case(training_argument, "plain"),
    Case(unused_branch, "sgd_decay"),
)
