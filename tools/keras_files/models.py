"""Small models that every Keras from 2.15 on can build; run by ``tools/build_keras_files.py``.

Everything stays tiny: the files are committed. Weights are drawn from a seeded generator, so that
no two tensors hold the same values.
"""

import numpy as np


def dense(keras):
    """A Sequential of two Dense layers; names are the user's own and not in alphabetical order."""
    return keras.Sequential(
        [
            keras.layers.Input((3,)),
            keras.layers.Dense(4, activation="relu", name="zulu"),
            keras.layers.Dropout(0.2, name="drop"),
            keras.layers.Dense(2, kernel_regularizer=keras.regularizers.L2(0.01), name="alpha"),
        ],
        name="stack",
    )


def conv_bn(keras):
    """Convolutions and normalizations, two inputs, an Add, and a frozen layer."""
    left = keras.layers.Input((6, 6, 2), name="left")
    right = keras.layers.Input((6, 6, 2), name="right")
    x = keras.layers.Conv2D(3, 3, padding="same", name="conv")(left)
    x = keras.layers.BatchNormalization(name="bn")(x)
    y = keras.layers.SeparableConv2D(3, 3, padding="same", name="separable")(right)
    y = keras.layers.DepthwiseConv2D(3, padding="same", use_bias=False, name="depthwise")(y)
    z = keras.layers.Add(name="add")([x, y])
    z = keras.layers.LayerNormalization(name="ln")(z)
    z = keras.layers.PReLU(shared_axes=[1, 2], name="prelu")(z)
    z = keras.layers.GlobalAveragePooling2D(name="pool")(z)
    frozen = keras.layers.Dense(2, trainable=False, name="frozen")
    return keras.Model([left, right], [frozen(z), z], name="two_inputs")


def recurrent(keras):
    """Recurrent layers: plain, bidirectional, of cells, of stacked cells, of convolutions."""
    tokens = keras.layers.Input((5,), name="tokens")
    x = keras.layers.Embedding(7, 4, mask_zero=True, name="embedding")(tokens)
    x = keras.layers.LSTM(3, return_sequences=True, name="lstm")(x)
    x = keras.layers.Bidirectional(
        keras.layers.GRU(2, return_sequences=True, name="gru"), name="both"
    )(x)
    cells = [keras.layers.LSTMCell(3), keras.layers.GRUCell(2), keras.layers.LSTMCell(2)]
    x = keras.layers.RNN(cells, return_sequences=True, name="stacked")(x)
    x = keras.layers.TimeDistributed(keras.layers.Dense(3, name="inner"), name="each")(x)
    x = keras.layers.SimpleRNN(2, name="simple")(x)
    return keras.Model(tokens, x, name="recurrent")


def convlstm(keras):
    """ConvLSTM2D."""
    frames = keras.layers.Input((2, 4, 4, 1), name="frames")
    x = keras.layers.ConvLSTM2D(2, 3, name="convlstm")(frames)
    return keras.Model(frames, x, name="frames_to_map")


def nested(keras):
    """A Sequential and a graph inside a graph; a shared layer; a layer called twice."""
    inner_input = keras.layers.Input((4,), name="inner_input")
    h = keras.layers.Dense(4, name="inner_dense")(inner_input)
    h = keras.layers.BatchNormalization(name="inner_bn")(h)
    h = keras.layers.Dense(4, name="inner_dense_1")(h)
    inner = keras.Model(inner_input, h, name="inner")
    block = keras.Sequential(
        [
            keras.layers.Input((4,)),
            keras.layers.Dense(3, name="b_dense"),
            keras.layers.BatchNormalization(name="b_bn"),
        ],
        name="block",
    )
    a = keras.layers.Input((4,), name="a")
    b = keras.layers.Input((4,), name="b")
    shared = keras.layers.Dense(4, name="shared")
    x = inner(shared(a))
    y = inner(shared(b))
    z = keras.layers.Concatenate(name="join")([x, y])
    out = keras.layers.Dense(1, name="head")(z)
    return keras.Model({"a": a, "b": b}, {"out": out, "side": block(x)}, name="outer")


def attention(keras):
    """MultiHeadAttention on itself and on another sequence, Attention, EinsumDense."""
    query = keras.layers.Input((3, 4), name="query")
    value = keras.layers.Input((2, 4), name="value")
    x = keras.layers.MultiHeadAttention(2, 3, name="self")(query, query)
    x = keras.layers.MultiHeadAttention(2, 2, use_bias=False, name="cross")(query=x, value=value)
    y = keras.layers.Attention(use_scale=True, name="attend")([x, value])
    y = keras.layers.EinsumDense("abc,cd->abd", (None, 3), bias_axes="d", name="einsum")(y)
    return keras.Model([query, value], y, name="attention")


def preprocessing(keras):
    """Layers with state of their own: statistics and vocabularies."""
    normalization = keras.layers.Normalization(name="norm")
    normalization.adapt(np.arange(12, dtype="float32").reshape(4, 3))
    numbers = keras.layers.Input((3,), name="numbers")
    text = keras.layers.Input((1,), dtype="string", name="text")
    vectorize = keras.layers.TextVectorization(output_sequence_length=4, name="vectorize")
    vectorize.adapt(["the cat sat", "the dog ran away", "caf\u00e9"])
    embedded = keras.layers.Embedding(10, 2, name="embed")(vectorize(text))
    pooled = keras.layers.GlobalAveragePooling1D(name="pool")(embedded)
    joined = keras.layers.Concatenate(name="join")([normalization(numbers), pooled])
    return keras.Model([numbers, text], keras.layers.Dense(1, name="head")(joined), name="mixed")


def half(keras):
    """bfloat16 arithmetic on float32 variables, and bfloat16 variables."""
    x = keras.layers.Input((3,), name="x")
    h = keras.layers.Dense(4, dtype="mixed_bfloat16", name="mixed")(x)
    h = keras.layers.Dense(2, dtype="bfloat16", name="narrow")(h)
    return keras.Model(x, h, name="half")


def operations(keras):
    """Arithmetic on tensors, as each Keras writes it."""
    x = keras.layers.Input((3,), name="x")
    y = keras.layers.Dense(3, name="d")(x)
    return keras.Model(x, y * 2.0 + x, name="operations")


MODELS = {
    function.__name__: function
    for function in (
        *(dense, conv_bn, recurrent, convlstm, nested, attention, preprocessing),
        *(half, operations),
    )
}
TRAINED = {"dense": "adam", "conv_bn": "sgd", "nested": "adam", "recurrent": "rmsprop"}
"""Models that are compiled and trained for a step, so that the optimizer has state."""
WEIGHTS_TOO = ("dense", "nested", "recurrent", "half")
"""Models whose weights are saved alone, too."""
NO_H5 = ("half", "preprocessing")
"""Models that Keras 2.15 cannot save as HDF5, or of which it loses something."""
