class Conv2DV2(_ConvolutionV2, tf.keras.layers.Conv2D):
    """Conv2D as of TensorFlow 2.3."""
