class ThresholdedReLUV2(tf.keras.layers.ThresholdedReLU):
    """ThresholdedReLU in any dtype, as TensorFlow 2.3 has it."""

    def call(self, inputs):
        theta = tf.cast(self.theta, inputs.dtype)
        return inputs * tf.cast(tf.greater(inputs, theta), inputs.dtype)
