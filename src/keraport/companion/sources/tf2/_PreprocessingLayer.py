class _PreprocessingLayer(tf.keras.layers.Layer):
    """What the layers that prepare data have in common; they drop masks."""

    def compute_mask(self, inputs, mask=None):
        return None

    def compute_output_shape(self, input_shape):
        return tf.TensorShape(input_shape)
