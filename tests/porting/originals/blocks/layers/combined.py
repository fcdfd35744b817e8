from tensorflow.keras import layers

from blocks.layers.base import HoldsMore

from . import Doubled


class Combined(HoldsMore, Doubled):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.second = layers.Dense(4)
        self.add_more()

    def call(self, inputs):
        return self.more(self.second(super().call(inputs)))


class Apart(HoldsMore, layers.Layer):
    def call(self, inputs):
        return inputs
