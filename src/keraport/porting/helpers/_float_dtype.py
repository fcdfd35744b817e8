def _float_dtype(layer):
    """The dtype of a layer's weights in TensorFlow 2, where integers that come in do not make it."""
    dtype = tf.as_dtype(layer.dtype or tf.keras.backend.floatx())
    return dtype.name if dtype.is_floating or dtype.is_complex else tf.keras.backend.floatx()
