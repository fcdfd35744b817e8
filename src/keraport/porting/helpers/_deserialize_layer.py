def _deserialize_layer(config, custom_objects=None):
    """tf.keras.layers.deserialize of TensorFlow 2."""
    from tensorflow.python.keras import layers

    return layers.deserialize(config, custom_objects)
