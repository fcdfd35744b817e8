class AveragePooling1DV2(_ChannelsLastInside, tf.keras.layers.AveragePooling1D):
    """AveragePooling1D as of TensorFlow 2.3, for channels first on a CPU as well."""
