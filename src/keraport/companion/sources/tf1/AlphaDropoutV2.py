class AlphaDropoutV2(tf.keras.layers.AlphaDropout):
    """AlphaDropout of any dtype, whose noise shape may leave dimensions open."""

    def call(self, inputs, training=None):
        if not 0.0 < self.rate < 1.0:
            return inputs

        def dropped():
            lowest = -1.6732632423543772848170429916717 * 1.0507009873554804934193349852946
            shape = _open_noise_shape(self.noise_shape, inputs)
            kept = tf.greater_equal(tf.random_uniform(shape, seed=self.seed), self.rate)
            kept = tf.cast(kept, inputs.dtype)
            a = ((1 - self.rate) * (1 + self.rate * lowest**2)) ** -0.5
            b = -a * lowest * self.rate
            return a * (inputs * kept + lowest * (1 - kept)) + b

        return tf.keras.backend.in_train_phase(dropped, inputs, training=training)
