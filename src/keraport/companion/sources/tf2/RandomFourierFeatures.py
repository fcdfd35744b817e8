class RandomFourierFeatures(tf.keras.layers.experimental.RandomFourierFeatures):
    """The class of TensorFlow, which its loader does not find by name."""
