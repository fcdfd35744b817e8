class LocallyConnected2DV2(_SparseKernel, tf.keras.layers.LocallyConnected2D):
    """LocallyConnected2D as of TensorFlow 2.3."""
