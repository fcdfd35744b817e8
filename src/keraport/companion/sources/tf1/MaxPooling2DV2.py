class MaxPooling2DV2(_ChannelsLastInside, tf.keras.layers.MaxPooling2D):
    """MaxPooling2D as of TensorFlow 2.3, for channels first on a CPU as well."""
