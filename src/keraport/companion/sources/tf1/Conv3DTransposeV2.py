class Conv3DTransposeV2(_TransposedConvolutionV2, tf.keras.layers.Conv3DTranspose):
    """Conv3DTranspose as of TensorFlow 2.3."""
