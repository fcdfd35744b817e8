def _serialize_layer(layer):
    """tf.keras.layers.serialize of TensorFlow 2."""
    from tensorflow.python.keras import layers

    return layers.serialize(layer)
