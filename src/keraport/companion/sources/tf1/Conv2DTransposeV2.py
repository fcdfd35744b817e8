class Conv2DTransposeV2(_TransposedConvolutionV2, tf.keras.layers.Conv2DTranspose):
    """Conv2DTranspose as of TensorFlow 2.3."""
