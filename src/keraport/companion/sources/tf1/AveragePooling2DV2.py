class AveragePooling2DV2(_ChannelsLastInside, tf.keras.layers.AveragePooling2D):
    """AveragePooling2D as of TensorFlow 2.3, for channels first on a CPU as well."""
