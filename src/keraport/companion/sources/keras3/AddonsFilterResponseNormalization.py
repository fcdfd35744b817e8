import keras
from keras import ops


class AddonsFilterResponseNormalization(keras.layers.Layer):
    """The layer FilterResponseNormalization of TensorFlow Addons."""

    def __init__(
        self,
        epsilon=1e-6,
        axis=(1, 2),
        beta_initializer="zeros",
        gamma_initializer="ones",
        beta_regularizer=None,
        gamma_regularizer=None,
        beta_constraint=None,
        gamma_constraint=None,
        learned_epsilon=False,
        learned_epsilon_constraint=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.epsilon = epsilon
        self.axis = list(axis)
        self.beta_initializer = keras.initializers.get(beta_initializer)
        self.gamma_initializer = keras.initializers.get(gamma_initializer)
        self.beta_regularizer = keras.regularizers.get(beta_regularizer)
        self.gamma_regularizer = keras.regularizers.get(gamma_regularizer)
        self.beta_constraint = keras.constraints.get(beta_constraint)
        self.gamma_constraint = keras.constraints.get(gamma_constraint)
        self.learned_epsilon = learned_epsilon
        self.learned_epsilon_constraint = keras.constraints.get(learned_epsilon_constraint)
        self.supports_masking = True

    def build(self, input_shape):
        shape = (1, 1, 1, input_shape[-1])
        if self.learned_epsilon:
            self.learned = self.add_weight(
                name="learned_epsilon",
                shape=(1,),
                initializer=keras.initializers.Constant(1e-4),
                constraint=self.learned_epsilon_constraint,
            )
        self.gamma = self.add_weight(
            name="gamma",
            shape=shape,
            initializer=self.gamma_initializer,
            regularizer=self.gamma_regularizer,
            constraint=self.gamma_constraint,
        )
        self.beta = self.add_weight(
            name="beta",
            shape=shape,
            initializer=self.beta_initializer,
            regularizer=self.beta_regularizer,
            constraint=self.beta_constraint,
        )
        super().build(input_shape)

    def call(self, inputs):
        epsilon = abs(self.epsilon)
        if self.learned_epsilon:
            epsilon = epsilon + ops.abs(self.learned)
        squares = ops.mean(ops.square(inputs), axis=self.axis, keepdims=True)
        return self.gamma * (inputs * ops.rsqrt(squares + epsilon)) + self.beta

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        limit = keras.constraints.serialize(self.learned_epsilon_constraint)
        return {
            **super().get_config(),
            "axis": self.axis,
            "epsilon": self.epsilon,
            "learned_epsilon": self.learned_epsilon,
            "beta_initializer": keras.initializers.serialize(self.beta_initializer),
            "gamma_initializer": keras.initializers.serialize(self.gamma_initializer),
            "beta_regularizer": keras.regularizers.serialize(self.beta_regularizer),
            "gamma_regularizer": keras.regularizers.serialize(self.gamma_regularizer),
            "beta_constraint": keras.constraints.serialize(self.beta_constraint),
            "gamma_constraint": keras.constraints.serialize(self.gamma_constraint),
            "learned_epsilon_constraint": limit,
        }
