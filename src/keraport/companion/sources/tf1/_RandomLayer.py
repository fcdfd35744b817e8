class _RandomLayer(_PreprocessingLayer):
    """Changes images at random while it trains, and does nothing at inference."""

    def call(self, inputs, training=None):
        inputs = tf.convert_to_tensor(inputs)
        plain = self.at_inference(inputs)
        changed = tf.keras.backend.in_train_phase(
            lambda: tf.cast(self.in_training(inputs), plain.dtype),
            lambda: tf.identity(plain),
            training=training,
        )
        changed.set_shape(self.compute_output_shape(inputs.shape))
        return changed

    def at_inference(self, inputs):
        return inputs

    def in_training(self, inputs):
        raise NotImplementedError(type(self).__name__)

    def uniform(self, shape, low, high):
        return tf.random_uniform(shape, low, high, seed=self.seed)
