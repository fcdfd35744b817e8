class _PreprocessingLayer(tf.keras.layers.Layer):
    """What the layers that prepare data have in common; they drop masks.

    They take on the dtype of what they are given: where such a layer comes first in a Sequential
    that is saved again, its dtype is all that tells what the model takes.
    """

    def __call__(self, inputs, *args, **kwargs):
        given = inputs[0] if isinstance(inputs, (list, tuple)) else inputs
        self._dtype = tf.convert_to_tensor(given).dtype.base_dtype.name
        return super(_PreprocessingLayer, self).__call__(inputs, *args, **kwargs)

    def compute_mask(self, inputs, mask=None):
        return None

    def compute_output_shape(self, input_shape):
        return tf.TensorShape(input_shape)
