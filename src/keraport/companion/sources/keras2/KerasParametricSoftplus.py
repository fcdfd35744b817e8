import keras
import tensorflow as tf


class KerasParametricSoftplus(_StandaloneLayer):
    """ParametricSoftplus of Keras 1: both factors of each element are trained."""

    def __init__(self, alpha_init=0.2, beta_init=5.0, shared_axes=None, **kwargs):
        super(KerasParametricSoftplus, self).__init__(**kwargs)
        self.alpha_init = alpha_init
        self.beta_init = beta_init
        self.shared_axes = shared_axes
        self.supports_masking = True

    def build(self, input_shape):
        shape = list(input_shape)[1:]
        for axis in self.shared_axes or ():
            shape[axis - 1] = 1
        constant = keras.initializers.Constant
        self.alphas = self.add_weight(
            name="alphas", shape=shape, initializer=constant(self.alpha_init)
        )
        self.betas = self.add_weight(
            name="betas", shape=shape, initializer=constant(self.beta_init)
        )
        super(KerasParametricSoftplus, self).build(input_shape)

    def call(self, inputs):
        return tf.nn.softplus(self.betas * inputs) * self.alphas

    def compute_output_shape(self, input_shape):
        return tuple(input_shape)

    def get_config(self):
        config = super(KerasParametricSoftplus, self).get_config()
        config.update(
            alpha_init=self.alpha_init, beta_init=self.beta_init, shared_axes=self.shared_axes
        )
        return config
