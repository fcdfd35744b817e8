class GaussianNoiseV2(tf.keras.layers.GaussianNoise):
    """GaussianNoise of any dtype; the stock one makes noise in float32 alone."""

    def call(self, inputs, training=None):
        def noised():
            return inputs + tf.random_normal(
                tf.shape(inputs), stddev=self.stddev, dtype=inputs.dtype
            )

        return tf.keras.backend.in_train_phase(noised, inputs, training=training)
