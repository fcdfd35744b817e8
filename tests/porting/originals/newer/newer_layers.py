"""Layers as people write them for tf.keras; `CASES` says how the tests call them."""

import numpy as np
import tensorflow as tf
import tensorflow.keras.backend as K
from tensorflow import keras
from tensorflow.keras import activations, constraints, initializers, layers, regularizers
from tensorflow.keras.layers import Dense, Layer, Wrapper


def swish_of(x, beta=1.5):
    """An activation of one's own."""
    return x * K.sigmoid(beta * x)


class Corners(initializers.Initializer):
    """An initializer of one's own."""

    def __init__(self, value=0.5):
        self.value = value

    def __call__(self, shape, dtype=None, **kwargs):
        return K.constant(np.full(shape, self.value), dtype=dtype)

    def get_config(self):
        return {"value": self.value}


class Spread(regularizers.Regularizer):
    """A regularizer of one's own."""

    def __init__(self, factor=0.1):
        self.factor = factor

    def __call__(self, x):
        return self.factor * K.sum(K.square(x - K.mean(x)))

    def get_config(self):
        return {"factor": float(self.factor)}


@tf.keras.utils.register_keras_serializable(package="Mine")
class MyDense(Layer):
    """A Dense of one's own, with all that people take from Keras' own."""

    def __init__(
        self,
        units,
        activation=None,
        kernel_initializer="glorot_uniform",
        kernel_regularizer=None,
        kernel_constraint=None,
        **kwargs
    ):
        super(MyDense, self).__init__(**kwargs)
        self.units = units
        self.activation = activations.get(activation)
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)

    def build(self, input_shape):
        assert len(input_shape) >= 2
        size = tf.TensorShape(input_shape).as_list()[-1]
        self.kernel = self.add_weight(
            "kernel",
            (size, self.units),
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.bias = self.add_weight("bias", shape=[self.units], dtype=tf.float32)
        self.built = True

    def call(self, inputs):
        return self.activation(K.dot(inputs, self.kernel) + self.bias)

    def compute_output_shape(self, input_shape):
        return tf.TensorShape(input_shape[:-1]).concatenate([self.units])

    def get_config(self):
        config = {
            "units": self.units,
            "activation": activations.serialize(self.activation),
            "kernel_initializer": initializers.serialize(self.kernel_initializer),
            "kernel_regularizer": regularizers.serialize(self.kernel_regularizer),
            "kernel_constraint": constraints.serialize(self.kernel_constraint),
        }
        base = super(MyDense, self).get_config()
        return dict(list(base.items()) + list(config.items()))


class AttentionWithContext(Layer):
    """Attention over steps as it goes around: functions of K, and a mask."""

    def __init__(self, bias=True, **kwargs):
        self.supports_masking = True
        self.init = initializers.get("glorot_uniform")
        self.bias = bias
        super().__init__(**kwargs)

    def build(self, input_shape):
        size = input_shape[-1]
        self.W = self.add_weight(shape=(size, size), initializer=self.init, name="{}_W".format(self.name))
        if self.bias:
            self.b = self.add_weight(shape=(size,), initializer="zero", name="{}_b".format(self.name))
        self.u = self.add_weight(shape=(size,), initializer=self.init, name="{}_u".format(self.name))
        super().build(input_shape)

    def compute_mask(self, input, input_mask=None):
        return None

    def call(self, x, mask=None):
        uit = K.dot(x, self.W)
        if self.bias:
            uit += self.b
        uit = K.tanh(uit)
        ait = K.squeeze(K.dot(uit, K.expand_dims(self.u)), axis=-1)
        a = K.exp(ait)
        if mask is not None:
            a *= K.cast(mask, K.floatx())
        a /= K.cast(K.sum(a, axis=1, keepdims=True) + K.epsilon(), K.floatx())
        a = K.expand_dims(a)
        return K.sum(x * a, axis=1)

    def compute_output_shape(self, input_shape):
        return input_shape[0], input_shape[-1]

    def get_config(self):
        return dict(super().get_config(), bias=self.bias)


class LossLayer(keras.layers.Layer):
    """Adds a loss of what comes in, and drops out by hand."""

    def __init__(self, rate=0.1, dynamic=False, **kwargs):
        super().__init__(dynamic=False, **kwargs)
        self.rate = rate

    def build(self, input_shape):
        self.scale = self.add_weight(name="scale", shape=(int(input_shape[-1]),), initializer="ones")

    def call(self, inputs, training=None):
        def dropped():
            return K.dropout(inputs, self.rate)

        scaled = K.in_train_phase(dropped, inputs, training=training) * self.scale
        self.add_loss(self.rate * K.mean(K.square(scaled)))
        return scaled

    def get_config(self):
        return dict(super().get_config(), rate=self.rate)


class MinimalCell(layers.Layer):
    """A recurrent cell of one's own."""

    def __init__(self, units, **kwargs):
        self.units = units
        self.state_size = units
        super().__init__(**kwargs)

    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[-1], self.units), initializer="uniform", name="kernel")
        self.recurrent = self.add_weight(shape=(self.units, self.units), initializer="uniform", name="recurrent")
        self.built = True

    def call(self, inputs, states):
        previous = states[0]
        h = K.dot(inputs, self.kernel)
        output = K.tanh(h + K.dot(previous, self.recurrent))
        return output, [output]

    def get_config(self):
        return dict(super().get_config(), units=self.units)


class Residual(Wrapper):
    """Adds to the output of a layer what came in."""

    def __init__(self, layer, **kwargs):
        super().__init__(layer, **kwargs)
        self.supports_masking = True

    def build(self, input_shape):
        if not self.layer.built:
            self.layer.build(input_shape)
            self.layer.built = True
        super().build()

    def call(self, inputs):
        return self.layer(inputs) + inputs

    def compute_output_shape(self, input_shape):
        return input_shape


class Capsules(Layer):
    """Routing with products by batch, and functions of TensorFlow."""

    def __init__(self, count=3, size=4, routings=2, **kwargs):
        super().__init__(**kwargs)
        self.count, self.size, self.routings = count, size, routings

    def build(self, input_shape):
        self.W = self.add_weight(
            name="W", shape=(1, input_shape[-1], self.count * self.size), initializer="glorot_uniform"
        )

    def squash(self, x):
        norm = tf.reduce_sum(tf.square(x), -1, keepdims=True)
        return x / tf.sqrt(norm + K.epsilon()) * norm / (0.5 + norm)

    def call(self, u):
        hat = K.conv1d(u, self.W)
        batch, steps = K.shape(u)[0], K.shape(u)[1]
        hat = K.reshape(hat, (batch, steps, self.count, self.size))
        hat = K.permute_dimensions(hat, (0, 2, 1, 3))
        b = K.zeros_like(hat[:, :, :, 0])
        for i in range(self.routings):
            c = K.softmax(b, 1)
            o = self.squash(K.sum(K.expand_dims(c) * hat, axis=2))
            if i < self.routings - 1:
                b = K.batch_dot(o, K.permute_dimensions(K.sum(hat, axis=1), (0, 2, 1)))
        return o

    def compute_output_shape(self, input_shape):
        return (None, self.count, self.size)

    def get_config(self):
        return dict(super().get_config(), count=self.count, size=self.size, routings=self.routings)


class Encoder(layers.Layer):
    """Layers inside a layer, made in __init__ and in build."""

    def __init__(self, size=8, **kwargs):
        super().__init__(**kwargs)
        self.size = size
        self.norm = layers.LayerNormalization(epsilon=1e-6)
        self.blocks = [Dense(size, activation="relu", name=f"block_{i}") for i in range(2)]

    def build(self, input_shape):
        self.out = Dense(input_shape[-1], activation=swish_of)
        super().build(input_shape)

    def call(self, inputs, training=None):
        x = self.norm(inputs)
        for block in self.blocks:
            x = block(x)
        scores = tf.einsum("bij,bkj->bik", x, x) / tf.math.sqrt(tf.cast(self.size, tf.float32))
        x = tf.matmul(tf.nn.softmax(scores), x)
        return inputs + self.out(x)

    def get_config(self):
        return dict(super().get_config(), size=self.size)


class Pair(Layer):
    """Two tensors in a list."""

    def build(self, input_shape):
        first, second = input_shape
        self.w = self.add_weight(name="w", shape=(first[-1], second[-1]), initializer="uniform")

    def call(self, inputs):
        first, second = inputs
        return K.concatenate([first @ self.w, K.abs(second)]) if K.ndim(first) == 2 else second

    def compute_output_shape(self, input_shape):
        first, second = input_shape
        return (first[0], 2 * second[-1])


def weighted_loss(y_true, y_pred):
    """A loss of one's own."""
    return K.mean(K.square(y_true - y_pred) * (1 + K.abs(y_true)), axis=-1)


class Focal(keras.losses.Loss):
    """A loss class of one's own."""

    def __init__(self, gamma=2.0, reduction=keras.losses.Reduction.SUM_OVER_BATCH_SIZE, name="focal"):
        super().__init__(reduction=reduction, name=name)
        self.gamma = gamma

    def call(self, y_true, y_pred):
        p = K.clip(K.sigmoid(y_pred), K.epsilon(), 1 - K.epsilon())
        pt = tf.where(y_true > 0, p, 1 - p)
        return K.mean(-K.pow(1.0 - pt, self.gamma) * K.log(pt), axis=-1)


class Largest(keras.metrics.Metric):
    """A metric of one's own."""

    def __init__(self, name="largest", **kwargs):
        super().__init__(name=name, **kwargs)
        self.total = self.add_weight("total", initializer="zeros")
        self.count = self.add_weight(name="count", initializer="zeros")

    def update_state(self, y_true, y_pred, sample_weight=None):
        self.total.assign_add(K.sum(K.max(K.abs(y_true - y_pred), axis=-1)))
        self.count.assign_add(K.cast(tf.shape(y_true)[0], "float32"))

    def result(self):
        return self.total / self.count

    def reset_states(self):
        self.total.assign(0.0)
        self.count.assign(0.0)


def one(layer):
    return lambda: [layer()]


class Variables(layers.Layer):
    """Weights that are variables, as the guide to layers of one's own makes them."""

    def __init__(self, units=4, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        begin = tf.random_normal_initializer()
        self.w = tf.Variable(begin(shape=(5, units), dtype="float32"), trainable=True, name="w")
        self.total = tf.Variable(initial_value=tf.zeros((units,)), trainable=False, name="total")
        self.b = tf.Variable(tf.zeros((units,)), name="b")

    def call(self, inputs):
        return tf.matmul(inputs, self.w) + self.b * self.total

    def get_config(self):
        return {**super().get_config(), "units": self.units}


class ScaledConv(layers.Conv1D):
    """A built-in layer whose `build` makes the kernel itself."""

    def build(self, input_shape):
        shape = self.kernel_size + (input_shape[-1], self.filters)
        self.kernel = self.add_weight(shape=shape, initializer="glorot_uniform", name="kernel")
        self.scale = self.add_weight(shape=(self.kernel.shape[-1],), name="scale")
        self.built = True

    def call(self, inputs):
        return K.conv1d(inputs, self.kernel * self.scale, padding=self.padding)


class HandsOn(layers.Dense):
    """A built-in layer whose `call` takes whatever comes."""

    def call(self, *args, **kwargs):
        scale = 2.0 if kwargs.pop("training", None) else 3.0
        return super().call(*args, **kwargs) * scale


CASES = {
    "variables": (lambda: [Variables(), layers.Dense(2)], [(5,)]),
    "scaled_conv": (lambda: [ScaledConv(3, 2, use_bias=False)], [(6, 5)]),
    "hands_on": (lambda: [HandsOn(3)], [(5,)]),
    "my_dense": (
        one(lambda: MyDense(4, activation=swish_of, kernel_regularizer=Spread(0.2), kernel_constraint="nonneg")),
        [(5,)],
    ),
    "initialized": (one(lambda: Dense(4, activation=swish_of, kernel_initializer=Corners(0.3))), [(5,)]),
    "attention": (one(lambda: AttentionWithContext()), [(6, 5)]),
    "masked": (lambda: [layers.Masking(), AttentionWithContext(), Dense(2)], [(6, 5)]),
    "add_loss": (one(lambda: LossLayer(0.3)), [(5,)]),
    "cell": (one(lambda: layers.RNN(MinimalCell(4), return_sequences=True)), [(6, 5)]),
    "wrapper": (one(lambda: Residual(Dense(5, activation="tanh"))), [(6, 5)]),
    "capsules": (one(lambda: Capsules()), [(6, 5)]),
    "encoder": (one(lambda: Encoder()), [(6, 5)]),
    "pair": (one(lambda: Pair()), [(5,), (5,)]),
}
LOSSES = {"weighted": (lambda: weighted_loss, []), "focal": (lambda: Focal(), [Largest])}
