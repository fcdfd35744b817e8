class Conv3DV2(_ConvolutionV2, tf.keras.layers.Conv3D):
    """Conv3D as of TensorFlow 2.3."""
