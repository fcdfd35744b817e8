class SimpleRNNV2(_RecurrentV2, tf.keras.layers.SimpleRNN):
    """SimpleRNN of TensorFlow 2.3."""
