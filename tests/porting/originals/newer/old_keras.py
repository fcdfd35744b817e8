"""Layers as people write them for standalone Keras; `CASES` says how the tests call them."""

from keras import backend as K
from keras import initializers
from keras.engine.topology import InputSpec, Layer
from keras.layers import Dense, Masking


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


CASES = {
    "old_dense": (lambda: [MyDense(4)], [(5,)]),
    "old_attention": (lambda: [Attention()], [(6, 5)]),
    "masked": (lambda: [Masking(), Attention(), Dense(2)], [(6, 5)]),
}
