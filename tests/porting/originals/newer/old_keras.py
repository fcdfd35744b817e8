"""Layers as people write them for standalone Keras; `CASES` says how the tests call them."""

import numpy as np
from keras import backend as K
from keras import initializers
from keras.engine.topology import InputSpec, Layer
from keras.layers import Dense, Masking
from keras.legacy import interfaces


class MyDense(Layer):
    """A Dense of one's own."""

    def __init__(self, units, **kwargs):
        super(MyDense, self).__init__(**kwargs)
        self.units = units
        self.input_spec = InputSpec(min_ndim=2)

    def build(self, input_shape):
        self.kernel = self.add_weight("kernel", (int(input_shape[-1]), self.units), initializer="normal")
        self.bias = self.add_weight(shape=(self.units,), initializer="zeros", name="bias")
        super(MyDense, self).build(input_shape)

    def call(self, x):
        return K.relu(K.bias_add(K.dot(x, self.kernel), self.bias))

    def compute_output_shape(self, input_shape):
        return tuple(input_shape[:-1]) + (self.units,)

    def get_config(self):
        return dict(super(MyDense, self).get_config(), units=self.units)


class Attention(Layer):
    """Attention over steps, with a mask."""

    def __init__(self, **kwargs):
        self.init = initializers.get("uniform")
        self.supports_masking = True
        super(Attention, self).__init__(**kwargs)

    def build(self, input_shape):
        self.w = self.add_weight(name="w", shape=(int(input_shape[-1]), 1), initializer=self.init)
        super(Attention, self).build(input_shape)

    def call(self, x, mask=None):
        scores = K.squeeze(K.dot(K.tanh(x), self.w), -1)
        a = K.exp(scores - K.max(scores, axis=-1, keepdims=True))
        if mask is not None:
            a = a * K.cast(mask, K.floatx())
        a = a / (K.sum(a, axis=-1, keepdims=True) + K.epsilon())
        return K.sum(x * K.expand_dims(a), axis=1)

    def compute_mask(self, inputs, mask=None):
        return None

    def compute_output_shape(self, input_shape):
        return (input_shape[0], input_shape[-1])


class ListedWeights(Layer):
    """Weights as they were made before `add_weight`: variables, and a list of them."""

    def __init__(self, **kwargs):
        self.init = initializers.get("normal")
        super(ListedWeights, self).__init__(**kwargs)

    def build(self, input_shape):
        self.w = K.variable(self.init((input_shape[-1], 3)))
        self.gamma = K.variable(0.5 * np.ones((3,)), name="{}_gamma".format(self.name))
        self.trainable_weights = [self.w, self.gamma]
        super(ListedWeights, self).build(input_shape)

    def call(self, x):
        return K.logsumexp(K.dot(x, self.w) * self.gamma, axis=-1, keepdims=True)

    def compute_output_shape(self, input_shape):
        return tuple(input_shape[:-1]) + (1,)


class ShapeFirst(Layer):
    """Weights whose shape comes first, as in Keras 1."""

    def build(self, input_shape):
        self.w = self.add_weight((input_shape[-1], 3), initializer="uniform", name="w")
        self.b = self.add_weight((3,), name="b", initializer="zero")
        self.axis = -1 if K.image_dim_ordering() == "tf" else 1
        super(ShapeFirst, self).build(input_shape)

    def call(self, x):
        return K.l2_normalize(K.dot(x, self.w) + self.b, self.axis)

    def compute_output_shape(self, input_shape):
        return tuple(input_shape[:-1]) + (3,)


class HandsOn(Dense):
    """A built-in layer whose `call` hands on what it is given."""

    def call(self, *args, **kwargs):
        return super(HandsOn, self).call(*args, **kwargs) * 2.0


class Heads(Layer):
    """Products of tensors of rank 4, as `batch_dot` gave them."""

    def call(self, x):
        heads = K.permute_dimensions(K.reshape(x, (-1, 6, 2, 4)), (0, 2, 1, 3))
        scores = K.softmax(K.batch_dot(heads, heads, axes=[3, 3]))
        joined = K.batch_dot(scores, heads, axes=[3, 2])
        flat = K.batch_dot(x, x[:, :, 0], axes=[1, 1])
        return K.batch_flatten(joined) + K.tile(flat, (1, 6)) + K.batch_dot(flat, flat, 1)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], 48)


CASES = {
    "listed_weights": (lambda: [ListedWeights()], [(6, 5)]),
    "shape_first": (lambda: [ShapeFirst(), Dense(2)], [(6, 5)]),
    "hands_on": (lambda: [HandsOn(3), Dense(2)], [(5,)]),
    "heads": (lambda: [Heads(), Dense(2)], [(6, 8)]),
    "old_dense": (lambda: [MyDense(4)], [(5,)]),
    "old_attention": (lambda: [Attention()], [(6, 5)]),
    "masked": (lambda: [Masking(), Attention(), Dense(2)], [(6, 5)]),
}
