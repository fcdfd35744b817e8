class Conv1DV2(_ConvolutionV2, tf.keras.layers.Conv1D):
    """Conv1D as of TensorFlow 2.3."""
