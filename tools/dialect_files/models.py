"""Small models that show how documents are spelt; run by ``tools/build_dialect_files.py``."""

try:
    import keras
except ImportError:  # TF 2.3
    from tensorflow import keras
import numpy as np

from dialect_files import own

layers = keras.layers
KERAS_3 = keras.__version__.startswith("3")


def classes():
    """Classes of the user's own beside the built-in ones of the same name."""
    x = layers.Input((3,), name="x")
    y = own.LayerNormalization(3.0, name="mine")(x)
    y = layers.LayerNormalization(name="theirs")(y)
    y = own.Multiply(name="triple")(y)
    y = layers.Multiply(name="product")([y, x])
    y = own.Exp(name="exp")(y)
    y = layers.Dense(2, kernel_initializer=own.GlorotUniform(0.3), name="dense")(y)
    return own.Net(x, y, name="net")


def registered():
    """A class that the user registered beside the built-in one of the same name."""
    x = layers.Input((3,), name="x")
    y = own.LayerNormalization(3.0, name="mine")(x)
    y = layers.LayerNormalization(name="theirs")(y)
    y = layers.Dense(2, kernel_initializer=own.GlorotUniform(0.3), name="drawn")(y)
    y = layers.Dense(2, kernel_initializer="glorot_uniform", name="dense")(y)
    return keras.Model(x, y, name="registered")


def keywords():
    """Tensors among the keyword arguments of calls, alone, in lists and in dicts."""
    x, z = layers.Input((4, 3), name="x"), layers.Input((4, 3), name="z")
    y = own.Blend(name="blend")(x, other=z, many=[x, z], named={"a": z}, twice=True)
    y = own.Blend(name="again")(y, other=z, many=[y, x])
    y = layers.MultiHeadAttention(1, 2, name="attention")(query=y, value=z, key=x)
    state = layers.Flatten(name="flat")(z)
    state = layers.Dense(2, name="state")(state)
    y = layers.GRU(2, name="gru")(y, initial_state=state)
    return keras.Model([x, z], y, name="keywords")


def operations():
    """Arithmetic on tensors: values in the place of the first, and names that layers have, too."""
    x, z = layers.Input((3,), name="x"), layers.Input((3,), name="z")
    if KERAS_3:
        y = keras.ops.multiply(x, z)
        y = keras.ops.subtract(1.0, y)
        y = keras.ops.concatenate([keras.ops.exp(y), x], axis=-1)
    else:
        import tensorflow as tf

        y = tf.multiply(x, z)
        y = tf.subtract(1.0, y)
        y = tf.concat([tf.exp(y), x], -1)
        y = np.arange(6, dtype="float32") * y
        y = y[:, 1:]
    y = own.Exp(name="exp_layer")(y)
    y = layers.Multiply(name="square")([y, y])
    return keras.Model([x, z], y, name="operations")


def wrapped():
    """Layers in layers, a shared initializer, a policy of two dtypes."""
    drawn = keras.initializers.RandomNormal(seed=3)
    x = layers.Input((4, 3), name="x")
    y = layers.RNN(own.LSTMCell(2, name="mine"), return_sequences=True, name="one")(x)
    cells = [layers.LSTMCell(2, kernel_initializer=drawn), own.LSTMCell(3)]
    y = layers.RNN(cells, return_sequences=True, name="stacked")(y)
    y = layers.TimeDistributed(own.LayerNormalization(2.0, name="inner"), name="each")(y)
    y = layers.Bidirectional(layers.GRU(2, return_sequences=True, name="gru"), name="both")(y)
    y = layers.Dense(2, dtype="mixed_float16", kernel_initializer=drawn, name="half")(y)
    y = layers.Dense(2, kernel_regularizer=keras.regularizers.L2(0.5), name="full")(y)
    return keras.Model(x, y, name="wrapped")


def nested():
    """A stack of the user's own and a graph, both called twice, one of them an output."""
    stack = own.Sequential(
        [layers.Input((3,)), layers.Dense(3, name="first"), own.LayerNormalization(name="inner")],
        name="stack",
    )
    inside = layers.Input((3,), name="inside")
    graph = keras.Model(inside, layers.Dense(3, name="within")(inside), name="graph")
    x = layers.Input((3,), name="x")
    y = graph(stack(graph(x)))
    return keras.Model(x, [y, stack(y)], name="nested")


def constants():
    """A value in the place of a tensor; TF 2.15 does not open it again."""
    x = layers.Input((3,), name="x")
    y = layers.Add(name="sum")([x, np.ones((1, 3), "float32")])
    return keras.Model(x, y, name="constants")


MODELS = {
    function.__name__: function
    for function in (classes, registered, keywords, operations, wrapped, nested, constants)
}
COMPILED = ("classes",)
"""Models that are saved with a loss of the user's own."""
