import keras
from keras import ops


class Highway(keras.layers.Layer):
    """The layer of Keras 1: it carries a part of what it is given, and transforms the rest."""

    def __init__(
        self,
        init="glorot_uniform",
        activation=None,
        W_regularizer=None,
        b_regularizer=None,
        W_constraint=None,
        b_constraint=None,
        bias=True,
        input_dim=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.init = keras.initializers.get(init)
        self.activation = keras.activations.get(activation)
        self.W_regularizer = keras.regularizers.get(W_regularizer)
        self.b_regularizer = keras.regularizers.get(b_regularizer)
        self.W_constraint = keras.constraints.get(W_constraint)
        self.b_constraint = keras.constraints.get(b_constraint)
        self.bias = bias

    def build(self, input_shape):
        units = input_shape[-1]
        self.W = self.add_weight(
            name="W",
            shape=(units, units),
            initializer=self.init,
            regularizer=self.W_regularizer,
            constraint=self.W_constraint,
        )
        self.W_carry = self.add_weight(name="W_carry", shape=(units, units), initializer=self.init)
        if self.bias:
            self.b = self.add_weight(
                name="b",
                shape=(units,),
                initializer="zeros",
                regularizer=self.b_regularizer,
                constraint=self.b_constraint,
            )
            self.b_carry = self.add_weight(name="b_carry", shape=(units,), initializer="ones")
        super().build(input_shape)

    def call(self, inputs):
        gate = ops.matmul(inputs, self.W_carry)
        made = ops.matmul(inputs, self.W)
        if self.bias:
            gate = gate + self.b_carry
            made = made + self.b
        gate = ops.sigmoid(gate)
        return self.activation(made) * gate + (1 - gate) * inputs

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {
            **super().get_config(),
            "init": keras.initializers.serialize(self.init),
            "activation": keras.activations.serialize(self.activation),
            "W_regularizer": keras.regularizers.serialize(self.W_regularizer),
            "b_regularizer": keras.regularizers.serialize(self.b_regularizer),
            "W_constraint": keras.constraints.serialize(self.W_constraint),
            "b_constraint": keras.constraints.serialize(self.b_constraint),
            "bias": self.bias,
        }
