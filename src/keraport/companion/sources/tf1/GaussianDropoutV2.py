class GaussianDropoutV2(tf.keras.layers.GaussianDropout):
    """GaussianDropout of any dtype; the stock one makes noise in float32 alone."""

    def call(self, inputs, training=None):
        if not 0 < self.rate < 1:
            return inputs

        def noised():
            deviation = (self.rate / (1.0 - self.rate)) ** 0.5
            noise = tf.random_normal(
                tf.shape(inputs), mean=1.0, stddev=deviation, dtype=inputs.dtype
            )
            return inputs * noise

        return tf.keras.backend.in_train_phase(noised, inputs, training=training)
