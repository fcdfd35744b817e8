class PlainSoftmax(tf.keras.layers.Softmax):
    """Softmax that takes no notice of masks, and passes them on."""

    def call(self, inputs):
        return tf.keras.backend.softmax(inputs, axis=self.axis)
