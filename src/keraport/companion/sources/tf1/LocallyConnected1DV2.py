class LocallyConnected1DV2(_SparseKernel, tf.keras.layers.LocallyConnected1D):
    """LocallyConnected1D as of TensorFlow 2.3."""
