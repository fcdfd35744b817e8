"""Layers that hold layers and derive from each other: the order of bases has to stay possible."""

import tensorflow as tf
from tensorflow.keras import layers
from tensorflow.python.keras.engine.base_layer import Layer as PrivateLayer
from tensorflow.python.ops import array_ops, math_ops


class NamedMixin:
    def make(self, n):
        self.extra = layers.Dense(n)


class Base(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.one = layers.Dense(4)

    def compute_output_shape(self, s):
        return s


class Derived(Base):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.two = layers.Dense(4)

    def call(self, x):
        return self.two(self.one(x))


class Explicit(Base, layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.three = layers.Dense(4)

    def call(self, x):
        return self.three(self.one(x))


class Left(Base):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.left = layers.Dense(4, activation="tanh")


class Right(Base):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.right = layers.Dense(4)


class Both(NamedMixin, Left, Right):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.make(4)

    def call(self, x):
        return self.extra(self.right(self.left(self.one(x))))


class OnlyMixin(NamedMixin, layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.make(4)

    def call(self, x):
        return self.extra(x)


class Bare(layers.Layer):
    def helper(self, x):
        return x * 2


class BareChild(Bare):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.all = [layers.Dense(4), layers.Dense(4)]

    def call(self, x):
        for one in self.all:
            x = one(x)
        return self.helper(x)


class Stock(layers.Dense):
    def __init__(self, units=4, **kwargs):
        super().__init__(units, **kwargs)
        self.norm = layers.BatchNormalization()

    def call(self, x):
        return self.norm(super().call(x))


class Twice(Derived, Explicit):
    pass


class Wrap(layers.Wrapper):
    def __init__(self, layer=None, **kwargs):
        super().__init__(layer or layers.Dense(4), **kwargs)
        self.more = layers.Dense(4)

    def call(self, x):
        return self.more(self.layer(x))



class Private(PrivateLayer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.dense = tf.python.keras.layers.Dense(4)

    def call(self, x):
        size = math_ops.cast(array_ops.shape(x)[1], x.dtype)
        return self.dense(x) * size + math_ops.reduce_sum(x, axis=-1, keepdims=True)


def of(kind):
    return (lambda: [kind()], [(4,)])


CASES = {k.__name__: of(k) for k in [Derived, Explicit, Both, OnlyMixin, BareChild, Stock, Twice, Wrap, Private]}
