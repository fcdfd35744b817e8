class Conv1DTranspose(_TransposedConvolutionV2, tf.keras.layers.Conv1D):
    """The transpose of Conv1D, as tf.keras has it since TensorFlow 2.3."""
