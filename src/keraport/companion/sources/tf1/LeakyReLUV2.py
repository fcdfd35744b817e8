class LeakyReLUV2(tf.keras.layers.LeakyReLU):
    """LeakyReLU of any slope; the stock one takes the larger of x and alpha * x."""

    def call(self, inputs):
        return tf.where(tf.greater(inputs, 0), inputs, self.alpha * inputs)
