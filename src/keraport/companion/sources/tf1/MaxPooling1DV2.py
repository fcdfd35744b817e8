class MaxPooling1DV2(_ChannelsLastInside, tf.keras.layers.MaxPooling1D):
    """MaxPooling1D as of TensorFlow 2.3, for channels first on a CPU as well."""
