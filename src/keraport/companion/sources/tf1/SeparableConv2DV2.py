class SeparableConv2DV2(_ChannelsLastInside, tf.keras.layers.SeparableConv2D):
    """SeparableConv2D as of TensorFlow 2.3, for channels first on a CPU as well."""
