class SeparableConv1DV2(_ChannelsLastInside, tf.keras.layers.SeparableConv1D):
    """SeparableConv1D as of TensorFlow 2.3, for channels first on a CPU as well."""
