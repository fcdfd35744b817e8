class DropoutV2(tf.keras.layers.Dropout):
    """Dropout whose noise shape may leave dimensions open, to be taken from the input."""

    def _get_noise_shape(self, inputs):
        return _open_noise_shape(self.noise_shape, inputs)
